"""Running a site without public pages: another site, the front end, shows them.

With ``KIS_PARTNERS = {"headless": True}`` the address of Wagtail's site record is that of the front
end. ``html_url`` and links then lead there, this server redirects its own pages there, and
previews open there, below the address in ``WAGTAIL_HEADLESS_PREVIEW``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from ..conf import conf

if TYPE_CHECKING:
    from wagtail.models import Page

APP = "wagtail_headless_preview"


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


if TYPE_CHECKING or not apps.is_installed(APP):

    class Remote:
        def serve_preview(self, request: HttpRequest, mode: str) -> HttpResponse:
            return super().serve_preview(request, mode)  # type: ignore[misc]
else:
    from wagtail_headless_preview.models import HeadlessPreviewMixin as Remote


class HeadlessMixin(Remote):
    """A page that is shown here or on the front end, as the settings say."""

    def serve(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not headless():
            return super().serve(request, *args, **kwargs)  # type: ignore[misc]
        address = self.full_url or ""
        if urlsplit(address).netloc in ("", request.get_host()):
            raise Http404("The site's address isn't that of a front end.")
        return HttpResponseRedirect(address)

    def serve_preview(self: Any, request: HttpRequest, mode: str) -> HttpResponse:
        skip = HeadlessMixin if headless() else Remote
        return super(skip, self).serve_preview(request, mode)  # type: ignore[misc]
