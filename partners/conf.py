"""The plugin's one setting, ``KIS_PARTNERS``: a dictionary of the fields below."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

RENDITIONS = {
    "small": "max-400x400|format-webp",
    "medium": "max-800x800|format-webp",
    "large": "max-1200x1200|format-webp",
    "square": "fill-400x400|format-webp",
}


@dataclass(frozen=True)
class Conf:
    """What a site can decide. Names in the setting are these, in capitals."""

    #: The content package that ``load_content`` reads where none is named.
    content: Any = None
    #: Whether another site, the front end, shows the pages.
    headless: bool = False
    #: Whether documents are found by the text of their PDF files.
    search_documents: bool = False
    #: Item languages, fallbacks, identities and strict parameters in the API. Without them the
    #: viewsets answer what Wagtail's own do.
    languages: bool = True
    #: Whether a translation or alias closes together with the page it was made from.
    close_translations: bool = True
    #: Whether the API lists images and documents that no public page uses.
    unused_files: bool = False
    #: The image sizes a caller may choose from, by name, as Wagtail's filter specs.
    renditions: Mapping[str, str] = field(default_factory=lambda: dict(RENDITIONS))
    #: Bounds of one request: the highest offset, the length of the query string in characters,
    #: the depth of ``fields``, and the size of an answer in bytes.
    max_offset: int = 10_000
    max_query: int = 2_000
    max_depth: int = 3
    max_bytes: int = 262_144
    #: After how many years a document that a page offers is old.
    document_years: int = 3
    #: How many days before a consent ends the report and reminders name it.
    consent_notice_days: int = 30
    #: Where answers have versions and are cached, by the beginnings of their paths; the alias of
    #: the cache, how many answers it may hold, and for how many seconds at the most.
    cached_paths: tuple[str, ...] = ("/api/", "/feeds/")
    cache: str = "default"
    cache_slots: int = 1024
    cache_seconds: int = 3600
    #: How many seconds a shared cache on the way may answer without asking. Only for one that is
    #: purged; others must ask each time.
    shared_seconds: int = 0
    #: Where the site's API router is ("site.api.router"), for what is made without a request.
    api_router: str = ""


@lru_cache(maxsize=1)
def conf() -> Conf:
    """The setting as it is now."""
    given = getattr(settings, "KIS_PARTNERS", {})
    known = {one.name for one in fields(Conf)}
    return Conf(**{name.lower(): value for name, value in given.items() if name.lower() in known})


def known_names() -> list[str]:
    """Names that the setting can have."""
    return [one.name.upper() for one in fields(Conf)]


def unknown_names() -> list[str]:
    """Names in the setting that mean nothing; the system check reports them."""
    return [
        name for name in getattr(settings, "KIS_PARTNERS", {}) if name.upper() not in known_names()
    ]


def unknown(name: str, known: Iterable[str], what: str = "parameter") -> str:
    """A sentence about a name that means nothing, with the nearest that does."""
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"unknown {what}: {name}" + (f"; did you mean {near[0]}?" if near else "")


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "KIS_PARTNERS":
        conf.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_partners.conf")
