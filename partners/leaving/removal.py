"""Removes what a site has of the plugin, in one transaction where the database allows that."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.signals import pre_migrate
from wagtail.models import (
    Comment,
    ModelLogEntry,
    Page,
    ReferenceIndex,
    Revision,
    Workflow,
    WorkflowState,
)
from wagtail_localize.models import (
    String,
    StringSegment,
    StringTranslation,
    TranslatableObject,
    TranslationSource,
)

from .inventory import Inventory, our_apps, our_models

BATCH = 500
Each = Callable[[Iterable[int]], Iterator[int]]


def remove(found: Inventory, delete_pages: bool, each: Each = iter) -> None:
    """Remove everything of an inventory; pages become plain ones, and are deleted if so wanted.

    ``each`` is given the pages that are deleted, and may tell how far that is.
    Tables of the site aren't changed, but for their rows about what goes. SQLite checks references
    again when all is done, because tables can't go while it does.
    """
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            _remove_triggers()
            _make_plain(list(found.pages))
            _remove_team(found)
            _empty_tables()
            if delete_pages:
                _delete(found, each)
            _forget_content_types()
            if is_sqlite:
                connection.check_constraints()
            else:  # A table can't be dropped while checks of its rows wait for the end.
                connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
            _drop_tables()
    finally:
        if is_sqlite:
            connection.enable_constraint_checking()


def _remove_triggers() -> None:
    """What goes before tables are altered by migrations goes before they are dropped, too."""
    for config in our_apps():
        pre_migrate.send(
            sender=config,
            app_config=config,
            verbosity=0,
            interactive=False,
            using=connection.alias,
            plan=[("leaving", False)],
            apps=apps,
        )


def _make_plain(keys: list[int]) -> None:
    """Pages keep what every page has: title, address, place, privacy; older versions go."""
    page_type = ContentType.objects.get_for_model(Page)
    for some in _batches(keys):
        pages = Page.objects.filter(pk__in=some)
        translated = set(pages.values_list("translation_key", flat=True))
        pages.update(
            content_type=page_type,
            draft_title=F("title"),
            has_unpublished_changes=False,
            latest_revision=None,
            live_revision=None,
            latest_revision_created_at=None,
        )
        theirs = {"base_content_type": page_type, "object_id__in": list(map(str, some))}
        for model in (WorkflowState, Revision, ReferenceIndex):
            model._default_manager.filter(**theirs).delete()
        Comment.objects.filter(page__in=some).delete()
        _forget_translations(TranslatableObject.objects.filter(translation_key__in=translated))


def _forget_translations(objects: QuerySet[TranslatableObject]) -> None:
    """Sources, translations and their texts, unless something else is made of the same texts."""
    keys = list(objects.values_list("pk", flat=True))
    for some in _batches(keys):
        segments = StringSegment.objects.filter(source__object__in=some)
        texts = set(segments.values_list("string_id", flat=True))
        memory = StringTranslation.objects.filter(context__object__in=some)
        texts |= set(memory.values_list("translation_of_id", flat=True))
        # Without signals: wagtail-localize's handler looks for the page of each text.
        memory._raw_delete(connection.alias)
        TranslationSource.objects.filter(object__in=some).delete()
        TranslatableObject.objects.filter(pk__in=some).delete()
        for part in _batches(list(texts)):
            used = StringSegment.objects.filter(string=OuterRef("pk"))
            unused = list(String.objects.filter(~Exists(used), pk__in=part))
            of_none = StringTranslation.objects.filter(translation_of__in=unused)
            of_none._raw_delete(connection.alias)
            String.objects.filter(pk__in=[one.pk for one in unused]).delete()


def _remove_team(found: Inventory) -> None:
    # All are looked for first: each is known by the others.
    tasks, workflows, groups = found.tasks, found.workflows, found.groups
    for task in tasks:
        task.specific.delete()
    Workflow.objects.filter(pk__in=[one.pk for one in workflows]).delete()
    Group.objects.filter(pk__in=[one.pk for one in groups]).delete()


def _empty_tables() -> None:
    for model in our_models():
        model._base_manager.all()._raw_delete(connection.alias)


def _delete(found: Inventory, each: Each) -> None:
    """Delete pages, the lower ones first, so that none takes another one along."""
    kept = found.needed
    going = [pk for pk in reversed(found.pages) if pk not in kept]
    # Versions of what is kept aren't versions of what goes any more.
    for key in set(
        Page.objects.filter(pk__in=kept).values_list("translation_key", flat=True)
    ) & set(Page.objects.filter(pk__in=going).values_list("translation_key", flat=True)):
        Page.objects.filter(pk__in=kept, translation_key=key).update(translation_key=uuid.uuid4())
    Page.objects.filter(alias_of__in=going).update(alias_of=None)
    for pk in each(going):
        if page := Page.objects.filter(pk=pk).first():
            page.delete()


def _forget_content_types() -> None:
    """What is known of our models: permissions, older versions, logs, references, translations."""
    labels = [one.label for one in our_apps()]
    types = ContentType.objects.filter(app_label__in=labels)
    ModelLogEntry.objects.filter(content_type__in=types).delete()
    _forget_translations(TranslatableObject.objects.filter(content_type__in=types))
    types.delete()
    ContentType.objects.clear_cache()


def _drop_tables() -> None:
    tables = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in our_models():
            if model._meta.db_table in tables:
                editor.execute(
                    editor.sql_delete_table % {"table": editor.quote_name(model._meta.db_table)}
                )
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app__in=[one.label for one in our_apps()]).delete()


def _batches(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
