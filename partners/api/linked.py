"""Pages as JSON-LD: as a format of the API, and for the HTML page of each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rest_framework.renderers import JSONRenderer
from wagtail.api.utils import get_full_url
from wagtail.api.v2.router import WagtailAPIRouter

from .. import jsonld
from ..library import Library
from .language import Wanted


class LinkedDataRenderer(JSONRenderer):
    """``?format=jsonld``, ``Accept: application/ld+json``.

    What is neither an item nor a listing stays as it is: errors, and the answer to OPTIONS.
    """

    format = "jsonld"
    media_type = "application/ld+json"

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, dict) and "meta" in data:
            data = jsonld.listing(data) if "items" in data else jsonld.document(data)
        return super().render(data, media_type, renderer_context)


def item_payload(page: Any, request: Any) -> dict[str, Any]:
    """A page as the API gives it to everybody, with all its fields.

    Addresses in the API are null: a site may have none.
    """
    from .views import PagesAPIViewSet, site_pages

    router = WagtailAPIRouter("")
    everything = [("*", False, None)]
    serializer_class = PagesAPIViewSet._get_serializer_class(router, type(page), everything)
    library = Library(base=get_full_url(request, "/").rstrip("/"), pages=site_pages(request))
    context = {
        "request": request,
        "router": router,
        "view": SimpleNamespace(wanted=Wanted(), seen_types={}),
        "library": library,
    }
    return library.resolve(serializer_class(context=context).to_representation(page))
