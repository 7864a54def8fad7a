"""System checks: settings under which attempts to sign in would not be counted as they should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from signin.adapter import Adapter
from signin.forms import CountedCode, ResetForm

#: Wagtail's names of addresses that take a password or send one, and ours of the views there.
ADDRESSES = {
    "wagtailadmin_login": ((), "account_login"),
    "wagtailadmin_account": ((), "signin_account"),
    "wagtailadmin_password_reset": ((), "signin_password_reset"),
    "wagtailcore_authenticate_with_password": ((1, 1), "signin_page_password"),
    "wagtaildocs_authenticate_with_password": ((1,), "signin_collection_password"),
}


@register(Tags.security)
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [*_proxies(), *_classes(), *_cookies()]


@register(Tags.urls)
def check_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name, (arguments, ours) in ADDRESSES.items():
        try:
            there = resolve(reverse(name, args=arguments)).url_name
        except NoReverseMatch:
            continue
        except Resolver404:
            there = None
        if there != ours:
            found.append(
                Error(
                    f"The address of '{name}' leads to a view that counts no attempts.",
                    hint=f"Include the addresses of the app 'signin' ('{ours}') before Wagtail's.",
                    id="signin.E004",
                )
            )
    return found


def _proxies() -> Iterator[CheckMessage]:
    number = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        yield Error(
            f"TRUSTED_PROXIES is {number!r}, which isn't a number of proxies.",
            hint="Set it to the number of reverse proxies that add to X-Forwarded-For, 0 without.",
            id="signin.E001",
        )
    elif number == 0 and settings.SECURE_PROXY_SSL_HEADER:
        yield Error(
            "SECURE_PROXY_SSL_HEADER believes a header of a proxy, but TRUSTED_PROXIES is 0: "
            "visitors could send it themselves, and all who come by a proxy count as one.",
            hint="Set TRUSTED_PROXIES to the number of proxies, or remove the header.",
            id="signin.E001",
        )
    if getattr(settings, "ALLAUTH_TRUSTED_CLIENT_IP_HEADER", None):
        yield Error(
            "ALLAUTH_TRUSTED_CLIENT_IP_HEADER names a header that visitors may send themselves.",
            hint="Remove it, and set TRUSTED_PROXIES.",
            id="signin.E001",
        )


def _classes() -> Iterator[CheckMessage]:
    given = {
        "ACCOUNT_ADAPTER": (account.ADAPTER, Adapter),
        "MFA_FORMS['authenticate']": (mfa.FORMS.get("authenticate"), CountedCode),
        "MFA_FORMS['reauthenticate']": (mfa.FORMS.get("reauthenticate"), CountedCode),
        "WAGTAILADMIN_USER_PASSWORD_RESET_FORM": (
            getattr(settings, "WAGTAILADMIN_USER_PASSWORD_RESET_FORM", None),
            ResetForm,
        ),
    }
    for name, (value, wanted) in given.items():
        one = import_string(value) if isinstance(value, str) else value
        if not (isinstance(one, type) and issubclass(one, wanted)):
            yield Error(
                f"{name} is {value!r}: attempts are not counted there.",
                hint=f"Use a class that derives from '{wanted.__module__}.{wanted.__name__}'.",
                id="signin.E002",
            )


def _cookies() -> Iterator[CheckMessage]:
    lasting = []
    if not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE:
        lasting.append("SESSION_EXPIRE_AT_BROWSER_CLOSE = True")
    if settings.CSRF_COOKIE_AGE is not None:
        lasting.append("CSRF_COOKIE_AGE = None")
    if lasting:
        yield Error(
            "Who types the password of a page keeps a cookie when the browser is closed.",
            hint=f"Set {' and '.join(lasting)}.",
            id="signin.E003",
        )
