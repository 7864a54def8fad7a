"""The endpoint ``/redirects/``: former addresses, and where they lead now."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.fields import Field
from wagtail.api import APIField
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from ..items import shapes
from ..items.deferred import Deferred
from ..items.represent import page_ref
from ..public.redirects import of_site
from . import filters
from .endpoint import Endpoint


class OfPage(Field):
    """What is told of the page that a redirect leads to."""

    def __init__(self) -> None:
        super().__init__(read_only=True, source="*")

    def of_page(self, redirect: Redirect, tell: Callable[[Any], Any]) -> Deferred:
        return Deferred(
            [("page", redirect.redirect_page_id)], lambda family: tell((family or {}).get(""))
        )


class Target(OfPage):
    """The page that a redirect leads to, None where it leads to another site."""

    shape = shapes.PageRef | None

    def to_representation(self, redirect: Redirect) -> Any:
        references = self.context["references"]
        return redirect.redirect_page_id and self.of_page(
            redirect, lambda page: page_ref(page, references)
        )


class Location(OfPage):
    """The address that a redirect leads to."""

    shape = shapes.Url | None

    def to_representation(self, redirect: Redirect) -> Any:
        references = self.context["references"]
        if not redirect.redirect_page_id or redirect.redirect_page_route_path:
            return references.url(redirect.link)
        return self.of_page(redirect, lambda page: page and references.page_url(page))


class RedirectsAPIViewSet(Endpoint):
    """Former addresses of this site that lead to public pages, or to other sites.

    ``old_path`` begins with a slash and doesn't end with one.
    """

    model = Redirect
    name = "redirects"
    body_fields = [
        *Endpoint.body_fields,
        "old_path",
        APIField("location", serializer=Location()),
        "is_permanent",
        APIField("page", serializer=Target()),
    ]
    listing_default_fields = [
        *Endpoint.listing_default_fields,
        *("old_path", "location", "is_permanent", "page"),
    ]
    backends = (filters.LookupFilter, filters.StableOrdering)

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        # They have neither texts nor pictures.
        without = {"search", "search_operator", "rich_text_format", "renditions"}
        return super().listing_parameters(model) - without

    def get_queryset(self) -> QuerySet[Redirect]:
        return self.listed

    @cached_property
    def listed(self) -> QuerySet[Redirect]:
        """The redirects of the site that lead somewhere; its own before those of all sites."""
        site = Site.find_for_request(self.request)
        public = Q(redirect_page__in=self.public_pages.values("pk"))
        elsewhere = Q(redirect_page=None) & ~Q(redirect_link="")
        return of_site(site).filter(public | elsewhere)
