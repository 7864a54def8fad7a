"""The report on findings, and the panel with their numbers on the admin's first page."""

from __future__ import annotations

from collections import Counter
from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation

from ..care.findings import FINDING_KINDS, Finding, findings
from ..care.link_check import are_there_links, check_links
from ..models import ExternalLink
from ..words.collation import Key, order_key
from .export import PlainReportView

URL_NAME = "keeping_true"


class FindingsFilter(WagtailFilterSet):
    """A filter set for a list instead of a queryset."""

    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Kind"), choices=lambda: list(FINDING_KINDS.items())
    )

    class Meta:
        model = Translation
        fields: list[str] = []

    def filter_queryset(self, rows: list[Finding]) -> list[Finding]:
        kinds = self.form.cleaned_data["kind"]
        return [row for row in rows if not kinds or row.kind in kinds]


class FindingsReport(PlainReportView):
    """All findings that a user can put right."""

    page_title = gettext_lazy("Keeping it true")
    header_icon = "calendar-check"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    template_name = "kis_partners/desk/findings_report.html"
    filterset_class = FindingsFilter
    paginate_by = 50
    export_filename = "keeping-true"
    list_export = ["kind_name", "title", "detail", "since"]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("kind_name", label=gettext_lazy("Kind"), sort_key="kind_name"),
            TitleColumn(
                "title",
                label=gettext_lazy("Title"),
                sort_key="title",
                get_url=lambda finding: finding.url,
            ),
            Column("detail", label=gettext_lazy("What is to be done")),
            Column("since", label=gettext_lazy("Date"), sort_key="since"),
        ]

    def get_queryset(self) -> list[Finding]:
        return self.order_queryset(findings(self.request.user))

    def order_queryset(self, rows: list[Finding]) -> list[Finding]:
        if not self.ordering:
            return rows
        key = self.ordering.removeprefix("-")
        is_reverse = self.ordering.startswith("-")

        language = get_language() or settings.LANGUAGE_CODE

        def by(row: Finding) -> tuple[bool, Key]:
            # Findings without a date are last in both orders.
            value = getattr(row, key)
            return (value is None) != is_reverse, order_key(str(value or ""), language)

        return sorted(rows, key=by, reverse=is_reverse)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        links = ExternalLink.objects.aggregate(
            last=Max("checked_at"), never=Count("pk", filter=Q(checked_at__isnull=True))
        )
        return super().get_context_data(
            *args,
            may_check_links=may_check_links(self.request.user),
            links=links if are_there_links() else None,
            **kwargs,
        )


def may_check_links(user: Any) -> bool:
    """Whether a user may start the check of links to other sites."""
    policy = policy_registry.get_by_type(Page)
    return bool(policy.user_has_any_permission(user, {"change", "publish"}))


@require_POST
def check_links_now(request: HttpRequest) -> HttpResponse:
    """Check links to other sites now, and show the numbers."""
    if not may_check_links(request.user):
        raise PermissionDenied
    result = check_links()
    text = ngettext(
        "%(number)d link followed, %(failed)d of them failed.",
        "%(number)d links followed, %(failed)d of them failed.",
        result.followed,
    ) % {"number": result.followed, "failed": result.failed}
    if not result.followed and not result.left:
        text = _("No live page or entry links another site.")
    if result.left:
        text = f"{text} " + _("Links left for next time: {}").format(result.left)
    messages.success(request, text)
    return redirect(f"{reverse(URL_NAME)}?kind=external")


class FindingsPanel(Component):
    """The number of findings of each kind that a user can put right."""

    name = "kis_findings"
    template_name = "kis_partners/desk/findings_panel.html"
    order = 70

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        numbers = Counter(
            one.kind for one in findings(parent_context["request"].user, unseen=False)
        )
        return {
            "lines": [
                (numbers[kind], name, f"{reverse(URL_NAME)}?kind={kind}")
                for kind, name in FINDING_KINDS.items()
                if numbers[kind]
            ]
        }
