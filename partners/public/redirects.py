"""Former addresses of pages: what Wagtail's redirects of a site say of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

#: Wagtail's app with the redirects, which a site may do without.
APP = "wagtail.contrib.redirects"


def of_site(site: Any) -> QuerySet[Any]:
    """The redirects of a site; its own stand before those of all sites."""
    from wagtail.contrib.redirects.models import Redirect

    own = Redirect.objects.filter(site=site, old_path=OuterRef("old_path"))
    return Redirect.get_for_site(site).exclude(Q(site=None) & Exists(own)).order_by("pk")


def former_paths(pages: Collection[int], site: Any) -> dict[int, list[str]]:
    """The former paths of pages on a site, by the ids of the pages; one statement."""
    found: dict[int, list[str]] = {}
    if apps.is_installed(APP) and site is not None:
        rows = of_site(site).filter(redirect_page__in=pages, redirect_page_route_path="")
        for page, path in rows.order_by("old_path").values_list("redirect_page_id", "old_path"):
            found.setdefault(page, []).append(path)
    return found


def page_behind(request: Any, address: str) -> int | None:
    """The id of the page, public or not, that a former path or address of this site leads to.

    Raises ``ValueError`` for what isn't an address.
    """
    if not apps.is_installed(APP):
        return None
    from wagtail.contrib.redirects.middleware import get_redirect
    from wagtail.contrib.redirects.models import Redirect

    path = Redirect.normalise_path(address, decode_unicode=False)
    found = get_redirect(request, path) or get_redirect(request, urlsplit(path).path)
    page: int | None = found and found.redirect_page_id
    return page
