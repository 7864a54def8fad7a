"""The check of links to other sites: collected from live pages and snippets, requested on demand.

A check runs only when somebody starts it, because it takes time and the other sites see the address
of this server. Numbers of addresses and seconds are limited. Addresses in networks that aren't
public are never requested.
"""

from __future__ import annotations

import re
import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from http.client import HTTPException
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, transaction
from django.db.models import Max
from django.db.models.signals import post_migrate, post_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from ..models import ExternalLink, UnfinishedText
from .lost_targets import collect_lost
from .public_web import PrivateNetwork, request
from .texts import KINDS, texts_with
from .unfinished import collect_unfinished, written

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
    found = set(_links())
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


def are_there_links() -> bool:
    """Whether a link to another site is known: in what was saved, or at the last check."""
    return ExternalLink.objects.exists()


def _saved(instance: Any, raw: bool, update_fields: Any = None, **kwargs: Any) -> None:
    """Note the links of a live page or snippet that is saved; a check forgets what is gone."""
    is_page = isinstance(instance, Page)
    if raw or not (is_page or type(instance) in get_snippet_models()):
        return
    if not getattr(instance, "live", True) or instance.get_deferred_fields():
        return
    fields = [one for one in instance._meta.concrete_fields if isinstance(one, KINDS)]
    if update_fields is not None and not {field.name for field in fields} & set(update_fields):
        return
    urls: set[str] = set()
    for field in fields:
        stored = field.get_prep_value(getattr(instance, field.name)) or ""
        text = written(stored)
        urls |= links_in(text) if "http" in text else set()
    if urls:
        kind = ContentType.objects.get_for_model(Page if is_page else instance)
        key = {"content_type": kind, "object_id": str(instance.pk)}
        links = [ExternalLink(url=url, **key) for url in sorted(urls)]
        ExternalLink.objects.bulk_create(links, ignore_conflicts=True)


def _migrated(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Look through all texts, whose pages were saved before these tables were there."""
    models = [ExternalLink, UnfinishedText, *get_page_models(), *get_snippet_models()]
    tables = set(connections[using].introspection.table_names())
    if plan and {model._meta.db_table for model in models} <= tables:
        collect_unfinished()
        collect_links()


def connect() -> None:
    """Connect the signals; called when the apps are ready."""
    post_save.connect(_saved, dispatch_uid="kis_links_saved")
    config = apps.get_app_config("kis_partners")
    post_migrate.connect(_migrated, sender=config, dispatch_uid="kis_texts_migrated")


def _links() -> Iterator[tuple[str, int, str]]:
    """Address, content type and id of the item of each link in live pages and snippets."""
    page_type = ContentType.objects.get_for_model(Page)
    for model in [*get_page_models(), *get_snippet_models()]:
        is_page = issubclass(model, Page)
        kind = page_type if is_page else ContentType.objects.get_for_model(model)
        for pk, text in texts_with(model, "http"):
            yield from ((url, kind.pk, str(pk)) for url in links_in(text))


def links_in(text: str) -> set[str]:
    """The addresses of other sites in a text: a URL, HTML, or JSON of a stream."""
    if re.fullmatch(r"https?://\S+", text):
        return {text[:MAX_URL_LENGTH]}
    return {unescape(url)[:MAX_URL_LENGTH] for url in _HREF.findall(text)}


def check_links(
    limit: int = MAX_LINKS,
    seconds: float = SECONDS_ALL,
    progress: Callable[[int, int], None] | None = None,
) -> CheckResult:
    """Collect the links, then request the addresses never requested or requested longest ago.

    ``progress`` is told of the number of addresses that were requested, and of all.
    """
    collect_lost()
    collect_unfinished()
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
        outcomes = []
        for outcome in pool.map(lambda url: _check(url, deadline), asked):
            outcomes.append(outcome)
            if progress:
                progress(len(outcomes), len(asked))
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
            status = request(url, method, min(SECONDS_EACH, left), AGENT)
            return status, ""
        except urllib.error.HTTPError as error:
            with error:
                status = error.code
            if method == "GET" or status in (404, 410):
                return status, _("answers with the error {}").format(status)
        except PrivateNetwork:
            return None, _("leads into a network that is not public")
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            return None, _("can't be reached: {}").format(str(reason)[:200])
    return status, ""
