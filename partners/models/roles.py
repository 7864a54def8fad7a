"""Roles: groups with permissions in some languages, and the memory of ``create_roles``."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale


class Role(models.Model):
    """The languages of a group, and the permissions that ``create_roles`` gave it.

    The group's permissions on translatable snippets, and its permission to translate, hold in these
    languages; without any, in all. A role of ``create_roles`` has a key and remembers its given
    permissions, so that those taken away by a person aren't given again.
    """

    group = models.OneToOneField(
        Group,
        null=True,
        on_delete=models.SET_NULL,
        related_name="kis_role",
        verbose_name=_("group"),
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
