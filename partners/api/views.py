"""The endpoints of the API: Wagtail's own, made safe to rely on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import translation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.api.v2.views import PagesAPIViewSet as StockPages
from wagtail.documents.api.v2.views import DocumentsAPIViewSet as StockDocuments
from wagtail.images.api.v2.views import ImagesAPIViewSet as StockImages
from wagtail.models import Page, Site

from ..public import public_pages
from ..search.query import plain_words
from .serializers import ImageSerializer, PageSerializer


class JSONOnly(BaseAPIViewSet):
    """Compact JSON in every case; a value that can't be read is a 400 that says so."""

    renderer_classes = [JSONRenderer]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # Messages are for developers; items choose their own language.
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def get_renderer_context(self) -> dict[str, Any]:
        return {**super().get_renderer_context(), "indent": None}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        parameters = self.request.GET
        if "search" in parameters and not plain_words(parameters["search"]):
            raise BadRequestError("search needs at least one word")
        if parameters.get("search_operator", "and") not in ("and", "or"):
            raise BadRequestError("search_operator must be 'and' or 'or'")
        try:
            return super().filter_queryset(queryset)
        except (ValueError, OverflowError, ValidationError) as error:
            raise BadRequestError(_sentence(error)) from error

    def find_object(self, queryset: QuerySet[Any], request: Request) -> Any:
        try:
            return super().find_object(queryset, request)
        except (ValueError, OverflowError) as error:
            raise BadRequestError(_sentence(error)) from error

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        # The answer is in the language of its items, not in that of the request.
        response.headers.setdefault("Content-Language", "mul")
        data = getattr(response, "data", None)
        if isinstance(data, dict) and "locale" in data.get("meta", {}):
            response.headers["Content-Language"] = data["meta"]["locale"]
        return super().finalize_response(request, response, *args, **kwargs)


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _searchable(pages: QuerySet[Page]) -> QuerySet[Page]:
    """The same pages by their ids alone: search can't translate other conditions."""
    return Page.objects.filter(pk__in=pages.values("pk")).order_by("pk")


class PagesAPIViewSet(JSONOnly, StockPages):
    """Pages that everybody may read, of all languages of the site."""

    base_serializer_class = PageSerializer
    meta_fields = [*StockPages.meta_fields, "translation_key", "translation_state"]
    listing_default_fields = [*StockPages.listing_default_fields, "translation_key"]
    detail_only_fields = [*StockPages.detail_only_fields, "translation_state"]

    def get_base_queryset(self) -> QuerySet[Page]:
        if "site" in self.request.GET:
            # The stock filter knows how to read and refuse this parameter.
            return _searchable(public_pages(super().get_base_queryset()))
        site = Site.find_for_request(self.request)
        if site is None:
            return Page.objects.none()
        roots = site.root_page.get_translations(inclusive=True).values_list("path", flat=True)
        below = Q()
        for path in roots:
            below |= Q(path__startswith=path)
        return _searchable(public_pages(Page.objects.filter(below)))


class ImagesAPIViewSet(JSONOnly, StockImages):
    """Images outside restricted collections."""

    base_serializer_class = ImageSerializer


class DocumentsAPIViewSet(JSONOnly, StockDocuments):
    """Documents outside restricted collections."""
