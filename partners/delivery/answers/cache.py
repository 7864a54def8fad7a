"""Conditional GET, and a cache of whole answers by the version of the public content.

An answer is kept under the version that it was made for, and served for that version alone. So no
answer, in any process, is older than the last commit. Its key in the cache depends on the request
only: a newer answer replaces an older one, and there are never more than
``KIS_PARTNERS["CACHE_SLOTS"]`` answers, however many different requests come; none with 0. All
answers of an older version are deleted, so that no cache holds what was withdrawn.

An entity tag is a digest of the bytes of its answer (RFC 9110, 8.8.3), so it changes when they do
and not otherwise. Each process remembers the tags of a version, so that a 304 takes no answer.

Views opt in by :func:`api.keepable.keepable`, as the endpoints of the plugin do. Whatever else
answers below the same addresses is passed on untouched, and never kept.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from ...api.keepable import is_html, is_keepable, is_momentary
from ...conf import conf
from ..shelf.release import look, release
from ..shelf.rows import Row
from ..shelf.version import MOST_KNOWN, Version, has_notes, version_for, version_with_rows
from . import pages
from .paths import cached_paths
from .recipes import Recipe
from .signals import written

try:
    import brotli
except ImportError:  # the optional extra
    brotli = None

logger = logging.getLogger(__name__)

#: What an answer depends on besides its address.
VARY = ("Accept", "Accept-Encoding", "Origin")
#: What it doesn't depend on, although Django says so: REST framework looks for a user, and who has
#: a session is always answered by the view.
NOT_VARY = ("accept-language", "cookie")
PRIVATE = "private, no-store"
#: The beginning of the keys of answers in the cache.
SLOT = "kis-answer-"
#: The key of the newest version of which answers of older ones were deleted: epoch and number.
NEWEST = "kis-newest-version"
#: Answers of fewer bytes aren't compressed.
WORTH_COMPRESSING = 512
#: For how many seconds a cache isn't asked after it has failed.
PAUSE = 5.0
#: How many answers a process holds in its memory beside the cache.
MOST_LOCAL = 32


class ConditionalCacheMiddleware:
    """Gives answers that are kept or have not changed; the first in ``MIDDLEWARE``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.asleep_until = 0.0
        #: Answers from the cache in the memory of this process, by their keys.
        self.local_answers: dict[str, Any] = {}
        #: The number of the version that the last answer was made from.
        self.number: int | None = None
        #: Recipes of answers of this version that were not in the cache, by request. When they are
        #: requested again, their rows are read with the version.
        self.uncached_recipes: dict[bytes, Recipe] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            # HTTP caches may answer all readers, so that none of them causes a settlement.
            written.send(type(self), request=request)
            if has_notes():
                self.delete_all()
        return response

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request, or a 304."""
        if not request.path_info.startswith(cached_paths()):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD") or _is_personal(request):
            return self.passed_on(request)
        try:
            host = request.get_host()
        except DisallowedHost:  # Django refuses it further in.
            return self.get_response(request)
        plain = _identity(request, host, "")
        uncached = self.uncached_recipes.get(plain)
        if uncached and uncached.wanted_rows:
            version, rows = version_with_rows(request, uncached.wanted_rows)
        else:
            version, rows = version_for(request), None
        if not version.settled:
            return self.passed_on(request)
        if version.number != self.number:
            if self.number is not None:
                self.delete_all(version)
            self.number, self.uncached_recipes = version.number, {}
        coding = _coding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        identity = _identity(request, host, coding) if coding else plain
        # A request from another origin needs the CORS headers of the whole answer with its 304.
        tag = version.tags.get(identity)
        if tag and _is_known(request, tag) and "HTTP_ORIGIN" not in request.META:
            return _not_modified(tag)
        response = self.cached(identity, _stamp(identity, version))
        if response is not None:
            self.uncached_recipes.pop(plain, None)
        else:
            recipe, headers = version.known.get(plain, (None, {}))
            response = recipe and _remade(recipe, headers, rows if recipe is uncached else None)
            if response is None:
                pages.find(request, version)
                response = self.get_response(request)
                pages.remember(request, version, response)
                if response.status_code >= 500:  # No cache on the way may keep it.
                    return _private(response)
                if not is_keepable(response):
                    return response
                if is_momentary(response):
                    return _of_this_moment(request, response, coding)
                _describe(response)
            elif len(self.uncached_recipes) < MOST_KNOWN:
                self.uncached_recipes[plain] = recipe
            if response.status_code == 200 and _is_shareable(response):
                if recipe := getattr(response, "recipe", None):
                    version.remember(plain, (recipe, dict(response.items())))
                _compress(response, coding)
                response["ETag"] = _tag(response)
                self.store(identity, version, response)
            else:
                return response
        tag = response.headers["ETag"]
        if len(version.tags) < MOST_KNOWN and response["Cache-Control"] == _caching():
            version.tags[identity] = tag
        return _emptied(response) if _is_known(request, tag) else response

    def passed_on(self, request: HttpRequest) -> HttpResponse:
        """The answer of the view, which nobody may keep this time."""
        response = self.get_response(request)
        ours = is_keepable(response) or response.status_code >= 500
        return _private(response) if ours else response

    def cached(self, identity: bytes, stamp: bytes) -> HttpResponse | None:
        """The answer that is kept for a request in a version, None without one."""
        slot = _slot(identity)
        kept = self.local_answers.get(slot)
        if kept is None or kept[0] != stamp:
            kept = self.ask_cache(lambda cache: cache.get(slot))
            if not kept or kept[0] != stamp:
                return None
            if len(self.local_answers) >= MOST_LOCAL:
                self.local_answers.clear()
            self.local_answers[slot] = kept
        return HttpResponse(kept[2], headers=kept[1])

    def store(self, identity: bytes, version: Version, response: HttpResponse) -> None:
        """Keep an answer, unless it is larger than ``MAX_BYTES`` or of an older version by now."""
        if not conf().cache_slots or len(response.content) > conf().max_bytes:
            return
        slot = _slot(identity)
        kept = (_stamp(identity, version), dict(response.items()), response.content)
        self.ask_cache(lambda cache: cache.set(slot, kept, conf().cache_seconds))
        # Whoever had deleted all answers before this one came has left the newer version.
        newest = self.ask_cache(lambda cache: cache.get(NEWEST))
        if newest and newest != (version.epoch, min(newest[1], version.number)):
            self.ask_cache(lambda cache: cache.delete(slot))

    def delete_all(self, version: Version | None = None) -> None:
        """Delete all answers that are kept, if need be because there is a newer version."""
        self.local_answers = {}
        if version:
            newest = (version.epoch, version.number)
            self.ask_cache(lambda cache: cache.set(NEWEST, newest, None))
        slots = [f"{SLOT}{number}" for number in range(conf().cache_slots)]
        self.ask_cache(lambda cache: cache.delete_many(slots))

    def ask_cache(self, question: Callable[[Any], Any]) -> Any:
        """Use the cache; None where it is switched off or fails."""
        if not conf().cache_slots or time.monotonic() < self.asleep_until:
            return None
        try:
            return question(caches[conf().cache])
        except Exception:
            self.asleep_until = time.monotonic() + PAUSE
            logger.warning("The cache of answers can't be reached", exc_info=True)
            return None


def _remade(recipe: Recipe, headers: dict[str, str], rows: list[Row] | None) -> HttpResponse | None:
    """The answer of a recipe with the headers it had before, None if a row is gone."""
    body = recipe.body(rows)
    if body is None:
        return None
    return HttpResponse(body, headers={**headers, "Content-Length": str(len(body))})


def _of_this_moment(request: HttpRequest, response: HttpResponse, coding: str) -> HttpResponse:
    """An answer that was made for this request, and that every cache must ask for again."""
    response.headers.setdefault("Cache-Control", "public, no-cache")
    _describe(response)
    if response.status_code != 200 or not _is_shareable(response):
        return response
    _compress(response, coding)
    response["ETag"] = _tag(response)
    return _emptied(response) if _is_known(request, response["ETag"]) else response


def _is_personal(request: HttpRequest) -> bool:
    """Whether the answer may depend on who asks."""
    return "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.META.get(
        "HTTP_COOKIE", ""
    )


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = PRIVATE
    _say_what_it_depends_on(response)
    return response


def _say_what_it_depends_on(response: HttpResponse) -> None:
    others = [name.strip() for name in response.get("Vary", "").split(",")]
    known = {"", *NOT_VARY, *(name.lower() for name in VARY)}
    response["Vary"] = ", ".join([*VARY, *(name for name in others if name.lower() not in known)])


def _identity(request: HttpRequest, host: str, coding: str) -> bytes:
    """A digest of everything in a request that its answer depends on."""
    meta = request.META
    parts = (
        request.scheme or "",
        host,
        request.path,
        meta.get("QUERY_STRING", ""),
        meta.get("HTTP_ACCEPT", ""),
        meta.get("HTTP_ORIGIN", ""),
        coding,
    )
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).digest()


def _slot(identity: bytes) -> str:
    return f"{SLOT}{int.from_bytes(identity[:4], 'big') % max(1, conf().cache_slots)}"


def _stamp(identity: bytes, version: Version) -> bytes:
    """What an answer is kept under: the request, in one content coding, and the version."""
    made_by = f"{version.epoch} {release()} {look()}"
    return b"%b %d %b" % (identity, version.number, made_by.encode())


def _tag(response: HttpResponse) -> str:
    """The strong entity tag of an answer; its other representations have other bytes."""
    found = hashlib.blake2b(response.content, digest_size=16)
    found.update(response.get("Content-Type", "").encode())
    return f'"{found.hexdigest()}"'


def _is_known(request: HttpRequest, tag: str) -> bool:
    header = request.META.get("HTTP_IF_NONE_MATCH", "")
    return bool(header) and tag in [one.removeprefix("W/") for one in parse_etags(header)]


def _not_modified(tag: str) -> HttpResponse:
    response = HttpResponse(status=304, headers={"ETag": tag})
    del response["Content-Type"]
    _describe(response)
    return response


def _emptied(whole: HttpResponse) -> HttpResponse:
    """A 304 with the headers of an answer, except those about its body."""
    response = HttpResponse(status=304, headers=dict(whole.items()))
    for name in ("Content-Type", "Content-Length", "Content-Encoding"):
        del response[name]
    return response


def _caching() -> str:
    """What answers say to caches, unless their view has said something else."""
    seconds = conf().shared_seconds
    return f"public, max-age=0, s-maxage={seconds}" if seconds else "public, no-cache"


def _describe(response: HttpResponse) -> None:
    """Set the headers that every public answer has."""
    html = is_html(response)
    response.headers.setdefault("Cache-Control", "public, no-cache" if html else _caching())
    response.headers.setdefault("Surrogate-Key", "html" if html else "api")
    _say_what_it_depends_on(response)


def _is_shareable(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and not response.cookies
        and response["Cache-Control"].startswith("public")
        and response["Vary"] == ", ".join(VARY)
    )


@lru_cache(maxsize=64)
def _coding(accepted: str) -> str:
    """The content coding that a client accepts: "br", "gzip", or "" for none."""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        weights[name.strip()] = weight.strip() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    known = ("br", "gzip") if brotli else ("gzip",)
    return next((one for one in known if weights.get(one)), "")


def _compress(response: HttpResponse, coding: str) -> None:
    body = response.content
    if not coding or len(body) < WORTH_COMPRESSING or response.has_header("Content-Encoding"):
        return
    packed = (
        brotli.compress(body, quality=5)
        if coding == "br"
        else gzip.compress(body, compresslevel=6, mtime=0)
    )
    response.content = packed
    response["Content-Encoding"] = coding
    response["Content-Length"] = str(len(packed))
