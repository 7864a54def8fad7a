"""Brings this site's mirrored pages in step with the client's copy of another site."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import Page
from wagtail.signals import page_published

from ..client import Item, Mirror
from . import safe_html
from .models import MirroredPage


class UnfitItem(ValueError):
    """An item that can't become a page; the message is the reason."""


@dataclass
class SyncOutcome:
    """Numbers of pages created, changed and removed, and sentences about items left out."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    left_out: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)


@transaction.atomic
def keep_in_step(
    mirror: Mirror,
    below: Page,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> SyncOutcome:
    """Create, change and remove mirrored pages until they equal the copy, in one transaction.

    New pages are created below the translation of ``below`` in their language; items in languages
    without one are left out. Pages from other sources are never touched; pages from this one are
    found wherever they have been moved. A second run changes nothing. ``progress`` is told of the
    number of items that were compared, and of all.
    """
    outcome = SyncOutcome()
    # This lock makes simultaneous runs wait, which would otherwise create each page twice.
    Page.objects.select_for_update().get(pk=below.pk)
    family = Page.objects.filter(translation_key=below.translation_key, alias_of=None)
    parents = {page.locale.language_code: page for page in family.select_related("locale")}
    here = list(
        MirroredPage.objects.filter(source=mirror.url)
        .select_related("locale", "alias_of")
        .order_by("pk")
    )
    there: dict[int, tuple[Item, dict[str, Any]]] = {}
    homeless: dict[str, int] = {}
    for item in mirror.items():
        if item.locale not in parents:
            homeless[item.locale] = homeless.get(item.locale, 0) + 1
            continue
        try:
            there[item.id] = item, _values(item)
        except UnfitItem as unfit:
            outcome.left_out.append(f"page {item.id} ({item.locale}): {unfit}")
    for locale, number in sorted(homeless.items()):
        outcome.left_out.append(f"{number} in “{locale}”: page {below.pk} has no such version")
    kept: dict[int, MirroredPage] = {}
    for page in here:
        wanted = there.get(page.remote_id)
        if wanted and not page.alias_of_id and page.locale.language_code == wanted[0].locale:
            kept.setdefault(page.remote_id, page)
    stay = {page.pk for page in kept.values()}
    for page in here:
        if page.pk not in stay and page.alias_of_id not in stay:
            page.delete()
            outcome.removed += 1
    for done, (remote_id, (item, values)) in enumerate(there.items()):
        progress(done, len(there))
        if remote_id not in kept:
            _create(mirror.url, item, values, parents[item.locale])
            outcome.created += 1
        elif _change(kept[remote_id], values):
            outcome.changed += 1
    return outcome


def _create(source: str, item: Item, values: dict[str, Any], parent: Page) -> None:
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{source} {item.translation_key}")
    # An alias of a page in another language is replaced by the page in its own language.
    for other in Page.objects.filter(translation_key=key, locale=parent.locale):
        other.delete()
    parent.refresh_from_db()
    slug = slugify(str(item.data["meta"].get("slug", ""))) or f"page-{item.id}"
    page = MirroredPage(
        source=source,
        remote_id=item.id,
        translation_key=key,
        locale=parent.locale,
        slug=find_available_slug(parent, slug),
        live=True,
        **values,
    )
    parent.add_child(instance=page)
    _announce(page)


def _change(page: MirroredPage, values: dict[str, Any]) -> bool:
    """Save changed fields of a page; gives whether there were any."""
    values = {**values, "live": True}
    if all(getattr(page, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(page, name, value)
    page.save()
    _announce(page)
    return True


def _announce(page: MirroredPage) -> None:
    send = partial(page_published.send, sender=MirroredPage, instance=page, revision=None)
    transaction.on_commit(send)


def _values(item: Item) -> dict[str, Any]:
    """The fields of a mirrored page, from an item."""
    meta, data = item.data["meta"], item.data
    title, url = _text(data.get("title")).strip(), _text(meta.get("html_url"))
    if not title:
        raise UnfitItem("it has no title")
    if not url.startswith(("https://", "http://")) or len(url) > 2000:
        raise UnfitItem("it has no address")
    if not (kind := _text(item.type)[:100].strip()):
        raise UnfitItem("it has no type")
    language = meta.get("language")
    language = language if isinstance(language, dict) else {}
    reviewed = language.get("reviewed", True) or language.get("state") == "source"
    return {
        "title": title[:255],
        "draft_title": title[:255],
        "search_description": _text(meta.get("search_description")),
        "source_url": url,
        "remote_key": uuid.UUID(item.translation_key),
        "remote_type": kind,
        "lead": _text(data.get("lead")),
        "body": _text(safe_html.body(data, item.locale)),
        "values": _details(data),
        "unreviewed": not reviewed,
        "first_published_at": _moment(meta.get("first_published_at")),
        "last_published_at": _moment(meta.get("last_published_at")),
    }


#: The members of an item that a mirrored page has fields for.
OWN = frozenset(["id", "type", "meta", "title", "lead", "body"])


def _details(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of the item's kind, without NUL characters at any depth."""
    text = json.dumps({name: value for name, value in data.items() if name not in OWN})
    cleaned: dict[str, Any] = _without_nul(json.loads(text))
    return cleaned


def _without_nul(value: Any) -> Any:
    if isinstance(value, dict):
        return {_text(name): _without_nul(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    """A string without NUL characters, which PostgreSQL doesn't store; empty for other types."""
    return value.replace("\0", "") if isinstance(value, str) else ""


def _moment(value: Any) -> Any:
    """A moment that can have been: since there is the web, and until tomorrow."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or moment.year < 1990 or moment.year > 9000:
        return None
    return moment if moment < timezone.now() + timedelta(days=1) else None
