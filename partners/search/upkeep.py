"""What keeps the index true: items are indexed again when something they show has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    ReferenceIndex,
    TranslatableMixin,
)
from wagtail.search.index import get_indexed_models
from wagtail.search.tasks import insert_or_update_object_task

from .analysis import VERSION
from .documents import document_saved
from .index import Searchable


class _Changed(threading.local):
    """What has changed in the transaction that is open, as (model, primary keys), and what showed
    items that are gone, as (content type, key)."""

    def __init__(self) -> None:
        self.items: dict[type[models.Model], set[Any]] = {}
        self.dependents: set[tuple[int, str]] = set()


_changed = _Changed()


def index_again(item: models.Model) -> None:
    """Index an item as it is in the database now."""
    meta = item._meta
    insert_or_update_object_task.enqueue(meta.app_label, meta.model_name, str(item.pk))


def page_published(sender: Any, instance: models.Model, **kwargs: Any) -> None:
    """A page's rows (topics, members …) are written after the page, and its keys need them."""
    if isinstance(instance, Searchable):
        index_again(instance)


def shown_elsewhere_changed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A topic, organisation, person, document or image may be shown by other items."""
    if kwargs.get("raw"):
        return
    keys = {instance.pk}
    if isinstance(instance, TranslatableMixin):
        # An item that names the German topic shows its translation.
        versions = type(instance)._default_manager.filter(translation_key=instance.translation_key)
        keys |= set(versions.values_list("pk", flat=True))
    _after_commit(type(instance), keys)


def shown_elsewhere_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Note what shows an item while references to it are still known."""
    _changed.dependents |= _dependents(type(instance), {instance.pk})
    transaction.on_commit(_index_dependents)


def collection_restricted(sender: Any, instance: CollectionViewRestriction, **kwargs: Any) -> None:
    """Files of a restricted collection are no longer shown, or are shown again."""
    if not kwargs.get("raw"):
        _files_changed(instance.collection)


def collection_saved(sender: Any, instance: Collection, created: bool, **kwargs: Any) -> None:
    """The admin saves a collection, then moves it, which may be below a restricted one."""
    if not (created or kwargs.get("raw")):
        _files_changed(instance)


def files_moved(request: Any, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Wagtail's bulk action moves files to another collection without a signal."""
    if action_type == "add_to_collection":
        for item in objects:
            _after_commit(type(item), {item.pk})


def _files_changed(collection: Collection) -> None:
    collections = collection.get_descendants(inclusive=True)
    for model in (get_document_model(), get_image_model()):
        files = model._default_manager.filter(collection__in=collections)
        _after_commit(model, set(files.values_list("pk", flat=True)))


def _after_commit(model: type[models.Model], keys: set[Any]) -> None:
    _changed.items.setdefault(model, set()).update(keys)
    transaction.on_commit(_index_dependents)


def _index_dependents() -> None:
    """Once for each transaction, however much has changed in it."""
    changed, _changed.items = _changed.items, {}
    found, _changed.dependents = _changed.dependents, set()
    for model, keys in changed.items():
        found |= _dependents(model, keys)
    searchable = {
        ContentType.objects.get_for_model(model).pk: model
        for model in get_indexed_models()
        if issubclass(model, Searchable)
    }
    for content_type, key in sorted(found):
        if content_type in searchable:
            meta = searchable[content_type]._meta
            insert_or_update_object_task.enqueue(meta.app_label, meta.model_name, key)


def _dependents(model: type[models.Model], keys: set[Any]) -> set[tuple[int, str]]:
    """What refers to these items, as (content type, key)."""
    references = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=[str(key) for key in keys],
    ).order_by()
    return set(references.values_list("content_type_id", "object_id"))


def connect() -> None:
    """Connect what the index depends on; called when the apps are ready."""
    from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete
    from wagtail.signals import page_published as published

    published.connect(page_published, dispatch_uid="kis_search_page")
    for model in _shown_by_others():
        post_save.connect(shown_elsewhere_changed, sender=model, dispatch_uid=f"kis_{model}")
        pre_delete.connect(shown_elsewhere_deleted, sender=model, dispatch_uid=f"kis_{model}")
    for signal in (post_save, post_delete):
        signal.connect(
            collection_restricted, sender=CollectionViewRestriction, dispatch_uid="kis_restriction"
        )
    post_save.connect(collection_saved, sender=Collection, dispatch_uid="kis_collection")
    post_save.connect(document_saved, sender=get_document_model(), dispatch_uid="kis_document")
    post_migrate.connect(begin_version, dispatch_uid="kis_search_version")


def _shown_by_others() -> Iterable[type[models.Model]]:
    names = ("Topic", "Organisation", "Person")
    return [
        *(apps.get_model("kis_partners", name) for name in names),
        get_document_model(),
        get_image_model(),
    ]


# Which analyser the index has been built with


def record_version() -> None:
    """Note that the whole index has been built with the analyser as it is now."""
    _versions().update_or_create(pk=1, defaults={"version": VERSION})


def recorded_version() -> str | None:
    """The version of the analyser that the index has been built with, if that is known."""
    row = _versions().filter(pk=1).first()
    return row and row.version


def begin_version(sender: Any, **kwargs: Any) -> None:
    """An index that is still empty is filled by the analyser as it is now."""
    from wagtail.search.models import IndexEntry

    if getattr(sender, "label", "") == "kis_partners" and not IndexEntry.objects.exists():
        _versions().get_or_create(pk=1, defaults={"version": VERSION})


def _versions() -> Any:
    return apps.get_model("kis_partners", "IndexVersion")._default_manager
