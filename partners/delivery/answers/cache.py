"""Conditional GET and a cache of whole answers, by the version of the public content.

An answer is kept under the number it was made for and served for that number alone, so none is ever
older than the last commit, in any process. Its place in the cache depends on the request only: a
newer answer replaces an older one, and however many different requests come, there are no more than
``KIS_PARTNERS["CACHE_SLOTS"]`` answers, none with 0. Those of an older version are removed as well:
what was withdrawn lies in no cache.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from ...conf import conf
from .. import purge
from ..shelf import version as shelf
from ..shelf.release import release
from .recipes import Recipe

try:
    import brotli
except ImportError:  # the optional extra
    brotli = None

logger = logging.getLogger(__name__)

VARY = ("Accept", "Accept-Encoding", "Authorization", "Cookie", "Origin")
PRIVATE = "private, no-store"
#: The beginning of the names that answers have in the cache.
SLOT = "kis-answer-"
#: Shorter answers are sent as they are, in bytes.
WORTH_COMPRESSING = 512
#: How long a cache that doesn't answer isn't asked, in seconds.
PAUSE = 5.0
#: How many answers a process keeps at hand beside the cache.
NEAR = 32


class ConditionalCacheMiddleware:
    """Stands first in ``MIDDLEWARE``: what is known is answered before anything else is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.asleep_until = 0.0
        #: The answers that this process has taken from the cache, by their place in it.
        self.near: dict[str, Any] = {}
        #: The version that the last answer was made from.
        self.number: int | None = None
        #: The recipes of its answers that the cache didn't keep, by request.
        self.unkept: dict[bytes, Recipe] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            # Where caches answer, nobody else may ask for long what an editor has changed.
            purge.soon()
            if shelf.touched():
                self.forget()
        return response

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer, or that it has not changed."""
        if not request.path_info.startswith(conf().cached_paths):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD") or _is_personal(request):
            return _private(self.get_response(request))
        try:
            host = request.get_host()
        except DisallowedHost:  # refused further in
            return self.get_response(request)
        plain = _identity(request, host, "")
        ahead = self.unkept.get(plain)
        if ahead and ahead.along:
            version, rows = shelf.of_with(request, ahead.along)
        else:
            version, rows = shelf.of(request), None
        if not version.settled:
            return _private(self.get_response(request))
        if version.number != self.number:
            if self.number is not None:
                self.forget()
            self.number, self.unkept = version.number, {}
        coding = _coding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        identity = _identity(request, host, coding) if coding else plain
        tag = _tag(identity, version)
        # Across origins, a browser wants the headers of the whole answer with a 304.
        known = _is_known(request, tag)
        if known and "HTTP_ORIGIN" not in request.META:
            return _not_modified(version, tag)
        response = self.recall(identity, tag)
        if response is not None:
            self.unkept.pop(plain, None)
        else:
            recipe, headers = version.known.get(plain, (None, {}))
            response = recipe and _remade(recipe, headers, rows if recipe is ahead else None)
            if response is None:
                response = self.get_response(request)
                if response.status_code >= 500:  # Not to be kept on the way, however it was asked.
                    return _private(response)
                _describe(response, version)
            elif len(self.unkept) < shelf.MOST_KNOWN:
                self.unkept[plain] = recipe
            if response.status_code == 200 and _is_shareable(response):
                if recipe := getattr(response, "recipe", None):
                    version.remember(plain, (recipe, dict(response.items())))
                _compress(response, coding)
                response["ETag"] = tag
                self.keep(identity, tag, response)
        if known and response.headers.get("ETag") == tag:
            return _emptied(response)
        return response

    def recall(self, identity: bytes, tag: str) -> HttpResponse | None:
        """The answer that is kept for a request and a version."""
        slot = _slot(identity)
        kept = self.near.get(slot)
        if kept is None or kept[0] != tag:
            kept = self.ask(lambda cache: cache.get(slot))
            if not kept or kept[0] != tag:
                return None
            if len(self.near) >= NEAR:
                self.near.clear()
            self.near[slot] = kept
        return HttpResponse(kept[2], headers=kept[1])

    def keep(self, identity: bytes, tag: str, response: HttpResponse) -> None:
        """Keep an answer, unless it is a very large one."""
        if conf().cache_slots and len(response.content) <= conf().max_bytes:
            kept = (tag, dict(response.items()), response.content)
            self.ask(lambda cache: cache.set(_slot(identity), kept, conf().cache_seconds))

    def forget(self) -> None:
        """Remove all answers that are kept."""
        self.near = {}
        slots = [f"{SLOT}{number}" for number in range(conf().cache_slots)]
        self.ask(lambda cache: cache.delete_many(slots))

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Ask the cache; whatever goes wrong with it, the answer is made anew."""
        if not conf().cache_slots or time.monotonic() < self.asleep_until:
            return None
        try:
            return question(caches[conf().cache])
        except Exception:
            self.asleep_until = time.monotonic() + PAUSE
            logger.warning("The cache of answers can't be reached", exc_info=True)
            return None


def _remade(
    recipe: Recipe, headers: dict[str, str], rows: list[shelf.Row] | None
) -> HttpResponse | None:
    """An answer whose recipe its version knows, from the rows as they are."""
    body = recipe.body(rows)
    if body is None:
        return None
    return HttpResponse(body, headers={**headers, "Content-Length": str(len(body))})


def _is_personal(request: HttpRequest) -> bool:
    """Whether an answer may depend on who asks."""
    return "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.META.get(
        "HTTP_COOKIE", ""
    )


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = PRIVATE
    patch_vary_headers(response, VARY)
    return response


def _identity(request: HttpRequest, host: str, coding: str) -> bytes:
    """What makes a request another one: two of the same identity get the same answer."""
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


def _tag(identity: bytes, version: shelf.Version) -> str:
    """A strong entity tag: one request has one body in one version, in one content coding."""
    key = _key(version.number, version.epoch, release(), settings.SECRET_KEY)
    return f'"{hashlib.blake2b(identity, digest_size=16, key=key).hexdigest()}"'


@lru_cache(maxsize=4)
def _key(number: int, epoch: UUID | None, made_by: str, secret: str) -> bytes:
    """What makes the tags of a version: one key for all requests, and unknown outside."""
    return hmac.digest(secret.encode(), f"{number} {epoch} {made_by}".encode(), "sha256")


def _is_known(request: HttpRequest, tag: str) -> bool:
    header = request.META.get("HTTP_IF_NONE_MATCH", "")
    return bool(header) and tag in [one.removeprefix("W/") for one in parse_etags(header)]


def _not_modified(version: shelf.Version, tag: str) -> HttpResponse:
    response = HttpResponse(status=304, headers={"ETag": tag})
    del response["Content-Type"]
    _describe(response, version)
    return response


def _emptied(whole: HttpResponse) -> HttpResponse:
    """The 304 in place of an answer, with all its headers but those of the body."""
    response = HttpResponse(status=304, headers=dict(whole.items()))
    for name in ("Content-Type", "Content-Length", "Content-Encoding"):
        del response[name]
    return response


def _describe(response: HttpResponse, version: shelf.Version) -> None:
    """The headers of every public answer."""
    seconds = conf().shared_seconds
    lasting = f"public, max-age=0, s-maxage={seconds}" if seconds else "public, no-cache"
    response.headers.setdefault("Cache-Control", lasting)
    response.headers.setdefault("Surrogate-Key", "api")
    response["Last-Modified"] = version.last_modified
    patch_vary_headers(response, VARY)


def _is_shareable(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and not response.cookies
        and response["Cache-Control"].startswith("public")
    )


@lru_cache(maxsize=64)
def _coding(accepted: str) -> str:
    """The content coding that a client takes: br, gzip or none."""
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
