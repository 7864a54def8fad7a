"""Tells HTTP caches what has changed: by address and by surrogate key, after the commit.

A follower of the shelf with a number of its own: it reads what has changed since, tells all
backends, and only then moves on. So nothing is lost if a process ends in between, and what a
backend could not be told is told again the next time. Without ``WAGTAILFRONTENDCACHE`` nothing
happens.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override
from django_tasks import task, task_backends
from django_tasks.backends.immediate import ImmediateBackend
from wagtail.contrib.frontend_cache.backends import BaseBackend
from wagtail.contrib.frontend_cache.utils import get_backends
from wagtail.coreutils import get_content_languages
from wagtail.models import Site

from .models import Address, Follower, Item
from .shelf import version as shelf
from .shelf.signals import settled

logger = logging.getLogger(__name__)

NAME = "purge"
#: How many rows are told of together, and how many keys go into one header.
TOGETHER, KEYS = 500, 200
ENDPOINTS = ("pages", "cooperations", "changes", "locales", "images", "documents")

Place = tuple[int, int]  # page id, site id


class SurrogateKeyBackend(BaseBackend):
    """Purges by surrogate key, and by address unless ``URLS`` is false.

    ``LOCATION`` is the address of the cache, or of its provider's interface. A question there has
    the method ``METHOD`` (``PURGE``) and the keys, with spaces between them, in the header
    ``HEADER`` (``Surrogate-Key``; the vmod xkey of Varnish wants ``xkey-purge``), beside
    ``HEADERS``, for example a token. It may take ``TIMEOUT`` seconds (5). What doesn't succeed is
    an error.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.location = str(params["LOCATION"]).rstrip("/")
        self.method = params.get("METHOD", "PURGE")
        self.header = params.get("HEADER", "Surrogate-Key")
        self.headers = params.get("HEADERS", {})
        self.timeout = params.get("TIMEOUT", 5)
        self.by_url = params.get("URLS", True)

    def purge_keys(self, keys: list[str]) -> None:
        """Purge all answers that carry one of the keys; raises ``requests.RequestException``."""
        with requests.Session() as session:
            for start in range(0, len(keys), KEYS):
                self._send(session, "/", {self.header: " ".join(keys[start : start + KEYS])})

    def purge(self, url: str) -> None:
        self.purge_batch([url])

    def purge_batch(self, urls: Iterable[str]) -> None:
        """Purge these addresses; raises ``requests.RequestException``."""
        if not self.by_url:
            return
        with requests.Session() as session:
            for url in urls:
                parts = urlsplit(url)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
                self._send(session, path, {"Host": parts.netloc})

    def _send(self, session: requests.Session, path: str, headers: dict[str, str]) -> None:
        response = session.request(
            self.method,
            self.location + path,
            headers={**self.headers, **headers},
            timeout=self.timeout,
            allow_redirects=False,
        )
        # That there is nothing to purge is as good.
        if response.status_code != 404:
            response.raise_for_status()


class Failed(Exception):
    """Some caches could not be told; they are told again the next time."""


def is_configured() -> bool:
    """Whether there is a cache to be told."""
    return bool(
        getattr(settings, "WAGTAILFRONTENDCACHE", None)
        or getattr(settings, "WAGTAILFRONTENDCACHE_LOCATION", None)
    )


def soon() -> None:
    """Tell the caches when the transaction has committed; nobody waits for it, nothing fails."""
    if is_configured():
        transaction.on_commit(_start, robust=True)


def connect() -> None:
    """Follow the settlements; called when the apps are ready."""
    settled.connect(_settled, dispatch_uid="kis_delivery.purge")


def _settled(sender: Any, **kwargs: Any) -> None:
    soon()


def _start() -> None:
    """Hand over to the site's task queue. One that works at once would make a reader wait."""
    if isinstance(task_backends[purge_changes.backend], ImmediateBackend):
        if _waiting.acquire(blocking=False):
            threading.Thread(target=_beside, name="kis-purge", daemon=True).start()
    else:
        purge_changes.enqueue()


# One works, and one more may wait: it will see whatever has changed until it begins.
_waiting = threading.BoundedSemaphore()
_turn = threading.Lock()


def _beside() -> None:
    with _turn:
        _waiting.release()
        try:
            follow()
        except Exception:
            logger.exception("Caches could not be told what has changed")
        finally:
            connection.close()


@task()
def purge_changes() -> None:
    """Tell the caches what has changed; errors are logged."""
    try:
        follow()
    except Exception:
        logger.exception("Caches could not be told what has changed")


def follow() -> int:
    """Tell the caches what has changed since the last time; how many pages that concerned.

    Raises :class:`Failed` if a backend raises; then the same is told again the next time. The very
    first time, that is everything.
    """
    if not is_configured():
        return 0
    version = shelf.current()
    follower, _new = Follower.objects.get_or_create(name=NAME)
    if not version.settled or follower.seq >= version.number:
        return 0
    backends = get_backends()
    rows = Item.objects.filter(seq__gt=follower.seq, seq__lte=version.number)
    waiting = rows.order_by("seq", "pk").defer("payload").iterator(TOGETHER)
    count = 0
    while batch := list(islice(waiting, TOGETHER)):
        count += len(batch)
        _tell(backends, _addresses(batch), [f"page-{row.page_id}" for row in batch])
        _remember(batch)
    _tell(backends, _listings(), ["listings"])
    Follower.objects.filter(pk=follower.pk, seq__lt=version.number).update(seq=version.number)
    return count


def _tell(backends: dict[str, Any], urls: set[str], keys: list[str]) -> None:
    """Tell every backend, whatever happens with another one."""
    failed = []
    for name, backend in backends.items():
        own = sorted(url for url in urls if backend.invalidates_hostname(urlsplit(url).netloc))
        try:
            if own:
                backend.purge_batch(own)
            if hasattr(backend, "purge_keys"):
                backend.purge_keys(sorted(set(keys)))
        except Exception as error:
            failed.append(f"{name}: {error}")
    if failed:
        raise Failed("; ".join(failed))


def _addresses(rows: list[Item]) -> set[str]:
    """Where these pages are, were, and are listed: as HTML, and in the API."""
    known = _known(rows)
    found = set()
    for row in rows:
        found.update(_html(row.site_id, row.locale, row.url_path, with_parent=True))
        if former := known.get((row.page_id, row.site_id)):
            found.add(former)
        for base in _bases(row.site_id):
            for endpoint in ("pages", "cooperations"):
                found |= _reversed(base, f"wagtailapi_v2:{endpoint}:detail", row.page_id)
    return found


def _known(rows: list[Item]) -> dict[Place, str]:
    """The addresses under which these pages were told of before."""
    before = Address.objects.filter(page_id__in=[row.page_id for row in rows])
    return {(one.page_id, one.site_id): one.url for one in before}


def _remember(rows: list[Item]) -> None:
    """Keep where public pages are: when they move, the old address has to go, too."""
    gone = [row.page_id for row in rows if row.tombstone]
    there = []
    for row in rows:
        html = [] if row.tombstone else _html(row.site_id, row.locale, row.url_path)
        there += [Address(page_id=row.page_id, site_id=row.site_id, url=url) for url in html]
    with transaction.atomic():
        Address.objects.filter(page_id__in=gone).delete()
        Address.objects.bulk_create(
            there,
            update_conflicts=True,
            unique_fields=["page_id", "site_id"],
            update_fields=["url"],
        )


def _html(site: int, locale: str, url_path: str, with_parent: bool = False) -> list[str]:
    """The address of a page, by its place in the tree, as Wagtail makes it; and of its parent."""
    for root in Site.get_site_root_paths():
        if root.site_id == site and url_path.startswith(root.root_path):
            inside = [url_path[len(root.root_path) :]]
            if with_parent and inside[0]:
                parent = inside[0].rstrip("/").rpartition("/")[0]
                inside.append(f"{parent}/" if parent else "")
            with override(locale if settings.USE_I18N else None):
                return [
                    url
                    for path in inside
                    for url in _reversed(root.root_url, "wagtail_serve", path)
                ]
    return []


def _listings() -> set[str]:
    """The addresses of the API's listings and of the readers' feeds, as they are without query."""
    found = set()
    for site in Site.objects.values_list("pk", flat=True):
        for base in _bases(site):
            for endpoint in ENDPOINTS:
                found |= _reversed(base, f"wagtailapi_v2:{endpoint}:listing")
            for language in get_content_languages():
                for name in ("kis_feed_atom", "kis_feed_json"):
                    found |= _reversed(base, name, language)
    return found


def _bases(site: int) -> set[str]:
    """The beginnings of the API's addresses on a site."""
    if base := getattr(settings, "WAGTAILAPI_BASE_URL", None):
        return {str(base).rstrip("/")}
    return {root.root_url for root in Site.get_site_root_paths() if root.site_id == site}


def _reversed(base: str, name: str, *args: Any) -> set[str]:
    """The address of a view, none if the site doesn't have it."""
    try:
        return {base + reverse(name, args=args)}
    except NoReverseMatch:
        return set()
