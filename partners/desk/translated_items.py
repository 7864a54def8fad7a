"""Pages and snippets with the state of each of their languages, as far as a user may see them.

Three statements for any number: one for languages and items, two for the translations.
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
from ..roles.rights import TRANSLATE, permitted_locales

OverviewState = Literal["missing", "outdated", "partial", "machine", "complete", "source"]
#: In the order of the work that remains, most first.
OVERVIEW_STATES: tuple[OverviewState, ...] = get_args(OverviewState)


def state_name(state: OverviewState) -> str:
    """The name of a state in the active language."""
    return {
        "missing": pgettext("translation", "missing"),
        "outdated": pgettext("translation", "out of date"),
        "partial": pgettext("translation", "partial"),
        "machine": pgettext("translation", "not reviewed"),
        "complete": pgettext("translation", "complete"),
        "source": pgettext("translation", "source"),
    }[state]


@dataclass(frozen=True)
class LanguageState:
    """The state of an item in one language.

    ``percent`` of its segments are translated. ``changed`` is the number of segments that changed
    in the source since; None if unknown. ``url`` is that of the editor, empty for users who may
    not edit.
    """

    state: OverviewState
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
        """The key to sort by: states with most work first."""
        return OVERVIEW_STATES.index(self.state), self.percent, -(self.changed or 0)


@dataclass
class TranslatedItem:
    """A page or snippet with the state of each language, by language code."""

    kind: str
    title: str
    is_page: bool
    model: str
    url: str = ""
    languages: dict[str, LanguageState] = field(default_factory=dict)

    @cached_property
    def words(self) -> str:
        """The text that the search of the overview looks into."""
        return f"{self.title} {self.kind}".casefold()


@dataclass(frozen=True)
class _LanguageVersion:
    """One page or snippet in one language, as read from the database.

    ``place`` sorts items: the path of a page, or model and title of a snippet.
    """

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
    """The snippet models that can be translated."""
    return [model for model in get_snippet_models() if issubclass(model, TranslatableMixin)]


@dataclass(frozen=True)
class TranslatedItems:
    """All languages, ordered by code, and all items that a user may see."""

    locales: list[Locale]
    items: list[TranslatedItem]


def translated_items(user: Any) -> TranslatedItems:
    """All items that a user may see: pages in the order of the tree, then snippets.

    A language is shown to users with any right on the page or snippet in it; a missing language,
    to users who see the source. Translators see all items in the site's language.
    """
    locales, found = _read(user)
    by_id = {locale.pk: locale for locale in locales}
    families: dict[UUID, dict[int, _LanguageVersion]] = {}
    for version in found:
        families.setdefault(version.key, {})[version.locale] = version
    done = progress()
    targets = permitted_locales(user, [TRANSLATE])
    may_submit = set(by_id) if targets is None else targets
    return TranslatedItems(
        locales, [_item(versions, done, by_id, may_submit) for versions in families.values()]
    )


def totals(items: Iterable[TranslatedItem]) -> dict[str, Counter[OverviewState]]:
    """The number of items in each state, by language code."""
    found: dict[str, Counter[OverviewState]] = {}
    for item in items:
        for code, language in item.languages.items():
            found.setdefault(code, Counter())[language.state] += 1
    return found


def editable(user: Any) -> set[tuple[UUID, int]]:
    """The translation keys and locale ids of all that a user may edit; one statement."""
    return {(one.key, one.locale) for one in _read(user)[1] if one.editable}


def edit_urls(user: Any) -> dict[tuple[UUID, int], str]:
    """The addresses of editors, by translation key and locale id; one statement."""
    return {(one.key, one.locale): _edit_url(one) for one in _read(user)[1] if one.editable}


def _pages(user: Any) -> QuerySet[Any]:
    """The pages that a user may see, as columns of :class:`_LanguageVersion`."""
    policy = policy_registry.get_by_type(Page)
    seen = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
    pages = policy.instances_user_has_any_permission_for(user, seen) | _for_translator(Page, user)
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
    """The snippets of a model that a user may see, as columns of :class:`_LanguageVersion`."""
    policy = model.snippet_viewset.permission_policy
    seen = {"add", "change", "delete", "publish", "view"}
    title = Cast(_title(model), TextField())
    return _columns(
        policy.instances_user_has_any_permission_for(user, seen) | _for_translator(model, user),
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


def _for_translator(model: Any, user: Any) -> QuerySet[Any]:
    """The items in the site's language, for users who may translate; none for others."""
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
    # The prefix keeps the names of annotations apart from those of fields.
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


#: In the column of the model, this marks the row of a language.
LANGUAGE = "language"


def _languages() -> QuerySet[Any]:
    """The languages, as columns of :class:`_LanguageVersion`."""
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


def _read(user: Any) -> tuple[list[Locale], list[_LanguageVersion]]:
    """All languages, and all language versions that a user may see; one statement."""
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
            found.append(_LanguageVersion(types.get(kind, Page), pk, key, locale, title, *rest))
    return (
        sorted(locales, key=lambda one: one.language_code),
        sorted(found, key=lambda version: version.place),
    )


def _title(model: Any) -> str:
    """The field shown as a snippet's title: its first translated text field."""
    for one in get_translatable_fields(model):
        column = model._meta.get_field(one.field_name)
        if isinstance(column, models.CharField | models.TextField) and one.is_translated(model()):
            return one.field_name
    return "pk"


def _item(
    versions: dict[int, _LanguageVersion],
    done: dict[tuple[UUID, int], TranslationState],
    locales: dict[int, Locale],
    may_submit: set[int],
) -> TranslatedItem:
    def is_source(version: _LanguageVersion) -> bool:
        is_alias = version.alias_locale not in (None, version.locale)
        return (version.key, version.locale) not in done and not is_alias

    order = {pk: place for place, pk in enumerate(locales)}
    first = min(versions.values(), key=lambda one: (not is_source(one), order[one.locale]))
    item = TranslatedItem(
        kind=capfirst(str(first.model._meta.verbose_name)),
        title=first.title or gettext("(without a name)"),
        is_page=issubclass(first.model, Page),
        model=first.model._meta.label_lower,
        url=_edit_url(first),
    )
    for pk, locale in locales.items():
        version = versions.get(pk)
        if version is not None:
            item.languages[locale.language_code] = _language_state(
                version, done.get((first.key, pk))
            )
        elif is_source(first):
            url = _submit_url(first) if pk in may_submit else ""
            item.languages[locale.language_code] = LanguageState(
                "missing", percent=0, live=False, url=url
            )
    return item


def _language_state(version: _LanguageVersion, done: TranslationState | None) -> LanguageState:
    url = _edit_url(version)
    if done is not None:
        state: OverviewState = "outdated" if done.source_newer else done.state
        if state == "complete" and not done.reviewed:
            state = "machine"
        return LanguageState(state, done.percent, done.changed, version.live, url)
    if version.alias_locale in (None, version.locale):
        return LanguageState("source", live=version.live, url=url)
    return LanguageState("missing", percent=0, live=version.live, url=url)


def _edit_url(version: _LanguageVersion) -> str:
    if not version.editable:
        return ""
    if issubclass(version.model, Page):
        return reverse("wagtailadmin_pages:edit", args=[version.pk])
    return reverse(version.model.snippet_viewset.get_url_name("edit"), args=[version.pk])


def _submit_url(version: _LanguageVersion) -> str:
    if issubclass(version.model, Page):
        return reverse("wagtail_localize:submit_page_translation", args=[version.pk])
    meta = version.model._meta
    return reverse(
        "wagtail_localize:submit_snippet_translation",
        args=[meta.app_label, meta.model_name, version.pk],
    )
