"""Signing in, asking for a new password, and the list of an account's sessions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import LoginView
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.account import AccountView, PasswordResetView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from partners.files.account import with_clean_portraits
from signin import limits


def refusing(
    view: Callable[..., HttpResponseBase], template: str = "signin/wait.html"
) -> Callable[..., HttpResponseBase]:
    """A view that answers an attempt that has to wait with 429, and says for how long."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = view(request, *args, **kwargs)
            return answer.render() if hasattr(answer, "render") else answer
        except limits.TooMany as refused:
            return refusal(request, refused, template)

    return inner


class OwnAccountView(AccountView):
    """Wagtail's view, where the password that somebody has is needed for another one."""

    def get_panels(self) -> list[Any]:
        return with_clean_portraits(super().get_panels())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = request.user.get_username() if request.POST.get("password-old_password") else None
        if name is None:
            return super().post(request, *args, **kwargs)
        counted = limits.by_name(request, limits.PASSWORD_OF_NAME, limits.PASSWORDS, name)
        limits.begin(counted)
        answer = super().post(request, *args, **kwargs)
        if answer.status_code == 302:
            limits.take_back(counted)
        return answer


def refusal(
    request: HttpRequest, refused: limits.TooMany, template: str, **context: Any
) -> HttpResponse:
    answer = render(request, template, {"refused": refused, **context}, status=429)
    answer.headers["Retry-After"] = str(refused.seconds)
    add_never_cache_headers(answer)
    return answer


class SignInView(LoginView):
    """allauth's view. Who has to wait is offered the ways that need no waiting."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, *args, **kwargs)
        except limits.TooMany as refused:
            name = request.POST.get("username", "")
            form = self.get_form_class()(request=request, initial={"login": name})
            context = self.get_context_data(form=form)
            return refusal(request, refused, self.template_name, **context)


class ResetView(PasswordResetView):
    """Wagtail's view, with limits. Its answers don't tell whether there is an account."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mail = request.POST.get("email", "")
        limits.begin(limits.by_name(request, limits.RESET_OF_MAIL, limits.RESETS, mail))
        return super().post(request, *args, **kwargs)


def may_end(user: Any) -> bool:
    """Whether a user may list and end the sessions of others: users who may change accounts."""
    policy = policy_registry.get_by_type(get_user_model())
    return bool(policy.user_has_permission(user, "change"))


class SessionsView(WagtailAdminTemplateMixin, TemplateView):
    """The sessions of the account ``pk``, or one's own. The current session is never ended."""

    page_title = _("Where I am signed in")
    header_icon = "key"
    template_name = "signin/sessions.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.account: Any = request.user
        if "pk" in kwargs:
            if not may_end(request.user):
                raise PermissionDenied
            self.account = get_object_or_404(get_user_model(), pk=kwargs["pk"])
            self.page_title = _("Signed in on")
        return super().dispatch(request, *args, **kwargs)

    @property
    def others(self) -> QuerySet[UserSession]:
        """All sessions of the account but the current one."""
        sessions = UserSession.objects.filter(user=self.account)
        return sessions.exclude(session_key=self.request.session.session_key)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End one session, or all others."""
        sessions = self.others
        if chosen := request.POST.get("session", ""):
            sessions = sessions.filter(pk=chosen) if chosen.isdecimal() else sessions.none()
        number = len(sessions)
        for session in sessions:
            session.end()
        told = ngettext("%(number)d session ended.", "%(number)d sessions ended.", number)
        messages.success(request, told % {"number": number})
        return HttpResponseRedirect(request.path)

    def get_page_subtitle(self) -> str:
        return str(get_user_display_name(self.account)) if "pk" in self.kwargs else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        title, name = self.get_page_title(), self.get_page_subtitle()
        return [*self.breadcrumbs_items, {"url": "", "label": title, "sublabel": name}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = UserSession.objects.purge_and_list(self.account)
        sessions.sort(key=lambda one: one.last_seen_at, reverse=True)
        return super().get_context_data(
            sessions=sessions,
            others=[one for one in sessions if not one.is_current()],
            **kwargs,
        )


login = SignInView.as_view()
password_reset = ResetView.as_view()
account = require_admin_access(OwnAccountView.as_view())
sessions = require_admin_access(SessionsView.as_view())
