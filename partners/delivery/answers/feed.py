"""The feed: what has changed since a cursor, each page once, as it is now."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from django.apps import apps
from django.db.models import BooleanField, Func, IntegerField, Q, QuerySet, Value
from django.urls import path
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.api.v2.utils import BadRequestError, page_models_from_string, parse_boolean
from wagtail.coreutils import get_content_languages

from ...api.errors import BadParameter, unknown
from ...api.renderers import CompactJSONRenderer
from ...conf import conf
from ...items import shapes
from ...items.schema import Schema, any_of, array, closed
from ...public.sql import SQL
from ..models import Item
from ..shelf import version as shelf
from .cursor import Cursor
from .views import PagesAPIViewSet

DEFAULT, MOST = 100, 500
#: How much larger than another answer a page of the feed may be.
ROOM = 4
#: What a change tells of a row beside its item, and what that depends on.
COLUMNS = (
    "pk", "page_id", "type", "translation_key", "locale", "served", "seq", "reason", "tombstone",
    "repeats", "refiled",
)  # fmt: skip
#: Behind every page of a number.
END = 2**62


class Octets(Func):
    """How many bytes a text has, which PostgreSQL knows without unpacking it."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "LENGTH(CAST(%(expressions)s AS BLOB))"
        return self.as_sql(compiler, connection, template=template, **context)


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

    def after(self, cursor: Cursor) -> QuerySet[Item, Any]:
        """The rows behind a cursor that the reader must learn of, without their payloads."""
        # One comparison, by which the index is entered at the cursor.
        place = {"at": Value(cursor.seq), "page": Value(cursor.page)}
        behind: Any = SQL("({seq}, {page_id}) > ({at}, {page})", BooleanField(), **place)
        rows = shelf.rows(self.site).filter(behind)
        # What had gone before the reader began was never there.
        rows = rows.exclude(self.gone(), seq__lte=cursor.began)
        if fits := self.fits():
            rows = rows.filter(fits | Q(refiled=True))
        rows = rows.annotate(size=Octets("payload")).order_by("seq", "page_id")
        return rows.values_list(*COLUMNS, "size", named=True)

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

    def changes(self, rows: list[Any]) -> tuple[int, list[dict[str, Any]]]:
        """How many rows a page has room for, and what it says of them."""
        refiled = [row.pk for row in rows if row.refiled]
        fitting = Item.objects.filter(self.fits(), pk__in=refiled)
        out = set(refiled) - set(fitting.values_list("pk", flat=True)) if refiled else set()
        with_aliases = self.with_aliases
        there = {
            row.pk
            for row in rows
            if not row.tombstone and (with_aliases or not row.repeats) and row.pk not in out
        }
        rows, items = self.read(rows, there)
        self.served = [row.served for row in rows if row.pk in there]
        self.shown = [row.page_id for row in rows]
        room, number = ROOM * conf().max_bytes, 0
        made: list[dict[str, Any]] = []
        for row in rows:
            item = items.get(row.pk, b"")
            room -= len(item)
            if room < 0 and number:
                break
            number += 1
            if row.pk not in there:
                made.append(_deletion(row))
            elif item:  # Otherwise it is gone by now, as a later change says.
                made.append({"action": "upsert", "id": row.page_id, "item": item})
        return number, made

    def read(self, rows: list[Any], there: set[int]) -> tuple[list[Any], dict[int, bytes]]:
        """Those of the rows that a page may have room for, and the items of who is there."""
        room, number = ROOM * conf().max_bytes, 0
        while number < len(rows) and room >= 0:
            room -= (rows[number].pk in there and rows[number].size) or 0
            number += 1
        rows = rows[:number]
        as_seen = {row.pk: row.seq for row in rows if row.pk in there}
        found = shelf.of_pages(self.site, [row.page_id for row in rows if row.pk in there])
        items = [item for item in found if item.seq == as_seen.get(item.pk)]
        self.fill(items)
        return rows, {item.pk: (item.payload or "").encode() for item in items}

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


def _deletion(row: Any) -> dict[str, Any]:
    reason = row.reason if row.tombstone else "repeats" if row.repeats else "refiled"
    return {
        "action": "delete",
        "id": row.page_id,
        "type": row.type,
        "translation_key": str(row.translation_key),
        "locale": row.locale,
        "reason": reason,
    }
