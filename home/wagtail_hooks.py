"""Wagtail hooks: forms for exit control and emergency numbers, their report, findings, a panel."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import yesno
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Site
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.contact import SiteContact
from home.models import EmergencyNumber, ExitControl, StandardPage
from partners.care.findings import FINDING_KINDS, FINDINGS_HOOK, Finding, may_change


@register_snippet
class ExitControlViewSet(SnippetViewSet):
    model = ExitControl
    icon = "logout"
    list_display = ["site", "language", "target"]
    menu_label = _("Exit control")
    add_to_settings_menu = True


@register_snippet
class EmergencyNumberViewSet(SnippetViewSet):
    model = EmergencyNumber
    icon = "warning"
    list_display = [
        "number",
        "country",
        Column("at_top", label=_("At the top"), accessor=lambda one: yesno(one.at_top)),
        "verified_on",
        Column("verification", label=_("Verification"), accessor="verification"),
    ]
    menu_label = _("Emergency numbers")
    menu_order = 260
    add_to_admin_menu = True


@register_snippet
class SiteContactViewSet(SnippetViewSet):
    model = SiteContact
    icon = "mail"
    list_display = ["site", "email"]
    menu_label = _("Contact")
    menu_order = 255
    add_to_admin_menu = True


class EmergencyNumberReport(ReportView):
    """The report on emergency numbers to verify."""

    page_title = _("Emergency numbers to verify")
    header_icon = "warning"
    index_url_name = "emergency_numbers_report"
    index_results_url_name = "emergency_numbers_report_results"
    list_export = ["number", "country", "verified_on", "verification"]

    def get_queryset(self) -> QuerySet[EmergencyNumber]:
        return EmergencyNumber.to_verify()

    @cached_property
    def columns(self) -> list[Column]:
        edit = EmergencyNumber.snippet_viewset.get_url_name("edit")
        return [
            TitleColumn(
                "number",
                label=_("Telephone number"),
                get_url=lambda number: reverse(edit, args=[number.pk]),
            ),
            Column("country", label=_("country"), accessor="get_country_display"),
            Column("verified_on", label=_("Verified on")),
            Column("verification", label=_("Verification")),
        ]


@hooks.register("register_admin_urls")
def emergency_report_urls() -> list[Any]:
    views = {"": "emergency_numbers_report", "results/": "emergency_numbers_report_results"}
    return [
        path(
            f"reports/emergency-numbers/{tail}",
            EmergencyNumberReport.as_view(results_only=bool(tail)),
            name=name,
        )
        for tail, name in views.items()
    ]


@hooks.register("register_reports_menu_item")
def report_menu_item() -> MenuItem:
    return MenuItem(
        _("Emergency numbers"), reverse("emergency_numbers_report"), icon_name="warning", order=900
    )


FINDING_KINDS["emergency"] = _("Emergency number to verify")


@hooks.register(FINDINGS_HOOK)
def unverified_numbers(user: Any) -> list[Finding]:
    """Findings about emergency numbers to verify."""
    if not may_change(user, EmergencyNumber):
        return []
    edit = EmergencyNumber.snippet_viewset.get_url_name("edit")
    return [
        Finding(
            "emergency",
            str(number),
            str(number.verification),
            reverse(edit, args=[number.pk]),
            number.verified_on,
        )
        for number in EmergencyNumber.to_verify()
    ]


FINDING_KINDS["contact"] = _("Contact that is incomplete")


@hooks.register(FINDINGS_HOOK)
def incomplete_contacts(user: Any) -> list[Finding]:
    """Findings about sites of which readers don't learn how to reach the team."""
    if not may_change(user, SiteContact):
        return []
    address = SiteContact.snippet_viewset.get_url_name
    rows = SiteContact.objects.select_related("site").prefetch_related("words", "phones")
    contacts = {contact.site_id: contact for contact in rows}
    found = []
    for site in Site.objects.order_by("pk"):
        contact = contacts.get(site.pk)
        if contact is None:
            problem: Any = _("Nothing is filled in yet.")
            url = reverse(address("add"))
        elif contact.missing:
            problem = _("Missing: {}").format(", ".join(str(one) for one in contact.missing))
            url = reverse(address("edit"), args=[contact.pk])
        else:
            continue
        found.append(Finding("contact", str(site), str(problem), url))
    return found


class SafetyPanel(Component):
    """The panel about missing legal pages and unverified numbers on the admin's first page."""

    name = "safety"
    template_name = "home/admin/safety_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        legal = StandardPage.objects.exclude(purpose=StandardPage.Purpose.TEXT).order_by("path")
        pages = list(legal.select_related("locale"))
        drafts = {(page.locale_id, page.purpose): page for page in pages if not page.live}
        return {
            "missing": [
                (
                    locale,
                    [
                        (purpose, StandardPage.LAW[purpose], drafts.get((locale.pk, purpose.value)))
                        for purpose in purposes
                    ],
                )
                for locale, purposes in StandardPage.missing()
            ],
            # Of the versions of a statement the first: what it says, the others take over.
            "unstated": {
                page.translation_key: page
                for page in reversed(pages)
                if page.live and page.is_accessibility_statement and page.unstated
            }.values(),
            "to_verify": EmergencyNumber.to_verify().count(),
        }


@hooks.register("construct_homepage_panels")
def add_safety_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(SafetyPanel())
