"""The endpoint ``/search/``: what the search page shows, for front ends of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal, TypedDict

from django.conf import settings
from django.http import QueryDict
from django.urls import path
from django.utils.translation import override
from rest_framework.metadata import SimpleMetadata
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.models import Page

from partners import kinds
from partners.api.endpoint import ListOnly
from partners.api.errors import BadParameter, unknown
from partners.api.language import Wanted
from partners.delivery.answers.views import FromShelf
from partners.items import shapes
from partners.items.deferred import Deferred
from partners.items.represent import page_ref
from partners.items.schema import Schema, array, closed
from partners.search.excerpts import MarkedText
from partners.search.query import plain_words
from search.results import FACETS, MOST, PER_PAGE, Result, Results, find_results, typed_pages
from search.views import LONGEST

#: The most results in one answer.
MOST_ITEMS = 50


class Piece(TypedDict):
    """A part of a text; ``is_found``: it is a word of the query, in any form."""

    text: str
    is_found: bool


class FoundPage(shapes.PageRef):
    """A page that was found. ``is_related``: it has related words alone. ``own_url``: its address
    in the language that was asked for, if it was found in another one."""

    marked_title: list[Piece]
    excerpt: list[Piece]
    is_related: bool
    own_url: shapes.Url | None


class FoundDocument(TypedDict):
    """A document whose text was found."""

    title: str
    url: shapes.Url
    excerpt: list[Piece]


class Choice(TypedDict):
    """A value of a facet, and how many results have it. ``locale``: the language of the label."""

    value: str
    label: str
    locale: shapes.Language
    count: shapes.Count
    is_chosen: bool


class Facet(TypedDict):
    """A way to narrow the results: the parameter of this name takes one of the values."""

    name: str
    label: str
    choices: list[Choice]


class SearchPaging(TypedDict):
    """How many results there are, and where the next are; null for questions by POST, which ask
    again with a larger ``offset``."""

    total_count: shapes.Count
    next: shapes.Url | None


class Methods(SimpleMetadata):
    """What OPTIONS tells: nothing of what a POST takes, which the OpenAPI document describes."""

    def determine_actions(self, request: Request, view: Any) -> dict[str, Any]:
        return {}


class SearchAPIViewSet(FromShelf, ListOnly):
    """What the search page shows: results with marks, facets, a suggestion, telephone numbers.

    By POST as well, with the parameters as a form in the body, which keeps what people look for out
    of addresses and logs. Answers are kept nowhere.
    """

    model = Page
    name = "search"
    #: What is asked is public, and the answer is for everybody: no session, and so no token.
    authentication_classes: ClassVar[list[Any]] = []
    metadata_class: ClassVar[Any] = Methods
    parser_classes: ClassVar[list[Any]] = [FormParser]
    #: Its parameters may stand in a body.
    takes_post = True
    #: The type of a telephone number.
    number_shape: Any = dict[str, str]

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        actions = {"get": "listing_view", "post": "listing_view"}
        return [path("", cls.as_view(actions), name="listing")]

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        return {"search", "typing", "locale", "offset", "limit", *FACETS, "format", "_"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "POST":
            request._request.GET = self.sent(request)
            self.check_form(request)
        super().initial(request, *args, **kwargs)

    def sent(self, request: Request) -> QueryDict:
        """The parameters in the body of a request."""
        for name in request.GET:
            raise BadParameter(name, "stands in the body of a POST, with the others")
        # Without a body it is an empty dictionary.
        return request.data if isinstance(request.data, QueryDict) else QueryDict()

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        made = super().finalize_response(request, response, *args, **kwargs)
        made.keepable = False
        del made["Surrogate-Key"]
        made["Cache-Control"] = "no-store"
        return made

    def listing_view(self, request: Request) -> Response:
        self.check_known(self.listing_parameters(self.model))
        query = self.text()
        locale = Wanted.parse(request.GET).requested or settings.LANGUAGE_CODE
        typing = request.GET.get("typing", "false")
        if typing not in ("true", "false"):
            raise BadParameter("typing", "must be 'true' or 'false'")
        offset = self.number("offset", 0, 0, MOST)
        limit = self.number("limit", PER_PAGE, 1, MOST_ITEMS)
        chosen = {name: request.GET.get(name, "") for name in FACETS}
        for name in FACETS:
            if typing == "true" and chosen[name]:
                raise BadParameter(name, "can't be combined with typing")
        if chosen["kind"] and chosen["kind"] not in kinds.by_name():
            raise BadParameter("kind", unknown(chosen["kind"], kinds.by_name(), "value"))
        with override(locale):
            if typing == "true":
                pages = typed_pages(request, query, locale)
                results = Results(query, total=len(pages))
                items = [self.page(one) for one in pages]
            else:
                part = slice(offset, offset + limit)
                results = find_results(request, query, locale, chosen, part=part)
                shown = [*results.own, *results.others, *results.related]
                related = {id(one) for one in results.related}
                items = [self.result(one, id(one) in related) for one in shown]
            told = self.told(results, locale)
            numbers = [] if typing == "true" else self.numbers(results, locale)
            items = self.references.resolve(items)
        more = None if typing == "true" else self.next(offset + limit, results.total)
        meta = {"total_count": results.total, "next": more}
        return Response({"meta": meta, "items": items, **told, "numbers": numbers})

    def text(self) -> str:
        """What is looked for."""
        text = " ".join(self.request.GET.get("search", "").split())
        if len(text) > LONGEST:
            raise BadParameter("search", f"takes at most {LONGEST} characters")
        if not plain_words(text):
            raise BadParameter("search", "needs at least one word")
        return text

    def number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.request.GET.get(name, str(default))
        if not text.isascii() or not text.isdecimal() or not least <= int(text[:9]) <= most:
            raise BadParameter(name, f"must be a number from {least} to {most}")
        return int(text)

    def next(self, offset: int, total: int) -> str | None:
        """The address of the next results; a question by POST has none."""
        if self.request.method == "POST" or offset >= total:
            return None
        query = self.request.GET.copy()
        query["offset"] = str(offset)
        return get_full_url(self.request, f"{self.request.path}?{query.urlencode()}")

    def told(self, results: Results, locale: str) -> dict[str, Any]:
        """What is told of the results together."""
        match = "some" if results.is_partial else "near" if results.is_near else "all"
        facets = [
            {
                "name": facet.name,
                "label": facet.label,
                "choices": [
                    {
                        "value": one.value,
                        "label": one.label,
                        "locale": one.language or locale,
                        "count": one.count,
                        "is_chosen": one.is_chosen,
                    }
                    for one in facet.choices
                ],
            }
            for facet in results.facets
        ]
        documents = [
            {
                "title": one.document.title,
                "url": self.references.url(one.document.url),
                "excerpt": _pieces(one.excerpt),
            }
            for one in results.documents
        ]
        return {
            "match": match,
            "suggestion": results.suggestion or None,
            "is_danger": results.is_danger,
            "facets": facets,
            "documents": documents,
        }

    def page(self, page: Page) -> Deferred:
        """A page for a query that is still being typed."""
        title = [MarkedText(page.title, False)]
        return self.found(page.pk, title, [], is_related=False, own_url="")

    def result(self, result: Result, is_related: bool) -> Deferred:
        return self.found(result.page.pk, result.title, result.excerpt, is_related, result.own_url)

    def found(
        self,
        pk: int,
        title: Iterable[MarkedText],
        excerpt: Iterable[MarkedText],
        is_related: bool,
        own_url: str,
    ) -> Deferred:
        more = {
            "marked_title": _pieces(title),
            "excerpt": _pieces(excerpt),
            "is_related": is_related,
            "own_url": self.references.url(own_url) if own_url else None,
        }
        return Deferred(
            [("page", pk)],
            lambda family: {**(page_ref((family or {}).get(""), self.references) or {}), **more},
        )

    def numbers(self, results: Results, locale: str) -> list[dict[str, Any]]:
        """The telephone numbers that a query asks for; all that help now if it names a danger or
        nothing is found. A site that has numbers says which."""
        return []

    @classmethod
    def answer_schema(cls, items: Any) -> Schema:
        """The JSON Schema of an answer, for the OpenAPI document."""
        of = items.components.of
        parts = {
            "meta": of(SearchPaging),
            "items": array(of(FoundPage)),
            "match": of(Literal["all", "some", "near"]),
            "suggestion": of(str | None),
            "is_danger": of(bool),
            "facets": array(of(Facet)),
            "documents": array(of(FoundDocument)),
            "numbers": array(of(cls.number_shape)),
        }
        return closed(parts, list(parts))

    described = {
        "search": (
            "What people look for.",
            {"type": "string", "minLength": 1, "maxLength": LONGEST},
        ),
        "typing": (
            "Whether the last words may be beginnings; gives pages in the language alone.",
            {"type": "boolean", "default": False},
        ),
        "locale": ("The language of the reader, by default that of the site.", None),
        "offset": (
            "How many results to pass over.",
            {"type": "integer", "minimum": 0, "maximum": MOST, "default": 0},
        ),
        "limit": (
            "How many results.",
            {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": PER_PAGE},
        ),
        **{name: (f"Only results with this {name}; see facets.", None) for name in FACETS},
    }


def _pieces(pieces: Iterable[MarkedText]) -> list[Piece]:
    return [{"text": one.text, "is_found": one.is_found} for one in pieces]
