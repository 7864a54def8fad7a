"""The site's addresses, with the endpoint that a headless site has besides."""

from django.urls import path
from wagtail.api.v2.router import WagtailAPIRouter

from kis_wagtail import urls
from kis_wagtail.api import router as without
from partners.api.preview import PagePreviewAPIViewSet

router = WagtailAPIRouter("wagtailapi_v2")
for name, view in [*without._endpoints.items(), ("page_preview", PagePreviewAPIViewSet)]:
    router.register_endpoint(name, view)

urlpatterns = [path("api/v2/", router.urls), *urls.urlpatterns]
handler404, handler500 = urls.handler404, urls.handler500
