"""The grade of each translation, kept so that 20,000 of them can be counted and filtered.

Counting the segments of a whole site takes seconds. So triggers on the tables of segments, texts
and reviews write a note of each change, in its transaction, and whoever asks for grades has those
counted anew first that notes lead to. A trigger fires where Django sends no signal: bulk inserts,
``QuerySet.update``, raw SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, connections, transaction
from django.db.models import Q
from django.db.models.signals import post_migrate, pre_migrate
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationContext,
    TranslationSource,
)

from ..models import GradeNote, Review, TranslationGrade

NOTE = GradeNote._meta.db_table
STRING, SEGMENT, TRANSLATION = (
    model._meta.db_table for model in (StringTranslation, StringSegment, Translation)
)
#: For each table the columns of a note, and their values as SQL; ``{row}`` is OLD or NEW.
WATCHED = {
    STRING: "(context) SELECT {row}.context_id",
    SEGMENT: "(source) SELECT {row}.source_id",
    TRANSLATION: "(source) SELECT {row}.source_id",
    Review._meta.db_table: (
        f"(context) SELECT context_id FROM {STRING} WHERE id = {{row}}.translation_id"
    ),
}
ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
#: How many notes one transaction takes.
BATCH = 5000


def settle() -> None:
    """Count those translations anew that have changed; one statement if there are none."""
    while GradeNote.objects.exists():
        _settle_some()


@transaction.atomic
def _settle_some() -> None:
    # The lock makes others wait, so that nobody writes an older grade over a newer one.
    notes = list(GradeNote.objects.select_for_update().order_by("pk")[:BATCH])
    contexts = {note.context for note in notes if note.context}
    keys = TranslationContext.objects.filter(pk__in=contexts).values_list("object_id", flat=True)
    changed = Translation.objects.filter(
        Q(source__in={note.source for note in notes if note.source})
        | Q(source__in=TranslationSource.objects.filter(object_id__in=set(keys)))
    )
    pks = list(changed.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        _count(pks[start : start + BATCH])
    GradeNote.objects.filter(pk__in=[note.pk for note in notes]).delete()


def _count(pks: list[int]) -> None:
    """Replace the grades of translations."""
    grade = TranslationGrade._meta.db_table
    these = ", ".join(["%s"] * len(pks))
    machine = StringTranslation.TRANSLATION_TYPE_MACHINE
    TranslationGrade.objects.filter(translation__in=pks).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {grade} (translation_id, state)
            SELECT t.id, CASE
                WHEN COUNT(x.id) < COUNT(g.id) THEN 'partial'
                WHEN COUNT(CASE WHEN (r.id IS NULL OR r.text <> x.data)
                    AND (x.translation_type = '{machine}' OR r.id IS NOT NULL) THEN 1 END) > 0
                THEN 'machine' ELSE 'complete' END
            FROM {TRANSLATION} t
            LEFT JOIN {SEGMENT} g ON g.source_id = t.source_id
            LEFT JOIN {STRING} x ON x.translation_of_id = g.string_id
                AND x.context_id = g.context_id AND x.locale_id = t.target_locale_id
                AND NOT x.has_error
            LEFT JOIN {Review._meta.db_table} r ON r.translation_id = x.id
            WHERE t.id IN ({these}) GROUP BY t.id""",
            pks,
        )


def _names() -> dict[str, str]:
    """The names of the triggers, with their tables."""
    return {f"kis_grade_{table}_{event}": table for table in WATCHED for event in ROWS}


def _installed(using: str) -> set[str]:
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE"
    if connections[using].vendor == "postgresql":
        named = "SELECT tgname FROM pg_trigger WHERE pg_table_is_visible(tgrelid) AND tgname LIKE"
    with connections[using].cursor() as cursor:
        cursor.execute(f"{named} 'kis!_grade!_%' ESCAPE '!'")
        return {str(name) for (name,) in cursor.fetchall()}


def _remove(using: str) -> None:
    is_postgresql = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        for name in _installed(using) & _names().keys():
            on = f'ON "{_names()[name]}"' if is_postgresql else ""
            cursor.execute(f'DROP TRIGGER "{name}" {on}')
        for name in _names() if is_postgresql else ():
            cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')


def _statements(vendor: str) -> Iterator[str]:
    for table, note in WATCHED.items():
        for event, rows in ROWS.items():
            name = f"kis_grade_{table}_{event}"
            body = " ".join(f"INSERT INTO {NOTE} {note.format(row=row)};" for row in rows)
            begin = f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" FOR EACH ROW'
            if vendor == "postgresql":
                yield (
                    f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql '
                    f"SET search_path FROM CURRENT AS $$ BEGIN {body} RETURN NULL; END $$"
                )
                yield f'{begin} EXECUTE FUNCTION "{name}"()'
            else:
                yield f"{begin} BEGIN {body} END"


def _before_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    if plan:  # A table can't be altered safely while a trigger names its columns.
        _remove(using)


def _after_migrate(using: str, **kwargs: Any) -> None:
    tables = set(connections[using].introspection.table_names())
    if not {NOTE, *WATCHED} <= tables or _installed(using) >= _names().keys():
        return
    _remove(using)
    with connections[using].cursor() as cursor:
        for statement in _statements(connections[using].vendor):
            cursor.execute(statement)
        # No trigger was there to note what migrations have changed.
        source = TranslationSource._meta.db_table
        cursor.execute(f"INSERT INTO {NOTE} (source) SELECT id FROM {source}")


def connect() -> None:
    """Drop the triggers before migrations and install them afterwards; called by ``ready()``."""
    config = apps.get_app_config("kis_partners")
    pre_migrate.connect(_before_migrate, sender=config, dispatch_uid="kis_grades_before")
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid="kis_grades_after")
