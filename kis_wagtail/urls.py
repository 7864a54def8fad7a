"""Addresses of the reference site; those of public pages have the language as prefix."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

from home import views
from kis_wagtail.api import router
from partners.api import errors, openapi
from partners.delivery.answers.readers import feeds
from partners.site import brand, embed, health, media
from signin import page_passwords

urlpatterns = [
    path("", views.front_door),
    path("admin/", include("signin.urls")),
    path("admin/", include(admin_urls)),
    path("documents/", include(page_passwords.collection_urls)),
    path("documents/", include(media.document_urls)),
    path("api/v2/", router.urls),
    path("api/v2/", include(openapi.urls(router))),
    re_path(r"^api(/|$)", errors.not_found),
    path("embed/cooperations/", embed.cooperations, name="embed_cooperations"),
    path("feeds/", include(feeds())),
    path("health/", include(health.urls())),
    path("embed/frame/", embed.frame, name="embed_frame"),
    path("oembed/", embed.oembed, name="oembed"),
    *brand.urls(),
    path("sitemap.xml", views.sitemap),
    path("robots.txt", views.robots),
    *media.urls(),
    *i18n_patterns(path("search/", include("search.urls"))),
    # Instead of Wagtail's views for private pages, which have neither limits nor a second factor.
    *i18n_patterns(
        path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
        path("", include(page_passwords.page_urls)),
    ),
    # These prefixes are excluded so that a 404 below them isn't redirected to /de/api/….
    *i18n_patterns(
        path("versions/<uuid:key>/", views.page_versions, name="page_versions"),
        re_path(
            r"^(?!api/|documents/|embed/|feeds/|health/|media/|oembed/)", include(wagtail_urls)
        ),
    ),
]

handler404 = errors.handler404


def handler500(request: HttpRequest) -> HttpResponse:
    """JSON for the API, the site's page in the reader's language elsewhere."""
    answer = errors.handler500 if errors.is_api(request) else views.server_error
    return answer(request)
