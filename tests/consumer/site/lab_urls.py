"""The API is at /cms/api/, beside it stand endpoints and views of the site itself."""

from django.conf.urls.i18n import i18n_patterns
from django.http import JsonResponse
from django.urls import include, path, re_path
from kis_partners.api import errors, openapi
from kis_partners.delivery.answers.feed import ChangesAPIViewSet
from kis_partners.delivery.answers.readers import feeds
from kis_partners.delivery.answers.views import (
    CooperationsAPIViewSet,
    DocumentsAPIViewSet,
    ImagesAPIViewSet,
    LocalesAPIViewSet,
    PagesAPIViewSet,
)
from kis_partners.site import media
from lab.models import Topic
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import BaseAPIViewSet


class TopicsAPIViewSet(BaseAPIViewSet):
    model = Topic
    body_fields = [*BaseAPIViewSet.body_fields, "name"]


router = WagtailAPIRouter("wagtailapi_v2")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("cooperations", CooperationsAPIViewSet)
router.register_endpoint("changes", ChangesAPIViewSet)
router.register_endpoint("locales", LocalesAPIViewSet)
router.register_endpoint("images", ImagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)
router.register_endpoint("topics", TopicsAPIViewSet)

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(media.document_urls)),
    *media.urls(),
    path("cms/api/", router.urls),
    path("cms/api/", include(openapi.urls(router))),
    path("cms/api/weather/", lambda request: JsonResponse({"sun": True})),
    path("cms/api/broken/", lambda request: 1 / 0),
    path("cms/feeds/", include(feeds())),
    *i18n_patterns(re_path(r"^(?!cms/)", include(wagtail_urls))),
]
handler404, handler500 = errors.handler404, errors.handler500
