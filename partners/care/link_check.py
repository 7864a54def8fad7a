"""The check of links to other sites: collected from live pages and snippets, requested on demand.

A check runs only when somebody starts it, because it takes time and the other sites see the address
of this server. Numbers of addresses and seconds are limited. Addresses in networks that aren't
public are never requested.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Max, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from ..models import ExternalLink

#: Limits of one check: addresses, seconds for each and for all, simultaneous requests.
MAX_LINKS, SECONDS_EACH, SECONDS_ALL, AT_A_TIME = 100, 8, 40, 8
MAX_URL_LENGTH = 2000
AGENT = "Mozilla/5.0 (compatible; link check on request)"
_HREF = re.compile(r"""(?:href=\\?["']|:\s*")(https?://[^\s"'<>\\]+)""")


@dataclass(frozen=True)
class CheckResult:
    """The numbers of addresses requested, failed of these, and left out because of the limits."""

    followed: int
    failed: int
    left: int


def collect_links() -> int:
    """Make ``ExternalLink`` list the links in all live pages and snippets; gives their number."""
    found: set[tuple[str, int, str]] = set()
    page_type = ContentType.objects.get_for_model(Page)
    for model in [*get_page_models(), *get_snippet_models()]:
        is_page = issubclass(model, Page)
        kind = page_type if is_page else ContentType.objects.get_for_model(model)
        for pk, text in texts_with(model, "http"):
            found |= {(url, kind.pk, str(pk)) for url in links_in(text)}
    with transaction.atomic():
        known = {
            (link.url, link.content_type_id, link.object_id): link.pk
            for link in ExternalLink.objects.all()
        }
        gone = [pk for key, pk in known.items() if key not in found]
        ExternalLink.objects.filter(pk__in=gone).delete()
        ExternalLink.objects.bulk_create(
            ExternalLink(url=url, content_type_id=kind_pk, object_id=pk)
            for url, kind_pk, pk in sorted(found - known.keys())
        )
    return len(found)


def texts_with(model: Any, part: str) -> Iterator[tuple[Any, str]]:
    """The texts of live items of a model that contain ``part``, each with the id of its item.

    Texts are those of rich-text, URL and stream fields; the last are JSON. One statement per field.
    """
    kinds = (StreamField, RichTextField, models.URLField)
    items = model._default_manager.all()
    if issubclass(model, Page | DraftStateMixin):
        items = items.filter(live=True)
    # Inherited fields are read with the parent model.
    for field in model._meta.local_fields:
        if isinstance(field, kinds):
            with_text = items.annotate(as_text=Cast(field.name, TextField()))
            found = with_text.filter(as_text__contains=part)
            yield from found.values_list("pk", "as_text")


def links_in(text: str) -> set[str]:
    """The addresses of other sites in a text: a URL, HTML, or JSON of a stream."""
    if re.fullmatch(r"https?://\S+", text):
        return {text[:MAX_URL_LENGTH]}
    return {unescape(url)[:MAX_URL_LENGTH] for url in _HREF.findall(text)}


def check_links(limit: int = MAX_LINKS, seconds: float = SECONDS_ALL) -> CheckResult:
    """Collect the links, then request the addresses never requested or requested longest ago."""
    collect_links()
    urls = list(
        ExternalLink.objects.values("url")
        .annotate(last=Max("checked_at"))
        .order_by(models.F("last").asc(nulls_first=True), "url")
        .values_list("url", flat=True)
    )
    deadline = time.monotonic() + seconds
    asked = urls[:limit]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        outcomes = list(pool.map(lambda url: _check(url, deadline), asked))
    followed = failed = 0
    with transaction.atomic():
        for url, outcome in zip(asked, outcomes, strict=True):
            if outcome is None:
                continue
            status, problem = outcome
            followed += 1
            failed += bool(problem)
            ExternalLink.objects.filter(url=url).update(
                status=status, problem=problem, checked_at=timezone.now()
            )
    return CheckResult(followed, failed, len(urls) - followed)


def _check(url: str, deadline: float) -> tuple[int | None, str] | None:
    """HTTP status and problem (empty if fine) of an address; None if the time is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    status: int | None = None
    for method in ("HEAD", "GET"):
        try:
            status = _request(url, method, min(SECONDS_EACH, left))
            return status, ""
        except urllib.error.HTTPError as error:
            with error:
                status = error.code
            if method == "GET" or status in (404, 410):
                return status, _("answers with the error {}").format(status)
        except _PrivateNetwork:
            return None, _("leads into a network that is not public")
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            return None, _("can't be reached: {}").format(str(reason)[:200])
    return status, ""


class _PrivateNetwork(Exception):
    """The address leads into a network that isn't public."""


class _CheckedRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and checks the address of each."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        check_public(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _request(url: str, method: str, timeout: float) -> int:
    check_public(url)
    request = urllib.request.Request(url, method=method, headers={"User-Agent": AGENT})
    with urllib.request.build_opener(_CheckedRedirects).open(request, timeout=timeout) as answer:
        return int(answer.status)


def check_public(url: str) -> None:
    """Raise for an address that isn't HTTP(S), or leads into a network that isn't public."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(_("this is no address of the web"))
    addresses: Iterable[Any] = socket.getaddrinfo(parts.hostname, parts.port or 443)
    for *_rest, address in addresses:
        if not ipaddress.ip_address(address[0].partition("%")[0]).is_global:
            raise _PrivateNetwork
