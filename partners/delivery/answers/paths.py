"""Below which addresses answers may be kept."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from ...api import place
from ...conf import conf


def cached_paths() -> tuple[str, ...]:
    """The beginnings that the site names, otherwise those of the API and of the feeds."""
    named = conf().cached_paths
    return _usual(settings.ROOT_URLCONF) if named is None else named


@lru_cache(maxsize=8)
def _usual(urlconf: str) -> tuple[str, ...]:
    try:
        feed = reverse("kis_feed_atom", args=["x"], urlconf=urlconf)
    except NoReverseMatch:
        return (place.beginning(),)
    return place.beginning(), place.without_script(feed).removesuffix("x/atom.xml")
