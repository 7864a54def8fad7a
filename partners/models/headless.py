"""A headless site: its pages are shown by another site, the front end.

This server then redirects its own pages to the front end (see :mod:`..public.addresses`), and
previews open there, below the address in ``WAGTAIL_HEADLESS_PREVIEW``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from ..public.addresses import headless

APP = "wagtail_headless_preview"


if TYPE_CHECKING or not apps.is_installed(APP):

    class Remote:
        def serve_preview(self, request: HttpRequest, mode: str) -> HttpResponse:
            return super().serve_preview(request, mode)  # type: ignore[misc]
else:
    from wagtail_headless_preview.models import HeadlessPreviewMixin as Remote


class HeadlessMixin(Remote):
    """A page that is served here, or on the front end of a headless site."""

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
