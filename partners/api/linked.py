"""Pages as JSON-LD: as a format of the API, and for the HTML page of each."""

from __future__ import annotations

from typing import Any

from ..items import jsonld
from .payload import payloads
from .renderers import CompactJSONRenderer


class LinkedDataRenderer(CompactJSONRenderer):
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
    from .views import site_pages

    return payloads([page], request, site_pages(request))[page.pk]
