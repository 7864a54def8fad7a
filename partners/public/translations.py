"""States of translations, counted from the segments that wagtail-localize keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal, get_args
from uuid import UUID

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from wagtail.models import DraftStateMixin, Locale, Page, TranslatableMixin
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationContext,
    TranslationSource,
)

from .sql import SQL, column, moment

_TRANSLATION, _SOURCE, _SEGMENT, _STRING, _CONTEXT, _LOCALE = (
    model._meta.db_table
    for model in (
        *(Translation, TranslationSource, StringSegment, StringTranslation),
        *(TranslationContext, Locale),
    )
)

State = Literal["partial", "machine", "complete", "source"]
#: From the least reliable to the most reliable for a reader.
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class TranslationState:
    """The state of one language version.

    - ``state``: ``source``, written in this language; ``partial``, some segments are still in the
      language of the source; ``machine``, complete, with machine translations that nobody has
      reviewed; ``complete``, all translations made or reviewed by people.
    - ``percent``: the share of translated segments.
    - ``reviewed``: no segment needs a review, neither a machine translation nor a text changed
      since its review. ``reviewed_at``: the time of the last review that counts.
    - ``source_newer``: the source was published after the translation took over its texts;
      ``changed``: the number of segments changed since, None if unknown.
    """

    state: State
    percent: int = 100
    reviewed: bool = True
    reviewed_at: datetime | None = None
    source_newer: bool = False
    source_locale: str = ""
    changed: int | None = None

    @classmethod
    def from_counts(
        cls,
        source_locale: str,
        segments: int,
        done: int,
        machine: int,
        unreviewed: int,
        reviewed_at: datetime | None,
        source_newer: bool,
    ) -> TranslationState:
        """The state of a translation from the columns of :func:`counted_translations`."""
        state: State = "complete"
        if done < segments:
            state = "partial"
        elif machine:
            state = "machine"
        return cls(
            state=state,
            percent=100 * done // segments if segments else 100,
            reviewed=not unreviewed,
            reviewed_at=None if unreviewed else reviewed_at,
            source_newer=bool(source_newer),
            source_locale=source_locale,
        )


def with_how(rows: QuerySet[StringTranslation]) -> QuerySet[StringTranslation]:
    """Annotate translated strings with ``how`` they were made.

    ``reviewed``: a person has reviewed the text as it is. ``machine``: a machine translation
    without review. ``changed``: written by a person, after the review of an earlier text.
    ``manual``: written by a person.
    """
    return rows.annotate(how=_how())


def _how(row: str = "") -> Case:
    text, kind, review = f"{row}data", f"{row}translation_type", f"{row}kis_review"
    return Case(
        When(**{f"{review}__text": F(text)}, then=Value("reviewed")),
        When(**{kind: StringTranslation.TRANSLATION_TYPE_MACHINE}, then=Value("machine")),
        When(**{f"{review}__isnull": False}, then=Value("changed")),
        default=Value("manual"),
    )


def _translated(locale_id: Any) -> Subquery:
    """For a subquery: how a segment of the outer query is translated; null without translation."""
    rows = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=locale_id,
        has_error=False,
    )
    return Subquery(with_how(rows).values("how")[:1])


def segments() -> QuerySet[StringSegment]:
    """For a subquery: the source's segments of a page or snippet of the outer query.

    The outer query has ``translation_key`` and ``locale_id``. Each segment has ``how`` as in
    :func:`with_how`, None without translation.
    """
    return StringSegment.objects.filter(
        source__object_id=OuterRef("translation_key"),
        source__translations__target_locale_id=OuterRef("locale_id"),
        source__translations__enabled=True,
    ).annotate(how=_translated(OuterRef(OuterRef("locale_id"))))


def missing_segments(keys: Iterable[Any]) -> QuerySet[StringSegment]:
    """Segments without translation, once for each language without it.

    ``keys`` are translation keys. The language is ``source__translations__target_locale``.
    """
    done = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=OuterRef("source__translations__target_locale_id"),
        has_error=False,
    )
    return StringSegment.objects.filter(
        ~Exists(done), source__object_id__in=keys, source__translations__enabled=True
    )


MACHINE = Q(how="machine")
UNREVIEWED = Q(how__in=("machine", "changed"))
MISSING = Q(how__isnull=True)


def _translation() -> QuerySet[Translation]:
    return Translation.objects.filter(
        source__object_id=OuterRef("translation_key"),
        target_locale_id=OuterRef("locale_id"),
        enabled=True,
    )


@dataclass(frozen=True)
class CountedTranslation:
    """A translation that is in step with its source, as the database counts its segments.

    ``updated_at`` is when the source was last read for it; ``changed`` and ``changed_at`` tell in
    how many segments the source is known to have changed, and since when.
    """

    key: UUID
    locale: int
    language: str
    state: TranslationState
    updated_at: datetime
    changed: int | None
    changed_at: datetime | None


def counted_translations(
    keys: Collection[UUID] | None = None, locale: int | None = None, model: Any = Page
) -> Iterator[CountedTranslation]:
    """The translations of items with these keys, by default of all, into one language or all.

    ``model`` is that of the items. One statement.
    """
    field: Any = Page._meta.get_field("translation_key")
    parameters: list[Any] = [field.get_db_prep_value(key, connection) for key in keys or ()]
    condition = ""
    if keys is not None:
        condition = f"AND s.object_id IN ({', '.join(['%s'] * len(parameters)) or 'NULL'})"
    if locale is not None:
        condition, parameters = f"{condition} AND t.target_locale_id = %s", [*parameters, locale]
    with connection.cursor() as cursor:
        cursor.execute(_counting(model).format(condition=condition), parameters)
        rows = cursor.fetchall()
    for key, to, language, updated_at, changed, changed_at, *counted in rows:
        source, segments, done, machine, unreviewed, reviewed_at, newer = counted
        state = TranslationState.from_counts(
            source, segments, done, machine, unreviewed, _moment(reviewed_at), newer
        )
        key = key if isinstance(key, UUID) else UUID(key)
        since: Any = _moment(updated_at)
        yield CountedTranslation(key, to, language, state, since, changed, _moment(changed_at))


def _moment(value: datetime | str | None) -> datetime | None:
    """A moment as the database gives it: SQLite has texts."""
    return moment(value) if isinstance(value, str) else value


@cache
def _counting(model: Any) -> str:
    """The statement of :func:`counted_translations`, with a place for a condition."""
    review, change = (
        one._meta.get_field(name).related_model._meta.db_table
        for one, name in ((StringTranslation, "kis_review"), (TranslationSource, "kis_change"))
    )
    machine = StringTranslation.TRANSLATION_TYPE_MACHINE
    unread = "(r.id IS NULL OR r.text <> x.data)"
    newer = "0"
    if issubclass(model, DraftStateMixin):
        newer = f"""CASE WHEN EXISTS (
            SELECT 1 FROM {model._meta.db_table} p WHERE p.translation_key = s.object_id
            AND p.locale_id = s.locale_id AND p.last_published_at > s.last_updated_at
        ) THEN 1 ELSE 0 END"""
    same = """s.object_id, t.target_locale_id, l.language_code, s.last_updated_at, c.segments, c.at,
        o.language_code"""
    return f"""
        SELECT {same}, COUNT(g.id), COUNT(x.id),
            COUNT(CASE WHEN {unread} AND x.translation_type = '{machine}' THEN 1 END),
            COUNT(CASE WHEN {unread} AND (x.translation_type = '{machine}' OR r.id IS NOT NULL)
                THEN 1 END),
            MAX(r.reviewed_at), {newer}
        FROM {_TRANSLATION} t JOIN {_SOURCE} s ON s.id = t.source_id
        JOIN {_LOCALE} l ON l.id = t.target_locale_id JOIN {_LOCALE} o ON o.id = s.locale_id
        LEFT JOIN {change} c ON c.source_id = s.id
        LEFT JOIN {_SEGMENT} g ON g.source_id = s.id
        LEFT JOIN {_STRING} x ON x.translation_of_id = g.string_id AND x.context_id = g.context_id
            AND x.locale_id = t.target_locale_id AND NOT x.has_error
        LEFT JOIN {review} r ON r.translation_id = x.id
        WHERE t.enabled {{condition}} GROUP BY {same}, s.locale_id"""


def progress(
    keys: Collection[UUID] | None = None,
) -> dict[tuple[Any, int], TranslationState]:
    """The state of every translation, by translation key and id of its locale; one statement.

    ``keys`` are translation keys; without them it is that of all items.
    """
    found = {}
    for one in counted_translations(keys):
        state = one.state
        if one.changed_at and one.changed_at > one.updated_at:
            state = replace(state, source_newer=True)
        if state.source_newer:
            state = replace(state, changed=one.changed)
        found[one.key, one.locale] = state
    return found


def with_grade(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate pages or snippets with the name of their state as ``grade``; counts no segments."""
    return pages.annotate(grade=SQL(_grade(), TextField()))


@cache
def _grade() -> str:
    """SQL: the name of the state of a page or snippet."""
    review = StringTranslation._meta.get_field("kis_review").related_model._meta.db_table
    translation = f"""
        FROM {_SOURCE} s JOIN {_TRANSLATION} t ON t.source_id = s.id
        WHERE s.object_id = {{translation_key}} AND t.target_locale_id = {{locale_id}}
        AND t.enabled"""
    segments = translation.replace("WHERE", f"JOIN {_SEGMENT} g ON g.source_id = s.id WHERE")
    translated = f"""
        SELECT 1 FROM {_STRING} x WHERE x.translation_of_id = g.string_id
        AND x.context_id = g.context_id AND x.locale_id = {{locale_id}} AND NOT x.has_error"""
    unread = f"""
        AND x.translation_type = '{StringTranslation.TRANSLATION_TYPE_MACHINE}' AND NOT EXISTS (
            SELECT 1 FROM {review} r WHERE r.translation_id = x.id AND r.text = x.data
        )"""
    return f"""CASE
        WHEN NOT EXISTS (SELECT 1 {translation}) THEN 'source'
        WHEN EXISTS (SELECT 1 {segments} AND NOT EXISTS ({translated})) THEN 'partial'
        WHEN EXISTS (SELECT 1 {segments} AND EXISTS ({translated} {unread})) THEN 'machine'
        ELSE 'complete' END"""


@dataclass(frozen=True)
class Untranslated:
    """The parts of a translation that are still in the language of its source.

    ``sections`` is the number of segments without translation. ``fields`` are the paths of fields
    ("lead") and blocks ("body.<uuid>") without any translated segment.
    """

    source_locale: str
    sections: int
    fields: frozenset[str]


def untranslated(item: TranslatableMixin) -> Untranslated:
    """The parts of a page or snippet that are still in its source's language; two statements."""
    translation = (
        Translation.objects.filter(
            source__object_id=item.translation_key, target_locale_id=item.locale_id, enabled=True
        )
        .select_related("source__locale")
        .first()
    )
    if translation is None:
        return Untranslated(item.locale.language_code, 0, frozenset())
    done: dict[str, list[bool]] = {}
    segments = StringSegment.objects.filter(source=translation.source)
    rows = segments.annotate(how=_translated(item.locale_id)).values_list("context__path", "how")
    for path, how in rows:
        done.setdefault(".".join(path.split(".")[:2]), []).append(how is not None)
    return Untranslated(
        source_locale=translation.source.locale.language_code,
        sections=sum(flags.count(False) for flags in done.values()),
        fields=frozenset(path for path, flags in done.items() if not any(flags)),
    )


def untranslated_strings(
    items: Iterable[TranslatableMixin],
) -> dict[tuple[UUID, int], tuple[str, list[str]]]:
    """The strings without translation of those pages and snippets that have some; one statement.

    By translation key and id of the language, with the language of the source. Strings of rich
    text are HTML.
    """
    found: dict[tuple[UUID, int], tuple[str, list[str]]] = {}
    wanted = {(item.translation_key, item.locale_id) for item in items}
    segments = missing_segments({key for key, _locale in wanted}).values_list(
        *("source__object_id", "source__translations__target_locale_id"),
        *("source__locale__language_code", "string__data"),
    )
    for key, locale, language, string in segments.distinct():
        if (key, locale) in wanted:
            found.setdefault((key, locale), (language, []))[1].append(string)
    return found


def has_unreviewed(items: Iterable[TranslatableMixin]) -> bool:
    """Whether a string of these pages or snippets needs a review; one statement.

    All of them are in the same language.
    """
    keys = {item.translation_key: item.locale_id for item in items}
    rows = StringTranslation.objects.filter(
        context__object_id__in=keys, locale_id__in=set(keys.values())
    )
    return with_how(rows).filter(UNREVIEWED).exists()


def at_least(pages: QuerySet[Any], state: State) -> QuerySet[Any]:
    """The pages or snippets in this state or a better one, in the order of :data:`STATES`."""
    if state == "source":
        return pages.filter(~Exists(_translation()))
    if state in ("machine", "complete"):
        pages = pages.filter(~Exists(segments().filter(MISSING)))
    if state == "complete":
        pages = pages.filter(~Exists(segments().filter(MACHINE)))
    return pages


def untouched(item: str = "") -> str:
    """SQL subquery: a translation of which no segment is translated, by its table's alias.

    CROSS JOIN fixes the order of the tables for SQLite, which would begin with a whole language.
    """
    key, locale = column(item, "translation_key"), column(item, "locale_id")
    return f"""
        SELECT 1 FROM {_SOURCE} s CROSS JOIN {_TRANSLATION} t CROSS JOIN {_SEGMENT} g
        WHERE s.object_id = {key}
        AND t.source_id = s.id AND t.target_locale_id = {locale} AND t.enabled
        AND g.source_id = s.id
        AND NOT EXISTS (
            SELECT 1 FROM {_SOURCE} s CROSS JOIN {_SEGMENT} g CROSS JOIN {_STRING} x
            WHERE s.object_id = {key} AND g.source_id = s.id
            AND x.locale_id = {locale} AND x.translation_of_id = g.string_id
            AND x.context_id = g.context_id AND NOT x.has_error
        )"""


def begun(items: QuerySet[Any]) -> QuerySet[Any]:
    """The pages or snippets without translations that have only words of their source."""
    return items.filter(SQL(f"NOT EXISTS ({untouched()})", BooleanField()))


def is_begun(item: Any) -> bool:
    """Whether a page or snippet isn't a translation that has only words of its source."""
    model = type(item)._meta.get_field("translation_key").model
    return bool(begun(model._default_manager.filter(pk=item.pk)).exists())


def foreign(path: str) -> SQL:
    """The language of the text at a path of pages or snippets, where it isn't translated, or null.

    That is the language of the source.
    """
    text = f"""(
        SELECT l.language_code FROM {_SOURCE} s JOIN {_TRANSLATION} t ON t.source_id = s.id
        JOIN {_SEGMENT} g ON g.source_id = s.id JOIN {_CONTEXT} c ON c.id = g.context_id
        JOIN {_LOCALE} l ON l.id = s.locale_id
        WHERE s.object_id = {{translation_key}} AND t.target_locale_id = {{locale_id}} AND t.enabled
        AND c.path = {{path}} AND NOT EXISTS (
            SELECT 1 FROM {_STRING} x WHERE x.translation_of_id = g.string_id
            AND x.context_id = g.context_id AND x.locale_id = {{locale_id}} AND NOT x.has_error
        ) LIMIT 1)"""
    return SQL(text, TextField(), path=Value(path))


def there() -> SQL:
    """Condition: a snippet with drafts is published, and there in its language (``begun``)."""
    return SQL(f"({{live}} AND NOT EXISTS ({untouched()}))", BooleanField())


_REPEATS = f"""
    SELECT 1 FROM {Page._meta.db_table} o
    WHERE o.id = {{alias_of_id}} AND o.locale_id <> {{locale_id}}"""


def in_own_words(pages: QuerySet[Any]) -> QuerySet[Any]:
    """The pages without aliases that repeat a page of another language."""
    return pages.filter(SQL(f"NOT EXISTS ({_REPEATS})", BooleanField()))


def translation_state(item: TranslatableMixin) -> TranslationState:
    """The state of a page or snippet; one statement."""
    model: Any = type(item)._meta.get_field("translation_key").model
    for one in counted_translations([item.translation_key], item.locale_id, model):
        return one.state
    return TranslationState("source", source_locale=item.locale.language_code)
