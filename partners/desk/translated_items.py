"""Pages and snippets with the state of each of their languages, for users with a right on one.

Two statements for any number find the items and their states, by grades that are kept
(:mod:`..translating.grades`). Two more give the details of those that are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, reduce
from typing import Any, NamedTuple, overload
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    IntegerField,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import DraftStateMixin, Locale, Page, TranslatableMixin, get_page_models
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import Translation, TranslationSource

from ..models import SourceChange, TranslationGrade
from ..public.sql import SQL, column
from ..public.translations import TranslationState, progress
from ..roles.rights import TRANSLATE, permitted_locales
from ..translating import grades
from .language_states import LanguageState, OverviewState


@dataclass
class TranslatedItem:
    """A page or snippet with the state of each language, by language code."""

    key: UUID
    kind: str
    title: str
    url: str = ""
    languages: dict[str, LanguageState] = field(default_factory=dict)


class Line(NamedTuple):
    """An item as found in the database: its source, and the state of each language by its code.

    ``place`` sorts items: the path of a page, or model and title of a snippet.
    """

    model: Any
    pk: str
    text_key: str
    locale: int
    title: str
    place: str
    states: dict[str, OverviewState]

    @property
    def key(self) -> UUID:
        return UUID(self.text_key)

    @property
    def is_page(self) -> bool:
        return issubclass(self.model, Page)

    @property
    def kind(self) -> str:
        """The name of its model in the active language."""
        return str(capfirst(str(self.model._meta.verbose_name)))


class TranslatedItems(Sequence[TranslatedItem]):
    """Items that a user may see; the details of those are read that are asked for.

    A user sees an item with any right on it in one language, and its states in all of them.
    Translators see all items in the site's language.
    """

    def __init__(self, user: Any, lines: list[Line] | None = None) -> None:
        self.user = user
        if lines is not None:
            self.lines = lines

    @cached_property
    def locales(self) -> list[Locale]:
        """All languages, ordered by code."""
        return list(Locale.objects.order_by("language_code"))

    @cached_property
    def my_locales(self) -> list[Locale]:
        """The languages in which the user may edit something, or begin translations."""
        targets = permitted_locales(self.user, [TRANSLATE])
        mine = (targets or set()) | editable_locales(self.user)
        return [one for one in self.locales if targets is None or one.pk in mine]

    @cached_property
    def lines(self) -> list[Line]:
        """All items: pages in the order of the tree, then snippets."""
        grades.settle()
        return sorted(_read(self.user, self.locales), key=lambda line: line.place)

    def only(self, wanted: Callable[[Line], bool]) -> TranslatedItems:
        return self._with([line for line in self.lines if wanted(line)])

    def in_order(self, key: Callable[[Line], Any], reverse: bool = False) -> TranslatedItems:
        return self._with(sorted(self.lines, key=key, reverse=reverse))

    def _with(self, lines: list[Line]) -> TranslatedItems:
        others = TranslatedItems(self.user, lines)
        others.locales = self.locales
        return others

    def totals(self) -> dict[str, Counter[OverviewState]]:
        """The number of items in each state, by language code."""
        return {
            locale.language_code: Counter(line.states[locale.language_code] for line in self.lines)
            for locale in self.locales
        }

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[TranslatedItem]:
        for start in range(0, len(self.lines), CHUNK):
            yield from self[start : start + CHUNK]

    @overload
    def __getitem__(self, place: int) -> TranslatedItem: ...
    @overload
    def __getitem__(self, place: slice) -> list[TranslatedItem]: ...
    def __getitem__(self, place: int | slice) -> TranslatedItem | list[TranslatedItem]:
        if isinstance(place, int):
            return _items(self.user, self.locales, [self.lines[place]])[0]
        return _items(self.user, self.locales, self.lines[place])


#: How many items are read at once where all are, for a spreadsheet.
CHUNK = 200


def translatable_snippets() -> list[Any]:
    """The snippet models that can be translated."""
    return [model for model in get_snippet_models() if issubclass(model, TranslatableMixin)]


def translatable_models() -> list[Any]:
    """Pages, and the snippet models that can be translated."""
    return [Page, *translatable_snippets()]


# What a user may see

#: A translation key as text, because making UUIDs of thousands takes long.
_TEXT_KEY = Cast("translation_key", CharField())


def _seen_keys(user: Any) -> Container[str]:
    """The translation keys, as text, of all that a user has a right on; one statement.

    It is asked apart, because within the statement that finds items it takes as long as that.
    """
    queries = [_seen(model, user) for model in translatable_models()]
    keys = [_values(rows, {"key": _TEXT_KEY}).distinct() for rows in queries]
    return {key for (key,) in _union(keys)}


def _seen(model: Any, user: Any) -> QuerySet[Any]:
    actions = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
    if model is not Page:
        actions = {"add", "change", "delete", "publish", "view"}
    own = _policy(model).instances_user_has_any_permission_for(user, actions)
    if user.has_perm(TRANSLATE):
        code = get_supported_content_language_variant(settings.LANGUAGE_CODE)
        own |= model._default_manager.filter(locale__in=Locale.objects.filter(language_code=code))
    return own


def _policy(model: Any) -> Any:
    if issubclass(model, Page):
        return policy_registry.get_by_type(Page)
    return model.snippet_viewset.permission_policy


def _editable(model: Any, user: Any) -> Any:
    """An expression: whether a user may edit a row."""
    if user.is_superuser:
        return Value(True)
    may_edit = _policy(model).instances_user_has_permission_for(user, "change")
    return Case(
        When(pk__in=may_edit.order_by().values("pk"), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _title(model: Any) -> str:
    """The field shown as an item's title: for snippets the first translated text field."""
    if model is Page:
        return "draft_title"
    for one in get_translatable_fields(model):
        text = model._meta.get_field(one.field_name)
        if isinstance(text, models.CharField | models.TextField) and one.is_translated(model()):
            return one.field_name
    return "pk"


def _kind(model: Any) -> Any:
    """An expression: the id of a row's content type, as text."""
    if model is Page:
        return Cast("content_type_id", CharField())
    return Cast(Value(ContentType.objects.get_for_model(model).pk), CharField())


def _models_by_kind() -> dict[str, Any]:
    known = ContentType.objects.get_for_models(Page, *get_page_models(), *translatable_snippets())
    return {str(kind.pk): model for model, kind in known.items()}


# All items at once

_SOURCE, _TRANSLATION, _GRADE, _CHANGE, _PAGE = (
    model._meta.db_table
    for model in (TranslationSource, Translation, TranslationGrade, SourceChange, Page)
)
# CROSS JOIN fixes the order of the tables for SQLite, which would begin with a whole language.
_MADE_INTO = f"""
    FROM {_SOURCE} s CROSS JOIN {_TRANSLATION} t
    WHERE s.object_id = {{key}} AND t.source_id = s.id AND t.target_locale_id = {{locale}}
    AND t.enabled"""


def _repeats(model: Any, row: str = "") -> str:
    """SQL: whether a row repeats one of another language."""
    if model is not Page:
        return "1 = 0"
    return f"""EXISTS (SELECT 1 FROM {_PAGE} a WHERE a.id = {column(row, "alias_of_id")}
        AND a.locale_id <> {column(row, "locale_id")})"""


def _is_source(model: Any, row: str = "") -> str:
    """SQL: whether a row was written in its language."""
    key, locale = column(row, "translation_key"), column(row, "locale_id")
    made = _MADE_INTO.format(key=key, locale=locale)
    return f"(NOT EXISTS (SELECT 1 {made}) AND NOT {_repeats(model, row)})"


@cache
def _stands_for_item(model: Any) -> str:
    """SQL: whether a row is the source of its item, the first of several; else the first row."""
    others = f"""SELECT 1 FROM {model._meta.db_table} o
        WHERE o.translation_key = {{translation_key}} AND o.locale_id <> {{locale_id}}"""
    return f"""CASE WHEN {_is_source(model)}
        THEN NOT EXISTS ({others} AND o.locale_id < {{locale_id}} AND {_is_source(model, "o")})
        ELSE NOT EXISTS ({others} AND (o.locale_id < {{locale_id}} OR {_is_source(model, "o")}))
        END"""


@cache
def _state(model: Any, locale: int) -> str:
    """SQL: the state of an item in a language."""
    version = f"""SELECT 1 FROM {model._meta.db_table} v
        WHERE v.translation_key = {{translation_key}} AND v.locale_id = {locale}"""
    named = version.replace(
        "SELECT 1", f"SELECT CASE WHEN {_repeats(model, 'v')} THEN 'missing' ELSE 'source' END"
    )
    return f"""COALESCE((
        SELECT CASE WHEN c.at > s.last_updated_at OR EXISTS (
            SELECT 1 FROM {_PAGE} f WHERE f.translation_key = s.object_id
            AND f.locale_id = s.locale_id AND f.last_published_at > s.last_updated_at
        ) THEN 'outdated' ELSE g.state END
        FROM {_SOURCE} s CROSS JOIN {_TRANSLATION} t CROSS JOIN {_GRADE} g
        LEFT JOIN {_CHANGE} c ON c.source_id = s.id
        WHERE s.object_id = {{translation_key}} AND t.source_id = s.id
        AND t.target_locale_id = {locale} AND t.enabled AND g.translation_id = t.id
        AND EXISTS ({version}) LIMIT 1
    ), ({named}), 'missing')"""


def _read(user: Any, locales: list[Locale]) -> Iterator[Line]:
    types = _models_by_kind()
    codes = [locale.language_code for locale in locales]
    queries = [_lines(model, locales) for model in translatable_models()]
    seen = None if user.is_superuser else _seen_keys(user)
    for kind, pk, key, locale, title, place, *states in _union(queries):
        if seen is not None and key not in seen:
            continue
        named = dict(zip(codes, states, strict=True))
        yield Line(types.get(kind, Page), pk, key, locale, title, place, named)


def _lines(model: Any, locales: list[Locale]) -> QuerySet[Any]:
    """The items of a model, as columns of :class:`Line`."""
    title = Cast(_title(model), TextField())
    place: Any = Cast("path", TextField())
    if model is not Page:
        name = Value(f"~{model._meta.verbose_name_plural}~")
        place = Concat(name, title, output_field=TextField())
    columns = {"model": _kind(model), "pk": Cast("pk", CharField()), "key": _TEXT_KEY}
    texts = {"title": title, "place": place}
    states = {f"state_{one.pk}": SQL(_state(model, one.pk), CharField()) for one in locales}
    rows = Page.objects.filter(depth__gt=1) if model is Page else model._default_manager.all()
    rows = rows.filter(SQL(_stands_for_item(model), BooleanField()))
    return _values(rows, columns, "locale_id", texts | states)


def _values(rows: QuerySet[Any], *columns: dict[str, Any] | str) -> QuerySet[Any]:
    """Rows as tuples of columns: fields by name, or expressions.

    The prefix keeps the names of annotations apart from those of fields.
    """
    named: dict[str, Any] = {}
    order: list[str] = []
    for one in columns:
        if isinstance(one, str):
            order.append(one)
        else:
            named |= {f"of_{name}": value for name, value in one.items()}
            order += [f"of_{name}" for name in one]
    return rows.order_by().annotate(**named).values_list(*order)


def _union(queries: list[QuerySet[Any]]) -> QuerySet[Any]:
    return reduce(lambda one, other: one.union(other, all=True).order_by(), queries)


# The details of some items


@dataclass(frozen=True)
class _Version:
    """One page or snippet in one language, as read from the database."""

    model: Any
    pk: str
    key: UUID
    locale: int
    live: bool
    alias_locale: int | None
    editable: bool


def _versions(user: Any, lines: list[Line]) -> dict[tuple[UUID, int], _Version]:
    """All language versions of items, by translation key and id of the locale; one statement."""
    types = _models_by_kind()
    keys: dict[Any, list[UUID]] = {}
    for line in lines:
        keys.setdefault(Page if line.is_page else line.model, []).append(line.key)
    found = {}
    queries = [_version_columns(model, user, wanted) for model, wanted in keys.items()]
    for kind, *row in _union(queries) if queries else []:
        version = _Version(types.get(kind, Page), *row)
        found[version.key, version.locale] = version
    return found


def _version_columns(model: Any, user: Any, keys: Iterable[UUID]) -> QuerySet[Any]:
    has_drafts = issubclass(model, DraftStateMixin)
    return _values(
        model._default_manager.filter(translation_key__in=list(keys)),
        {"model": _kind(model), "pk": Cast("pk", CharField())},
        "translation_key",
        "locale_id",
        {
            "live": F("live") if has_drafts else Value(True),
            "alias": F("alias_of__locale_id")
            if model is Page
            else Cast(Value(None), IntegerField()),
            "editable": _editable(model, user),
        },
    )


def _items(user: Any, locales: list[Locale], lines: list[Line]) -> list[TranslatedItem]:
    versions = _versions(user, lines)
    done = progress({line.key for line in lines})
    targets = permitted_locales(user, [TRANSLATE])
    found = []
    for line in lines:
        item = TranslatedItem(line.key, line.kind, line.title or gettext("(without a name)"))
        first = versions.get((line.key, line.locale))
        item.url = _edit_url(first) if first else ""
        for locale in locales:
            place = line.key, locale.pk
            state = LanguageState("missing", percent=0, live=False)
            if version := versions.get(place):
                state = _language_state(version, done.get(place))
            elif (targets is None or locale.pk in targets) and "source" in line.states.values():
                state = replace(state, url=_submit_url(line))
            item.languages[locale.language_code] = state
        found.append(item)
    return found


def _language_state(version: _Version, done: TranslationState | None) -> LanguageState:
    url = _edit_url(version)
    if done is not None:
        state: OverviewState = "outdated" if done.source_newer else done.state
        if state == "complete" and not done.reviewed:
            state = "machine"
        return LanguageState(state, done.percent, done.changed, version.live, url)
    if version.alias_locale in (None, version.locale):
        return LanguageState("source", live=version.live, url=url)
    return LanguageState("missing", percent=0, live=version.live, url=url)


def _edit_url(version: _Version) -> str:
    if not version.editable:
        return ""
    if issubclass(version.model, Page):
        return reverse("wagtailadmin_pages:edit", args=[version.pk])
    return reverse(version.model.snippet_viewset.get_url_name("edit"), args=[version.pk])


def _submit_url(line: Line) -> str:
    if line.is_page:
        return reverse("wagtail_localize:submit_page_translation", args=[line.pk])
    meta = line.model._meta
    return reverse(
        "wagtail_localize:submit_snippet_translation",
        args=[meta.app_label, meta.model_name, line.pk],
    )


# What a user may edit


def edit_urls(user: Any, keys: Iterable[UUID]) -> dict[tuple[UUID, int], str]:
    """The addresses of the editors of items, by translation key and locale id; one statement."""
    wanted = list(keys)
    rows = [_version_columns(model, user, wanted) for model in translatable_models()]
    types = _models_by_kind()
    versions = [_Version(types.get(kind, Page), *row) for kind, *row in _union(rows)]
    return {(one.key, one.locale): _edit_url(one) for one in versions if one.editable}


def editable_locales(user: Any) -> set[int]:
    """The ids of the languages in which a user may edit something; one statement."""
    queries = [
        _policy(model)
        .instances_user_has_permission_for(user, "change")
        .order_by()
        .values_list("locale_id")
        .distinct()
        for model in translatable_models()
    ]
    return {locale for (locale,) in _union(queries)}
