"""Every item in every language: which versions there are and how far each is.

Three statements, whatever there is: one for the languages and items, two for the translations. What
a user may not see isn't in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any, Literal, get_args
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
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import DraftStateMixin, Locale, Page, TranslatableMixin, get_page_models
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.fields import get_translatable_fields

from ..public.translations import TranslationState, progress
from ..roles.rights import TRANSLATE, languages

State = Literal["missing", "outdated", "partial", "machine", "complete", "source"]
#: From what needs most work to what needs none.
STATES: tuple[State, ...] = get_args(State)


def state_name(state: State) -> str:
    """What a state is called in the active language."""
    return {
        "missing": pgettext("translation", "missing"),
        "outdated": pgettext("translation", "out of date"),
        "partial": pgettext("translation", "partial"),
        "machine": pgettext("translation", "not reviewed"),
        "complete": pgettext("translation", "complete"),
        "source": pgettext("translation", "source"),
    }[state]


@dataclass(frozen=True)
class Cell:
    """One language of an item. ``changed`` is how many segments of the source are newer than the
    translation knows; None where that isn't known. ``url`` leads to the editor, empty for those
    who may not edit."""

    state: State
    percent: int = 100
    changed: int | None = None
    live: bool = True
    url: str = ""

    def __str__(self) -> str:
        parts = [state_name(self.state)]
        if self.state == "partial":
            parts = [f"{parts[0]}, {self.percent} %"]
        elif self.state == "outdated" and self.changed is not None:
            number = ngettext(
                "%(number)d segment changed", "%(number)d segments changed", self.changed
            )
            parts.append(number % {"number": self.changed})
        if not self.live and self.state != "missing":
            parts.append(pgettext("translation", "draft"))
        return ", ".join(parts)

    @property
    def rank(self) -> tuple[int, int, int]:
        """To sort by: what needs most work first."""
        return STATES.index(self.state), self.percent, -(self.changed or 0)


@dataclass
class Row:
    """An item with its versions, by the code of the language."""

    kind: str
    title: str
    is_page: bool
    model: str
    url: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)

    @cached_property
    def words(self) -> str:
        """What a search in the list looks at."""
        return f"{self.title} {self.kind}".casefold()


@dataclass(frozen=True)
class _Version:
    """One language version as the database has it. ``place`` is what items are ordered by."""

    model: Any
    pk: str
    key: UUID
    locale: int
    title: str
    live: bool
    place: str
    alias_locale: int | None
    editable: bool


def translatable_snippets() -> list[Any]:
    """The snippet models whose items have versions in several languages."""
    return [model for model in get_snippet_models() if issubclass(model, TranslatableMixin)]


@dataclass(frozen=True)
class Matrix:
    """All languages, in the order of their codes, and all items that a user may see."""

    locales: list[Locale]
    rows: list[Row]


def matrix(user: Any) -> Matrix:
    """All items that a user may see, pages in the order of the tree and then snippets.

    A version is shown to those who may do something with it, a missing one to those who may see
    its source. Who translates sees what is in the site's language, without a right on it.
    """
    locales, found = _read(user)
    by_id = {locale.pk: locale for locale in locales}
    families: dict[UUID, dict[int, _Version]] = {}
    for version in found:
        families.setdefault(version.key, {})[version.locale] = version
    done = progress()
    targets = languages(user, [TRANSLATE])
    may_submit = set(by_id) if targets is None else targets
    return Matrix(
        locales, [_row(versions, done, by_id, may_submit) for versions in families.values()]
    )


def totals(rows: Iterable[Row]) -> dict[str, Counter[State]]:
    """How many items are in which state, by the code of the language."""
    found: dict[str, Counter[State]] = {}
    for row in rows:
        for code, cell in row.cells.items():
            found.setdefault(code, Counter())[cell.state] += 1
    return found


def editable(user: Any) -> set[tuple[UUID, int]]:
    """What a user may edit, as translation keys with the id of the language; one statement."""
    return {(one.key, one.locale) for one in _read(user)[1] if one.editable}


def edit_urls(user: Any) -> dict[tuple[UUID, int], str]:
    """The editors of what a user may edit, by key and language; one statement."""
    return {(one.key, one.locale): _edit_url(one) for one in _read(user)[1] if one.editable}


def _pages(user: Any) -> QuerySet[Any]:
    """The pages that a user may see, in the columns of a version."""
    policy = policy_registry.get_by_type(Page)
    seen = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
    pages = policy.instances_user_has_any_permission_for(user, seen) | _sources(Page, user)
    return _columns(
        pages.filter(depth__gt=1),
        user,
        policy,
        model=Cast("content_type_id", CharField()),
        title=Cast("draft_title", TextField()),
        is_live=F("live"),
        place=Cast("path", TextField()),
        alias_locale=F("alias_of__locale_id"),
    )


def _snippets(model: Any, user: Any) -> QuerySet[Any]:
    """The snippets of a model that a user may see, in the columns of a version."""
    policy = model.snippet_viewset.permission_policy
    seen = {"add", "change", "delete", "publish", "view"}
    title = Cast(_title(model), TextField())
    return _columns(
        policy.instances_user_has_any_permission_for(user, seen) | _sources(model, user),
        user,
        policy,
        model=Cast(Value(ContentType.objects.get_for_model(model).pk), CharField()),
        title=title,
        is_live=F("live") if issubclass(model, DraftStateMixin) else Value(True),
        place=Concat(
            Value(f"~{model._meta.verbose_name_plural}~"), title, output_field=TextField()
        ),
        alias_locale=Cast(Value(None), IntegerField()),
    )


def _sources(model: Any, user: Any) -> QuerySet[Any]:
    """What somebody translates: the items in the site's language."""
    items = model._default_manager.all()
    if user.is_superuser or not user.has_perm(TRANSLATE):
        return items.none()
    code = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    return items.filter(locale__in=Locale.objects.filter(language_code=code))


def _columns(items: QuerySet[Any], user: Any, policy: Any, **columns: Any) -> QuerySet[Any]:
    editable: Any = Value(True)
    if not user.is_superuser:
        may_edit = policy.instances_user_has_permission_for(user, "change")
        editable = Case(
            When(pk__in=may_edit.values("pk"), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    # Named so that no field of an item is in the way.
    named = {f"of_{name}": value for name, value in columns.items()}
    annotated = items.order_by().annotate(
        of_pk=Cast("pk", CharField()), of_editable=editable, **named
    )
    return annotated.values_list(
        "of_model",
        "of_pk",
        "translation_key",
        "locale_id",
        "of_title",
        "of_is_live",
        "of_place",
        "of_alias_locale",
        "of_editable",
    )


#: What stands in the place of a model where a row is a language.
LANGUAGE = "language"


def _languages() -> QuerySet[Any]:
    """The languages, in the columns of a version."""
    return Locale.objects.order_by().values_list(
        Value(LANGUAGE),
        Cast("pk", CharField()),
        Cast(Value(None), UUIDField()),
        "pk",
        Cast("language_code", TextField()),
        Value(True),
        Cast(Value(""), TextField()),
        Cast(Value(None), IntegerField()),
        Value(False),
    )


def _read(user: Any) -> tuple[list[Locale], list[_Version]]:
    """All languages, and all versions that a user may see; one statement."""
    queries = [_pages(user), *(_snippets(model, user) for model in translatable_snippets())]
    types = {
        str(kind.pk): kind.model_class()
        for kind in ContentType.objects.get_for_models(
            Page, *get_page_models(), *translatable_snippets()
        ).values()
    }
    queries.append(_languages())
    locales, found = [], []
    for kind, pk, key, locale, title, *rest in reduce(
        lambda one, other: one.union(other, all=True).order_by(), queries
    ):
        if kind == LANGUAGE:
            locales.append(Locale(pk=locale, language_code=title))
        else:
            found.append(_Version(types.get(kind, Page), pk, key, locale, title, *rest))
    return (
        sorted(locales, key=lambda one: one.language_code),
        sorted(found, key=lambda version: version.place),
    )


def _title(model: Any) -> str:
    """The field that an item of a snippet is known by: its first one that is translated."""
    for one in get_translatable_fields(model):
        column = model._meta.get_field(one.field_name)
        if isinstance(column, models.CharField | models.TextField) and one.is_translated(model()):
            return one.field_name
    return "pk"


def _row(
    versions: dict[int, _Version],
    done: dict[tuple[UUID, int], TranslationState],
    locales: dict[int, Locale],
    may_submit: set[int],
) -> Row:
    def is_source(version: _Version) -> bool:
        is_alias = version.alias_locale not in (None, version.locale)
        return (version.key, version.locale) not in done and not is_alias

    order = {pk: place for place, pk in enumerate(locales)}
    first = min(versions.values(), key=lambda one: (not is_source(one), order[one.locale]))
    row = Row(
        kind=capfirst(str(first.model._meta.verbose_name)),
        title=first.title or gettext("(without a name)"),
        is_page=issubclass(first.model, Page),
        model=first.model._meta.label_lower,
        url=_edit_url(first),
    )
    for pk, locale in locales.items():
        version = versions.get(pk)
        if version is not None:
            row.cells[locale.language_code] = _cell(version, done.get((first.key, pk)))
        elif is_source(first):
            url = _submit_url(first) if pk in may_submit else ""
            row.cells[locale.language_code] = Cell("missing", percent=0, live=False, url=url)
    return row


def _cell(version: _Version, done: TranslationState | None) -> Cell:
    url = _edit_url(version)
    if done is not None:
        state: State = "outdated" if done.source_newer else done.state
        if state == "complete" and not done.reviewed:
            state = "machine"
        return Cell(state, done.percent, done.changed, version.live, url)
    if version.alias_locale in (None, version.locale):
        return Cell("source", live=version.live, url=url)
    return Cell("missing", percent=0, live=version.live, url=url)


def _edit_url(version: _Version) -> str:
    if not version.editable:
        return ""
    if issubclass(version.model, Page):
        return reverse("wagtailadmin_pages:edit", args=[version.pk])
    return reverse(version.model.snippet_viewset.get_url_name("edit"), args=[version.pk])


def _submit_url(version: _Version) -> str:
    if issubclass(version.model, Page):
        return reverse("wagtail_localize:submit_page_translation", args=[version.pk])
    meta = version.model._meta
    return reverse(
        "wagtail_localize:submit_snippet_translation",
        args=[meta.app_label, meta.model_name, version.pk],
    )
