"""What a version knows of the site's pages, so that few statements make their HTML.

Wagtail finds the page of an address by up to eight statements. An address at which a version has
given a page to everybody leads to the same page, and the page stays public, as long as the version
lasts. The page is then read by one statement, with its links, and its item from the shelf.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from wagtail.models import Site
from wagtail.url_routing import RouteResult

from ...api.keepable import is_html
from ...api.payload import whole_pages
from ...conf import conf
from ..shelf.items import make_payloads
from ..shelf.rows import rows_of_pages
from ..shelf.version import Version, site_id_for


class KnownPage(NamedTuple):
    """A public page, by its id, the label of its type, and the id of the site that was asked."""

    pk: int
    label: str
    site: int


def _key(request: HttpRequest) -> Any:
    return "page", request.get_host(), request.path


def find(request: Any, version: Version) -> None:
    """Let a request know the public page of its address, if the version knows it."""
    known: KnownPage | None = version.known.get(_key(request))
    if known is None:
        return
    site_id_for(request)
    pages = whole_pages({known.pk: known.label})
    if pages and pages[0].live:  # It may have been unpublished since the version was read.
        request.public_page = known.pk
        request.public_item = lambda: _item(known, request) if version.usable else None
        # Where Wagtail looks before it looks for the page.
        request._wagtail_route_for_request = RouteResult(pages[0])


def _item(known: KnownPage, request: Any) -> str | None:
    """The item of the page as JSON, None if it can't be made."""
    rows = rows_of_pages(known.site, [known.pk])
    if rows and rows[0].payload is None and conf().api_router:
        make_payloads(rows, request, import_string(conf().api_router))
    return rows[0].payload if rows else None


def remember(request: Any, version: Version, response: HttpResponse) -> None:
    """Let the version know the page that an answer has given to everybody."""
    if _key(request) in version.known:
        return
    route = getattr(request, "_wagtail_route_for_request", None)
    if not route or route[1] or route[2] or response.status_code != 200 or not is_html(response):
        return
    site = Site.find_for_request(request)
    if site is not None:
        known = KnownPage(route[0].pk, type(route[0])._meta.label, site.pk)
        version.remember(_key(request), known)
