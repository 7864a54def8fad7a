"""The site's addresses, the same pages by stock Wagtail in three ways, and views that do nothing.

``stock``
    Wagtail's viewset with all fields, as it comes.
``prefetched``
    The same JSON in few statements: relations by ``select_related`` and ``prefetch_related``, the
    versions of all listed pages together.
``orjson``
    As ``prefetched``, with a renderer that writes JSON by orjson.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from rest_framework.fields import CharField, Field
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import PageSerializer
from wagtail.api.v2.utils import get_object_detail_url
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page

from kis_wagtail.urls import handler404, handler500, urlpatterns  # noqa: F401
from partners.items import represent
from partners.items.references import References
from partners.items.represent import Value
from partners.models import Organisation, Person, Topic
from partners.models.pages import (
    CooperationContact,
    CooperationTopic,
    PartnerPage,
    RelatedCooperation,
)

# What ours says of them, by Wagtail's own means: fields, and those of what they refer to.
CooperationTopic.api_fields = [APIField("topic")]
CooperationContact.api_fields = [APIField("person"), APIField("side")]
RelatedCooperation.api_fields = [APIField("page_to")]
FACTS = ("name", "official_name", "short_name", "legal_form", "kind", "website", "city", "country")
SAME = [
    APIField("translation_key"),
    APIField("locale", serializer=CharField(source="locale.language_code")),
]
Topic.api_fields = [*SAME, APIField("name")]
Person.api_fields = [*SAME, APIField("role"), APIField("organisation")]
Organisation.api_fields = [*SAME, *map(APIField, FACTS)]


class Translations(Field):
    """The versions of a page by language: id and addresses."""

    def get_attribute(self, instance: Page) -> Any:
        return instance.get_translations(inclusive=True).filter(live=True).select_related("locale")

    def to_representation(self, pages: Iterable[Page]) -> dict[str, Any]:
        router, request = self.context["router"], self.context["request"]
        return {
            page.locale.language_code: {
                "id": page.pk,
                "html_url": page.get_full_url(request),
                "detail_url": get_object_detail_url(router, request, type(page), page.pk),
            }
            for page in pages
        }


class Period(Field):
    """Since when and until when, with words in the page's language."""

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Any) -> dict[str, Any] | None:
        with translation.override(page.locale.language_code):
            return represent.period(page, References())


class StockSerializer(PageSerializer):
    translations = Translations(read_only=True)


class StockPagesAPIViewSet(PagesAPIViewSet):
    """Stock Wagtail with the fields of the plugin's pages, each serialized as Wagtail does.

    It lacks what ours says of the state of a translation, and asks for nothing that it could do
    without.
    """

    base_serializer_class = StockSerializer
    meta_fields = [
        *PagesAPIViewSet.meta_fields, "translation_key", "last_published_at", "translations",
    ]  # fmt: skip

    @classmethod
    def get_field_serializer_overrides(cls, model: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_field_serializer_overrides(model)
        return {
            name: Period(read_only=True) if name == "period" else one
            for name, one in found.items()
            if name == "period" or not isinstance(one, Value)
        }


class LoadedTranslations(Translations):
    """The versions that were loaded with all other pages of the answer."""

    def get_attribute(self, instance: Any) -> Any:
        return instance.versions


class PrefetchedSerializer(PageSerializer):
    translations = LoadedTranslations(read_only=True)


class PrefetchedPagesAPIViewSet(StockPagesAPIViewSet):
    """What Wagtail's and Django's documentation teaches against a statement for each page.

    It knows that partner pages are asked for, so that a page takes no statement to learn its type.
    """

    base_serializer_class = PrefetchedSerializer

    def get_queryset(self) -> QuerySet[PartnerPage]:
        public = self.get_base_queryset().values_list("pk", flat=True)
        pages: Any = PartnerPage.objects.filter(pk__in=public)
        found: QuerySet[PartnerPage] = pages.select_related(
            "locale", "alias_of", "organisation__locale", "basis_document"
        ).prefetch_related(
            Prefetch("topics", CooperationTopic.objects.select_related("topic__locale")),
            Prefetch(
                "contacts",
                CooperationContact.objects.select_related(
                    "person__locale", "person__organisation__locale"
                ),
            ),
            Prefetch("related", RelatedCooperation.objects.select_related("page_to__locale")),
        )
        return found

    def paginate_queryset(self, queryset: Any) -> Any:
        return self.with_versions(super().paginate_queryset(queryset))

    def get_object(self) -> Any:
        return self.with_versions([super().get_object()])[0]

    def with_versions(self, pages: Any) -> list[Any]:
        """Pages, each with its versions, which one statement loads for all of them."""
        found, listed = defaultdict(list), list(pages)
        keys = {page.translation_key for page in listed}
        same = Page.objects.filter(live=True, translation_key__in=keys)
        for page in same.select_related("locale"):
            found[page.translation_key].append(page)
        for page in listed:
            page.versions = found[page.translation_key]
        return listed


class ORJSONRenderer(JSONRenderer):
    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        return orjson.dumps(data, JSONEncoder().default, orjson.OPT_NON_STR_KEYS)


class ORJSONPagesAPIViewSet(PrefetchedPagesAPIViewSet):
    renderer_classes = [ORJSONRenderer]


STOCK = {
    "stock": StockPagesAPIViewSet,
    "prefetched": PrefetchedPagesAPIViewSet,
    "orjson": ORJSONPagesAPIViewSet,
}


def stock_urls(name: str) -> Any:
    """The addresses of a router of its own for one of the three."""
    router = WagtailAPIRouter(name)
    router.register_endpoint("pages", STOCK[name])
    return router.urls


@lru_cache
def _body(name: str) -> bytes:
    return (Path(os.environ["BENCHMARK_BODIES"]) / name).read_bytes()


def trivial(request: HttpRequest, name: str) -> HttpResponse:
    """Bytes that are there already, behind the same middleware."""
    return HttpResponse(_body(name), content_type="application/json")


urlpatterns = [
    *(path(f"{name}/", stock_urls(name)) for name in STOCK),
    path("trivial/<slug:name>", trivial),
    *urlpatterns,
]
