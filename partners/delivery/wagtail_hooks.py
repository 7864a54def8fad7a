"""Wagtail hooks of the delivery: the report on faults."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import report


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
