"""The site's addresses with the viewsets that answer from the pages in place of the shelf's."""

from django.urls import path
from wagtail.api.v2.router import WagtailAPIRouter

from kis_wagtail import urls as site
from partners.api import DocumentsAPIViewSet, ImagesAPIViewSet, PagesAPIViewSet
from partners.api.cooperations import CooperationsAPIViewSet
from partners.api.locales import LocalesAPIViewSet

router = WagtailAPIRouter("wagtailapi_v2")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("cooperations", CooperationsAPIViewSet)
router.register_endpoint("locales", LocalesAPIViewSet)
router.register_endpoint("images", ImagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)

urlpatterns = [path("api/v2/", router.urls), *site.urlpatterns[:3], *site.urlpatterns[5:]]
handler404, handler500 = site.handler404, site.handler500
