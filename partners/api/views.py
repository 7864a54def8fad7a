"""The endpoints of Wagtail's API: only public content, strict parameters, languages."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api import APIField
from wagtail.api.utils import get_full_url
from wagtail.api.v2.filters import TranslationOfFilter
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.api.v2.views import PagesAPIViewSet as StockPages
from wagtail.coreutils import get_content_languages
from wagtail.documents.api.v2.views import DocumentsAPIViewSet as StockDocuments
from wagtail.images.api.v2.views import ImagesAPIViewSet as StockImages
from wagtail.models import Page, Site, get_page_models

from .. import kinds
from ..conf import conf
from ..items.references import References
from ..items.represent import served_language
from ..items.richtext import FORMATS
from ..public.pages import public_files, site_pages, used_files
from . import filters
from .errors import UNREACHABLE, BadParameter, problem, unknown
from .keepable import keepable
from .language import PARAMETERS, Wanted
from .pagination import KeysetPagination
from .renderers import CompactJSONRenderer, LinkedDataRenderer
from .serializers import (
    DeferredRelations,
    DocumentSerializer,
    ImageSerializer,
    PageSerializer,
    RelationField,
)

logger = logging.getLogger(__name__)

OUTPUT = frozenset(["fields", "rich_text_format", "renditions", "format", "_"])


@cache
def _with_deferred_relations(endpoint: Any) -> Any:
    """An endpoint, of Wagtail's or a site's, whose nested objects refer to public things alone."""
    base = endpoint.base_serializer_class
    if issubclass(base, DeferredRelations):
        return endpoint
    mixed = type(base.__name__, (DeferredRelations, base), {})
    return type(endpoint.__name__, (endpoint,), {"base_serializer_class": mixed})


@dataclass(frozen=True)
class NestingRouter:
    """A router as Wagtail asks it for the endpoints of nested objects; all models have one."""

    router: WagtailAPIRouter

    def get_model_endpoint(self, model: Any) -> tuple[str, Any]:
        name, endpoint = self.router.get_model_endpoint(model) or ("", BaseAPIViewSet)
        return name, _with_deferred_relations(endpoint)


class Endpoint(BaseAPIViewSet):
    """The base of all endpoints: compact JSON, strict parameters, and references that are loaded
    together for all items of an answer."""

    pagination_class = KeysetPagination
    #: The formats of answers, by ``?format=`` or the header ``Accept``.
    formats: tuple[Any, ...] = (CompactJSONRenderer,)
    #: Whether errors are problems by RFC 9457. Wagtail's own endpoints keep Wagtail's errors.
    problems = False
    #: The filters of a listing, applied in this order. Without our rules Wagtail's are.
    backends: tuple[Any, ...] = ()
    #: Parameters that aren't filters by a field of the same name.
    own_parameters: frozenset[str] = frozenset()
    keys: list[tuple[str, bool]] = [("pk", False)]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # Messages are for developers, in English; items are in their own language.
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def get_renderers(self) -> list[Any]:
        own = [renderer() for renderer in self.formats]
        return own if conf().languages else [*super().get_renderers(), *own[1:]]

    def get_renderer_context(self) -> dict[str, Any]:
        return {**super().get_renderer_context(), "indent": None}

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        return keepable(super().finalize_response(request, response, *args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Other methods are answered 405 by REST framework, whatever their parameters.
        strict = conf().languages and request.method in ("GET", "HEAD")
        if strict:
            self.check_form(request)
        super().initial(request, *args, **kwargs)
        if strict:
            if self.linked_data and "fields" in request.GET:
                raise BadParameter("fields", "can't be combined with JSON-LD, which needs them all")
            if self.action != "listing_view":
                find = self.find_query_parameters if self.action == "find_view" else frozenset()
                self.check_known(OUTPUT | find | self.detail_parameters)

    detail_parameters: frozenset[str] = frozenset()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        try:
            return super().perform_content_negotiation(request, force)
        except Http404 as error:
            known = [one.format for one in self.formats]
            name = request.GET.get("format", "")
            raise BadParameter("format", unknown(name, known, "format")) from error

    def check_form(self, request: Request) -> None:
        """Refuse repeated and invalid parameters, before any statement."""
        if len(request.META.get("QUERY_STRING", "")) > conf().max_query:
            raise BadRequestError(f"the query is longer than {conf().max_query} characters")
        for name, values in request.GET.lists():
            if len(values) > 1:
                raise BadParameter(name, "is there more than once; give it one value")
            if "\x00" in name or "\x00" in values[0]:
                raise BadParameter(name.replace("\x00", ""), "contains a NUL character")
        depth = deepest = 0
        for character in request.GET.get("fields", ""):
            depth += {"(": 1, ")": -1}.get(character, 0)
            deepest = max(deepest, depth)
        if deepest > conf().max_depth:
            raise BadParameter("fields", f"is nested deeper than {conf().max_depth} levels")
        formats = [renderer.format for renderer in self.formats]
        if "format" in request.GET and request.GET["format"] not in formats:
            raise BadParameter("format", unknown(request.GET["format"], formats, "format"))

    @property
    def linked_data(self) -> bool:
        """Whether the answer is JSON-LD, by ``?format=jsonld`` or by the ``Accept`` header."""
        return isinstance(getattr(self.request, "accepted_renderer", None), LinkedDataRenderer)

    def check_known(self, known: Iterable[str]) -> None:
        """Refuse unknown parameters, and name the nearest known one."""
        known = set(known)
        for name in self.request.GET:
            if name not in known:
                raise BadRequestError(unknown(name, known))

    def check_query_parameters(self, queryset: QuerySet[Any]) -> None:
        if not conf().languages:
            return super().check_query_parameters(queryset)
        return self.check_known(self.listing_parameters(queryset.model))

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        """The names of all parameters of a listing of a model."""
        own = cls.known_query_parameters | cls.own_parameters | {"cursor", "renditions"}
        # Without ?site=: the site is that of the request.
        return (own | set(filters.filter_names(cls, model))) - {"site"}

    @classmethod
    def listed_models(cls) -> list[Any]:
        """The models that ``?type=`` may name, the default first."""
        return [cls.model]

    @classmethod
    def item_models(cls) -> list[Any]:
        """The models of items."""
        return cls.listed_models()

    def sortable(self, model: Any) -> dict[str, Any]:
        """The fields that a listing can be ordered by, by name."""
        return {**filters.sortable(self, model), "id": model._meta.pk}

    def sort_keys(self, keys: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        """An order completed so that no two items have the same place."""
        named = [("pk" if name == "id" else name, down) for name, down in keys]
        return named if "pk" in dict(named) else [*named, ("pk", False)]

    @property
    def sort_language(self) -> str:
        """The language whose collation sorts texts: the requested one, or that of the site.

        Empty for the order of Wagtail's own API.
        """
        if not conf().languages:
            return ""
        wanted = getattr(self, "wanted", None)
        return (wanted and wanted.requested) or settings.LANGUAGE_CODE

    def count(self, queryset: QuerySet[Any]) -> int:
        """The number of items of a listing, on all its pages."""
        return queryset.count()

    @property
    def limit_max(self) -> int:
        """The largest ``?limit=``."""
        return getattr(settings, "WAGTAILAPI_LIMIT_MAX", 20) or 2**31

    @cached_property
    def references(self) -> References:
        """The references of this answer."""
        return References(
            base=self.address(),
            pages=self.public_pages,
            text=self.resolve_rich_text_format(),
            renditions=self.renditions(),
            request=self.asked_by,
        )

    @property
    def asked_by(self) -> Any:
        """The request that blocks see."""
        return self.request._request

    def address(self) -> str:
        """The address of the request's site."""
        url: str = get_full_url(self.request, "/")
        return url.rstrip("/")

    @cached_property
    def public_pages(self) -> QuerySet[Page]:
        """The public pages of this site in all languages."""
        return site_pages(self.request)

    def renditions(self) -> list[str]:
        """The image sizes that ``?renditions=`` names."""
        names = [name for name in self.request.GET.get("renditions", "").split(",") if name]
        for name in names:
            if name not in conf().renditions:
                raise BadParameter("renditions", unknown(name, conf().renditions, "rendition"))
        return names

    def resolve_rich_text_format(self) -> str:
        if not conf().languages:
            return super().resolve_rich_text_format()
        asked = self.request.GET.get("rich_text_format", "html")
        if asked not in FORMATS:
            raise BadParameter("rich_text_format", unknown(asked, FORMATS, "format"))
        return str(asked)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "references": self.references}

    @classmethod
    def _get_serializer_class(
        cls,
        router: Any,
        model: Any,
        fields_config: Any,
        show_details: bool = False,
        nested: bool = False,
    ) -> Any:
        # Wagtail selects parts of related objects; parts of other values are selected by
        # ``DeferredRelations``.
        if not conf().languages:
            return super()._get_serializer_class(router, model, fields_config, show_details, nested)
        if not isinstance(router, NestingRouter):
            router = NestingRouter(router)
        relations = (
            {field.name for field in model._meta.get_fields() if field.is_relation}
            - set(cls.get_field_serializer_overrides(model))
            - {"locale", "alias_of"}
        )
        selections = {
            name: below
            for name, _negated, below in fields_config
            if below and name not in relations
        }
        plain = [
            (name, negated, None if name in selections else below)
            for name, negated, below in fields_config
        ]
        if selections and plain[0][0] == "*":
            plain = [one for one in plain if one[0] not in selections]
        made = super()._get_serializer_class(router, model, plain, show_details, nested)
        made.selections = selections
        return made

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            if not conf().languages:
                return super().filter_queryset(queryset)
            for backend in self.backends if self.action == "listing_view" else ():
                queryset = backend().filter_queryset(self.request, queryset, self)
            return queryset
        except (ValueError, OverflowError, ValidationError) as error:
            raise BadRequestError(_sentence(error)) from error

    def find_object(self, queryset: QuerySet[Any], request: Request) -> Any:
        try:
            return super().find_object(queryset, request)
        except (ValueError, OverflowError) as error:
            raise BadRequestError(_sentence(error)) from error

    def handle_exception(self, exc: Exception) -> Response:
        response: Response = super().handle_exception(exc)
        response.content_type = "application/json"
        if self.problems:
            detail = response.data.get("message") or response.data.get("detail") or str(exc)
            response.data = problem(response.status_code, str(detail), getattr(exc, "name", None))
            response.content_type = "application/problem+json"
        elif conf().languages and "message" not in response.data:
            response.data = {"message": str(response.data.get("detail") or exc)}
        return response

    def detail_view(self, request: Request, pk: int) -> Response:
        data = dict(self.get_serializer(self.get_object()).data)
        return Response(self.references.resolve(data))

    def resolved(self, data: list[Any]) -> list[Any]:
        """Items with finished values in place of deferred ones."""
        items: list[Any] = self.references.resolve(data)
        return items

    def get_paginated_response(self, data: Any) -> Response:
        response: Response = super().get_paginated_response(self.resolved(list(data)))
        # By RFC 8288, for formats without ``meta``.
        places = [(name, response.data["meta"].get(name)) for name in ("next", "previous")]
        if links := [f'<{address}>; rel="{name}"' for name, address in places if address]:
            response.headers["Link"] = ", ".join(links)
        return response


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def specific(page: Page) -> Any:
    """A page of its own page type; no statement for pages of :func:`kinds.with_links`."""
    own: Any = page
    if kinds.is_kind(page.specific_class):
        own = kinds.as_kind(page)
    elif type(page) is not page.specific_class:
        own = page.specific
    own.locale, own.alias_of = page.locale, page.alias_of
    return own


class PagesAPIViewSet(Endpoint, StockPages):
    """Pages that everybody may read, of all languages of the site."""

    formats = (CompactJSONRenderer, LinkedDataRenderer)
    base_serializer_class = PageSerializer
    backends: tuple[Any, ...] = (
        filters.LookupFilter,
        filters.TreeFilter,
        TranslationOfFilter,
        filters.LanguageFilter,
        filters.StableOrdering,
        filters.Search,
    )
    known_query_parameters = StockPages.known_query_parameters | PARAMETERS
    own_parameters = PARAMETERS | {"type", "order", "search"}
    detail_parameters = frozenset(["locale", "fallback"])
    find_query_parameters = StockPages.find_query_parameters | {"translation_key", "slug"}
    language_fields = ("translation_key", "language", "translations", "last_published_at")
    detail_only_fields = ["parent"]

    @classmethod
    def get_body_fields(cls, model: Any) -> Any:
        relations = {one.name: one for one in getattr(model, "relations", ())}
        found = super().get_body_fields(model)
        for place, one in enumerate(found):
            if one.serializer is None and (relation := relations.get(one.name)):
                found[place] = APIField(one.name, RelationField(relation, relation.shape_of(model)))
        return found

    @classmethod
    def listed_models(cls) -> list[Any]:
        types = sorted(get_page_models(), key=lambda model: model._meta.label)
        return [cls.model, *(model for model in types if model is not cls.model)]

    @classmethod
    def get_meta_fields(cls, model: Any) -> Any:
        more = cls.language_fields if conf().languages else ()
        return super().get_meta_fields(model) + cls._convert_api_fields(more)

    @classmethod
    def get_listing_default_fields(cls, model: Any) -> Any:
        fields = super().get_listing_default_fields(model)
        return [*fields, "alias_of", *cls.language_fields] if conf().languages else fields

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "left_out": self.left_out}

    def left_out(self, pk: Any, error: Exception) -> None:
        """Tell of an item that can't be made, and that an answer does without."""
        logger.error("The item of page %s can't be made", pk, exc_info=error)

    def resolved(self, data: list[Any]) -> list[Any]:
        data = [item for item in data if item is not None]
        try:
            return super().resolved(data)
        except UNREACHABLE:
            raise
        except Exception:
            logger.debug("Items are finished one by one, to find the one that can't", exc_info=True)
        found = []
        for item in data:
            try:
                found += super().resolved([item])
            except UNREACHABLE:
                raise
            except Exception as error:
                self.left_out(item.get("id"), error)
        return found

    def get_serializer_class(self) -> Any:
        if not self.linked_data:
            return super().get_serializer_class()
        listing = self.action == "listing_view"
        model = self.get_queryset().model if listing else type(self.get_object())
        router = self.request.wagtailapi_router
        everything = [("*", False, None)]
        return self._get_serializer_class(router, model, everything, show_details=not listing)

    @cached_property
    def wanted(self) -> Wanted:
        """The languages, states and aliases that the request asks for."""
        return Wanted.parse(self.request.GET)

    def get_base_queryset(self) -> QuerySet[Page]:
        if not conf().languages:
            stock: QuerySet[Page] = super().get_base_queryset()
            return stock
        return self.public_pages

    def get_queryset(self) -> QuerySet[Any]:
        if not conf().languages:
            return super().get_queryset()
        return self.listed

    @cached_property
    def listed(self) -> QuerySet[Any]:
        """The public pages of the requested types, with locales and originals of aliases."""
        return self.typed.select_related("locale", "alias_of__locale").order_by("pk")

    @property
    def typed(self) -> QuerySet[Any]:
        """The public pages of the requested types."""
        pages: QuerySet[Any] = super().get_queryset()
        return pages

    def get_object(self) -> Any:
        if not conf().languages:
            return super().get_object()
        if not hasattr(self, "_found"):
            # By "id", a column of Page, which accepts numbers of any size.
            page = get_object_or_404(self.found, id=self.kwargs["pk"])
            self._found = specific(page)
        return self._found

    @property
    def found(self) -> QuerySet[Any]:
        """The pages for a detail by id; cooperations with their columns and links."""
        return kinds.with_links(self.listed, kinds.kinds())

    def detail_view(self, request: Request, pk: int) -> Response:
        if not conf().languages:
            return super().detail_view(request, pk)
        page = self.get_object()
        served = served_language(page)
        if self.wanted.languages and served not in self.wanted.languages:
            asked = ", ".join(self.wanted.languages)
            raise Http404(f"This page is in {served}, not in {asked}")
        for data in self.resolved([self.get_serializer().to_representation(page)]):
            return Response(data)
        raise Http404("This item can't be made for now.")

    def find_object(self, queryset: QuerySet[Any], request: Request) -> Any:
        if not conf().languages:
            return super().find_object(queryset, request)
        query = request.GET
        for name in ("id", "html_path", "translation_key", "slug"):
            if name in query:
                return getattr(self, f"_find_{name}")(query[name])
        raise BadRequestError("say what to find: id, html_path, translation_key or slug")

    def _find_id(self, text: str) -> Page | None:
        return self._in_language(Q(pk=filters.read_value("id", Page._meta.pk, text)))

    def _find_translation_key(self, text: str) -> Page | None:
        field = Page._meta.get_field("translation_key")
        return self._in_language(
            Q(translation_key=filters.read_value("translation_key", field, text))
        )

    def _find_slug(self, text: str) -> Page | None:
        same = self.get_base_queryset().filter(slug=text)
        if self.wanted.requested:
            same = same.filter(locale__language_code=self.wanted.requested)
        keys = set(same.values_list("translation_key", flat=True)[:2])
        if len(keys) > 1:
            raise BadParameter("slug", "several pages have it; use html_path or translation_key")
        if not keys and len(self.wanted.languages) > 1:
            # The slug of a version that stands in for the requested language.
            return self._in_language(Q(slug=text))
        return self._in_language(Q(translation_key__in=keys))

    def _find_html_path(self, text: str) -> Page | None:
        site = Site.find_for_request(self.request)
        if site is None:
            return None
        try:
            parts = [part for part in urlsplit(text).path.split("/") if part]
        except ValueError as error:
            raise BadParameter("html_path", str(error)) from error
        root = site.root_page
        if parts and parts[0] in get_content_languages():
            code = parts[0]
            root = root.get_translations(inclusive=True).filter(locale__language_code=code).first()
            parts = parts[1:]
        if root is None:
            return None
        try:
            page = root.specific.route(self.request, parts)[0]
        except Http404:
            return None
        return self._in_language(Q(pk=page.pk))

    def _in_language(self, condition: Q) -> Page | None:
        """The page that fits, in the requested language or the best that stands in for it."""
        base = self.get_base_queryset()
        if not self.wanted.languages:
            return base.filter(condition).order_by("pk").first()
        keys = base.filter(condition).values("translation_key")
        return self.wanted.choose(base.filter(translation_key__in=keys))

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        # The languages of the items, not of the request.
        served = self.languages_served(getattr(response, "data", None))
        response.headers["Content-Language"] = ", ".join(dict.fromkeys(served)) or "mul"
        return super().finalize_response(request, response, *args, **kwargs)

    def languages_served(self, data: Any) -> list[str]:
        """The languages of the items in an answer."""
        items = (data.get("items") or [data]) if isinstance(data, dict) else []
        return [
            item["meta"]["language"]["served"]
            for item in items
            if isinstance(item, dict) and "served" in (item.get("meta", {}).get("language") or {})
        ]


class FilesEndpoint(Endpoint):
    """Images or documents outside restricted collections that public pages show."""

    extra_fields: tuple[str, ...] = ()
    backends = (filters.LookupFilter, filters.StableOrdering, filters.Search)

    @classmethod
    def get_body_fields(cls, model: Any) -> Any:
        more = cls.extra_fields if conf().languages else ()
        return super().get_body_fields(model) + cls._convert_api_fields(more)

    def get_queryset(self) -> QuerySet[Any]:
        return self.listed if conf().languages else super().get_queryset()

    @cached_property
    def listed(self) -> QuerySet[Any]:
        """The files that may be listed."""
        files = public_files(self.model.objects.order_by("id"))
        if conf().unused_files:
            return files
        return used_files(files, self.public_pages)


class ImagesAPIViewSet(FilesEndpoint, StockImages):
    """Images that public pages show."""

    base_serializer_class = ImageSerializer
    extra_fields = ("alt", "focal_point", "url", "renditions", "srcset")


class DocumentsAPIViewSet(FilesEndpoint, StockDocuments):
    """Documents that public pages offer."""

    base_serializer_class = DocumentSerializer
    extra_fields = ("filename", "content_type", "size")
