"""The router of the API with all its endpoints."""

from wagtail.api.v2.router import WagtailAPIRouter

from home.api import SiteAPIViewSet
from partners.api.preview import PagePreviewAPIViewSet
from partners.delivery.answers.feed import ChangesAPIViewSet
from partners.delivery.answers.redirects import RedirectsAPIViewSet
from partners.delivery.answers.things import (
    CountriesAPIViewSet,
    OrganisationsAPIViewSet,
    PeopleAPIViewSet,
    TopicsAPIViewSet,
)
from partners.delivery.answers.views import (
    CooperationsAPIViewSet,
    DocumentsAPIViewSet,
    ImagesAPIViewSet,
    LocalesAPIViewSet,
    PagesAPIViewSet,
)
from partners.public.addresses import headless

router = WagtailAPIRouter("wagtailapi_v2")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("cooperations", CooperationsAPIViewSet)
router.register_endpoint("changes", ChangesAPIViewSet)
router.register_endpoint("topics", TopicsAPIViewSet)
router.register_endpoint("organisations", OrganisationsAPIViewSet)
router.register_endpoint("people", PeopleAPIViewSet)
router.register_endpoint("countries", CountriesAPIViewSet)
router.register_endpoint("locales", LocalesAPIViewSet)
router.register_endpoint("site", SiteAPIViewSet)
router.register_endpoint("redirects", RedirectsAPIViewSet)
router.register_endpoint("images", ImagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)
if headless():
    router.register_endpoint("page_preview", PagePreviewAPIViewSet)
