"""The plugin's endpoints, and below ``/stock/`` those of Wagtail."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from kis_partners.api import openapi
from kis_partners.delivery.answers.feed import ChangesAPIViewSet
from kis_partners.delivery.answers.views import (
    DocumentsAPIViewSet,
    ImagesAPIViewSet,
    PagesAPIViewSet,
)
from kis_partners.site import media
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet as StockPages
from wagtail.documents.api.v2.views import DocumentsAPIViewSet as StockDocuments
from wagtail.images.api.v2.views import ImagesAPIViewSet as StockImages

router = WagtailAPIRouter("wagtailapi_v2")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("images", ImagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)
router.register_endpoint("changes", ChangesAPIViewSet)
stock = WagtailAPIRouter("stock")
stock.register_endpoint("pages", StockPages)
stock.register_endpoint("images", StockImages)
stock.register_endpoint("documents", StockDocuments)

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(media.document_urls)),
    *media.urls(),
    path("stock/", stock.urls),
    path("api/v2/", router.urls),
    path("api/v2/", include(openapi.urls(router))),
    *i18n_patterns(path("", include(wagtail_urls))),
]
