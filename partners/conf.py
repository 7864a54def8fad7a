"""The plugin's one setting: the dictionary ``KIS_PARTNERS``, with keys in upper case."""

from __future__ import annotations

import difflib
import math
import re
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
#: The rendition that items show, and that every site has.
STANDARD = "large"


@dataclass(frozen=True)
class Conf:
    """The values of ``KIS_PARTNERS``: the field ``max_depth`` is the key ``"MAX_DEPTH"``."""

    #: The folder of the content package that ``load_content`` loads without an argument.
    content: Any = None
    #: Whether a front end shows the pages instead of this site.
    headless: bool = False
    #: Whether documents are found by the text of their PDF files.
    search_documents: bool = False
    #: Whether the API knows the language of an item, falls back to other languages and refuses
    #: unknown parameters. If false, its answers are those of Wagtail's own viewsets.
    languages: bool = True
    #: Whether translations and aliases are public only while their source is, and are unpublished,
    #: deleted, moved and restricted together with it.
    close_translations: bool = True
    #: The share of its texts, from 0 to 1, that must be translated by people or reviewed for a
    #: submitted translation to be published at once where whoever works on it may publish it.
    translated_share: float = 1
    #: Whether the API lists images and documents that no public page uses.
    unused_files: bool = False
    #: The image sizes that callers of the API can choose, by name, as Wagtail's filter specs.
    renditions: Mapping[str, str] = field(default_factory=lambda: dict(RENDITIONS))
    #: Bounds of one request: the highest offset, the length of the query string in characters,
    #: the depth of ``fields``, and the size of an answer in bytes.
    max_offset: int = 10_000
    max_query: int = 2_000
    max_depth: int = 3
    max_bytes: int = 262_144
    #: The age in years from which a document on a live page is reported as old.
    document_years: int = 3
    #: Words by which a text is known to be a placeholder, so that nobody publishes it unawares.
    placeholders: tuple[str, ...] = (
        *("Platzhalter", "Placeholder", "Zástupný text", "pagaidu teksts"),
        *("Lorem ipsum", "TODO", "XXX"),
    )
    #: The number of days before its end from which a consent is reported.
    consent_notice_days: int = 30
    #: Answers of the API and feeds are kept in a cache: the beginnings of their paths, the alias
    #: of the cache in ``CACHES``, the highest number of answers and of seconds.
    cached_paths: tuple[str, ...] = ("/api/", "/feeds/")
    #: What pages as HTML read besides content, as labels of models, if need be none. Pages below
    #: ``cached_paths`` are then kept as answers are. Without it each page is made when it is asked.
    pages_read: tuple[str, ...] | None = None
    cache: str = "default"
    cache_slots: int = 1024
    cache_seconds: int = 3600
    #: The seconds for which a shared cache (Varnish, a CDN) may answer without asking this site.
    #: More than 0 is right only for a cache that this site purges.
    shared_seconds: int = 0
    #: Where nginx finds the media folder: the path of an internal location, to which the site
    #: refers for files (``X-Accel-Redirect``). Empty: the site sends them itself.
    media_location: str = ""
    #: Checks of ``/health/ready`` without which this site counts as ready: they are named, and the
    #: answer is 200.
    ready_without: tuple[str, ...] = ()
    #: The dotted path of the site's API router, for items that are made without a request.
    api_router: str = ""

    @property
    def largest(self) -> str:
        """The name of the largest rendition; one that keeps the whole image, if there is one."""
        names = [STANDARD, *self.renditions]
        return max(names, key=lambda name: _extent(self.renditions[name]))


def _extent(spec: str) -> tuple[bool, float]:
    """Whether a filter spec of Wagtail keeps the whole image, and the pixels it gives at most."""
    sizes = re.findall(r"\b(max|min|width|height|fill)-(\d+)(?:x(\d+))?", spec)
    most = min((int(x) * int(y or x) for _how, x, y in sizes), default=math.inf)
    return all(how != "fill" for how, _x, _y in sizes), most


@lru_cache(maxsize=1)
def conf() -> Conf:
    """The values in force: those of the site, and defaults for the rest."""
    given = getattr(settings, "KIS_PARTNERS", {})
    known = known_names()
    return Conf(**{name.lower(): value for name, value in given.items() if name in known})


def known_names() -> list[str]:
    """The keys that ``KIS_PARTNERS`` can have."""
    return [one.name.upper() for one in fields(Conf)]


def unknown_names() -> list[str]:
    """Keys of ``KIS_PARTNERS`` without a meaning, which the system check reports."""
    known = known_names()
    return [str(name) for name in getattr(settings, "KIS_PARTNERS", {}) if name not in known]


def unknown(name: str, known: Iterable[str], what: str = "parameter") -> str:
    """A sentence about an unknown name, with the most similar known one; case doesn't count."""
    by_letters = {one.casefold(): one for one in sorted(known)}
    near = difflib.get_close_matches(name.casefold(), by_letters, n=1, cutoff=0.6)
    return f"unknown {what}: {name}" + (f"; did you mean {by_letters[near[0]]}?" if near else "")


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "KIS_PARTNERS":
        conf.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_partners.conf")
