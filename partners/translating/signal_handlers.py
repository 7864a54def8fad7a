"""Signals about items and translated strings, passed on to what holds for translations."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page, PageViewRestriction, TranslatableMixin
from wagtail.signals import post_page_move, pre_page_move, published, unpublished
from wagtail_localize.models import StringTranslation, Translation

from . import cascades, neutral_values, overrides, tree, wordless


def _adding(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if isinstance(instance, Page) and instance._state.adding and not raw and instance.depth > 2:
        above = instance.path[: -Page.steplen]
        tree.check_language(instance, Page.objects.filter(path=above).first())


def _moving(sender: Any, instance: Page, parent_page_after: Page, **kwargs: Any) -> None:
    tree.check_language(instance, parent_page_after)


def _published(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, TranslatableMixin):
        neutral_values.carry_over(instance)


def _unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, TranslatableMixin):
        cascades.unpublish(instance)


def _deleting(sender: Any, instance: Any, **kwargs: Any) -> None:
    # With multi-table inheritance the signal comes once for each table; one of them counts.
    if (
        issubclass(sender, TranslatableMixin)
        and sender._meta.get_field("translation_key").model is sender
        and (issubclass(sender, Page) or sender._meta.label in _snippet_labels())
    ):
        instance._kis_deletion = cascades.deletion_of_followers(instance)


def _deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if delete := instance.__dict__.pop("_kis_deletion", None):
        delete()
    if issubclass(sender, Page | AbstractImage | AbstractDocument) or (
        sender._meta.label in _snippet_labels()
    ):
        overrides.end_overrides(instance)


def _snippet_labels() -> set[str]:
    """Labels of snippet models; other translatable models are child rows of an item."""
    from wagtail.snippets.models import get_snippet_models

    return {model._meta.label for model in get_snippet_models()}


def _moved(sender: Any, instance: Page, parent_page_after: Page, **kwargs: Any) -> None:
    cascades.move(instance, parent_page_after)


def _restricted(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        cascades.restrict(page)


def _translation_saved(sender: Any, instance: Translation, created: bool, **kwargs: Any) -> None:
    if created and not kwargs["raw"]:
        cascades.end_other_sources(instance)


def _groups_changed(sender: Any, instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        _restricted(sender, instance)


def connect() -> None:
    """Connect all handlers; called when the apps are ready."""
    uid = "kis_partners.translating"
    pre_save.connect(_adding, dispatch_uid=uid)
    pre_page_move.connect(_moving, dispatch_uid=uid)
    published.connect(_published, dispatch_uid=uid)
    unpublished.connect(_unpublished, dispatch_uid=uid)
    pre_delete.connect(_deleting, dispatch_uid=uid)
    post_delete.connect(_deleted, dispatch_uid=uid)
    post_page_move.connect(_moved, dispatch_uid=uid)
    post_save.connect(_translation_saved, sender=Translation, dispatch_uid=uid)
    post_save.connect(_restricted, sender=PageViewRestriction, dispatch_uid=uid)
    post_delete.connect(_restricted, sender=PageViewRestriction, dispatch_uid=uid)
    post_save.connect(wordless.mark, sender=StringTranslation, dispatch_uid=uid)
    groups = PageViewRestriction.groups.through
    m2m_changed.connect(_groups_changed, sender=groups, dispatch_uid=uid)
