"""The endpoint of redirects, for sites with Wagtail's app of redirects."""

from __future__ import annotations

from ...api.redirects import RedirectsAPIViewSet as Redirects
from .views import FromShelf


class RedirectsAPIViewSet(FromShelf, Redirects):
    """Former addresses, and where they lead now."""
