"""What an endpoint is to be told next: changes of the feed behind the last one it was told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from wagtail.models import Page, Site

from ..api.payload import neutral_request
from ..api.renderers import dumps
from ..conf import conf
from ..delivery import purge
from ..delivery.answers.cursor import LAST_PAGE, Cursor, behind
from ..delivery.models import Follower, Item
from ..delivery.shelf.items import make_payloads
from ..delivery.shelf.rows import site_rows
from ..delivery.shelf.suspects import newest_change
from ..delivery.shelf.version import current_version
from .models import Endpoint

#: How many changes are read at a time.
BATCH = 100
COLUMNS = (
    "page_id", "type", "translation_key", "locale", "seq", "tombstone", "repeats", "refiled"
)  # fmt: skip


@dataclass(frozen=True)
class Message:
    """A nudge: where the endpoint stands when it has taken it (``epoch``, ``seq``, ``page``), and
    ``kind`` and ``data`` of the body.

    ``id`` is the header ``webhook-id``: the same for the same change, whoever sends it and when.
    """

    id: str
    epoch: UUID | None
    seq: int
    page: int
    kind: str
    data: dict[str, Any]

    def body(self, at: datetime) -> str:
        """The payload as JSON, with the moment of its sending."""
        stamp = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return dumps({"type": self.kind, "timestamp": stamp, "data": self.data}).decode()


class Waiting(Exception):
    """Nobody can say now what has changed: the shelf or a cache is being brought up to date."""


def begin(endpoint: Endpoint) -> None:
    """Let an endpoint begin with what changes from now on. Raises :class:`Waiting`."""
    epoch, newest, _number, _router = _now(endpoint.site)
    unbegun = Endpoint.objects.filter(pk=endpoint.pk, epoch=None)
    unbegun.update(epoch=epoch, seq=newest, page=LAST_PAGE)


def next_messages(endpoint: Endpoint) -> list[Message]:
    """The next nudges for an endpoint, in order; none if it knows all. Raises :class:`Waiting`.

    After a backup was restored its position means nothing any more: one message says so.
    """
    epoch, newest, number, router = _now(endpoint.site)
    if endpoint.epoch != epoch or endpoint.seq > number:
        name = f"{endpoint.uuid.hex}-{epoch.hex}"
        return [Message(name, epoch, newest, LAST_PAGE, "content.reset", {})]
    rows = site_rows(endpoint.site_id).filter(behind(endpoint.seq, endpoint.page), seq__lte=newest)
    rows = rows.filter(_fits(endpoint) | Q(refiled=True)).order_by("seq", "page_id")
    found = list(rows.values_list("pk", *COLUMNS, named=True)[:BATCH])
    fits = Item.objects.filter(_fits(endpoint), pk__in=[row.pk for row in found])
    fitting = set(fits.values_list("pk", flat=True))
    base = str(getattr(settings, "WAGTAILAPI_BASE_URL", "") or endpoint.site.root_url)
    messages = []
    for row in found:
        gone = row.tombstone or row.repeats or row.pk not in fitting
        data = {
            "action": "delete" if gone else "upsert",
            "id": row.page_id,
            "translation_key": str(row.translation_key),
            "locale": row.locale,
            "type": row.type,
            "cursor": str(Cursor(epoch, newest, row.seq, row.page_id)),
        }
        if not gone:
            path = router.get_object_detail_urlpath(Page, row.page_id)
            data["detail_url"] = base.rstrip("/") + path
        name = f"{endpoint.uuid.hex}-{epoch.hex[:8]}-{row.seq}-{row.page_id}"
        messages.append(Message(name, epoch, row.seq, row.page_id, "content.changed", data))
    return messages


def _fits(endpoint: Endpoint) -> Q:
    """The condition of the endpoint's languages and kinds."""
    condition = Q(pk__isnull=False)
    if endpoint.languages:
        condition &= Q(locale__in=endpoint.languages)
    if endpoint.types:
        condition &= Q(type__in=endpoint.types)
    return condition


def _now(site: Site) -> tuple[UUID, int, int, Any]:
    """The epoch, the number of the newest change on a site and of the version, the API's router.

    Items that may have changed are compared first, as the feed does it: an act that changes
    nothing in public is told to nobody. What caches still have to forget isn't told yet.
    """
    version = current_version()
    if not version.usable or version.epoch is None:
        raise Waiting
    router = import_string(conf().api_router)
    request = neutral_request(site, router)
    newest = newest_change(version, site.pk, lambda rows: make_payloads(rows, request, router))
    if newest is None:
        raise Waiting
    if purge.is_configured():
        told = Follower.objects.filter(name=purge.FOLLOWER).values_list("seq", flat=True).first()
        if (told or 0) < newest:
            raise Waiting
    return version.epoch, newest, version.number, router
