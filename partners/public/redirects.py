"""Former addresses of pages: what Wagtail's redirects of a site say of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps

#: Wagtail's app with the redirects, which a site may do without.
APP = "wagtail.contrib.redirects"


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
