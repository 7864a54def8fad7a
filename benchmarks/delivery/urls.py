"""The site's addresses, the same pages by stock Wagtail, and views that do nothing."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.fields import CharField, Field
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import PageSerializer
from wagtail.api.v2.utils import get_object_detail_url
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page

from kis_wagtail.urls import handler404, handler500, urlpatterns  # noqa: F401
from partners.items.represent import Value
from partners.models import Organisation, Person, Topic
from partners.models.pages import CooperationContact, CooperationTopic, RelatedCooperation

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

    def to_representation(self, pages: Any) -> dict[str, Any]:
        router, request = self.context["router"], self.context["request"]
        return {
            page.locale.language_code: {
                "id": page.pk,
                "html_url": page.get_full_url(request),
                "detail_url": get_object_detail_url(router, request, type(page), page.pk),
            }
            for page in pages
        }


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
            name: CharField(source="since") if name == "period" else one
            for name, one in found.items()
            if name == "period" or not isinstance(one, Value)
        }


router = WagtailAPIRouter("stock")
router.register_endpoint("pages", StockPagesAPIViewSet)


@lru_cache
def _body(name: str) -> bytes:
    return (Path(os.environ["BENCHMARK_BODIES"]) / name).read_bytes()


def trivial(request: HttpRequest, name: str) -> HttpResponse:
    """Bytes that are there already, behind the same middleware."""
    return HttpResponse(_body(name), content_type="application/json")


urlpatterns = [
    path("stock/", router.urls),
    path("trivial/<slug:name>", trivial),
    *urlpatterns,
]
