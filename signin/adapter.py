"""allauth's adapter for accounts: limits of attempts, and whose address a request has."""

from __future__ import annotations

import logging
import re
from secrets import token_hex
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

from signin import limits

logger = logging.getLogger(__name__)

#: The attribute of a request in which password and code were shown together.
CODE_SHOWN = "signin_code_shown"


class Adapter(DefaultAccountAdapter):
    """Counts passwords by address and name in the database; allauth's own limits need the cache."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account whose password is right; ``limits.TooMany`` if it is not yet looked at.

        Who shows a code of the second factor beside the password needn't wait: strangers who try
        passwords from the same address keep nobody out who has one.
        """
        name = credentials.get("username", "")
        counted = limits.by_name(request, limits.PASSWORD_OF_NAME, limits.PASSWORDS, name)
        try:
            limits.begin(counted)
        except limits.TooMany:
            if user := self._with_code(request, **credentials):
                return user
            raise
        user = super().authenticate(request, **credentials)
        if user:
            limits.take_back(counted)
        return user

    def _with_code(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account whose password and code are both right.

        Nothing may tell whether the password alone was right, not even by the time that it takes:
        so the code is looked at in any case, and something is counted in any case.
        """
        code = request.POST.get("code", "")
        if not code:
            return None
        right = _of_code(credentials.get("username", ""), code)
        user = super().authenticate(request, **credentials)
        counted = codes(request, user.pk if user else token_hex(8))
        try:
            limits.begin(counted)
        except limits.TooMany:
            return None
        if user is None or right is None or right.user_id != user.pk or not use(user, code):
            return None
        limits.take_back(counted)
        setattr(request, CODE_SHOWN, right)
        return user

    def get_login_stages(self) -> list[str]:
        ours = f"{__name__}.{CodeStage.__name__}"
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__name__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address before the site's proxies; what stands further left is anybody's word."""
        if settings.ALLAUTH_TRUSTED_PROXY_COUNT:
            try:
                if request.headers.get("X-Forwarded-For"):
                    return str(super().get_client_ip(request))
            except (ImproperlyConfigured, PermissionDenied):
                pass
            logger.error(
                "X-Forwarded-For hasn't the addresses of TRUSTED_PROXIES=%s: attempts of all who "
                "come by this proxy are counted together",
                settings.ALLAUTH_TRUSTED_PROXY_COUNT,
            )
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")


class CodeStage(AuthenticateStage):
    """Asks for the second factor, unless a code was shown with the password."""

    def handle(self) -> Any:
        shown = getattr(self.request, CODE_SHOWN, None)
        if shown is not None and shown.user_id == self.login.user.pk:
            form = AuthenticateForm(user=shown.user)
            form.authenticator = shown
            form.save()
            return None, True
        return super().handle()


def codes(request: HttpRequest, account: object) -> list[limits.Counted]:
    """What a code counts for: its address with the account, and the account from everywhere."""
    address = limits.address_of(request)
    return [
        (limits.CODE_OF_ACCOUNT, f"{address} {account}"),
        (limits.CODES, f"{account}"),
    ]


def use(account: Any, code: str) -> bool:
    """Whether a right code is used for the first time; allauth knows that by the cache alone."""
    try:
        limits.begin([(limits.USED_CODE, f"{account.pk} {re.sub('[^0-9a-z]', '', code.lower())}")])
    except limits.TooMany:
        return False
    return True


def _of_code(name: str, code: str) -> Authenticator | None:
    """The second factor of the account of that name, by which a code is right."""
    account = get_user_model()._default_manager.filter(username__iexact=name, is_active=True)
    for one in Authenticator.objects.filter(user__in=account).exclude(
        type=Authenticator.Type.WEBAUTHN
    ):
        if one.wrap().validate_code(code):
            return one
    return None
