"""Wagtail hooks: the group panel, account menu, buttons for sessions, the list of API tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import Button
from wagtail.users.views.api_tokens import APITokenViewSet

from signin.group_rule import GroupSignInForm
from signin.views import may_end


@hooks.register("register_group_permission_panel")
def register_group_rule() -> type[GroupSignInForm]:
    return GroupSignInForm


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("An app that shows codes, passkeys, and codes for an emergency."),
    }


@hooks.register("register_account_menu_item")
def sessions_item(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("usersessions_list"),
        "label": _("Where I am signed in"),
        "help_text": _(
            "All devices on which your account is signed in. You can end each of these sessions."
        ),
    }


@hooks.register("register_user_listing_buttons")
def sessions_button(user: Any, request_user: Any) -> Iterator[Button]:
    if may_end(request_user):
        url = reverse("signin_sessions_of", args=[user.pk])
        yield Button(_("Sessions"), url=url, icon_name="key", priority=30)


class TokenViewSet(APITokenViewSet):
    """Wagtail's list of API tokens without a form to add one, because this site accepts none."""

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_index_view_kwargs(**kwargs), "add_url_name": None}

    def get_urlpatterns(self) -> list[Any]:
        return [one for one in super().get_urlpatterns() if one.name != "add"]


@hooks.register("register_admin_viewset")
def register_tokens() -> list[ViewSet]:
    if apps.is_installed("wagtail.api.v3"):  # It registers a list of its own, and accepts tokens.
        return []
    return [TokenViewSet("wagtailusers_api_tokens", url_prefix="api-tokens")]
