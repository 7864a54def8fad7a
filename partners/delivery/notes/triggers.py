"""Triggers that write a note of each change of content, in the transaction of the change.

A trigger fires where Django sends no signal: raw SQL, ``QuerySet.update``, ``loaddata``, moves of
whole trees. It writes a :class:`Note` with the label of a model and a key, and decides nothing.
Changes of columns that no answer shows (drafts, locks, the number of children) are not noted.

Watched are the tables of page types, their child objects, snippets, images and documents, those
that decide about publicity, addresses and translations, and those that a site's computed fields
(:mod:`api.computed`) and templates (``KIS_PARTNERS["PAGES_READ"]``) depend on. A model whose
objects belong to another object, as a consent belongs to a person, names the foreign key to it in
``shelf_owner``.
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

from ...api.computed import dependencies, reason_against
from ...conf import conf
from ..models import CLOSED, Note, State

#: Fields of Wagtail's and Django's own classes that no public answer shows.
UNSEEN_FIELDS = frozenset(
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
#: Apps, and models of Wagtail, that content refers to without showing them.
UNSEEN_APPS = frozenset(["auth", "contenttypes", "sessions"])
UNSEEN_MODELS = frozenset(
    f"wagtailcore.{name}" for name in ("Comment", "CommentReply", "Revision", "Task", "Workflow")
)
#: The source of a note that every page must be compared.
EVERYTHING = "*"
EVENTS = ("insert", "update", "delete")


@dataclass(frozen=True)
class Watch:
    """A table whose changes are noted.

    ``source`` is the label of a model and ``columns`` those with the key of a note. ``seen`` are
    the columns whose update is noted.
    """

    table: str
    source: str
    columns: tuple[str, ...]
    seen: tuple[str, ...]

    @property
    def name(self) -> str:
        """The beginning of the names of its triggers; PostgreSQL allows 63 bytes.

        Triggers that would note something else have another name, and so count as missing.
        """
        return "kis_delivery_" + hashlib.md5(repr(self).encode()).hexdigest()[:16]


#: Models that decide about pages without being content: the columns with the key of a note, and
#: those whose update is noted, by default all.
DECIDING_MODELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "wagtailcore.PageViewRestriction": (("page_id",), ()),
    "wagtailcore.CollectionViewRestriction": (("collection_id",), ()),
    "wagtailcore.Collection": (("id",), ("path",)),
    "wagtailcore.Locale": (("id",), ()),
    "wagtailcore.Site": (("id",), ()),
    "wagtailcore.ReferenceIndex": (("base_content_type_id", "object_id", "to_content_type_id"), ()),
    # Items have the former addresses of their pages.
    "wagtailredirects.Redirect": (("id", "redirect_page_id"), ()),
    "taggit.TaggedItem": (("content_type_id", "object_id"), ()),
    "wagtail_localize.TranslationSource": (("object_id",), ("last_updated_at", "locale_id")),
    "wagtail_localize.Translation": (("source_id",), ("enabled", "target_locale_id")),
    "wagtail_localize.StringSegment": (("source_id",), ()),
    "wagtail_localize.StringTranslation": (
        ("context_id",),
        ("data", "translation_type", "has_error", "locale_id", "translation_of_id"),
    ),
    "kis_partners.Review": (("translation_id",), ()),
    "kis_partners.SourceChange": (("source_id",), ()),
}


def watches() -> list[Watch]:
    """All tables whose changes are noted."""
    content = _content()
    named = {apps.get_model(one) for one in conf().pages_read or () if not reason_against(one)}
    needed = {one for model in named.union(*dependencies().values()) for one in tables_of(model)}
    found: dict[str, Watch] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or meta.swapped:
            continue
        if decides := DECIDING_MODELS.get(meta.label):
            columns, seen = decides
            watch = Watch(meta.db_table, meta.label, columns, seen or _seen_columns(model))
        elif owner := _owner(model, content):
            watch = Watch(meta.db_table, owner[1], (owner[0],), _seen_columns(model))
        elif model in content or model in needed:
            watch = Watch(meta.db_table, meta.label, (str(meta.pk.column),), _seen_columns(model))
        else:
            continue
        found[meta.db_table] = watch
    return list(found.values())


def tables_of(model: Any) -> list[Any]:
    """The models whose tables hold the columns of a model."""
    return [model._meta.concrete_model, *model._meta.get_parent_list()]


def _content() -> set[type[models.Model]]:
    """The models of pages, snippets, images, documents, their parts, and what these refer to."""
    waiting: list[Any] = [
        *(model for model in apps.get_models() if issubclass(model, Page)),
        *get_snippet_models(),
        get_image_model(),
        get_document_model(),
    ]
    user = apps.get_model(settings.AUTH_USER_MODEL)
    found: set[Any] = set()
    while waiting:
        model = waiting.pop()
        meta = model._meta
        if model in found or meta.app_label in UNSEEN_APPS or meta.label in UNSEEN_MODELS:
            continue
        if model is user:
            continue
        found.add(model)
        for field in model._meta.get_fields():
            if _is_unseen(model, field.name) or not field.is_relation:
                continue
            if isinstance(getattr(field, "field", None), ParentalKey) or (
                field.concrete and field.related_model
            ):
                waiting.append(field.related_model)
    return found


def _owner(model: Any, content: set[Any]) -> tuple[str, str] | None:
    """The column with the key of the object that a row belongs to, and the label of its model."""
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


def _is_unseen(model: Any, name: str) -> bool:
    """Whether no public answer shows a field; a site's own field may have the same name."""
    return name in UNSEEN_FIELDS and any(
        name in {field.name for field in base._meta.local_fields}
        for base in model.__mro__
        if base.__module__.startswith(("wagtail.", "treebeard.", "django.contrib.auth."))
        and hasattr(base, "_meta")
    )


def _seen_columns(model: Any) -> tuple[str, ...]:
    return tuple(
        str(field.column)
        for field in model._meta.local_concrete_fields
        if not _is_unseen(model, field.name)
    )


def install(using: str = "default") -> None:
    """Replace all triggers in the database by those of :func:`watches`."""
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
    """Drop all triggers and, on PostgreSQL, their functions.

    A table can't be altered safely while a trigger names its columns.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in installed(using):
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
            else:
                cursor.execute(f'DROP TRIGGER "{name}"')
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE proname LIKE 'kis\\_delivery\\_%' "
                "AND pg_function_is_visible(oid)"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP FUNCTION "{name}"()')


def installed(using: str = "default") -> set[tuple[str, str]]:
    """The triggers in the database, as (name, table)."""
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
    """The tables that lack a trigger, among those that there are."""
    present = installed(using)
    lacking = {
        watch.table
        for watch in watches()
        if {(f"{watch.name}_{event}", watch.table) for event in EVENTS} - present
    }
    # Others are made by migrations that have not run yet.
    return sorted(lacking and lacking & set(connections[using].introspection.table_names()))


def _key(row: str, watch: Watch) -> str:
    """The key of a note as SQL; ``row`` is OLD or NEW. It is null if its first column is."""
    first, *others = (f'CAST({row}."{column}" AS TEXT)' for column in watch.columns)
    return " || ':' || ".join([first, *(f"COALESCE({one}, '')" for one in others)])


def _write_note(row: str, watch: Watch, condition: str = "") -> str:
    """The SQL that writes a note of a row, unless its key is null."""
    values = f"SELECT '{watch.source}', {_key(row, watch)} WHERE {_key(row, watch)} IS NOT NULL"
    return f"INSERT INTO {Note._meta.db_table} (source, key) {values}{condition};"


def _events(watch: Watch, differs: str) -> Iterator[tuple[str, str, str]]:
    """Each event with its condition and its body; ``differs`` compares values that may be null.

    Where the key of a row changes, both the old and the new one are noted.
    """
    changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in watch.seen)
    rekeyed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in watch.columns)
    both = _write_note("NEW", watch) + " " + _write_note("OLD", watch, f" AND ({rekeyed})")
    yield "insert", "", _write_note("NEW", watch)
    yield "update", f"WHEN ({changed} OR {rekeyed})", both
    yield "delete", "", _write_note("OLD", watch)


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
            # Sessions with another search path, such as those of pg_dump, find the table, too.
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql '
            f"SET search_path FROM CURRENT AS $$ BEGIN {body} RETURN NULL; END $$"
        )
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{watch.table}" '
            f'FOR EACH ROW {when} EXECUTE FUNCTION "{name}"()'
        )


def _before_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    if plan:
        if State._meta.db_table in connections[using].introspection.table_names():
            # First of all, for every release that serves meanwhile, and if migrating fails.
            State._default_manager.using(using).update(release=CLOSED)
        remove(using)


def _after_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    if Note._meta.db_table not in connections[using].introspection.table_names():
        return
    if plan or missing(using):
        install(using)
        # No trigger was there to note what migrations have changed.
        Note._default_manager.using(using).create(source=EVERYTHING, key="")


def connect() -> None:
    """Close the shelf and drop triggers before migrations, and install them afterwards; called by
    ``ready()``."""
    config = apps.get_app_config("kis_delivery")
    pre_migrate.connect(_before_migrate, sender=config, dispatch_uid="kis_delivery_before")
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid="kis_delivery_after")
