"""Where the screens appear in Wagtail's admin."""

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

from . import care, files, terms
from .panels import WaitingPanel
from .translations import URL_NAME, TranslationOverview


def report_urls(view: Any, address: str) -> list[Any]:
    """The addresses of a report: the page, and its results alone."""
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


# Before wagtail-localize's own, so that the buttons of its editor lead here.
@hooks.register("register_admin_urls", order=-1)
def file_urls() -> list[Any]:
    one = "localize/translate/<int:translation_id>/pofile"
    return [
        path("translation-files/", files.FilesView.as_view(), name=files.URL_NAME),
        path(f"{one}/download/", files.download_one),
        path(f"{one}/upload/", files.upload_one),
    ]


hooks.register("register_page_header_buttons", files.page_buttons)
hooks.register("register_page_listing_more_buttons", files.page_buttons)


@hooks.register("register_reports_menu_item")
def files_menu_item() -> MenuItem:
    icon = files.FilesView.header_icon
    return MenuItem(_("Translation files"), reverse(files.URL_NAME), icon_name=icon, order=110)


@hooks.register("register_reports_menu_item")
def overview_menu_item() -> MenuItem:
    icon = TranslationOverview.header_icon
    return MenuItem(_("Translation overview"), reverse(URL_NAME), icon_name=icon, order=100)


@hooks.register("register_admin_urls")
def care_urls() -> list[Any]:
    follow = path("reports/keeping-true/follow/", care.follow_links, name="follow_links")
    return [follow, *report_urls(care.CareReport, "keeping-true")]


@hooks.register("register_reports_menu_item")
def care_menu_item() -> MenuItem:
    report = care.CareReport
    url = reverse(care.URL_NAME)
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
        versioned_static("kis_partners/glossary.js"),
        reverse("terms_of_translation", args=[0]),
    )


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    panels += [WaitingPanel(), care.CarePanel()]
