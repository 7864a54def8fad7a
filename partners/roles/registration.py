"""Tells Wagtail of the policy for snippets, and covers new trees of pages."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models.signals import post_save
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from ..models.snippets import TranslatableSnippet
from .creation import cover
from .rights import LanguagePolicy


def connect() -> None:
    for model in apps.get_models():
        if issubclass(model, TranslatableSnippet):
            register_permission_policy(model, LanguagePolicy(model), exact_class=True)
    post_save.connect(_cover, dispatch_uid="kis_partners.roles.cover")


def _cover(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw and isinstance(instance, Page):
        cover(instance)
