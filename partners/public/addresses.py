"""Where pages are: on this server, or on the front end of a site without public pages.

With ``KIS_PARTNERS = {"HEADLESS": True}`` the address of Wagtail's site record is that of the front
end, and so are all addresses of its pages.
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
    """The address of a page, on the front end if there is one, else behind ``base``.

    By ``request`` Wagtail knows what it has looked up of sites.
    """
    if headless():
        return page.get_full_url(request) or ""
    return urljoin(base, page.get_url(request) or "")
