"""The translation overview: a report with a row for each item and a column for each language.

It is the place to work from: actions are done for all items that are ticked, or that are found.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale
from wagtail_localize.models import Translation

from ..words.collation import order_key
from .export import PlainReportView
from .language_states import OVERVIEW_STATES, LanguageState, OverviewState, state_name
from .overview_actions import Actions
from .translated_items import Line, TranslatedItem, TranslatedItems, translatable_snippets

URL_NAME = "translation_overview"
#: The parameters that are kept until the next visit, and the key in the session.
KEPT = ("q", "language", "state", "kind", "ordering")
SESSION_KEY = "kis_translation_overview"


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
    """A filter set for items instead of a queryset."""

    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=lambda: list(get_content_languages().items())
    )
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=_state_choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=_kind_choices)

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_queryset(self, items: TranslatedItems) -> TranslatedItems:
        chosen = self.form.cleaned_data
        language, states, kind = chosen["language"], chosen["state"], chosen["kind"]

        def wanted(line: Line) -> bool:
            shown = [line.states.get(language)] if language else line.states.values()
            model = line.model._meta.label_lower
            return (not states or any(state in states for state in shown)) and (
                kind in ("", None, model, "pages" if line.is_page else "snippets")
            )

        return items.only(wanted)


class StateColumn(Column):
    """The states of one language, each with a link to the editor."""

    cell_template_name = "kis_partners/desk/state_cell.html"

    def get_value(self, item: TranslatedItem) -> LanguageState | None:
        return item.languages.get(self.name)


class TickColumn(BaseColumn):
    """A check box for each item, and one for all of the page."""

    header_template_name = "kis_partners/desk/tick_header.html"
    cell_template_name = "kis_partners/desk/tick_cell.html"


class TranslationOverview(PlainReportView):
    """The overview of all items that a user may see; 50 on a page."""

    page_title = _("Translation overview")
    header_icon = "wagtail-localize-language"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    template_name = "kis_partners/desk/translation_overview.html"
    results_template_name = "kis_partners/desk/translation_overview_results.html"
    filterset_class = OverviewFilter
    is_searchable = True
    paginate_by = 50
    export_filename = "translations"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, and keep the filters for the next visit; one without any finds those kept."""
        kept = request.session.get(SESSION_KEY, "")
        if not request.GET and kept and not self.results_only:
            return redirect(f"{request.path}?{kept}")
        chosen = {name: request.GET.getlist(name) for name in KEPT}
        query = urlencode({name: values for name, values in chosen.items() if any(values)}, True)
        if query != kept and not self.is_export:
            request.session[SESSION_KEY] = query
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do an action for the items that are ticked, and show the same list again."""
        found = self.get_filtered_queryset()
        return self.actions.do(found) or redirect(request.get_full_path())

    @cached_property
    def actions(self) -> Actions:
        return Actions(self.request, self.overview)

    @cached_property
    def overview(self) -> TranslatedItems:
        return TranslatedItems(self.request.user)

    @property
    def locales(self) -> list[Locale]:
        return self.overview.locales

    @cached_property
    def columns(self) -> list[BaseColumn]:
        ticks = [TickColumn("tick")] if self.actions.offered else []
        return [
            *ticks,
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

    def get_queryset(self) -> TranslatedItems:
        return self.search_queryset(self.order_queryset(self.overview))

    def order_queryset(self, items: TranslatedItems) -> TranslatedItems:
        if not self.ordering:
            return items
        key = self.ordering.removeprefix("-")
        language = get_language() or settings.LANGUAGE_CODE

        def by(line: Line) -> Any:
            if key in ("title", "kind"):
                return order_key(getattr(line, key), language)
            return OVERVIEW_STATES.index(line.states[key])

        return items.in_order(by, reverse=self.ordering.startswith("-"))

    def search_queryset(self, items: TranslatedItems) -> TranslatedItems:
        words = self.search_query.casefold().split()
        if not words:
            return items

        def wanted(line: Line) -> bool:
            text = f"{line.title} {line.kind}".casefold()
            return all(word in text for word in words)

        return items.only(wanted)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        totals = self.overview.totals()
        return super().get_context_data(
            *args,
            totals=[
                (locale.get_display_name(), _bar(locale.language_code, totals))
                for locale in self.locales
            ],
            actions=self.actions,
            **kwargs,
        )

    @cached_property
    def list_export(self) -> list[str]:
        return ["title", "kind", *(locale.language_code for locale in self.locales)]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}

    def to_row_dict(self, item: TranslatedItem) -> dict[str, str]:
        states = {code: str(language) for code, language in item.languages.items()}
        return {"title": item.title, "kind": item.kind, **states}


def _bar(code: str, totals: dict[str, Counter[OverviewState]]) -> list[dict[str, Any]]:
    """The parts of a language's bar, most finished first: state, number, address of the list."""
    return [
        {
            "state": state,
            "name": state_name(state),
            "number": totals[code][state],
            "url": overview_url(language=code, state=state),
        }
        for state in reversed(OVERVIEW_STATES)
        if totals[code][state]
    ]


def waiting(user: Any) -> list[tuple[Locale, list[tuple[int, str, str]]]]:
    """The unfinished items in the languages that a user may edit or submit, by language and state.

    Each state comes as number of items, name, and address of the filtered overview.
    """
    items = TranslatedItems(user)
    mine = items.my_locales
    items.locales = mine
    totals = items.totals() if mine else {}
    found = []
    for locale in mine:
        lines = [
            (part["number"], part["name"], part["url"])
            for part in reversed(_bar(locale.language_code, totals))
            if part["state"] not in ("complete", "source")
        ]
        if lines:
            found.append((locale, lines))
    return found
