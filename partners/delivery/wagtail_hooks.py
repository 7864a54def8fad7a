"""Wagtail hooks of the delivery: the report on faults, a line while the shelf is closed, and what
``/health/ready`` asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from . import report
from .health import health_checks
from .models import CLOSED, State

hooks.register("register_kis_health_checks", health_checks)


@hooks.register("register_admin_urls")
def report_urls() -> list[Any]:
    view = report.FaultsReport
    return [
        path("reports/api-faults/", view.as_view(), name=view.index_url_name),
        path(
            "reports/api-faults/results/",
            view.as_view(results_only=True),
            name=view.index_results_url_name,
        ),
    ]


class FaultsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return report.may_see_faults(request.user)


@hooks.register("register_reports_menu_item")
def report_menu_item() -> MenuItem:
    view = report.FaultsReport
    return FaultsMenuItem(
        view.page_title, reverse(view.index_url_name), icon_name=view.header_icon, order=130
    )


class ClosedShelfPanel(Component):
    """Tells those who keep the site what to do while the shelf is closed."""

    order = 50

    def render_html(self, parent_context: Any = None) -> SafeString:
        if not State.objects.filter(release=CLOSED).exists():
            return SafeString("")
        text = gettext(
            "The API is slow now, and other sites that follow it must wait, because a migration is "
            "running or has failed. Run “manage.py migrate” to its end, or “manage.py reconcile”."
        )
        icon = render_to_string("wagtailadmin/shared/icon.html", {"name": "warning"})
        return format_html('<div class="help-block help-critical">{}{}</div>', icon, text)


@hooks.register("construct_homepage_panels")
def tell_of_a_closed_shelf(request: Any, panels: list[Any]) -> None:
    if request.user.is_superuser:
        panels.append(ClosedShelfPanel())
