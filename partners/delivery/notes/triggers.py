"""Triggers that note what has changed, in the transaction of the change.

A trigger sees what no signal tells: raw SQL, ``QuerySet.update``, ``loaddata``, moves of whole
trees. It writes one row with the label of a model and a key, and decides nothing. Changes of
columns that no answer shows (drafts, locks, the number of children) are not noted.

The tables are those of page types, their child objects, snippets, images and documents, and of
what decides about publicity, addresses and translations. A model that belongs to another object,
like a consent to a person, names the foreign key to it in ``shelf_owner``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.models.signals import post_migrate, pre_migrate
from modelcluster.fields import ParentalKey
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

#: Columns that no public answer shows, of any model.
UNSEEN = frozenset(
    [
        "draft_title",
        "expired",
        "go_live_at",
        "has_unpublished_changes",
        "last_login",
        "latest_revision",
        "latest_revision_created_at",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "owner",
    ]
)
#: What isn't content although content refers to it: whole apps, and models of Wagtail.
FOREIGN = frozenset(["auth", "contenttypes", "sessions"])
BESIDE = frozenset(
    f"wagtailcore.{name}" for name in ("Comment", "CommentReply", "Revision", "Task", "Workflow")
)
EVERYTHING = "*"
EVENTS = ("insert", "update", "delete")


@dataclass(frozen=True)
class Watch:
    """Changes of a table, noted as changes of ``source`` with the key in ``columns``.

    ``seen`` are the columns whose change counts.
    """

    table: str
    source: str
    columns: tuple[str, ...]
    seen: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of its triggers, as short as PostgreSQL wants it."""
        return "kis_delivery_" + hashlib.md5(self.table.encode()).hexdigest()[:16]


# What decides about pages without being content: the columns that name what is concerned, and
# those that count, by default all.
DECIDING: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "wagtailcore.PageViewRestriction": (("page_id",), ()),
    "wagtailcore.CollectionViewRestriction": (("collection_id",), ()),
    "wagtailcore.Collection": (("id",), ("path",)),
    "wagtailcore.Locale": (("id",), ()),
    "wagtailcore.Site": (("id",), ()),
    "wagtailcore.ReferenceIndex": (("base_content_type_id", "object_id"), ()),
    "taggit.TaggedItem": (("content_type_id", "object_id"), ()),
    "wagtail_localize.TranslationSource": (("object_id",), ("last_updated_at", "locale_id")),
    "wagtail_localize.Translation": (("source_id",), ("enabled", "target_locale_id")),
    "wagtail_localize.StringSegment": (("source_id",), ()),
    "wagtail_localize.StringTranslation": (
        ("context_id",),
        ("data", "translation_type", "has_error", "locale_id", "translation_of_id"),
    ),
    "kis_partners.Review": (("translation_id",), ()),
}


def watches() -> list[Watch]:
    """Every table whose changes are noted."""
    content = _content()
    found: dict[str, Watch] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or meta.swapped:
            continue
        if decides := DECIDING.get(meta.label):
            columns, seen = decides
            watch = Watch(meta.db_table, meta.label, columns, seen or _seen(model))
        elif owner := _owner(model, content):
            watch = Watch(meta.db_table, owner[1], (owner[0],), _seen(model))
        elif model in content:
            watch = Watch(meta.db_table, meta.label, (str(meta.pk.column),), _seen(model))
        else:
            continue
        found[meta.db_table] = watch
    return list(found.values())


def _content() -> set[type[models.Model]]:
    """Pages, snippets, images, documents, their parts, and what all of these refer to."""
    waiting: list[Any] = [
        *(model for model in apps.get_models() if issubclass(model, Page)),
        *get_snippet_models(),
        get_image_model(),
        get_document_model(),
    ]
    found: set[Any] = set()
    while waiting:
        model = waiting.pop()
        meta = model._meta
        if model in found or meta.app_label in FOREIGN or meta.label in BESIDE or model is _user():
            continue
        found.add(model)
        for field in model._meta.get_fields():
            if field.name in UNSEEN or not field.is_relation:
                continue
            if isinstance(getattr(field, "field", None), ParentalKey) or (
                field.concrete and field.related_model
            ):
                waiting.append(field.related_model)
    return found


def _user() -> Any:
    return apps.get_model(settings.AUTH_USER_MODEL)


def _owner(model: Any, content: set[Any]) -> tuple[str, str] | None:
    """The column that names the object which a row belongs to, and the label of that object."""
    named = getattr(model, "shelf_owner", None)
    for field in model._meta.concrete_fields:
        belongs = isinstance(field, ParentalKey) and field.related_model in content
        if named == field.name or (not named and belongs and model in content):
            return str(field.column), field.related_model._meta.label
    if source := model._meta.auto_created:
        for field in model._meta.concrete_fields:
            if field.related_model is source and source in content:
                return str(field.column), source._meta.label
    return None


def _seen(model: Any) -> tuple[str, ...]:
    return tuple(
        str(field.column) for field in model._meta.local_concrete_fields if field.name not in UNSEEN
    )


def install(using: str = "default") -> None:
    """Put the triggers of :func:`watches` in place, in place of all that were there."""
    remove(using)
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    build = _postgres if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for watch in watches():
            if watch.table in tables:
                for statement in build(watch):
                    cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Take all triggers away; a table can't be altered safely while one names its columns."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in installed(using):
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
            else:
                cursor.execute(f'DROP TRIGGER "{name}"')


def installed(using: str = "default") -> set[tuple[str, str]]:
    """The triggers that are in the database, as (name, table)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE t.tgname LIKE 'kis\\_delivery\\_%' AND pg_table_is_visible(c.oid)"
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master "
                "WHERE type = 'trigger' AND name LIKE 'kis\\_delivery\\_%' ESCAPE '\\'"
            )
        return {(str(name), str(table)) for name, table in cursor.fetchall()}


def missing(using: str = "default") -> list[str]:
    """The tables that lack a trigger."""
    there = installed(using)
    return sorted(
        watch.table
        for watch in watches()
        if {(f"{watch.name}_{event}", watch.table) for event in EVENTS} - there
    )


def _key(row: str, watch: Watch) -> str:
    return " || ':' || ".join(f'CAST({row}."{column}" AS TEXT)' for column in watch.columns)


def _note(row: str, watch: Watch, when: str = "") -> str:
    values = f"SELECT '{watch.source}', {_key(row, watch)} WHERE {_key(row, watch)} IS NOT NULL"
    return f"INSERT INTO kis_delivery_touch (source, key) {values}{when};"


def _events(watch: Watch, differs: str) -> Iterator[tuple[str, str, str]]:
    """Each event with its condition and its body."""
    changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in watch.seen)
    moved = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in watch.columns)
    both = _note("NEW", watch) + " " + _note("OLD", watch, f" AND ({moved})")
    yield "insert", "", _note("NEW", watch)
    yield "update", f"WHEN ({changed} OR {moved})", both
    yield "delete", "", _note("OLD", watch)


def _sqlite(watch: Watch) -> Iterator[str]:
    for event, when, body in _events(watch, "IS NOT"):
        yield (
            f'CREATE TRIGGER "{watch.name}_{event}" AFTER {event.upper()} ON "{watch.table}" '
            f"FOR EACH ROW {when} BEGIN {body} END"
        )


def _postgres(watch: Watch) -> Iterator[str]:
    for event, when, body in _events(watch, "IS DISTINCT FROM"):
        name = f"{watch.name}_{event}"
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN {body} RETURN NULL; END $$"
        )
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{watch.table}" '
            f'FOR EACH ROW {when} EXECUTE FUNCTION "{name}"()'
        )


def _before_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    if plan:
        remove(using)


def _after_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    from ..models import Touch

    table = Touch._meta.db_table
    if table not in connections[using].introspection.table_names():
        return
    if plan or missing(using):
        install(using)
        # Whatever migrations have changed, no trigger has seen.
        Touch._default_manager.using(using).create(source=EVERYTHING, key="")


def connect() -> None:
    """Keep the triggers in step with the tables; called when the apps are ready."""
    config = apps.get_app_config("kis_delivery")
    pre_migrate.connect(_before_migrate, sender=config, dispatch_uid="kis_delivery_before")
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid="kis_delivery_after")
