"""Middleware for the language of a request, and for security headers of its response."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from partners.public.addresses import headless

ADMIN = "/admin/"


class SiteLocaleMiddleware(LocaleMiddleware):
    """Django's choice by address or browser for public pages; the site's language for the admin.

    In the admin, Wagtail then activates the language from the user's account.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith(ADMIN):
            return super().process_request(request)
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return None


class SafetyHeadersMiddleware(CSPMiddleware):
    """Sets Content-Security-Policy and Permissions-Policy, looser ones for admin and previews.

    Wagtail's admin has inline scripts and styles, shows previews in a frame, and needs a referrer
    for the CSRF check of its forms.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        admin = request.path.startswith(ADMIN)
        if admin:
            response["Referrer-Policy"] = "same-origin"
        if admin or getattr(request, "is_preview", False):
            response["X-Frame-Options"] = "SAMEORIGIN"
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if request.path.startswith(ADMIN):
            inline = [SELF, UNSAFE_INLINE]
            parts.replace = {
                "default-src": [SELF],
                "script-src": inline,
                "style-src": inline,
                "img-src": [SELF, "data:", "blob:"],
                "frame-src": [SELF, *([settings.FRONT_END] if headless() else [])],
                "frame-ancestors": [SELF],
            }
        elif getattr(request, "is_preview", False):
            parts.replace = {"frame-ancestors": [SELF]}
        return parts
