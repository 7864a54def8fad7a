"""Things in the feed: which of them have changed, told once and as they are now.

Nothing notes a change of a thing. Once for each version of the content, before a reader who wants
things is answered, the items of all things are made and compared with digests of what was public.
Those with other bytes, and those that are gone, get the next number of the site's things. Items
aren't kept: a reader gets each as it is when the feed is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from ...api.renderers import dumps
from ...api.things import ThingsAPIViewSet
from ..models import State, Thing
from ..shelf.rows import digest_of

#: A row above all others: a cursor with it stands behind all rows of a number.
LAST_ROW = 2**62
Place = tuple[str, int, str]


class Read(NamedTuple):
    """How far a reader has read things, see :class:`.cursor.Cursor`."""

    began: int
    seq: int = -1
    row: int = 0


def endpoints(router: Any) -> list[type[ThingsAPIViewSet]]:
    """The endpoints of things."""
    found = router._endpoints.values()
    return [one for one in found if issubclass(one, ThingsAPIViewSet)]


def _views(view: Any) -> dict[str, ThingsAPIViewSet]:
    """The endpoints of things, for the request of another view; by the label of their model."""
    found = {}
    for endpoint in endpoints(view.request.wagtailapi_router):
        own = endpoint()
        own.request, own.action, own.format_kwarg = view.request, "listing_view", None
        found[endpoint.model._meta.label] = own
    return found


def newest_thing(view: Any) -> int | None:
    """The number of the newest change of a thing of a view's site, after all are compared.

    None if there is another version by now.
    """
    key = ("newest thing", view.site)
    known: int | None = view.version.known.get(key)
    if known is None and (known := _compare(view)) is not None:
        view.version.remember(key, known)
    return known


def _compare(view: Any) -> int | None:
    """Number what has changed; one comparison after the other, so that none undoes a later one."""
    with transaction.atomic():
        if State.objects.select_for_update().get(pk=1).number != view.version.number:
            return None
        made: dict[Place, tuple[Any, str]] = {}
        for label, own in _views(view).items():
            listed = list(own.get_queryset())
            for thing, item in zip(listed, own.items(listed), strict=True):
                made[_place(label, thing)] = _key(thing), digest_of(dumps(item).decode())
        rows = {
            (row.type, row.object_id, row.locale): row
            for row in Thing.objects.filter(site_id=view.site)
        }
        newest = max((row.seq for row in rows.values()), default=0)
        changed = []
        for place in sorted(made.keys() | rows.keys()):
            row, (key, digest) = rows.get(place), made.get(place, (None, ""))
            if row is None or (row.tombstone, row.digest) != (not digest, digest):
                label, pk, locale = place
                changed.append(
                    Thing(
                        site_id=view.site,
                        type=label,
                        object_id=pk,
                        locale=locale,
                        translation_key=key or (row.translation_key if row else None),
                        seq=newest + 1,
                        tombstone=not digest,
                        digest=digest,
                    )
                )
        Thing.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["site_id", "type", "object_id", "locale"],
            update_fields=["translation_key", "seq", "tombstone", "digest"],
        )
    return newest + 1 if changed else newest


def _place(label: str, thing: Any) -> Place:
    locale = getattr(thing, "locale", None)
    return label, thing.pk, locale.language_code if locale else ""


def _key(thing: Any) -> Any:
    return getattr(thing, "translation_key", None)


def things_after(
    view: Any, read: Read, newest: int, limit: int, room: int, locales: Iterable[str]
) -> tuple[list[dict[str, Any]], bool, Read]:
    """The changes of things behind a place, as many as there is room for; whether there are more;
    and the place behind them. ``locales`` are the languages that the reader wants, all if empty.
    """
    rows = Thing.objects.filter(site_id=view.site, seq__lte=newest)
    rows = rows.filter(Q(seq__gt=read.seq) | Q(seq=read.seq, pk__gt=read.row))
    # Things that were gone before the reader began were never among its items.
    rows = rows.exclude(tombstone=True, seq__lte=read.began)
    if locales := list(locales):
        rows = rows.filter(locale__in=["", *locales])
    found = list(rows.order_by("seq", "pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    items: dict[tuple[str, int], dict[str, Any]] = {}
    for label, own in _views(view).items():
        ids = [row.object_id for row in found if row.type == label and not row.tombstone]
        if ids:
            things = own.get_queryset().filter(pk__in=ids)
            items |= {(label, item["id"]): item for item in own.items(things)}
    changes = []
    last = read
    for row in found:
        change = _change(row, items.get((row.type, row.object_id)))
        room -= len(dumps(change or {}))
        if room < 0 and last != read:
            more = True
            break
        last = Read(read.began, row.seq, row.pk)
        if change:  # Without an item it has changed since, and comes with a later number.
            changes.append(change)
    return changes, more, last if more else Read(read.began, newest, LAST_ROW)


def _change(row: Thing, item: dict[str, Any] | None) -> dict[str, Any] | None:
    if not row.tombstone:
        upsert = {"action": "upsert", "id": row.object_id, "type": row.type, "item": item}
        return upsert if item else None
    return {
        "action": "delete",
        "id": row.object_id,
        "type": row.type,
        "translation_key": row.translation_key and str(row.translation_key),
        "locale": row.locale or None,
    }
