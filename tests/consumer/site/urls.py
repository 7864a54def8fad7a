from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from kis_partners.api import DocumentsAPIViewSet, ImagesAPIViewSet, PagesAPIViewSet, openapi
from kis_partners.site import media
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.api.v2.router import WagtailAPIRouter

router = WagtailAPIRouter("wagtailapi_v2")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("images", ImagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(media.document_urls)),
    *media.urls(),
    path("api/v2/", router.urls),
    path("api/v2/", include(openapi.urls(router))),
    *i18n_patterns(path("", include(wagtail_urls))),
]
