"""Compares the whole shelf with the pages, and mends what is different.

Triggers note every change, so there is nothing to find but what happened while they were not there:
a migration that failed half-way, a table that was restored, another release of the plugin.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.models import Site

from ..api.payload import payloads, whole_pages
from ..api.renderers import dumps
from ..conf import conf
from .models import Item, State
from .notes import triggers
from .shelf import version as shelf
from .shelf.release import release
from .shelf.settle import settle

TOGETHER = 50


@dataclass
class Found:
    """What was wrong and is mended.

    ``triggers``: tables whose changes were not noted. ``rows``: rows that were different, by
    reason. ``items``: pages whose stored item was another than theirs.
    """

    triggers: list[str] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    items: list[int] = field(default_factory=list)


def reconcile(new_epoch: bool = False) -> Found:
    """Mend the shelf and make it that of this release.

    ``new_epoch`` ends all cursors that readers have: after a backup was restored, the numbers that
    they have seen will come again for other changes.
    """
    found = Found(triggers.missing())
    if found.triggers:
        triggers.install()
    State.objects.get_or_create(pk=1)
    before = State.objects.get(pk=1).number
    settle(everything=True)
    rows = Item.objects.filter(seq__gt=before).order_by()
    found.rows = Counter(rows.values_list("reason", flat=True))
    for site in Site.objects.select_related("root_page"):
        ids = list(shelf.on_shelf(site.pk).order_by("page_id").values_list("page_id", flat=True))
        for start in range(0, len(ids), TOGETHER):
            found.items += _compare(site, ids[start : start + TOGETHER])
    changes: dict[str, Any] = {"release": release()}
    if new_epoch:
        changes["epoch"] = uuid.uuid4()
    State.objects.filter(pk=1).update(**changes)
    return found


def _compare(site: Site, ids: list[int]) -> list[int]:
    """Store the items of these pages as they are now; the pages whose item was another."""
    if not conf().api_router:
        return []
    request: Any = RequestFactory().get("/", SERVER_NAME=site.hostname, SERVER_PORT=str(site.port))
    request.wagtailapi_router = import_string(conf().api_router)
    with transaction.atomic():
        state = State.objects.select_for_update().get(pk=1)
        rows = list(shelf.on_shelf(site.pk).filter(page_id__in=ids))
        made = payloads(
            whole_pages({row.page_id: row.type for row in rows}),
            request,
            shelf.pages_on_shelf(site.pk),
            request.wagtailapi_router,
        )
        different = []
        for row in rows:
            text = dumps(made[row.page_id]).decode() if row.page_id in made else None
            if text is not None and row.payload not in (None, text):
                row.seq, row.reason = state.number + 1, Item.Reason.DEPENDENCY
                row.changed_at = timezone.now()
                different.append(row.page_id)
            row.payload = text
        Item.objects.bulk_update(rows, ["seq", "reason", "changed_at", "payload"])
        if different:
            state.number += 1
            state.changed_at = timezone.now()
            state.save()
    return different
