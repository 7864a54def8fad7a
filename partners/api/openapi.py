"""Where the API describes itself: an overview, the OpenAPI document, a page for people."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from wagtail.api.utils import get_full_url
from wagtail.models import Site

from . import errors
from .deprecation import Deprecation, deprecations
from .document import openapi_document, title
from .keepable import keepable
from .terms import terms


# A method that isn't served is refused as such, and not for want of a token.
@method_decorator(csrf_exempt, name="dispatch")
class Described(View):
    """A view of the OpenAPI document of a router."""

    router: Any = None
    template, content_type = "", ""
    http_method_names = ["get", "head", "options"]

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        detail = f'Method "{request.method}" not allowed.'
        return errors.answer(405, detail, {"Allow": "GET, HEAD, OPTIONS"})

    def get(self, request: HttpRequest) -> HttpResponse:
        # The router is mounted beside this address.
        address = get_full_url(request, request.path.rstrip("/").rpartition("/")[0])
        site = Site.find_for_request(request)
        name = (site and site.site_name) or ""
        with translation.override("en"):
            body = _written(self.router, address, name, self.template, deprecations())
        return keepable(HttpResponse(body, content_type=self.content_type))


class JSONDocument(Described):
    """The document as JSON."""

    content_type = "application/json"


class ReadableDocument(Described):
    """The document as an HTML page that loads nothing from other sites."""

    template, content_type = "kis_partners/openapi.html", "text/html; charset=utf-8"


class Overview(Described):
    """The first address of the API: where everything else is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        address = get_full_url(request, request.path)
        site = Site.find_for_request(request)
        name = (site and site.site_name) or ""
        answer = {
            "title": title(name),
            "openapi": f"{address}openapi.json",
            "docs": f"{address}docs/",
            "endpoints": {one: f"{address}{one}/" for one in self.router._endpoints},
            "terms": terms(name),
        }
        return keepable(JsonResponse(answer, json_dumps_params={"ensure_ascii": False}))


@lru_cache(maxsize=16)
def _written(
    router: Any, address: str, name: str, template: str, going: tuple[Deprecation, ...]
) -> str:
    """The document by a template, or as JSON without one.

    It depends on code, settings, the name of the site and what is deprecated.
    """
    document = openapi_document(router, address, name)
    if template:
        return render_to_string(template, {"document": document})
    return json.dumps(document)


def _forget(**_signal: Any) -> None:
    _written.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_partners.openapi")


def urls(router: Any) -> list[Any]:
    """The URL patterns of overview and document, for the URLconf with the router's own."""
    return [
        path("", Overview.as_view(router=router), name="overview"),
        path("openapi.json", JSONDocument.as_view(router=router), name="openapi"),
        path("docs/", ReadableDocument.as_view(router=router), name="docs"),
    ]
