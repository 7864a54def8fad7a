"""Sessions of the admin: their limits, and the second factor that they need.

A session stores its start, its last use (to the minute) and whether a second factor was shown in
it. allauth lists all sessions of an account, so that they can be ended from another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from signin.models import SignInRule

BEGAN, SEEN, FACTOR = "signin_began", "signin_seen", "signin_second_factor"
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
MINUTE = 60


def connect() -> None:
    user_logged_in.connect(_begin_session, dispatch_uid="signin.begin")
    authenticator_added.connect(_second_factor_added, dispatch_uid="signin.added")


def _begin_session(request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.session[BEGAN] = time.time()
        request.session.pop(SEEN, None)
        request.session.pop(FACTOR, None)


def _second_factor_added(
    request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Setting up a second factor counts as showing it, and ends the account's other sessions."""
    if authenticator.type in SECOND_FACTORS:
        request.session[FACTOR] = True
        for session in UserSession.objects.filter(user=user):
            if session.session_key != request.session.session_key:
                session.end()


class SessionMiddleware:
    """For the admin: ends sessions after their time limits, and demands a second factor if a group
    requires it or the account has one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")
        names = ["account_login", "account_logout", "account_reauthenticate", "mfa_index"]
        names += ["wagtailadmin_javascript_catalog", "wagtailadmin_sprite"]
        self.open_paths = tuple(reverse(name) for name in names)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(self.admin):
            return self.get_response(request)
        answer = None
        if request.user.is_authenticated:
            answer = self._ended(request) or self._without_factor(request)
        key = request.session.session_key
        answer = answer or self.get_response(request)
        if request.user.is_authenticated and request.session.session_key != key:
            # A change of the password has given the session another key.
            UserSession.objects.create_from_request(request)
        return answer

    def _ended(self, request: HttpRequest) -> HttpResponseBase | None:
        now, session = time.time(), request.session
        began, seen = session.get(BEGAN, now), session.get(SEEN, now)
        if now - began > settings.SESSION_LIMIT or now - seen > settings.SESSION_IDLE_LIMIT:
            return self._sign_in(request, _("Your session has ended. Please sign in again."))
        session.setdefault(BEGAN, now)
        return None

    def _without_factor(self, request: HttpRequest) -> HttpResponseBase | None:
        now, session = time.time(), request.session
        if now - session.get(SEEN, 0) < MINUTE or request.path.startswith(self.open_paths):
            return None
        has_one = Authenticator.objects.filter(user=request.user, type__in=SECOND_FACTORS).exists()
        if has_one and not second_factor_shown(request):
            return self._sign_in(request, _("Please sign in with your second factor."))
        if not has_one and second_factor_required(request.user):
            messages.warning(
                request, _("Your account needs a second factor. Set up an app or a passkey.")
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        session[SEEN] = now
        UserSession.objects.create_from_request(request)
        return None

    def _sign_in(self, request: HttpRequest, message: str) -> HttpResponseBase:
        logout(request)
        messages.info(request, message)
        url = reverse("account_login")
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{url}?{query}" if query else url)


def second_factor_shown(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this session."""
    records = get_authentication_records(request, request.user)
    return bool(request.session.get(FACTOR) or any(one["method"] == "mfa" for one in records))


def second_factor_required(user: Any) -> bool:
    """Whether the site requires a second factor of a user."""
    if user.is_superuser and settings.SECOND_FACTOR_FOR_SUPERUSERS:
        return True
    return SignInRule.objects.filter(group__user=user, second_factor=True).exists()
