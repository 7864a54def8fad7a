"""Addresses of the reference site: admin and API once, public pages per language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls

from partners.api import errors, openapi

from .api import router

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(document_urls)),
    path("api/v2/", router.urls),
    path("api/v2/", include(openapi.urls(router))),
    re_path(r"^api(/|$)", errors.not_found),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # A page called "api" would turn an unknown API address into a redirect to /de/api/….
    *i18n_patterns(re_path(r"^(?!api/)", include(wagtail_urls))),
]

handler404 = errors.handler404
handler500 = errors.handler500
