"""The list of all cooperations, and the way to a new one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.pages.listing import IndexView, PageListingMixin
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets import HeaderButton
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry

from ..models import CooperationIndexPage, CooperationPage
from .listings import PageListing

#: How many pages for cooperations are offered as places of a new one.
MOST_PLACES = 5


def new_cooperations(user: Any) -> list[tuple[str, str]]:
    """Label and address for each place where a user may add a cooperation in the source language.

    The address leads to the choice of a kind.
    """
    pages = CooperationIndexPage.objects.filter(locale=Locale.get_default())[:MOST_PLACES]
    places = [page for page in pages if page.permissions_for_user(user).can_add_subpage()]
    one, more = _("New cooperation"), _("New cooperation in: {}")
    return [
        (
            more.format(page.get_admin_display_title()) if len(places) > 1 else one,
            reverse("wagtailadmin_pages:add_subpage", args=[page.pk]),
        )
        for page in places
    ]


class CooperationListing(PageListing, IndexView):
    """Cooperations of every kind and language, the last changed first."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        return [
            HeaderButton(label, url=url, icon_name="plus")
            for label, url in new_cooperations(self.request.user)
        ]


class CooperationMenuItem(MenuItem):
    """Shown to those who may do something with pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Page)
        wanted = CooperationListing.any_permission_required
        return bool(policy.user_has_any_permission(request.user, wanted))


class CooperationListingViewSet(PageListingViewSet):
    model = CooperationPage
    index_view_class = CooperationListing
    menu_item_class = CooperationMenuItem
    menu_label = pgettext_lazy("menu", "All cooperations")
    icon = "doc-full"
    name = "cooperations"
    columns: ClassVar[list[Any]] = [
        column for column in PageListingMixin.base_columns if column.name != "parent"
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # New ones are added by the buttons of the list, which know the places for them.
        return super().get_common_view_kwargs(**{"add_url_name": None, **kwargs})


class NewCooperationPanel(Component):
    """A button for a new cooperation on the admin's first page."""

    name = "kis_new_cooperation"
    template_name = "kis_partners/desk/new_cooperation.html"
    order = 55

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"links": new_cooperations(parent_context["request"].user)}
