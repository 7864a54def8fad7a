"""Registers the permission policy of snippets, and extends roles to new trees of pages."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_save
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from ..models.snippets import TranslatableSnippet
from .creation import extend_to_tree
from .rights import LanguagePolicy

#: Snippets that Wagtail gave a policy before this app could: their groups' languages limit nobody.
#: ``manage.py check`` tells of it (``kis_partners.E007``), and the middleware serves no request.
late: list[type[Any]] = []


def connect() -> None:
    for model in apps.get_models():
        if issubclass(model, TranslatableSnippet):
            try:
                register_permission_policy(model, LanguagePolicy(model), exact_class=True)
            except ImproperlyConfigured:
                late.append(model)
    post_save.connect(_extend_to_tree, dispatch_uid="kis_partners.roles.extend_to_tree")


def _extend_to_tree(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw and isinstance(instance, Page):
        extend_to_tree(instance)
