"""The feed: the pages that have changed since a cursor, each once and as it is now."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, TypedDict

from django.apps import apps
from django.db.models import Func, IntegerField, Q, QuerySet
from django.urls import path
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.api.v2.utils import BadRequestError, page_models_from_string, parse_boolean
from wagtail.coreutils import get_content_languages

from ...api.errors import BadParameter, unknown
from ...api.language import Wanted
from ...api.renderers import CompactJSONRenderer
from ...conf import conf
from ...items import shapes
from ...items.schema import Schema, any_of, array, closed, one_of
from ..models import Item
from ..shelf.rows import rows_of_pages, site_rows
from ..shelf.suspects import newest_change
from .cursor import GONE, LAST_PAGE, Cursor, Gone, behind
from .followed import Read, endpoints, newest_thing, things_after
from .views import PagesAPIViewSet, RowsByLanguage

DEFAULT, MOST = 100, 500
#: How many times ``MAX_BYTES`` the items of one page may take.
ROOM = 4
#: The columns that are read of every row before its item.
COLUMNS = (
    "pk", "page_id", "type", "translation_key", "locale", "served", "seq", "reason", "tombstone",
    "repeats", "refiled",
)  # fmt: skip


class ByteLength(Func):
    """The length of a text in bytes; PostgreSQL knows it without decompressing the text."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "LENGTH(CAST(%(expressions)s AS BLOB))"
        return self.as_sql(compiler, connection, template=template, **context)


class FeedPaging(TypedDict):
    """Where to go on, now or whenever one asks again: ``cursor`` is for the parameter of this name,
    ``next_url`` the whole address; ``next`` is the former name of the cursor."""

    cursor: str
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


class ThingDeletion(TypedDict):
    """A thing, in one language, that no public cooperation shows any longer."""

    action: Literal["delete"]
    id: shapes.Count
    type: str
    translation_key: shapes.Uuid | None
    locale: shapes.Language | None


class Unavailable(APIException):
    """The answer 503 while the shelf can't vouch for its rows."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The feed is being brought up to date; ask again in a moment."
    #: Seconds, for the header Retry-After.
    wait = 10


class ChangesAPIViewSet(PagesAPIViewSet):
    """What has changed: public pages as they are now, and those that are no longer public.

    A reader who applies all changes in their order has exactly the items of the listings.
    """

    name = "changes"
    formats: tuple[Any, ...] = (CompactJSONRenderer,)
    known_query_parameters = frozenset()
    own_parameters = frozenset()
    refusals = {
        "410": "The cursor is of a feed that is gone: begin again without it.",
        "503": Unavailable.default_detail,
    }

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        return [path("", cls.as_view({"get": "listing_view"}), name="listing")]

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        own = {"since", "cursor", "limit", "type", "locale", "fallback"}
        return own | {"include", "include_aliases", "format", "_"}

    @classmethod
    def get_object_detail_urlpath(cls, model: Any, pk: Any, namespace: str = "") -> None:
        return None

    def listing_view(self, request: Request) -> Response:
        self.check_known(self.listing_parameters(self.model))
        version, limit = self.version, self.limit()
        if not self.uses_shelf or version.epoch is None:
            raise Unavailable
        newest = newest_change(version, self.site, self.make_payloads)
        if newest is None:
            raise Unavailable
        names = [name for name in ("cursor", "since") if name in request.GET]
        if len(names) > 1:
            raise BadParameter("since", "is the former name of cursor; give one of them")
        if names:
            cursor = Cursor.parse(request.GET[names[0]], version, names[0])
        else:
            cursor = Cursor(version.epoch, began=newest)
        rows = list(self.rows_after(cursor).filter(seq__lte=newest)[: limit + 1])
        fitting, changes = self.changes(rows[:limit])
        has_more = fitting < len(rows)
        last = (rows[fitting - 1].seq, rows[fitting - 1].page_id) if fitting else (-1, 0)
        if not has_more:
            # Whatever changes later has a higher number.
            last = max(last, (cursor.seq, cursor.page), (newest, LAST_PAGE))
        answer: dict[str, Any] = {"changes": changes}
        read = cursor.things
        if self.with_things:
            # After all pages: what they show is then up to date.
            left = 0 if has_more else max(0, limit - len(changes))
            answer["things"], more, read = self.things(read, left)
            has_more |= more
        cursor = Cursor(cursor.epoch, cursor.began, last[0], last[1], read)
        query = request.GET.copy()
        query.pop("since", None)
        query["cursor"] = str(cursor)
        meta = {
            "cursor": str(cursor),
            "next": str(cursor),
            "has_more": has_more,
            "next_url": get_full_url(request, f"{request.path}?{query.urlencode()}"),
        }
        return Response({"meta": meta, **answer})

    def things(
        self, read: tuple[int, int, int] | None, limit: int
    ) -> tuple[list[dict[str, Any]], bool, Read]:
        """The changes of things behind a place, whether there are more, and the place behind."""
        newest = newest_thing(self)
        if newest is None:
            raise Unavailable
        place = Read(*read) if read else Read(began=newest)
        if max(place.began, place.seq) > newest:
            raise Gone(GONE % {"name": "cursor"})
        asked = ",".join(self.request.GET.get(name, "") for name in ("locale", "fallback"))
        codes = [code for code in asked.split(",") if code]
        return things_after(self, place, newest, limit, conf().max_bytes, codes)

    @cached_property
    def with_things(self) -> bool:
        """Whether the request wants things, too."""
        text = self.request.GET.get("include")
        if text not in (None, "things"):
            raise BadParameter("include", unknown(text, ["things"], "part of the feed"))
        return text is not None

    def limit(self) -> int:
        """How many changes the request wants at the most."""
        text = self.request.GET.get("limit", str(DEFAULT))
        if not text.isdecimal() or not 1 <= int(text) <= MOST:
            raise BadParameter("limit", f"must be a number from 1 to {MOST}")
        return int(text)

    def rows_after(self, cursor: Cursor) -> QuerySet[Item, Any]:
        """The rows behind a cursor that the reader must learn of, without their payloads."""
        rows = site_rows(self.site).filter(behind(cursor.seq, cursor.page))
        # Pages that were gone before the reader began were never among its items.
        rows = rows.exclude(self.without_item(), seq__lte=cursor.began)
        if fits := self.fits():
            rows = rows.filter(fits | Q(refiled=True))
        rows = rows.annotate(size=ByteLength("payload")).order_by("seq", "page_id")
        return rows.values_list(*COLUMNS, "size", named=True)

    def without_item(self) -> Q:
        """The condition of rows that this feed has no items of."""
        return Q(tombstone=True) if self.with_aliases else Q(tombstone=True) | Q(repeats=True)

    @property
    def with_aliases(self) -> bool:
        """Whether the feed has items of pages that only repeat another language."""
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
        if codes := self.languages():
            condition &= Q(locale__in=codes)
        return condition

    def languages(self) -> list[str]:
        """The languages that are asked for: several, or one and those that stand in for it."""
        query, known = self.request.GET, get_content_languages()
        found = []
        for name in ("locale", "fallback"):
            codes = query[name].split(",") if name in query else []
            for code in codes:
                if code not in known:
                    raise BadParameter(name, unknown(code, known, "language"))
                if "fallback" in query and code in found:
                    raise BadParameter(name, "names a language twice")
                found.append(code)
        if "fallback" in query and "," in query.get("locale", ","):
            raise BadParameter("fallback", "says what stands in for one language in locale")
        if "fallback" in query and self.with_aliases:
            raise BadParameter("fallback", "can't be combined with include_aliases")
        return found

    def behind(self, pks: set[int]) -> set[int]:
        """Those of some rows for which a version in a better language is there."""
        if "fallback" not in self.request.GET or not pks:
            return set()
        best = RowsByLanguage(Wanted(tuple(self.languages())), self.site).rows()
        return pks - set(best.filter(pk__in=pks).values_list("pk", flat=True))

    def changes(self, rows: list[Any]) -> tuple[int, list[dict[str, Any]]]:
        """How many of the rows a page of the feed has room for, and their changes."""
        refiled = [row.pk for row in rows if row.refiled]
        fitting = Item.objects.filter(self.fits(), pk__in=refiled)
        unfit = set(refiled) - set(fitting.values_list("pk", flat=True)) if refiled else set()
        with_aliases = self.with_aliases
        upserted = {
            row.pk
            for row in rows
            if not row.tombstone and (with_aliases or not row.repeats) and row.pk not in unfit
        }
        behind = self.behind(upserted)
        upserted -= behind
        rows, items = self.read_items(rows, upserted)
        self.served = [row.served for row in rows if row.pk in upserted]
        self.shown = [row.page_id for row in rows]
        room, number = ROOM * conf().max_bytes, 0
        made: list[dict[str, Any]] = []
        for row in rows:
            item = items.get(row.pk, b"")
            room -= len(item)
            if room < 0 and number:
                break
            number += 1
            if row.pk not in upserted:
                made.append(_deletion(row, "behind" if row.pk in behind else ""))
            elif item:  # Without one, the page has changed since, and comes with a later number.
                made.append({"action": "upsert", "id": row.page_id, "item": item})
        return number, made

    def read_items(self, rows: list[Any], upserted: set[int]) -> tuple[list[Any], dict[int, bytes]]:
        """The rows that a page of the feed may have room for, and the items of the upserted ones.

        A payload that isn't made yet may turn out too long; :meth:`changes` looks at that.
        """
        room, number = ROOM * conf().max_bytes, 0
        while number < len(rows) and room >= 0:
            room -= (rows[number].pk in upserted and rows[number].size) or 0
            number += 1
        rows = rows[:number]
        numbers = {row.pk: row.seq for row in rows}
        found = rows_of_pages(self.site, [row.page_id for row in rows if row.pk in upserted])
        unchanged = [row for row in found if row.seq == numbers.get(row.pk)]
        self.make_payloads(unchanged)
        return rows, {row.pk: (row.payload or "").encode() for row in unchanged}

    @classmethod
    def answer_schema(cls, items: Any) -> Schema:
        """The JSON Schema of an answer, for the OpenAPI document."""
        of = items.components.of
        action: Schema = {"type": "string", "const": "upsert"}
        upsert = items.components.named(
            "Upsert",
            closed(
                {"action": action, "id": of(shapes.Count), "item": items.whole(cls)},
                ["action", "id", "item"],
                description="A page that is new, or that has changed, as it is now.",
            ),
        )
        changes = array(one_of("action", {"upsert": upsert, "delete": of(Deletion)}))
        properties = {"meta": of(FeedPaging), "changes": changes}
        things: list[Schema] = [of(ThingDeletion)]
        for view in endpoints(items.router):
            about = {"action": {"const": "upsert"}, "id": of(shapes.Count)}
            about["type"] = {"const": view.model._meta.label}
            things.append(closed({**about, "item": items.item(view, view.model)}, [*about, "item"]))
        return closed({**properties, "things": array(any_of(things))}, ["meta", "changes"])

    described = {
        "cursor": ("The cursor that the last answer gave; without it, all there is.", None),
        "since": ("The former name of cursor.", None),
        "fallback": (
            "What may stand in for the one language in locale, in this order, divided by commas.",
            None,
        ),
        "limit": (
            "How many changes at the most.",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
        ),
        "type": ("Only pages of these types, divided by commas.", None),
        "include": (
            "`things`: topics, organisations and people as well, in `things`.",
            {"enum": ["things"]},
        ),
        "locale": ("Only pages in these languages, divided by commas.", None),
    }


def _deletion(row: Any, reason: str = "") -> dict[str, Any]:
    if not reason:
        reason = row.reason if row.tombstone else "repeats" if row.repeats else "refiled"
    return {
        "action": "delete",
        "id": row.page_id,
        "type": row.type,
        "translation_key": str(row.translation_key),
        "locale": row.locale,
        "reason": reason,
    }
