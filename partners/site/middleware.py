"""Languages in addresses, without an address of its own for what has none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware import locale
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LocaleMiddleware(locale.LocaleMiddleware):
    """Django's, for a site whose pages take every address below a language.

    Django's leads from what isn't there, such as ``/api/v2/pages/999/``, to the same address below
    a language, because pages might have it. Here, 404 is the answer of an address that has a view.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.status_code != 404 or not request.resolver_match:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response
