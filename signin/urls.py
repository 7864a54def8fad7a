"""Addresses for signing in and out, second factors and sessions: allauth's views below ``/admin/``.

They precede Wagtail's, whose sign-in view has neither a limit nor a second factor. There is no
sign-up: accounts are created in the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import include, path
from django.utils.translation import get_language_from_request, override
from wagtail.admin.localization import get_localized_response
from wagtail.utils.urlpatterns import decorate_urlpatterns

from signin.views import account, login, password_reset, refusing, sessions


def in_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Show a view in the user's language of the admin; before signing in, in the browser's.

    An attempt that has to wait is told in the same language.
    """
    view = refusing(view)

    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            answer: HttpResponseBase = get_localized_response(view, request, *args, **kwargs)
            return answer
        language = get_language_from_request(request)
        codes = dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES)
        with override(language if language in codes else settings.LANGUAGE_CODE):
            return view(request, *args, **kwargs)

    return inner


urlpatterns = decorate_urlpatterns(
    [
        path("login/", login, name="account_login"),
        path("password_reset/", password_reset, name="signin_password_reset"),
        path("account/", account, name="signin_account"),
        path("sign-in/out/", views.logout, name="account_logout"),
        path("sign-in/inactive/", views.account_inactive, name="account_inactive"),
        path("sign-in/confirm/", views.reauthenticate, name="account_reauthenticate"),
        path("sign-in/second-factor/", include("allauth.mfa.urls")),
        path("sign-in/sessions/", sessions, name="usersessions_list"),
        path("sign-in/sessions/<int:pk>/", sessions, name="signin_sessions_of"),
    ],
    in_language,
)
