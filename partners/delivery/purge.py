"""Purges HTTP caches after public changes, by address and by surrogate key.

The purge is a follower of the shelf: it reads the rows that were touched since the number it has
come to, tells all backends, and only then takes the new number. So nothing is lost if a process
ends in between, and what a backend could not be told is told again the next time. Without
``WAGTAILFRONTENDCACHE`` nothing happens.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override
from django_tasks import task
from wagtail.contrib.frontend_cache.backends import BaseBackend
from wagtail.contrib.frontend_cache.utils import get_backends
from wagtail.coreutils import get_content_languages
from wagtail.models import Site

from .answers.signals import written
from .background import Background
from .models import Address, Follower, Item
from .shelf.signals import settled
from .shelf.version import current_version

logger = logging.getLogger(__name__)

#: Sent when caches have forgotten all that had changed.
purged = Signal()
#: The name of the purge among the followers.
FOLLOWER = "purge"
#: How many rows are told at a time, and how many keys go into one header.
BATCH, KEYS = 500, 200
#: The endpoints of the API that list something.
ENDPOINTS = ("pages", "cooperations", "changes", "locales", "images", "documents")


class SurrogateKeyBackend(BaseBackend):
    """Purges by surrogate key, and by address unless ``URLS`` is false.

    ``LOCATION`` is the address of the cache, or of its provider's API. A request there has the
    method ``METHOD`` (``PURGE``) and the keys, divided by spaces, in the header ``HEADER``
    (``Surrogate-Key``; Varnish's vmod xkey wants ``xkey-purge``), beside ``HEADERS``, for example a
    token. It may take ``TIMEOUT`` seconds (5). Any failure raises an exception.
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
        # 404: the cache had nothing to purge.
        if response.status_code != 404:
            response.raise_for_status()


class PurgeFailed(Exception):
    """Some backends raised; all changes since the last success are told again the next time."""


def is_configured() -> bool:
    """Whether the site has an HTTP cache."""
    return bool(
        getattr(settings, "WAGTAILFRONTENDCACHE", None)
        or getattr(settings, "WAGTAILFRONTENDCACHE_LOCATION", None)
    )


def connect() -> None:
    """Purge after settlements and after requests that write; called when the apps are ready."""
    for signal in (settled, written):
        signal.connect(purge_after_commit, dispatch_uid="kis_delivery.purge")


def purge_after_commit(sender: Any = None, **kwargs: Any) -> None:
    """Start the purge when the transaction has committed; nobody waits for it, nothing fails."""
    if is_configured():
        transaction.on_commit(_background.start, robust=True)


@task()
def purge_changes() -> None:
    """Purge what has changed; errors are logged."""
    try:
        purge()
    except Exception:
        logger.exception("Caches could not be told what has changed")


_background = Background(purge_changes)


def purge(tell: Callable[[int], object] = lambda count: None) -> int:
    """Purge what has changed since the last success, the first time everything.

    Gives the number of changed pages, and tells it after each batch. Raises
    :class:`PurgeFailed` if a backend raises.
    """
    if not is_configured():
        return 0
    version = current_version()
    follower, _new = Follower.objects.get_or_create(name=FOLLOWER)
    if not version.settled or follower.seq >= version.number:
        return 0
    backends = get_backends()
    # What caches keep beside the API, such as pages as HTML, may have changed where no item has.
    rows = Item.objects.filter(touched__gt=follower.seq, touched__lte=version.number)
    changed = rows.order_by("touched", "pk").defer("payload").iterator(BATCH)
    count = 0
    while batch := list(islice(changed, BATCH)):
        count += len(batch)
        _tell(backends, _addresses(batch), [f"page-{row.page_id}" for row in batch])
        _store_addresses(batch)
        tell(count)
    _tell(backends, _listings(), ["listings"])
    Follower.objects.filter(pk=follower.pk, seq__lt=version.number).update(seq=version.number)
    purged.send_robust(Item)
    return count


def _tell(backends: dict[str, Any], urls: set[str], keys: list[str]) -> None:
    """Tell every backend, also after another one has raised."""
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
        raise PurgeFailed("; ".join(failed))


def _addresses(rows: list[Item]) -> set[str]:
    """The addresses of these pages and of their parents, now and before, and in the API."""
    before = _addresses_before(rows)
    found = set()
    for row in rows:
        found.update(_html(row.site_id, row.locale, row.url_path, with_parent=True))
        if former := before.get((row.page_id, row.site_id)):
            found.add(former)
        for base in _bases(row.site_id):
            for endpoint in ("pages", "cooperations"):
                found |= _reversed(base, f"wagtailapi_v2:{endpoint}:detail", row.page_id)
    return found


def _addresses_before(rows: list[Item]) -> dict[tuple[int, int], str]:
    """The addresses that caches were last told for these pages, by page id and site id."""
    before = Address.objects.filter(page_id__in=[row.page_id for row in rows])
    return {(one.page_id, one.site_id): one.url for one in before}


def _store_addresses(rows: list[Item]) -> None:
    """Store the addresses of public pages, to be purged when these have moved."""
    gone = [row.page_id for row in rows if row.tombstone]
    addresses = []
    for row in rows:
        html = [] if row.tombstone else _html(row.site_id, row.locale, row.url_path)
        addresses += [Address(page_id=row.page_id, site_id=row.site_id, url=url) for url in html]
    with transaction.atomic():
        Address.objects.filter(page_id__in=gone).delete()
        Address.objects.bulk_create(
            addresses,
            update_conflicts=True,
            unique_fields=["page_id", "site_id"],
            update_fields=["url"],
        )


def _html(site: int, locale: str, url_path: str, with_parent: bool = False) -> list[str]:
    """The address of a page by its ``url_path``, and of its parent; none if it isn't on the site.

    Made without the page, which may be deleted.
    """
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
    """The addresses, without query, of the API's listings and of the feeds for readers."""
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
    """What the API's addresses on a site begin with."""
    if base := getattr(settings, "WAGTAILAPI_BASE_URL", None):
        return {str(base).rstrip("/")}
    return {root.root_url for root in Site.get_site_root_paths() if root.site_id == site}


def _reversed(base: str, name: str, *args: Any) -> set[str]:
    """The address of a view; empty if the site has no such view."""
    try:
        return {base + reverse(name, args=args)}
    except NoReverseMatch:
        return set()
