"""The endpoints of Wagtail's API: only public content, strict parameters, languages."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api import APIField
from wagtail.api.v2.filters import TranslationOfFilter
from wagtail.api.v2.utils import BadRequestError, parse_fields_parameter
from wagtail.api.v2.views import PagesAPIViewSet as StockPages
from wagtail.coreutils import get_content_languages
from wagtail.documents.api.v2.views import DocumentsAPIViewSet as StockDocuments
from wagtail.images.api.v2.views import ImagesAPIViewSet as StockImages
from wagtail.models import Page, Site, get_page_models

from .. import kinds
from ..conf import conf
from ..items.represent import served_language
from ..public import redirects
from ..public.files import listed_files
from . import filters
from .endpoint import Endpoint
from .errors import UNREACHABLE, BadParameter
from .fields import RelationField
from .language import PARAMETERS, Wanted
from .renderers import CompactJSONRenderer, LinkedDataRenderer
from .serializers import DocumentSerializer, ImageSerializer, PageSerializer

logger = logging.getLogger(__name__)


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
    columns_limit = 1000
    #: What is known of a page without its item.
    column_names = frozenset(
        [
            *("id", "type", "title", "slug", "locale", "translation_key", "detail_url", "html_url"),
            *("first_published_at", "last_published_at"),
        ]
    )
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
        more = (*cls.language_fields, "former_urls") if conf().languages else ()
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
    def has_only_columns(self) -> bool:
        try:
            selected = parse_fields_parameter(self.request.GET.get("fields", ""))
        except ValueError:  # Refused elsewhere.
            return False
        names = {name for name, negated, below in selected[1:] if not negated and not below}
        first = selected[0][0] if selected else ""
        return first == "_" and names <= self.column_names and len(names) == len(selected) - 1

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
            return self._find_former(text)
        try:
            page = root.specific.route(self.request, parts)[0]
        except Http404:
            return self._find_former(text)
        return self._in_language(Q(pk=page.pk)) or self._find_former(text)

    def _find_former(self, text: str) -> Page | None:
        """The page that a former address leads to."""
        former = redirects.page_behind(self.request, text)
        return self._in_language(Q(pk=former)) if former else None

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
        return listed_files(self.model.objects.order_by("id"), self.public_pages)


class ImagesAPIViewSet(FilesEndpoint, StockImages):
    """Images that public pages show."""

    base_serializer_class = ImageSerializer
    extra_fields = ("alt", "focal_point", "url", "renditions", "srcset")


class DocumentsAPIViewSet(FilesEndpoint, StockDocuments):
    """Documents that public pages offer."""

    base_serializer_class = DocumentSerializer
    extra_fields = ("filename", "content_type", "size")
