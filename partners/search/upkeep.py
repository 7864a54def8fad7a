"""Upkeep of the index: objects are indexed again after a change of things that they show."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django_tasks.backends.immediate import ImmediateBackend
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    Collection,
    CollectionViewRestriction,
    ReferenceIndex,
    TranslatableMixin,
)
from wagtail.search.backends import get_search_backends
from wagtail.search.index import get_indexed_models, insert_or_update_object, remove_object
from wagtail.search.tasks import insert_or_update_object_task

from .analysis import VERSION
from .current import forget
from .index import Searchable
from .pdf import document_saved

#: What saving a draft changes on a published object.
DRAFT_FIELDS = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    COMMENTS_RELATION_NAME,
}


class _Changed(threading.local):
    """The changes of the open transaction: changed objects as primary keys by model, and objects
    that showed deleted ones as (id of content type, key)."""

    def __init__(self) -> None:
        self.items: dict[type[models.Model], set[Any]] = {}
        self.dependents: set[tuple[int, str]] = set()


_changed = _Changed()


def index_again(item: models.Model) -> None:
    """Index an object as it is in the database now."""
    meta = item._meta
    insert_or_update_object_task.enqueue(meta.app_label, meta.model_name, str(item.pk))


def object_saved(
    sender: Any,
    instance: models.Model,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """Index a saved object once, with the child rows (topics …) that it has in memory, which are
    stored after it; not where a draft alone was saved."""
    if raw or (update_fields and DRAFT_FIELDS.issuperset(update_fields) and _texts_only()):
        return
    if not isinstance(insert_or_update_object_task.get_backend(), ImmediateBackend):
        transaction.on_commit(partial(index_again, instance))
    elif update_fields:  # Other fields may differ from what is stored.
        index_again(instance)
    else:
        insert_or_update_object(instance)


def object_deleted(sender: Any, instance: models.Model, **kwargs: Any) -> None:
    """Remove a deleted object from the index."""
    remove_object(instance)


def _texts_only() -> bool:
    """Whether no index keeps other fields of objects than their texts."""
    backends = get_search_backends(with_auto_update=True)
    return all(getattr(backend, "texts_only", False) for backend in backends)


def shown_elsewhere_changed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Index the objects that show a saved topic, organisation, person, document or image."""
    if kwargs.get("raw"):
        return
    keys = {instance.pk}
    if isinstance(instance, TranslatableMixin):
        # A page may show the translation of the topic that it refers to.
        versions = type(instance)._default_manager.filter(translation_key=instance.translation_key)
        keys |= set(versions.values_list("pk", flat=True))
    _after_commit(type(instance), keys)


def shown_elsewhere_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Before a deletion, while its references still exist: note the objects that show the item."""
    _changed.dependents |= _dependents(type(instance), {instance.pk})
    transaction.on_commit(index_dependents)


def collection_restricted(sender: Any, instance: CollectionViewRestriction, **kwargs: Any) -> None:
    """Index the objects that show files of a collection whose restrictions have changed."""
    if not kwargs.get("raw"):
        _files_changed(instance.collection)


def collection_saved(sender: Any, instance: Collection, created: bool, **kwargs: Any) -> None:
    """The same after a collection is moved, possibly below a restricted one."""
    if not (created or kwargs.get("raw")):
        _files_changed(instance)


def files_moved(request: Any, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """The same for Wagtail's bulk action on files, which saves without signals."""
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
    transaction.on_commit(index_dependents)


def index_dependents() -> None:
    """Index the objects that show changed ones; once for each transaction."""
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
    """The objects that refer to these, as (id of content type, key)."""
    references = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=[str(key) for key in keys],
    ).order_by()
    return set(references.values_list("content_type_id", "object_id"))


def connect() -> None:
    """Connect the signals; called when the apps are ready."""
    from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete

    for model in get_indexed_models():
        if issubclass(model, Searchable):
            post_save.connect(object_saved, sender=model, dispatch_uid="kis_search_saved")
            post_delete.connect(object_deleted, sender=model, dispatch_uid="kis_search_deleted")
    for model in _shown_by_others():
        post_save.connect(shown_elsewhere_changed, sender=model, dispatch_uid=f"kis_{model}")
        pre_delete.connect(shown_elsewhere_deleted, sender=model, dispatch_uid=f"kis_{model}")
    for signal in (post_save, post_delete):
        signal.connect(
            collection_restricted, sender=CollectionViewRestriction, dispatch_uid="kis_restriction"
        )
    post_save.connect(collection_saved, sender=Collection, dispatch_uid="kis_collection")
    post_save.connect(document_saved, sender=get_document_model(), dispatch_uid="kis_document")
    for name in ("Concept", "ConceptWords", "Term", "TermWord"):
        model = apps.get_model("kis_partners", name)
        for signal in (post_save, post_delete):
            signal.connect(forget, sender=model, dispatch_uid=f"kis_words_{name}")
    post_migrate.connect(begin_version, dispatch_uid="kis_search_version")


def _shown_by_others() -> Iterable[type[models.Model]]:
    names = ("Topic", "Organisation", "Person")
    return [
        *(apps.get_model("kis_partners", name) for name in names),
        get_document_model(),
        get_image_model(),
    ]


def drop_old_tokens() -> None:
    """Take out of the index of SQLite what is left there of objects that were indexed again.

    FTS5 keeps deleted words until its segments are merged. PostgreSQL has no such place but its
    dead rows, which VACUUM removes.
    """
    from modelsearch.backends.database.sqlite.utils import fts5_available, fts_table_exists

    if connection.vendor == "sqlite" and fts5_available() and fts_table_exists():
        from modelsearch.backends.database.sqlite.query import SQLiteFTSIndexEntry

        table = connection.ops.quote_name(SQLiteFTSIndexEntry._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")


def record_version() -> None:
    """Store that the whole index is built with the present version of the analyser."""
    _versions().update_or_create(pk=1, defaults={"version": VERSION})


def recorded_version() -> str | None:
    """The version of the analyser that built the index; None if unknown."""
    row = _versions().filter(pk=1).first()
    return row and row.version


def begin_version(sender: Any, **kwargs: Any) -> None:
    """Store the present version for an index that is still empty."""
    from wagtail.search.models import IndexEntry

    if getattr(sender, "label", "") == "kis_partners" and not IndexEntry.objects.exists():
        _versions().get_or_create(pk=1, defaults={"version": VERSION})


def _versions() -> Any:
    return apps.get_model("kis_partners", "IndexVersion")._default_manager
