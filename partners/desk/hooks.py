"""Where the screens appear in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from .overview import URL_NAME, TranslationOverview
from .panels import WaitingPanel


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


@hooks.register("register_reports_menu_item")
def overview_menu_item() -> MenuItem:
    icon = TranslationOverview.header_icon
    return MenuItem(_("Translation overview"), reverse(URL_NAME), icon_name=icon, order=100)


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(WaitingPanel())
