"""The plugin's one setting: the dictionary ``KIS_PARTNERS``, with keys in upper case."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from os import PathLike
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


def means(meaning: str, *, least: float | None = None, most: float | None = None) -> dict[str, Any]:
    """What is known of a key: a row of ``docs/settings.md``, and the bounds of a number."""
    return {"meaning": meaning, "least": least, "most": most}


@dataclass(frozen=True)
class Conf:
    """The values of ``KIS_PARTNERS``: the field ``max_depth`` is the key ``"MAX_DEPTH"``."""

    content: str | PathLike[str] | None = field(
        default=None,
        metadata=means(
            "the folder of the [content package](packages.md) that `load_content` reads"
        ),
    )
    headless: bool = field(
        default=False, metadata=means("another site, the front end, shows the pages")
    )
    preview_minutes: int = field(
        default=60,
        metadata=means(
            "for how many minutes a front end gets a draft by the token of a preview", least=1
        ),
    )
    search_documents: bool = field(
        default=False, metadata=means("documents are found by the text of their PDF files")
    )
    languages: bool = field(
        default=True,
        metadata=means(
            "the API's rules of language, identity and strict parameters; without them the "
            "viewsets answer what Wagtail's own do, except that `download_url` of an image is a "
            "rendition"
        ),
    )
    close_translations: bool = field(
        default=True,
        metadata=means(
            "translations and aliases are public only while their source is, and are unpublished, "
            "deleted, moved and restricted together with it"
        ),
    )
    translated_share: float = field(
        default=1,
        metadata=means(
            "the share of its texts that people must have translated or reviewed for a submitted "
            "translation to be published by itself, where whoever works on it may publish; until "
            "then it is a draft, unless somebody publishes it",
            least=0,
            most=1,
        ),
    )
    unused_files: bool = field(
        default=False,
        metadata=means(
            "the API lists images and documents that no public page uses, too, and they are "
            "public; photos of people need a consent"
        ),
    )
    renditions: Mapping[str, str] = field(
        default_factory=lambda: dict(RENDITIONS),
        metadata=means(
            "the image sizes that callers of the API can choose, by name, as Wagtail's filter "
            f"specs; `{STANDARD}` must be among them"
        ),
    )
    max_offset: int = field(
        default=10_000, metadata=means("the highest `offset` of a request", least=0)
    )
    max_query: int = field(
        default=2_000, metadata=means("the characters of a query string", least=1)
    )
    max_depth: int = field(default=3, metadata=means("the depth of `fields`", least=1))
    max_bytes: int = field(default=262_144, metadata=means("the bytes of an answer", least=1))
    document_years: int = field(
        default=3,
        metadata=means(
            "the age in years from which a document on a live page is reported as old", least=1
        ),
    )
    placeholders: tuple[str, ...] = field(
        default=(
            *("Platzhalter", "Placeholder", "Zástupný text", "pagaidu teksts"),
            *("Lorem ipsum", "TODO", "XXX"),
        ),
        metadata=means(
            "words by which a text is known to be a placeholder, so that nobody publishes "
            "it unawares"
        ),
    )
    consent_notice_days: int = field(
        default=30,
        metadata=means(
            "the days before its end from which a consent is reported, and reminded of", least=0
        ),
    )
    cached_paths: tuple[str, ...] | None = field(
        default=None,
        metadata=means(
            "the beginnings of the paths whose answers are kept in a cache; without them the "
            "addresses of the API and of the feeds, as the URLs have them"
        ),
    )
    pages_read: tuple[str, ...] | None = field(
        default=None,
        metadata=means(
            "what pages as HTML read besides content, as labels of models, `()` if nothing; pages "
            "below `CACHED_PATHS` are then kept as answers are, without it each is made anew"
        ),
    )
    cache: str = field(
        default="default", metadata=means("the alias in `CACHES` of the cache of answers")
    )
    cache_slots: int = field(
        default=1024, metadata=means("the highest number of answers in it; with 0 none", least=0)
    )
    cache_seconds: int = field(
        default=3600, metadata=means("the seconds after which it may forget an answer", least=1)
    )
    shared_seconds: int = field(
        default=0,
        metadata=means(
            "the seconds for which a shared cache (Varnish, a CDN) may answer without asking this "
            "site; more than 0 is right only for a cache that this site purges",
            least=0,
        ),
    )
    media_location: str = field(
        default="",
        metadata=means(
            "where nginx finds the media folder: the path of an internal location, to which the "
            "site refers for files (`X-Accel-Redirect`); empty: the site sends them itself"
        ),
    )
    api_router: str = field(
        default="",
        metadata=means(
            "the dotted path of the site's API router, for items that are made without a request"
        ),
    )
    webhook_hosts: tuple[str, ...] = field(
        default=(),
        metadata=means(
            "hosts (`name` or `name:port`) that [webhooks](webhooks.md) may go to without https and"
            " in a private network, for development; elsewhere they go by https and to public "
            "addresses alone"
        ),
    )
    brand: Mapping[str, str] = field(
        default_factory=dict,
        metadata=means(
            "the site's colours and logo: `light` and `dark`, colours for light and dark grounds "
            "such as `#0d4f5c`, and `logo` and `logo_dark`, static images "
            "([what they do](options.md#colours-and-logo))"
        ),
    )
    ready_without: tuple[str, ...] = field(
        default=(),
        metadata=means(
            "checks of `/health/ready` without which the site counts as ready: they are named, and "
            "the answer is 200 ([running it](operators.md))"
        ),
    )
    licence: str = field(
        default="",
        metadata=means("the licence of the texts that the API gives, as it names it (`CC BY 4.0`)"),
    )
    licence_url: str = field(default="", metadata=means("the address of that licence"))
    source: str = field(
        default="",
        metadata=means(
            "who is to be named as the source of texts that are passed on; without it the name of "
            "the site"
        ),
    )
    contact: str = field(
        default="",
        metadata=means("the mail address or the page for questions about the API"),
    )
    terms_url: str = field(
        default="", metadata=means("the address of the page with the terms of the API")
    )
    questions_per_minute: int = field(
        default=0,
        metadata=means(
            "how many questions a minute a server in front of the site lets a reader ask, for the "
            "API's description; 0: none is named",
            least=0,
        ),
    )
    notice_months: int = field(
        default=12,
        metadata=means(
            "for how many months what is deprecated in the API is still served; a shorter "
            "`Sunset` is an error",
            least=0,
        ),
    )

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
    known = known_names()
    values: dict[str, Any] = {
        name.lower(): tuple(value) if isinstance(value, list) else value
        for name, value in given().items()
        if name in known
    }
    return Conf(**values)


def given() -> Mapping[Any, Any]:
    """What the site has written; nothing where that is no dictionary, which a check reports."""
    found = getattr(settings, "KIS_PARTNERS", {})
    return found if isinstance(found, Mapping) else {}


def known_names() -> list[str]:
    """The keys that ``KIS_PARTNERS`` can have."""
    return [one.name.upper() for one in fields(Conf)]


def unknown_names() -> list[str]:
    """Keys of ``KIS_PARTNERS`` without a meaning, which the system check reports."""
    known = known_names()
    return [str(name) for name in given() if name not in known]


def unknown(name: str, known: Iterable[str], what: str = "parameter") -> str:
    """A sentence about an unknown name, with the most similar known one; case doesn't count."""
    by_letters = {one.casefold(): one for one in sorted(known)}
    near = difflib.get_close_matches(name.casefold(), by_letters, n=1, cutoff=0.6)
    return f"unknown {what}: {name}" + (f"; did you mean {by_letters[near[0]]}?" if near else "")


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "KIS_PARTNERS":
        conf.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_partners.conf")
