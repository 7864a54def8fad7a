"""Wagtail hooks of the screens: addresses, menu items, buttons, panels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from . import (
    concepts,
    cooperations,
    date_words,
    file_properties,
    findings_report,
    forgetting,
    page_chooser,
    po_files,
    terms,
)
from .translation_overview import URL_NAME, TranslationOverview
from .waiting_panel import WaitingPanel


def report_urls(view: Any, address: str) -> list[Any]:
    """The two addresses of a report: the whole page, and the results alone for its filters."""
    return [
        path(
            f"reports/{address}/{tail}",
            view.as_view(results_only=bool(tail)),
            name=view.index_results_url_name if tail else view.index_url_name,
        )
        for tail in ("", "results/")
    ]


@hooks.register("register_admin_urls")
def overview_urls() -> list[Any]:
    return report_urls(TranslationOverview, "translation-overview")


# Before wagtail-localize's addresses, so that the buttons of its editor lead to these views.
@hooks.register("register_admin_urls", order=-1)
def po_file_urls() -> list[Any]:
    one = "localize/translate/<int:translation_id>/pofile"
    return [
        path("translation-files/", po_files.PoFilesView.as_view(), name=po_files.URL_NAME),
        path(f"{one}/download/", po_files.download_one),
        path(f"{one}/upload/", po_files.upload_one),
        # wagtail-localize's own report takes eight statements for each line.
        path("localize/reports/translations/", RedirectView.as_view(pattern_name=URL_NAME)),
    ]


@hooks.register("construct_reports_menu")
def one_report_on_translations(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out wagtail-localize's report, in place of which the overview answers."""
    url = reverse("wagtail_localize:translations_report")
    items[:] = [item for item in items if item.url != url]


@hooks.register("register_admin_urls")
def file_property_urls() -> list[Any]:
    address = "documents/<str:pk>/properties/remove/"
    return [path(address, file_properties.remove, name="kis_partners_file_properties")]


hooks.register("register_admin_urls", forgetting.urls)
hooks.register("register_reports_menu_item", forgetting.receipts_menu_item)
hooks.register("register_admin_urls", page_chooser.urls)
# Behind Wagtail's own features, of which it changes one.
hooks.register("register_rich_text_features", page_chooser.open_links_there, order=1)
hooks.register("register_snippet_action_menu_item", forgetting.menu_item)
hooks.register("register_snippet_listing_buttons", forgetting.listing_buttons)
hooks.register("register_log_actions", forgetting.log_actions)
hooks.register("register_page_header_buttons", po_files.page_buttons)
hooks.register("register_page_listing_more_buttons", po_files.page_buttons)


@hooks.register("register_reports_menu_item")
def po_files_menu_item() -> MenuItem:
    icon = po_files.PoFilesView.header_icon
    return MenuItem(_("Translation files"), reverse(po_files.URL_NAME), icon_name=icon, order=110)


@hooks.register("register_reports_menu_item")
def overview_menu_item() -> MenuItem:
    icon = TranslationOverview.header_icon
    return MenuItem(_("Translation overview"), reverse(URL_NAME), icon_name=icon, order=100)


@hooks.register("register_admin_urls")
def findings_urls() -> list[Any]:
    address = "reports/keeping-true/follow/"
    check_links = path(address, findings_report.check_links_now, name="follow_links")
    return [check_links, *report_urls(findings_report.FindingsReport, "keeping-true")]


@hooks.register("register_reports_menu_item")
def findings_menu_item() -> MenuItem:
    report = findings_report.FindingsReport
    url = reverse(findings_report.URL_NAME)
    return MenuItem(report.page_title, url, icon_name=report.header_icon, order=120)


register_snippet(terms.TermViewSet)
register_snippet(concepts.ConceptViewSet)


@hooks.register("register_admin_urls")
def concepts_urls() -> list[Any]:
    return report_urls(concepts.ConceptsReport, "concepts")


@hooks.register("register_reports_menu_item")
def concepts_menu_item() -> MenuItem:
    report = concepts.ConceptsReport
    url = reverse(concepts.URL_NAME)
    return MenuItem(report.page_title, url, icon_name=report.header_icon, order=117)


@hooks.register("register_admin_urls")
def receipts_urls() -> list[Any]:
    return report_urls(forgetting.ReceiptsReport, "forgotten-people")


@hooks.register("register_admin_urls")
def glossary_urls() -> list[Any]:
    of_translation = path(
        "glossary/<int:translation_id>/",
        terms.terms_of_translation,
        name="terms_of_translation",
    )
    return [of_translation, *report_urls(terms.GlossaryReport, "glossary")]


@hooks.register("register_reports_menu_item")
def glossary_menu_item() -> MenuItem:
    report = terms.GlossaryReport
    url = reverse(terms.URL_NAME)
    return MenuItem(report.page_title, url, icon_name=report.header_icon, order=115)


hooks.register("insert_global_admin_js", date_words.script)
hooks.register("insert_global_admin_css", date_words.style)


@hooks.register("insert_editor_js")
def glossary_script() -> SafeString:
    return format_html(
        '<script src="{}" data-terms="{}"></script>',
        versioned_static("kis_partners/terms.js"),
        reverse("terms_of_translation", args=[0]),
    )


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    new = cooperations.NewCooperationPanel()
    panels += [new, WaitingPanel(), findings_report.FindingsPanel()]
