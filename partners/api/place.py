"""Where the API stands among the addresses of a site, as its URLs say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, get_script_prefix, reverse

#: The name of the API's router, as Wagtail's documentation has it.
NAMESPACE = "wagtailapi_v2"
#: The media types of items.
ITEM_TYPES = ("application/json", "application/ld+json")
#: Where the API is expected, if the URLs have no router of this name.
USUAL = "/api/"
_VERSION = re.compile(r"(?<=[^/])/v\d+/$")


def beginning() -> str:
    """How the paths of the API begin, whatever its version: ``/api/`` for ``/api/v2/``."""
    return _beginning(settings.ROOT_URLCONF)


def is_api(request: HttpRequest) -> bool:
    """Whether an address belongs to the API, even if there is no endpoint."""
    return request.path_info.startswith(beginning())


def mounts() -> set[str]:
    """The paths below which the router's endpoints stand, in the language of the moment."""
    found = get_resolver(settings.ROOT_URLCONF).namespace_dict.get(NAMESPACE)
    paths = set()
    for name in found[1].namespace_dict if found else ():
        try:
            path = reverse(f"{NAMESPACE}:{name}:listing", urlconf=settings.ROOT_URLCONF)
        except NoReverseMatch:  # An endpoint of the site's own may have no list.
            continue
        if path.endswith(f"/{name}/"):
            paths.add(without_script(path).removesuffix(f"{name}/"))
    return paths


def item_wanted(page: Any, request: HttpRequest) -> str | None:
    """The path of a page's item in the API, for who asks the page's own address for JSON.

    None for who asks for HTML or for anything, and where the API has no pages.
    """
    wanted = request.get_preferred_type(["text/html", *ITEM_TYPES])
    if wanted not in ITEM_TYPES or request.method not in ("GET", "HEAD"):
        return None
    try:
        return reverse(f"{NAMESPACE}:pages:detail", args=[page.pk])
    except NoReverseMatch:
        return None


def without_script(path: str) -> str:
    """A path as ``request.path_info`` has it: without what the server puts before the site."""
    return "/" + path.removeprefix(get_script_prefix())


@lru_cache(maxsize=8)
def _beginning(_urlconf: str) -> str:
    paths = sorted(mounts(), key=len)
    return _VERSION.sub("/", paths[0]) if paths else USUAL
