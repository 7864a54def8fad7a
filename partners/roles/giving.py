"""Nobody gives more rights than they have: accounts edited by users who aren't superusers.

Whoever may change accounts could otherwise make a superuser, take a superuser's account over by a
new password, or put an account into a group that may do more than they may themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import GroupCollectionPermission, GroupPagePermission

#: Actions of Wagtail on several accounts at once.
BULK_ACTIONS = ("assign_role", "set_active_state", "delete")


def may_give(user: Any, group: Group) -> bool:
    """Whether a user has every right that the members of a group have."""
    if user.is_superuser or user.groups.filter(pk=group.pk).exists():
        return True
    named = group.permissions.values_list("content_type__app_label", "codename")
    if not {f"{app}.{name}" for app, name in named} <= user.get_all_permissions():
        return False
    for model, place in ((GroupPagePermission, "page"), (GroupCollectionPermission, "collection")):
        columns = ("permission", f"{place}__path")
        wanted = model.objects.filter(group=group).values_list(*columns)
        own = list(model.objects.filter(group__user=user).values_list(*columns))
        for permission, path in wanted:
            if not any(permission == one and path.startswith(above) for one, above in own):
                return False
    return True


def _refused(request: HttpRequest, message: str) -> HttpResponse:
    messages.error(request, message)
    return redirect("wagtailusers_users:index")


def _check(request: HttpRequest, accounts: Iterable[Any], groups: Iterable[Any]) -> Any:
    """An answer that refuses, if a user would change a superuser or give more than they have."""
    user: Any = request.user
    if user.is_superuser:
        return None
    if any(account.is_superuser for account in accounts):
        return _refused(request, _("Only administrators with all rights can change this account."))
    for group in groups:
        if not may_give(user, group):
            message = _("You can't assign the role “{}”: it may do more than you may yourself.")
            return _refused(request, message.format(group.name))
    return None


@hooks.register("before_create_user")
def check_new_account(request: HttpRequest) -> HttpResponse | None:
    return _check_form(request, None)


@hooks.register("before_edit_user")
def check_edited_account(request: HttpRequest, user: Any) -> HttpResponse | None:
    return _check_form(request, user)


def _check_form(request: HttpRequest, account: Any) -> HttpResponse | None:
    asker: Any = request.user
    if not asker.is_superuser and request.POST.get("is_superuser"):
        return _refused(request, _("Only administrators with all rights can give all rights."))
    chosen = [key for key in request.POST.getlist("groups") if key.isdecimal()]
    groups = Group.objects.filter(pk__in=chosen)
    if account is not None:
        groups = groups.exclude(user=account)
    answer: HttpResponse | None = _check(request, [account] if account else [], groups)
    return answer


@hooks.register("before_delete_user")
def check_deleted_account(request: HttpRequest, user: Any) -> HttpResponse | None:
    answer: HttpResponse | None = _check(request, [user], ())
    return answer


@hooks.register("before_bulk_action")
def check_accounts(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    if action_type not in BULK_ACTIONS or not hasattr(action.model, "is_superuser"):
        return None
    role = getattr(action, "cleaned_form", None)
    group = role.cleaned_data.get("role") if role is not None else None
    answer: HttpResponse | None = _check(request, objects, [group] if group else ())
    return answer
