"""Wagtail hooks of the screens: addresses, menu items, buttons, panels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from . import findings_report, po_files, terms
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
    ]


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


@hooks.register("insert_editor_js")
def glossary_script() -> SafeString:
    return format_html(
        '<script src="{}" data-terms="{}"></script>',
        versioned_static("kis_partners/terms.js"),
        reverse("terms_of_translation", args=[0]),
    )


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    panels += [WaitingPanel(), findings_report.FindingsPanel()]
