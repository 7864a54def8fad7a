"""What persons have said of translations: that they have read them, and as which text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    """A person has read one translated segment.

    It counts while the translation is the text that was read, so it ends by itself for exactly
    the segments that change, whoever or whatever changes them.
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
