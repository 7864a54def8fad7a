"""Links to other sites: collected from what is published, and followed only when somebody asks.

Following them tells the other sites that this server exists, and it takes time, so nothing here
runs by itself. It is bounded: so many addresses, so many seconds. Addresses inside a network of the
server are never asked.
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

#: Bounds of one run: addresses, seconds for each of them and for all, at a time.
MOST_LINKS, SECONDS_EACH, SECONDS_ALL, AT_A_TIME = 100, 8, 40, 8
MOST_LETTERS = 2000
AGENT = "Mozilla/5.0 (compatible; link check on request)"
_HREF = re.compile(r"""(?:href=\\?["']|:\s*")(https?://[^\s"'<>\\]+)""")


@dataclass(frozen=True)
class Result:
    """What came of a run: followed, of these failed, and not reached within the bounds."""

    followed: int
    failed: int
    left: int


def collect() -> int:
    """Note every link to another site in live pages and snippets; gives how many there are."""
    found: set[tuple[str, int, str]] = set()
    page_type = ContentType.objects.get_for_model(Page)
    for model in [*get_page_models(), *get_snippet_models()]:
        is_page = issubclass(model, Page)
        kind = page_type if is_page else ContentType.objects.get_for_model(model)
        for pk, text in texts(model, "http"):
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


def texts(model: Any, part: str) -> Iterator[tuple[Any, str]]:
    """Every text of live items of a model that has this part, with the id of the item.

    Texts of blocks are JSON. One statement for each field.
    """
    kinds = (StreamField, RichTextField, models.URLField)
    items = model._default_manager.all()
    if issubclass(model, Page | DraftStateMixin):
        items = items.filter(live=True)
    # Fields of a parent are read with the parent.
    for field in model._meta.local_fields:
        if isinstance(field, kinds):
            with_text = items.annotate(as_text=Cast(field.name, TextField()))
            found = with_text.filter(as_text__contains=part)
            yield from found.values_list("pk", "as_text")


def links_in(text: str) -> set[str]:
    """The addresses of other sites in a text, HTML or the JSON of blocks."""
    if re.fullmatch(r"https?://\S+", text):
        return {text[:MOST_LETTERS]}
    return {unescape(url)[:MOST_LETTERS] for url in _HREF.findall(text)}


def follow(limit: int = MOST_LINKS, seconds: float = SECONDS_ALL) -> Result:
    """Collect the links and follow those that were followed longest ago, or never."""
    collect()
    urls = list(
        ExternalLink.objects.values("url")
        .annotate(last=Max("checked_at"))
        .order_by(models.F("last").asc(nulls_first=True), "url")
        .values_list("url", flat=True)
    )
    deadline = time.monotonic() + seconds
    asked = urls[:limit]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        outcomes = list(pool.map(lambda url: _try(url, deadline), asked))
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
    return Result(followed, failed, len(urls) - followed)


def _try(url: str, deadline: float) -> tuple[int | None, str] | None:
    """The status and what is wrong with it, if anything; None when there is no time left."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    status: int | None = None
    for method in ("HEAD", "GET"):
        try:
            status = _ask(url, method, min(SECONDS_EACH, left))
            return status, ""
        except urllib.error.HTTPError as error:
            with error:
                status = error.code
            if method == "GET" or status in (404, 410):
                return status, _("answers with the error {}").format(status)
        except _Inside:
            return None, _("leads into a network that is not public")
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            return None, _("can't be reached: {}").format(str(reason)[:200])
    return status, ""


class _Inside(Exception):
    """An address of a network that is not public."""


class _Careful(urllib.request.HTTPRedirectHandler):
    """Looks where each step of a redirection leads."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        check_public(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _ask(url: str, method: str, timeout: float) -> int:
    check_public(url)
    request = urllib.request.Request(url, method=method, headers={"User-Agent": AGENT})
    with urllib.request.build_opener(_Careful).open(request, timeout=timeout) as answer:
        return int(answer.status)


def check_public(url: str) -> None:
    """Raises where an address isn't one of the web, or leads inside a network."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(_("this is no address of the web"))
    addresses: Iterable[Any] = socket.getaddrinfo(parts.hostname, parts.port or 443)
    for *_rest, address in addresses:
        if not ipaddress.ip_address(address[0].partition("%")[0]).is_global:
            raise _Inside
