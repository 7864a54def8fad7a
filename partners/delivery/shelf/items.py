"""Items of rows: made for nobody in particular, and stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page

from ...api.computed import is_momentary_class
from ...api.payload import Failure, payloads_and_failures, whole_pages, whole_serializer
from . import failures
from .rows import Row, public_pages_by_rows, store_payloads
from .version import neutral_request_for, site_id_for


def is_stored(label: str, router: WagtailAPIRouter) -> bool:
    """Whether items of a page type are stored; others are made for each answer."""
    try:
        return not is_momentary_class(whole_serializer(label, router))
    except Exception:  # Whoever makes an item of this type tells why that fails.
        return False


def make_payloads(
    rows: Iterable[Row], request: Any, router: WagtailAPIRouter, base: str | None = None
) -> None:
    """Make and store the payloads that these rows of the request's site lack.

    A row whose item can't be made, or whose page has been deleted by now, stays without.
    Payloads of types that aren't stored are made anew. ``base`` is the address of the site, by
    default that of the request.
    """
    rows = list(rows)
    stored = {label: is_stored(label, router) for label in {row.type for row in rows}}
    for row in rows:
        if not stored[row.type]:
            row.momentary, row.payload = True, None
    empty = [row for row in rows if row.payload is None]
    if not empty:
        return
    items, failed = payloads_and_failures(
        whole_pages({row.page_id: row.type for row in empty}),
        neutral_request_for(request, router),
        public_pages_by_rows(site_id_for(request)),
        router,
        base,
    )
    lost = {row.page_id for row in empty} - items.keys() - failed.keys()
    for pk in Page.objects.filter(pk__in=lost).values_list("pk", flat=True) if lost else ():
        failed[pk] = Failure(LookupError("the row that its own type has of it is missing"))
    made = [row for row in empty if row.page_id in items]
    for row in made:
        row.store(items[row.page_id])
    store_payloads(row for row in made if not row.momentary)
    if failed:
        failures.record(failed)
    failures.forget_tried({row.page_id for row in made if row.momentary} - failed.keys())
