"""Answers as compact JSON."""

from __future__ import annotations

from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from .. import kinds
from ..items import jsonld

_encode = JSONEncoder().default


def _default(value: Any) -> Any:
    """What orjson doesn't know: ``bytes`` are ready JSON, the rest is as REST framework has it."""
    return orjson.Fragment(value) if isinstance(value, bytes) else _encode(value)


def dumps(value: Any) -> bytes:
    """A value as JSON; ``bytes`` in it are JSON already."""
    return orjson.dumps(value, _default, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)


class CompactJSONRenderer(JSONRenderer):
    """``application/json`` without a space too many."""

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else dumps(data)


class LinkedDataRenderer(CompactJSONRenderer):
    """``?format=jsonld``, ``Accept: application/ld+json``.

    What is neither an item nor a listing stays as it is: errors, and the answer to OPTIONS.
    """

    format = "jsonld"
    media_type = "application/ld+json"

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, dict) and "meta" in data:
            data = (jsonld.listing_document if "items" in data else jsonld.page_document)(
                data, kinds.linked_data()
            )
        return super().render(data, media_type, renderer_context)
