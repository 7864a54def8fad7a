"""Paging: Wagtail's limit and offset, and links to the next and the previous page of a list.

A link has a cursor: the position of the last item in the order. So publishing or unpublishing a
page between two requests neither repeats nor hides another page.
"""

from __future__ import annotations

import base64
import binascii
import json
from types import SimpleNamespace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.api.v2.pagination import WagtailPagination

from ..conf import conf
from .errors import BadParameter
from .filters import after, in_order, read_value
from .renderers import dumps


class KeysetPagination(WagtailPagination):
    """``meta.next`` and ``meta.previous`` beside limit and offset."""

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        self.view, self.request = view, request
        if not conf().languages:
            return super().paginate_queryset(queryset, request, view)
        for name, most in (("offset", conf().max_offset), ("limit", 2**31)):
            text = request.GET.get(name, "0")
            if text.removeprefix("-").isdecimal() and int(text) > most:
                raise BadParameter(name, f"at most {most}; follow meta.next to read further")
        cursor = request.GET.get("cursor")
        shuffled = "random" in request.GET.get("order", "").split(",")
        if cursor is not None and shuffled:
            raise BadParameter("cursor", "can't be combined with a random order")
        if cursor is not None and "offset" in request.GET:
            raise BadParameter("cursor", "can't be combined with offset")
        by_nearness = not isinstance(queryset, QuerySet)
        self.keys = queryset.keys if by_nearness else [] if shuffled else view.keys
        self.found = {} if view.matches is None else {"matching_count": view.matches.matching}
        # Reads limit and offset, and counts. Wagtail knows one largest limit for all lists.
        asked, text = request, request.GET.get("limit", "")
        if text.isdecimal() and int(text) <= view.columns_limit and view.has_only_columns:
            asked = SimpleNamespace(GET={**request.GET.dict(), "limit": "1"})
        super().paginate_queryset(_Counted(queryset, view), asked, view)
        self.limit = int(request.GET.get("limit", min(20, view.limit_max)))
        self.offset = int(request.GET.get("offset", 0))
        self.backwards = False
        if cursor is not None and by_nearness:
            values = self.read_place(cursor)
            try:
                queryset = queryset.after(values, self.backwards)
            except (ValueError, TypeError, AttributeError) as error:
                raise _wrong_cursor() from error
        elif cursor is not None:
            values = self.read_cursor(cursor, queryset.model)
            place = (view.sort_language, self.backwards)
            model = queryset.model
            queryset = queryset.filter(after(model, self.keys, values, *place))
            queryset = queryset.order_by(*in_order(model, self.keys, *place))
        # One more than the limit, to know whether there is a next page.
        stop = self.offset + self.limit + 1
        rows = list(queryset[self.offset : stop])
        self.more = len(rows) > self.limit
        self.rows = rows[: self.limit]
        if self.backwards:
            self.rows.reverse()
        if self.rows and by_nearness:
            return view.found_items(self.rows)
        return self.rows

    def get_paginated_response(self, data: Any) -> Response:
        if not conf().languages:
            return super().get_paginated_response(data)
        data = self.fitting(data)
        meta = {
            "total_count": self.total_count,
            **self.found,
            "next": self.link(len(data) - 1, False),
            "previous": self.link(0, True),
        }
        return Response({"meta": meta, "items": data})

    def fitting(self, data: list[Any]) -> list[Any]:
        """As many of the items as fit in ``KIS_PARTNERS["MAX_BYTES"]``."""
        room, fits = conf().max_bytes - 1024, 0
        for item in reversed(data) if self.backwards else data:
            room -= (len(item) if isinstance(item, bytes) else len(dumps(item))) + 1
            if room < 0 and fits:
                break
            fits += 1
        if fits == len(data):
            return data
        if "limit" in self.request.GET and "cursor" not in self.request.GET:
            raise BadParameter(
                "limit",
                f"the answer would be larger than {conf().max_bytes} bytes; {fits} items fit here",
            )
        kept = slice(-fits, None) if self.backwards else slice(fits)
        self.rows, self.more = self.rows[kept], True
        return data[kept]

    def link(self, index: int, backwards: bool) -> str | None:
        """The address of the items behind the item with this index, or in front of it."""
        query = self.request.GET.copy()
        if self.backwards == backwards:
            there_is_more = self.more
        else:
            there_is_more = bool(self.offset) or "cursor" in query
        if not there_is_more or not self.rows:
            return None
        query.pop("cursor", None)
        query.pop("offset", None)
        if self.keys:
            values = [self.value(self.rows[index], name) for name, _down in self.keys]
            query["cursor"] = self.write_cursor(values, backwards)
        else:
            start = max(0, self.offset - self.limit) if backwards else self.offset + len(self.rows)
            query["offset"] = str(start)
        return get_full_url(self.request, f"{self.request.path}?{query.urlencode()}")

    @staticmethod
    def value(row: Any, name: str) -> Any:
        return row.pk if name == "pk" else getattr(row, name)

    def write_cursor(self, values: list[Any], backwards: bool) -> str:
        exact = [one.isoformat() if hasattr(one, "isoformat") else one for one in values]
        text = json.dumps([self.signature(), backwards, exact], cls=DjangoJSONEncoder)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read_place(self, cursor: str) -> list[Any]:
        """The values of a cursor's position, one for each sort key, as JSON has them."""
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
            signature, backwards, values = json.loads(text)
        except (binascii.Error, ValueError, TypeError, RecursionError) as error:
            raise _wrong_cursor() from error
        if signature != self.signature():
            raise _wrong_cursor()
        if not isinstance(values, list) or len(values) != len(self.keys):
            raise _wrong_cursor()
        self.backwards = backwards is True
        return values

    def read_cursor(self, cursor: str, model: Any) -> list[Any]:
        """The values of a cursor's position in an order of columns."""
        values = []
        for (name, _down), value in zip(self.keys, self.read_place(cursor), strict=True):
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
            if value is not None and not isinstance(value, (str, int, float)):
                raise _wrong_cursor()
            values.append(
                None if value is None else read_value("cursor", _column(field), str(value))
            )
        return values

    def signature(self) -> str:
        """The order of this listing as text, which a cursor must have."""
        return ",".join(("-" if down else "") + name for name, down in self.keys)


class _Counted:
    """A queryset for Wagtail's pagination, which is counted by the view."""

    def __init__(self, queryset: Any, view: Any) -> None:
        self.queryset, self.view = queryset, view

    def count(self) -> int:
        number: int = self.view.count(self.queryset)
        return number

    def __getitem__(self, part: slice) -> Any:
        return self.queryset[part]


def _wrong_cursor() -> BadParameter:
    return BadParameter("cursor", "is none that this listing gave; begin without a cursor")


def _column(field: Any) -> Any:
    # The primary key of a derived page type is a foreign key to the table of its base.
    while field.remote_field:
        field = field.target_field
    return field
