"""Runs: an action for many pages and snippets in the background, and its progress."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TranslationRun(models.Model):
    """An action for pages and snippets in the background, one after the other.

    ``action`` is a key of ``ACTIONS`` in :mod:`partners.translating.bulk`. ``pages`` are ids of
    pages, and ``label:id`` for snippets; ``done`` is the number of finished ones, ``failed`` has
    the title of each failed one and the reason.
    """

    action = models.CharField(max_length=10, default="submit")
    title = models.CharField(max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    locales: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "wagtailcore.Locale", related_name="+"
    )
    pages = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    failed = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of translations")
        verbose_name_plural = _("runs of translations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> int:
        return len(self.pages)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    def fail(self, page: Any, reason: str) -> None:
        """Note that something couldn't be done for a page or snippet."""
        self.failed.append({"title": str(page), "reason": reason})
