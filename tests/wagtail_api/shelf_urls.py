"""Wagtail's test URLs with the viewsets of the shelf in place of the stock ones."""

from django.urls import path

from partners.delivery.answers.views import (
    DocumentsAPIViewSet,
    ImagesAPIViewSet,
    PagesAPIViewSet,
)
from tests.wagtail_api.urls import rest, router_of

urlpatterns = [
    path("api/main/", router_of(PagesAPIViewSet, ImagesAPIViewSet, DocumentsAPIViewSet).urls),
    *rest,
]
