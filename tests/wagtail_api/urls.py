"""Wagtail's test URLs with our viewsets in place of the stock ones."""

from django.urls import path
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.tests.test_pages import Test10411APIViewSet
from wagtail.contrib.redirects.api import RedirectsAPIViewSet
from wagtail.test import urls as stock

from partners.api import DocumentsAPIViewSet, ImagesAPIViewSet, PagesAPIViewSet


def router_of(pages, images, documents):
    """The router that these tests expect, with these viewsets."""
    router = WagtailAPIRouter("wagtailapi_v2")
    router.register_endpoint("pages", pages)
    router.register_endpoint("images", images)
    router.register_endpoint("documents", documents)
    router.register_endpoint("redirects", RedirectsAPIViewSet)
    router.register_endpoint("issue_10411", Test10411APIViewSet)
    return router


rest = [one for one in stock.urlpatterns if str(one.pattern) != "api/main/"]
urlpatterns = [
    path("api/main/", router_of(PagesAPIViewSet, ImagesAPIViewSet, DocumentsAPIViewSet).urls),
    *rest,
]
