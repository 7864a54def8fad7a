"""Items of rows: made for nobody in particular, and stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.api.v2.router import WagtailAPIRouter

from ...api.payload import payloads_and_failures, whole_pages
from . import failures
from .rows import Row, public_pages_by_rows, store_payloads
from .version import neutral_request_for, site_id_for


def make_payloads(
    rows: Iterable[Row], request: Any, router: WagtailAPIRouter, base: str | None = None
) -> None:
    """Make and store the payloads that these rows of the request's site lack.

    A row whose item can't be made, or whose page has been deleted or closed by now, stays without.
    ``base`` is the address of the site, by default that of the request.
    """
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
    made = [row for row in empty if row.page_id in items]
    for row in made:
        row.store(items[row.page_id])
    store_payloads(made)
    if failed:
        failures.record(failed)
