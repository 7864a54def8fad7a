"""The rows of the shelf as answers use them: reading them, and storing items in them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from wagtail.models import Page

from ...api.renderers import dumps
from ..models import Item

logger = logging.getLogger(__name__)

#: How many payloads one statement stores.
BATCH = 500
#: The members of ``meta.language`` that depend on the request. They are the first ones in it.
REQUEST_FACTS = ("requested", "served", "fallback_from")


class Payload(NamedTuple):
    """A payload with its parts that depend on the request, in columns of :class:`Item`."""

    payload: str
    language_start: int = 0
    language_end: int = 0
    parent_start: int = 0
    parent_end: int = 0


def payload_of(item: dict[str, Any]) -> Payload:
    """An item as JSON with the positions of its parts; an item without languages has none."""
    meta, language, parent = item["meta"], (0, 0), (0, 0)
    if "language" in meta:
        facts = {name: meta["language"][name] for name in REQUEST_FACTS}
        start = _comma_before(item, "language") + len(',"language":{')
        language = start, start + len(_members(facts))
    if "parent" in meta:
        start = _comma_before(item, "parent")
        parent = start, start + len(",") + len(_members({"parent": meta["parent"]}))
    return Payload(dumps(item).decode(), *language, *parent)


def digest_of(payload: str) -> str:
    """The digest of a payload, by which a change of its bytes is recognised."""
    return hashlib.blake2b(payload.encode(), digest_size=16).hexdigest()


def _comma_before(item: dict[str, Any], name: str) -> int:
    """The position of the comma before a member of ``meta`` in the JSON of an item.

    JSON is written in the order of the members: what stands before this one is as long as the JSON
    of an item that ends there, without its two closing brackets. ``meta`` begins with the type, so
    no other member lacks a comma.
    """
    before_meta = dict(takewhile(lambda member: member[0] != "meta", item.items()))
    before_name = dict(takewhile(lambda member: member[0] != name, item["meta"].items()))
    return len(dumps({**before_meta, "meta": before_name}).decode()) - len("}}")


def _members(mapping: dict[str, Any]) -> str:
    """The members of a JSON object without its brackets."""
    return dumps(mapping).decode()[1:-1]


@lru_cache(maxsize=1000)
def _request_facts(requested: str, served: str) -> str:
    fallback_from = requested if requested != served else None
    return _members(dict(zip(REQUEST_FACTS, (requested, served, fallback_from), strict=True)))


@dataclass(slots=True)
class Row:
    """The columns of an :class:`Item` that answers are made from."""

    pk: int
    page_id: int
    type: str
    locale: str
    served: str
    seq: int
    touched: int
    payload: str | None
    language_start: int
    language_end: int
    parent_start: int
    parent_end: int
    site_id: int
    #: Whether the payload was made for one answer, and is never stored.
    momentary: bool = False

    @property
    def digest(self) -> str:
        """The digest of the payload; empty for one that may be another at any moment."""
        return "" if self.momentary else digest_of(self.payload or "")

    def store(self, item: dict[str, Any]) -> None:
        """Take an item as the payload of this row, without writing it to the database."""
        for name, value in payload_of(item)._asdict().items():
            setattr(self, name, value)

    def json(self, requested: str | None, with_parent: bool = True) -> str:
        """The item as JSON for a request, whose language is ``requested`` if it names one.

        Lists leave ``meta.parent`` out, unless it is selected.
        """
        text = self.payload or "null"
        parts = []
        if requested is not None and self.language_end:
            facts = _request_facts(requested, self.served)
            parts.append((self.language_start, self.language_end, facts))
        if not with_parent:
            parts.append((self.parent_start, self.parent_end, ""))
        # From the end, so that the positions before it stay right.
        for start, end, replacement in sorted(parts, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text


#: The columns of a row for SQL in which ``i`` stands for the table.
ROW_COLUMNS = ", ".join(
    f"i.{'id' if field.name == 'pk' else field.name}"
    for field in fields(Row)
    if field.default is MISSING
)


def site_rows(site: int | None) -> QuerySet[Item]:
    """All rows of a site, tombstones among them; none for a host that is no site's."""
    return Item.objects.none() if site is None else Item.objects.filter(site_id=site)


def public_rows(site: int | None) -> QuerySet[Item]:
    """The rows of the pages that are public on a site."""
    return site_rows(site).filter(tombstone=False)


def public_pages_by_rows(site: int | None) -> QuerySet[Page]:
    """The pages that are public on a site, as its rows say."""
    return Page.objects.filter(pk__in=public_rows(site).values("page_id"))


def rows_of_pages(site: int | None, page_ids: Sequence[int]) -> list[Row]:
    """The rows of these pages, as far as they are public on a site.

    Written as SQL, because nearly every answer asks it and Django takes longer to compile such a
    query than the database takes to answer.
    """
    if site is None or not page_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW_COLUMNS} FROM {Item._meta.db_table} i WHERE i.site_id = %s "
            f"AND NOT i.tombstone AND i.page_id IN {placeholders(page_ids)}",
            [site, *page_ids],
        )
        return [Row(*columns) for columns in cursor.fetchall()]


def placeholders(values: Sequence[Any]) -> str:
    """A list in SQL with a placeholder for each value."""
    return f"({', '.join(['%s'] * len(values))})"


def store_payloads(rows: Iterable[Row]) -> None:
    """Write the payloads of these rows, unless a later settlement has touched a row.

    The payload of a suspect is not compared yet. What can't be written is made again for the next
    request.
    """
    columns = Payload._fields
    assigned = ", ".join(f"{name} = made.column{place}" for place, name in enumerate(columns, 4))
    written = [
        (
            row.pk,
            row.touched,
            row.digest,
            *(getattr(row, name) for name in columns),
        )
        for row in rows
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for start in range(0, len(written), BATCH):
                batch = written[start : start + BATCH]
                values = ", ".join([placeholders(batch[0])] * len(batch))
                cursor.execute(
                    f"UPDATE {Item._meta.db_table} SET {assigned}, "
                    "digest = CASE WHEN suspect THEN digest ELSE made.column3 END "
                    f"FROM (VALUES {values}) AS made WHERE {Item._meta.db_table}.id = made.column1 "
                    "AND touched = made.column2",
                    [value for row in batch for value in row],
                )
    except DatabaseError:
        logger.info("Payloads could not be stored", exc_info=True)
