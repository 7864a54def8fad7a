"""The report on pages whose items can't be made, for those who can put these pages right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.models import Page
from wagtail.permissions import policy_registry

from ..desk.export import PlainReportView
from .models import Failure

URL_NAME = "kis_delivery_failures"
#: Who has one of these permissions on a page sees what is wrong with it.
PERMISSIONS = {"add", "change", "publish"}


@dataclass(frozen=True)
class Fault:
    """A failure with its page. ``url`` is where the user may edit the page, empty if nowhere."""

    page: Page
    failure: Failure
    url: str

    @property
    def title(self) -> str:
        return str(self.page.get_admin_display_title())

    @property
    def language(self) -> str:
        return str(self.page.locale.get_display_name())

    @property
    def what(self) -> str:
        if self.failure.lacking:
            return gettext("A file can't be read; the API gives the page without it.")
        return gettext("The API leaves the page out.")

    @property
    def error(self) -> str:
        return self.failure.error

    @property
    def since(self) -> Any:
        return self.failure.since

    @property
    def attempts(self) -> int:
        return self.failure.attempts

    @property
    def again(self) -> str:
        if self.failure.retry_at is None:
            return gettext("as soon as somebody asks for the page")
        return date_format(timezone.localtime(self.failure.retry_at), "SHORT_DATETIME_FORMAT")


class FaultsReport(PlainReportView):
    """Failures of pages that the user may see in the admin, the oldest first."""

    page_title = _("Faults in the API")
    header_icon = "warning"
    index_url_name = URL_NAME
    index_results_url_name = f"{URL_NAME}_results"
    paginate_by = 100
    export_filename = "faults"
    list_export = ["title", "language", "what", "error", "since", "attempts", "again"]
    model = Page
    any_permission_required = PERMISSIONS

    def get_queryset(self) -> list[Fault]:
        user: Any = self.request.user
        policy: Any = policy_registry.get_by_type(Page)
        failures = {one.page_id: one for one in Failure.objects.order_by("since", "page_id")}
        seen = policy.instances_user_has_any_permission_for(user, PERMISSIONS)
        pages = seen.filter(pk__in=failures).select_related("locale").specific().in_bulk()
        return [
            Fault(pages[pk], one, self.edit_url(pages[pk]))
            for pk, one in failures.items()
            if pk in pages
        ]

    def edit_url(self, page: Any) -> str:
        may_edit = page.permissions_for_user(self.request.user).can_edit()
        return reverse("wagtailadmin_pages:edit", args=[page.pk]) if may_edit else ""

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("Title"), get_url=lambda fault: fault.url or None),
            Column("language", label=_("Language")),
            Column("what", label=_("What is wrong")),
            Column("error", label=_("Cause")),
            DateColumn("since", label=_("Since")),
            Column("attempts", label=_("Attempts")),
            Column("again", label=_("Next attempt")),
        ]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}


def may_see_faults(user: Any) -> bool:
    """Whether the report has something for a user."""
    policy: Any = policy_registry.get_by_type(Page)
    return bool(policy.user_has_any_permission(user, PERMISSIONS))
