"""Addresses of pages: on this server, or on the front end of a headless site.

With ``KIS_PARTNERS = {"HEADLESS": True}`` the host name and port of Wagtail's ``Site`` are those of
the front end, so the full address of every page leads there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ..conf import conf

if TYPE_CHECKING:
    from wagtail.models import Page


def headless() -> bool:
    """Whether another site shows the pages."""
    return conf().headless


def page_address(page: Page, base: str, request: Any = None) -> str:
    """The address of a page: on the front end of a headless site, else behind ``base``.

    Wagtail keeps the sites that it has looked up on the ``request``.
    """
    if headless():
        return page.get_full_url(request) or ""
    return urljoin(base, page.get_url(request) or "")
