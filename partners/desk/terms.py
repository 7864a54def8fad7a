"""Screens of the editors' glossary: its terms, terms of an open translation, unused terms."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.coreutils import get_content_languages
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail_localize.models import Translation

from ..models import Term
from .export import PlainReportView
from .po_files import translation_for
from .term_use import UnusedTerm, term_uses_in, unused_terms
from .translated_items import edit_urls

URL_NAME = "glossary_report"


def other_languages() -> list[tuple[str, Any]]:
    """Codes and names of the languages into which terms are translated."""
    return [
        (code, name)
        for code, name in get_content_languages().items()
        if code != settings.LANGUAGE_CODE
    ]


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "openquote"
    menu_label = _("Glossary")
    menu_order = 270
    add_to_admin_menu = True
    list_display = ["word", Column("in_words", label=_("In other languages")), "note"]
    ordering = ["word"]
    inspect_view_enabled = True
    inspect_view_fields = ["word", "in_words", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Term]:
        return Term.objects.prefetch_related("words")


def terms_of_translation(request: HttpRequest, translation_id: int) -> HttpResponse:
    """A fragment of HTML for the translation editor: the terms of the open translation."""
    translation = translation_for(request, translation_id)
    return render(
        request,
        "kis_partners/desk/terms.html",
        {"terms": term_uses_in(translation), "language": translation.target_locale},
    )


class GlossaryFilter(WagtailFilterSet):
    """A filter set for a list instead of a queryset."""

    language = django_filters.ChoiceFilter(label=_("Language"), choices=other_languages)

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_queryset(self, rows: list[UnusedTerm]) -> list[UnusedTerm]:
        language = self.form.cleaned_data["language"]
        return [row for row in rows if not language or row.language == language]


class GlossaryReport(PlainReportView):
    """The report on unused terms in translations that the user may edit."""

    page_title = _("Glossary not used")
    header_icon = "openquote"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    filterset_class = GlossaryFilter
    paginate_by = 50
    export_filename = "glossary"
    list_export = ["item", "language", "path", "wanted", "expected", "text"]

    @cached_property
    def found(self) -> list[UnusedTerm]:
        return list(unused_terms())

    @cached_property
    def urls(self) -> dict[Any, str]:
        return edit_urls(self.request.user, {row.key for row in self.found})

    def get_queryset(self) -> list[UnusedTerm]:
        return [row for row in self.found if (row.key, row.locale) in self.urls]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "item",
                label=_("Title"),
                width="30%",
                get_url=lambda row: self.urls[row.key, row.locale],
            ),
            Column("language", label=_("Language")),
            Column("wanted", label=_("Term")),
            Column("expected", label=_("Word of the glossary")),
            Column("text", label=_("Translation")),
        ]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {"path": _("Segment"), **{column.name: column.label for column in self.columns}}
