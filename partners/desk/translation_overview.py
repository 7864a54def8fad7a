"""The translation overview: a report with a row for each item and a column for each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale
from wagtail_localize.models import Translation

from ..words.collation import order_key
from .translated_items import (
    OVERVIEW_STATES,
    LanguageState,
    OverviewState,
    TranslatedItem,
    TranslatedItems,
    state_name,
    totals,
    translatable_snippets,
    translated_items,
)

URL_NAME = "translation_overview"


def overview_url(**filters: str) -> str:
    """The address of the overview with filters."""
    return f"{reverse(URL_NAME)}?{urlencode(filters)}"


def _kind_choices() -> list[tuple[str, Any]]:
    snippets = [
        (model._meta.label_lower, capfirst(str(model._meta.verbose_name_plural)))
        for model in translatable_snippets()
    ]
    return [("pages", _("All pages")), ("snippets", _("All snippets")), *snippets]


def _state_choices() -> list[tuple[str, str]]:
    return [(state, state_name(state)) for state in OVERVIEW_STATES]


class OverviewFilter(WagtailFilterSet):
    """A filter set for a list instead of a queryset."""

    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=lambda: list(get_content_languages().items())
    )
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=_state_choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=_kind_choices)

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_queryset(self, items: list[TranslatedItem]) -> list[TranslatedItem]:
        chosen = self.form.cleaned_data
        language, states, kind = chosen["language"], chosen["state"], chosen["kind"]
        return [
            item
            for item in items
            if _has_state(item, language, states)
            and kind in ("", None, item.model, "pages" if item.is_page else "snippets")
        ]


def _has_state(item: TranslatedItem, language: str, states: list[str]) -> bool:
    shown: Iterable[LanguageState] = item.languages.values()
    if language:
        shown = [item.languages[language]] if language in item.languages else []
    return any(not states or one.state in states for one in shown)


class StateColumn(Column):
    """The states of one language, each with a link to the editor."""

    cell_template_name = "kis_partners/desk/state_cell.html"

    def get_value(self, item: TranslatedItem) -> LanguageState | None:
        return item.languages.get(self.name)


class TranslationOverview(ReportView):
    """The overview of all items that a user may see; 1,000 on a page."""

    page_title = _("Translation overview")
    header_icon = "wagtail-localize-language"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    results_template_name = "kis_partners/desk/translation_overview_results.html"
    filterset_class = OverviewFilter
    is_searchable = True
    paginate_by = 1000
    export_filename = "translations"

    @cached_property
    def overview(self) -> TranslatedItems:
        return translated_items(self.request.user)

    @property
    def locales(self) -> list[Locale]:
        return self.overview.locales

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("Title"), sort_key="title", get_url=lambda item: item.url),
            Column("kind", label=_("Kind"), sort_key="kind"),
            *(
                StateColumn(
                    locale.language_code,
                    label=locale.get_display_name(),
                    sort_key=locale.language_code,
                )
                for locale in self.locales
            ),
        ]

    def get_queryset(self) -> list[TranslatedItem]:
        return self.search_queryset(self.order_queryset(self.overview.items))

    def order_queryset(self, items: list[TranslatedItem]) -> list[TranslatedItem]:
        if not self.ordering:
            return items
        key = self.ordering.removeprefix("-")
        last = (len(OVERVIEW_STATES), 0, 0)
        language = get_language() or settings.LANGUAGE_CODE

        def by(item: TranslatedItem) -> Any:
            if key in ("title", "kind"):
                return order_key(getattr(item, key), language)
            return item.languages[key].rank if key in item.languages else last

        return sorted(items, key=by, reverse=self.ordering.startswith("-"))

    def search_queryset(self, items: list[TranslatedItem]) -> list[TranslatedItem]:
        words = self.search_query.casefold().split()
        return [item for item in items if all(word in item.words for word in words)]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        counted = totals(self.object_list)
        return super().get_context_data(
            *args,
            states=[state_name(state) for state in OVERVIEW_STATES],
            totals=[
                (locale.get_display_name(), _counts(counted, locale.language_code))
                for locale in self.locales
            ],
            **kwargs,
        )

    @cached_property
    def list_export(self) -> list[str]:
        return ["title", "kind", *(locale.language_code for locale in self.locales)]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}

    def to_row_dict(self, item: TranslatedItem) -> dict[str, str]:
        empty = {locale.language_code: "" for locale in self.locales}
        return {
            "title": item.title,
            "kind": item.kind,
            **empty,
            **{code: str(language) for code, language in item.languages.items()},
        }


def _counts(counted: dict[str, Counter[OverviewState]], code: str) -> list[tuple[int, str]]:
    """For each state the number of items, and the address of the overview filtered by it."""
    numbers = counted.get(code, Counter())
    return [(numbers[state], overview_url(language=code, state=state)) for state in OVERVIEW_STATES]


def waiting(request: HttpRequest) -> list[tuple[Locale, list[tuple[int, str, str]]]]:
    """The unfinished items that a user may edit or submit, by language and state.

    Each state comes as number of items, name, and address of the filtered overview.
    """
    everything = translated_items(request.user)
    found = []
    for locale in everything.locales:
        code = locale.language_code
        shown = [item.languages[code] for item in everything.items if code in item.languages]
        numbers = Counter(one.state for one in shown if one.url)
        lines = [
            (numbers[state], state_name(state), overview_url(language=code, state=state))
            for state in OVERVIEW_STATES
            if state not in ("complete", "source") and numbers[state]
        ]
        if lines:
            found.append((locale, lines))
    return found
