"""The feed: what has changed since a cursor, each page once, as it is now."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import path
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.api.v2.utils import BadRequestError, page_models_from_string, parse_boolean
from wagtail.coreutils import get_content_languages

from .. import shapes
from ..api.errors import BadParameter, unknown
from ..api.renderers import CompactJSONRenderer
from ..conf import conf
from ..schema import Schema, any_of, array, closed
from . import shelf
from .cursor import Cursor
from .models import Item
from .views import PagesAPIViewSet

DEFAULT, MOST = 100, 500
#: How much larger than another answer a page of the feed may be.
ROOM = 4
#: Behind every page of a number.
END = 2**62


class FeedPaging(TypedDict):
    """Where to go on: ``next`` is the cursor for ``since``, now or whenever one asks again."""

    next: str
    has_more: bool
    next_url: shapes.Url


class Deletion(TypedDict):
    """A page that is no longer public, or that the filters no longer let through."""

    action: Literal["delete"]
    id: shapes.Count
    type: str
    translation_key: shapes.Uuid
    locale: shapes.Language
    reason: str


class Unavailable(APIException):
    """The feed can't be told exactly at the moment."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The feed is being brought up to date; ask again in a moment."


class ChangesAPIViewSet(PagesAPIViewSet):
    """What has changed: public pages as they are now, and those that are no longer public.

    A reader who applies each change in its order has exactly what the listings give.
    """

    name = "changes"
    problems = True
    formats: tuple[Any, ...] = (CompactJSONRenderer,)
    known_query_parameters = frozenset()
    own_parameters = frozenset()

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        return [path("", cls.as_view({"get": "listing_view"}), name="listing")]

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        return {"since", "limit", "type", "locale", "include_aliases", "format", "_"}

    @classmethod
    def get_object_detail_urlpath(cls, model: Any, pk: Any, namespace: str = "") -> None:
        return None

    def listing_view(self, request: Request) -> Response:
        self.check_known(self.listing_parameters(self.model))
        version, limit = self.version, self.limit()
        if not self.shelved or version.epoch is None:
            raise Unavailable
        if "since" in request.GET:
            cursor = Cursor.parse(request.GET["since"], version)
        else:
            cursor = Cursor(version.epoch, began=version.number)
        rows = list(self.after(cursor)[: limit + 1])
        fitting, changes = self.changes(rows[:limit])
        has_more = fitting < len(rows)
        place = (rows[fitting - 1].seq, rows[fitting - 1].page_id) if fitting else (-1, 0)
        if not has_more:
            # Whatever comes later has a higher number.
            place = max(place, (version.number, END))
        cursor = Cursor(cursor.epoch, cursor.began, *place)
        query = request.GET.copy()
        query["since"] = str(cursor)
        meta = {
            "next": str(cursor),
            "has_more": has_more,
            "next_url": get_full_url(request, f"{request.path}?{query.urlencode()}"),
        }
        return Response({"meta": meta, "changes": changes})

    def limit(self) -> int:
        """How many changes one page may have."""
        text = self.request.GET.get("limit", str(DEFAULT))
        if not text.isdecimal() or not 1 <= int(text) <= MOST:
            raise BadParameter("limit", f"must be a number from 1 to {MOST}")
        return int(text)

    def after(self, cursor: Cursor) -> QuerySet[Item]:
        """The rows behind a cursor that the reader must learn of."""
        rows = shelf.rows(self.site).filter(
            Q(seq__gt=cursor.seq) | Q(seq=cursor.seq, page_id__gt=cursor.page)
        )
        # What had gone before the reader began was never there.
        rows = rows.exclude(self.gone(), seq__lte=cursor.began)
        if fits := self.fits():
            rows = rows.filter(fits | Q(refiled=True))
        # Dates take longer to read than the rest of a row, and no change tells its own.
        return rows.defer("changed_at").order_by("seq", "page_id")

    def gone(self) -> Q:
        """Rows that readers have no item of."""
        return Q(tombstone=True) if self.with_aliases else Q(tombstone=True) | Q(repeats=True)

    @property
    def with_aliases(self) -> bool:
        try:
            return bool(parse_boolean(self.request.GET.get("include_aliases", "false")))
        except ValueError as error:
            raise BadParameter("include_aliases", str(error)) from error

    def fits(self) -> Q:
        """The condition of the filters by type and language."""
        condition = Q()
        if "type" in self.request.GET:
            try:
                models = page_models_from_string(self.request.GET["type"])
            except (LookupError, ValueError) as error:
                raise BadRequestError("type doesn't exist") from error
            labels = [
                model._meta.label for model in apps.get_models() if issubclass(model, tuple(models))
            ]
            condition &= Q(type__in=labels)
        if "locale" in self.request.GET:
            codes, known = self.request.GET["locale"].split(","), get_content_languages()
            for code in codes:
                if code not in known:
                    raise BadParameter("locale", unknown(code, known, "language"))
            condition &= Q(locale__in=codes)
        return condition

    def changes(self, rows: list[Item]) -> tuple[int, list[dict[str, Any]]]:
        """How many rows a page has room for, and what it says of them."""
        refiled = [row.pk for row in rows if row.refiled]
        fitting = Item.objects.filter(self.fits(), pk__in=refiled)
        out = set(refiled) - set(fitting.values_list("pk", flat=True)) if refiled else set()
        there = {
            row.pk
            for row in rows
            if not row.tombstone and (self.with_aliases or not row.repeats) and row.pk not in out
        }
        self.fill([row for row in rows if row.pk in there])
        self.served = [row.served for row in rows if row.pk in there]
        self.shown = [row.page_id for row in rows]
        room, number = ROOM * conf().max_bytes, 0
        made: list[dict[str, Any]] = []
        for row in rows:
            room -= len(row.payload or "")
            if room < 0 and number:
                break
            number += 1
            if row.pk not in there:
                made.append(_deletion(row))
            elif row.payload is not None:  # Otherwise it is gone by now, as a later change says.
                item = row.payload.encode()
                made.append({"action": "upsert", "id": row.page_id, "item": item})
        return number, made

    @classmethod
    def answer_schema(cls, items: Any) -> Schema:
        """The shape of an answer, for the API's document."""
        of = items.components.of
        whole = any_of([items.item(cls, model) for model in cls.item_models()])
        upsert = closed(
            {"action": {"const": "upsert"}, "id": of(shapes.Count), "item": whole},
            ["action", "id", "item"],
        )
        changes = array(any_of([upsert, of(Deletion)]))
        return closed({"meta": of(FeedPaging), "changes": changes}, ["meta", "changes"])

    described = {
        "since": ("The cursor that the last answer gave; without it, all there is.", None),
        "limit": (
            "How many changes at the most.",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
        ),
        "type": ("Only pages of these types, divided by commas.", None),
        "locale": ("Only pages in these languages, divided by commas.", None),
    }


def _deletion(row: Item) -> dict[str, Any]:
    reason = row.reason if row.tombstone else "repeats" if row.repeats else "refiled"
    return {
        "action": "delete",
        "id": row.page_id,
        "type": row.type,
        "translation_key": str(row.translation_key),
        "locale": row.locale,
        "reason": reason,
    }
