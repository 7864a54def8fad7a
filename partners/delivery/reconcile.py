"""Compares the whole shelf with the pages, and repairs what differs.

Triggers note every change. Differences come about where there were no triggers: in a migration that
failed half-way, in a table that was restored, under another release of the plugin.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.models import Site

from ..api.payload import neutral_request, payloads_and_failures, whole_pages
from ..conf import conf
from .models import Item, State
from .notes import triggers
from .shelf import failures
from .shelf.items import is_stored
from .shelf.release import release
from .shelf.rows import Payload, digest_of, payload_of, public_pages_by_rows, public_rows
from .shelf.settle import settle

#: How many pages are compared at a time, while settlements wait.
BATCH = 50


@dataclass
class Repairs:
    """What differed and has been repaired.

    ``triggers``: tables whose changes were not noted. ``rows``: how many rows differed from their
    pages. ``items``: pages whose stored item differed from the one that is made now.
    """

    triggers: list[str] = field(default_factory=list)
    rows: int = 0
    items: list[int] = field(default_factory=list)


def reconcile(
    new_epoch: bool = False, progress: Callable[[int, int], None] = lambda done, total: None
) -> Repairs:
    """Repair the shelf, and mark it as made by this release.

    ``new_epoch`` ends all cursors that readers of the feed have. It is needed after a backup was
    restored: the numbers that readers have seen will be given again to other changes. ``progress``
    is told of the number of rows whose items were compared, and of all.
    """
    repairs = Repairs(triggers.missing())
    if repairs.triggers:
        triggers.install()
    State.objects.get_or_create(pk=1)
    settle()
    repairs.rows = settle(everything=True)
    sites = [
        (site, list(public_rows(site.pk).order_by("page_id").values_list("page_id", flat=True)))
        for site in Site.objects.select_related("root_page")
    ]
    done, total = 0, sum(len(ids) for _site, ids in sites)
    for site, ids in sites:
        for start in range(0, len(ids), BATCH):
            progress(done, total)
            batch = ids[start : start + BATCH]
            repairs.items += _repair_payloads(site, batch)
            done += len(batch)
    changes: dict[str, Any] = {"release": release()}
    if new_epoch:
        changes["epoch"] = uuid.uuid4()
    State.objects.filter(pk=1).update(**changes)
    return repairs


def _repair_payloads(site: Site, ids: list[int]) -> list[int]:
    """Store the items of these pages as they are made now; gives the pages whose item differed.

    Payloads of suspects are stored as well, to be compared with what was public.
    """
    if not conf().api_router:
        return []
    request = neutral_request(site, import_string(conf().api_router))
    with transaction.atomic():
        state = State.objects.select_for_update().get(pk=1)
        rows = list(public_rows(site.pk).filter(page_id__in=ids))
        router = request.wagtailapi_router
        stored = {row.page_id: row.type for row in rows if is_stored(row.type, router)}
        items, failed = payloads_and_failures(
            whole_pages(stored),
            request,
            public_pages_by_rows(site.pk),
            router,
        )
        differed = []
        for row in rows:
            item = items.get(row.page_id)
            made = payload_of(item) if item else None
            if made and row.payload not in (None, made.payload):
                row.touched = state.number + 1
                if not row.suspect:
                    row.seq, row.changed_at = row.touched, timezone.now()
                differed.append(row.page_id)
            row.payload = None
            if row.page_id not in stored:
                row.digest = ""
            if made:
                for name, value in made._asdict().items():
                    setattr(row, name, value)
                if not row.suspect:
                    row.digest = digest_of(made.payload)
        if failed:
            failures.record(failed)
        columns = ["seq", "touched", "changed_at", "digest", *Payload._fields]
        Item.objects.bulk_update(rows, columns)
        if differed:
            state.number += 1
            state.save()
    return differed
