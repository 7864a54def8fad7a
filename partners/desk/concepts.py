"""Screens of the search's thesaurus: what editors add to it, and which concepts lead to no page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet
from wagtail_localize.models import Translation

from ..models import Concept
from ..public.pages import public_pages
from ..search.current import thesaurus
from ..search.reach import without_page
from ..words.collation import order_key
from .export import PlainReportView

URL_NAME = "concepts_report"


class AddView(CreateView):
    """A form with the name of the concept that the report says."""

    def get_initial_form_instance(self) -> Concept:
        instance: Concept = super().get_initial_form_instance() or Concept()
        instance.name = self.request.GET.get("name", "")
        return instance


class ConceptViewSet(SnippetViewSet):
    model = Concept
    add_view_class = AddView
    icon = "search"
    menu_label = _("Concepts of the search")
    menu_order = 275
    add_to_admin_menu = True
    list_display = ["name", Column("in_words", label=_("Words")), "page"]
    ordering = ["name"]
    search_fields = ["name", "words__terms", "words__asks"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concept]:
        return Concept.objects.select_related("page").prefetch_related("words")


@dataclass(frozen=True)
class ConceptRow:
    """A concept in the report; ``asks`` are what people type in the user's language."""

    name: str
    term: str
    asks: str
    is_danger: bool
    has_page: bool
    is_own: bool


def _yes(value: bool) -> str:
    return gettext("Yes") if value else gettext("No")


class ConceptsFilter(WagtailFilterSet):
    """A filter set for a list instead of a queryset."""

    has_page = django_filters.ChoiceFilter(
        label=_("Leads to a page"), choices=[("yes", _("Yes")), ("no", _("No"))]
    )

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_queryset(self, rows: list[ConceptRow]) -> list[ConceptRow]:
        wanted = self.form.cleaned_data["has_page"]
        return [row for row in rows if not wanted or row.has_page == (wanted == "yes")]


class ConceptsReport(PlainReportView):
    """All concepts of the search, and whether a public page is found for each."""

    page_title = _("Concepts of the search")
    header_icon = "search"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    filterset_class = ConceptsFilter
    paginate_by = 50
    export_filename = "concepts"
    list_export = ["term", "name", "asks", "is_danger", "has_page"]

    @cached_property
    def found(self) -> list[ConceptRow]:
        code = (get_language() or "").partition("-")[0]
        concepts = list(thesaurus().concepts.values())
        own = set(Concept.objects.values_list("name", flat=True))
        lost = {
            one.name for _n, some in without_page(concepts, public_pages(), code) for one in some
        }
        rows = [
            ConceptRow(
                one.name,
                one.preferred(code),
                ", ".join(one.asks.get(code, ())),
                one.danger,
                one.name not in lost,
                one.name in own,
            )
            for one in concepts
        ]
        return sorted(rows, key=lambda row: order_key(row.term, code))

    @cached_property
    def urls(self) -> dict[str, str]:
        """The addresses at which the user may add words, by name of the concept."""
        policy: Any = policy_registry.get_by_type(Concept)
        viewset: Any = Concept.snippet_viewset
        own = dict(Concept.objects.values_list("name", "pk"))
        urls: dict[str, str] = {}
        if policy.user_has_permission(self.request.user, "change"):
            edit = viewset.get_url_name("edit")
            urls |= {name: reverse(edit, args=[quote(pk)]) for name, pk in own.items()}
        if policy.user_has_permission(self.request.user, "add"):
            add = reverse(viewset.get_url_name("add"))
            names = {row.name for row in self.found if not row.is_own}
            urls |= {name: f"{add}?name={name}" for name in names}
        return urls

    def get_queryset(self) -> list[ConceptRow]:
        return self.found

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "term",
                label=_("Preferred term"),
                get_url=lambda row: self.urls.get(row.name),
            ),
            Column("name", label=_("Name")),
            Column("asks", label=_("What people type"), width="40%"),
            Column("is_danger", label=_("A danger"), accessor=lambda row: _yes(row.is_danger)),
            Column("has_page", label=_("Leads to a page"), accessor=lambda row: _yes(row.has_page)),
        ]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}
