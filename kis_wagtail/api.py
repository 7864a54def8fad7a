"""The router of the API with all its endpoints."""

from typing import Any

from wagtail.api.v2.router import WagtailAPIRouter

from home import numbers
from home.api import EmergencyNumberValues, SiteAPIViewSet, number_values
from home.models import EmergencyNumberWords
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
from search.api import SearchAPIViewSet as Search
from search.results import Results


class SearchAPIViewSet(Search):
    __doc__ = Search.__doc__
    number_shape = EmergencyNumberValues

    def numbers(self, results: Results, locale: str) -> list[dict[str, Any]]:
        words = numbers.in_order(EmergencyNumberWords.objects.filter(language=locale))
        asked = numbers.asked_for(words, results.query)
        if results.is_danger or not results.total:
            asked = [*asked, *(one for one in words if one not in asked)]
        values = dict(zip(words, number_values(words), strict=True))
        return [values[one] for one in asked]


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
router.register_endpoint("search", SearchAPIViewSet)
router.register_endpoint("redirects", RedirectsAPIViewSet)
router.register_endpoint("images", ImagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)
if headless():
    router.register_endpoint("page_preview", PagePreviewAPIViewSet)
