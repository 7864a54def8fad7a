"""Groups whose rights hold in some languages only, and what the site's own roles were given."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale


class Role(models.Model):
    """What a group has besides Django's and Wagtail's permissions.

    With languages, the group's permissions on translatable snippets, and to translate, hold for
    those languages only; without, for all. A role that ``create_roles`` made has a key, and
    remembers what it was given, so that what a person took away stays away.
    """

    group = models.OneToOneField(
        Group, null=True, on_delete=models.SET_NULL, related_name="role", verbose_name=_("group")
    )
    locales = models.ManyToManyField(
        Locale, blank=True, related_name="+", verbose_name=_("languages")
    )
    key = models.CharField(max_length=60, null=True, blank=True, unique=True, editable=False)
    given: models.JSONField[list[str], list[str]] = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("of a group", "role")
        verbose_name_plural = pgettext_lazy("of a group", "roles")

    def __str__(self) -> str:
        return str(self.group or self.key)
