"""The site's addresses, the same pages by stock Wagtail, and views that do nothing."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.fields import CharField
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from kis_wagtail.urls import handler404, handler500, urlpatterns  # noqa: F401
from partners.models.pages import CooperationContact, CooperationTopic, RelatedCooperation
from partners.represent import Value

CooperationTopic.api_fields = [APIField("topic")]
CooperationContact.api_fields = [APIField("person"), APIField("side")]
RelatedCooperation.api_fields = [APIField("page_to")]


class StockPagesAPIViewSet(PagesAPIViewSet):
    """Stock Wagtail with the fields of the plugin's pages, each serialized as Wagtail does."""

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
