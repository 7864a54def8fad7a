"""Reviews of translations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    """A person's confirmation of a translated segment.

    It holds the confirmed text and counts while the translation is this text, so every change of
    the translation ends it.
    """

    translation = models.OneToOneField(
        "wagtail_localize.StringTranslation", on_delete=models.CASCADE, related_name="kis_review"
    )
    text = models.TextField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("review of a translation")
        verbose_name_plural = _("reviews of translations")

    def __str__(self) -> str:
        return f"{self.translation_id}, {self.reviewed_at:%Y-%m-%d}"
