"""The translation overview: a row per item, a column per language."""

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
from .matrix import (
    STATES,
    Cell,
    Matrix,
    Row,
    State,
    matrix,
    state_name,
    totals,
    translatable_snippets,
)

URL_NAME = "translation_overview"


def overview_url(**filters: str) -> str:
    """The address of the overview with these filters."""
    return f"{reverse(URL_NAME)}?{urlencode(filters)}"


def _kinds() -> list[tuple[str, Any]]:
    snippets = [
        (model._meta.label_lower, capfirst(str(model._meta.verbose_name_plural)))
        for model in translatable_snippets()
    ]
    return [("pages", _("All pages")), ("snippets", _("All snippets")), *snippets]


def _states() -> list[tuple[str, str]]:
    return [(state, state_name(state)) for state in STATES]


class OverviewFilter(WagtailFilterSet):
    """Narrows rows that are already in memory."""

    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=lambda: list(get_content_languages().items())
    )
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=_states)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=_kinds)

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_queryset(self, rows: list[Row]) -> list[Row]:
        chosen = self.form.cleaned_data
        language, states, kind = chosen["language"], chosen["state"], chosen["kind"]
        return [
            row
            for row in rows
            if _has_state(row, language, states)
            and kind in ("", None, row.model, "pages" if row.is_page else "snippets")
        ]


def _has_state(row: Row, language: str, states: list[str]) -> bool:
    cells: Iterable[Cell] = row.cells.values()
    if language:
        cells = [row.cells[language]] if language in row.cells else []
    return any(not states or cell.state in states for cell in cells)


class StateColumn(Column):
    """One language of the rows, each with a link to its editor."""

    cell_template_name = "kis_partners/desk/state_cell.html"

    def get_value(self, row: Row) -> Cell | None:
        return row.cells.get(self.name)


class TranslationOverview(ReportView):
    """All items a user may see, in all languages; one page of results holds 1,000 of them."""

    page_title = _("Translation overview")
    header_icon = "wagtail-localize-language"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    results_template_name = "kis_partners/desk/overview_results.html"
    filterset_class = OverviewFilter
    is_searchable = True
    paginate_by = 1000
    export_filename = "translations"

    @cached_property
    def matrix(self) -> Matrix:
        return matrix(self.request.user)

    @property
    def locales(self) -> list[Locale]:
        return self.matrix.locales

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("Title"), sort_key="title", get_url=lambda row: row.url),
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

    def get_queryset(self) -> list[Row]:
        return self.search_queryset(self.order_queryset(self.matrix.rows))

    def order_queryset(self, rows: list[Row]) -> list[Row]:
        if not self.ordering:
            return rows
        key = self.ordering.removeprefix("-")
        last = (len(STATES), 0, 0)
        language = get_language() or settings.LANGUAGE_CODE

        def by(row: Row) -> Any:
            if key in ("title", "kind"):
                return order_key(getattr(row, key), language)
            return row.cells[key].rank if key in row.cells else last

        return sorted(rows, key=by, reverse=self.ordering.startswith("-"))

    def search_queryset(self, rows: list[Row]) -> list[Row]:
        words = self.search_query.casefold().split()
        return [row for row in rows if all(word in row.words for word in words)]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        counted = totals(self.object_list)
        return super().get_context_data(
            *args,
            states=[state_name(state) for state in STATES],
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

    def to_row_dict(self, row: Row) -> dict[str, str]:
        cells = {locale.language_code: "" for locale in self.locales}
        return {
            "title": row.title,
            "kind": row.kind,
            **cells,
            **{code: str(cell) for code, cell in row.cells.items()},
        }


def _counts(counted: dict[str, Counter[State]], code: str) -> list[tuple[int, str]]:
    """For each state, how many there are and where they are listed."""
    numbers = counted.get(code, Counter())
    return [(numbers[state], overview_url(language=code, state=state)) for state in STATES]


def waiting(request: HttpRequest) -> list[tuple[Locale, list[tuple[int, str, str]]]]:
    """What a user can do, by language: number, name of the state, address of the list."""
    everything = matrix(request.user)
    found = []
    for locale in everything.locales:
        code = locale.language_code
        cells = [row.cells[code] for row in everything.rows if code in row.cells]
        cells = [cell for cell in cells if cell.url]
        numbers = Counter(cell.state for cell in cells)
        lines = [
            (numbers[state], state_name(state), overview_url(language=code, state=state))
            for state in STATES
            if state not in ("complete", "source") and numbers[state]
        ]
        if lines:
            found.append((locale, lines))
    return found
