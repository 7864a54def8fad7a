"""Renderers: compact JSON, and JSON-LD."""

from __future__ import annotations

from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from .. import kinds
from ..items import jsonld

_encode = JSONEncoder().default


def _default(value: Any) -> Any:
    """Values unknown to orjson: ``bytes`` are JSON already, others as in REST framework."""
    return orjson.Fragment(value) if isinstance(value, bytes) else _encode(value)


def dumps(value: Any) -> bytes:
    """A value as JSON; ``bytes`` in it are JSON already."""
    return orjson.dumps(value, _default, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)


class CompactJSONRenderer(JSONRenderer):
    """``application/json`` without spaces."""

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else dumps(data)


class LinkedDataRenderer(CompactJSONRenderer):
    """JSON-LD, by ``?format=jsonld`` or ``Accept: application/ld+json``.

    Items and listings become linked data; errors and answers to OPTIONS stay as they are.
    """

    format = "jsonld"
    media_type = "application/ld+json"

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, dict) and "meta" in data:
            data = (jsonld.listing_document if "items" in data else jsonld.page_document)(
                data, kinds.linked_data()
            )
        return super().render(data, media_type, renderer_context)
