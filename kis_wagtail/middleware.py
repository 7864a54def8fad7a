"""Which language a request is answered in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class SiteLocaleMiddleware(LocaleMiddleware):
    """Public pages follow the address or the browser; the admin begins in the site's language.

    Each user can choose another language for the admin in their account.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith("/admin/"):
            return super().process_request(request)
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return None
