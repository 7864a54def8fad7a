"""All addresses of the plugin: ``path("", include("kis_partners.urls"))``, before those of pages.

    api/v2/                 the API, its description, and JSON for what isn't there
    documents/, /media/     files, for those who may have them
    embed/, oembed/         the list of cooperations for other sites
    brand/                  the site's colours, as a style sheet
    api/v2/page_preview/    drafts, on a headless site
    feeds/                  Atom and JSON Feed, with the app of the shelf

With that app (``kis_partners.delivery``) the endpoints are those that answer from the shelf. An
address below ``api/`` that isn't below ``api/v2/`` is the site's. A site that wants other addresses
or endpoints writes them out, see docs/options.md.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.urls import include, path, re_path
from wagtail.api.v2.router import WagtailAPIRouter

from .api import errors, openapi
from .public.addresses import headless
from .site import brand, embed, media

router = WagtailAPIRouter("wagtailapi_v2")
more: list[Any] = []

if apps.is_installed(f"{__package__}.delivery"):
    from .delivery.answers import things, views
    from .delivery.answers.feed import ChangesAPIViewSet
    from .delivery.answers.readers import feeds

    router.register_endpoint("changes", ChangesAPIViewSet)
    more.append(path("feeds/", include(feeds())))
else:
    from . import api as views  # type: ignore[no-redef]
    from .api import things  # type: ignore[no-redef]

router.register_endpoint("pages", views.PagesAPIViewSet)
router.register_endpoint("cooperations", views.CooperationsAPIViewSet)
router.register_endpoint("topics", things.TopicsAPIViewSet)
router.register_endpoint("organisations", things.OrganisationsAPIViewSet)
router.register_endpoint("people", things.PeopleAPIViewSet)
router.register_endpoint("countries", things.CountriesAPIViewSet)
router.register_endpoint("locales", views.LocalesAPIViewSet)
router.register_endpoint("images", views.ImagesAPIViewSet)
router.register_endpoint("documents", views.DocumentsAPIViewSet)

if apps.is_installed("wagtail.contrib.redirects"):
    from .api.redirects import RedirectsAPIViewSet

    if apps.is_installed(f"{__package__}.delivery"):
        from .delivery.answers.redirects import RedirectsAPIViewSet

    router.register_endpoint("redirects", RedirectsAPIViewSet)

if headless() and apps.is_installed("wagtail_headless_preview"):
    from .api.preview import PagePreviewAPIViewSet

    router.register_endpoint("page_preview", PagePreviewAPIViewSet)

urlpatterns = [
    path("api/v2/", router.urls),
    path("api/v2/", include(openapi.urls(router))),
    re_path(r"^api/v2(/|$)", errors.not_found),
    path("documents/", include(media.document_urls)),
    path("embed/cooperations/", embed.cooperations, name="embed_cooperations"),
    path("embed/frame/", embed.frame, name="embed_frame"),
    path("oembed/", embed.oembed, name="oembed"),
    *brand.urls(),
    *more,
    *media.urls(),
]
