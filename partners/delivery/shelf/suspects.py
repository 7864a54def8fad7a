"""Suspects: rows whose item may have changed since the number that they have.

Before the feed reads rows, the items of all suspects are made and compared with what was public.
Where the bytes are others, the row gets a number; else nobody learns that anything was done. So
an act that changes nothing in public, such as a note about a consent, can't be seen from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import Exists
from django.utils import timezone

from ..models import Item, State
from .rows import BATCH, ROW_COLUMNS, Row, placeholders, public_rows, site_rows
from .settle import settle
from .version import Version

#: After how many batches the feed is to be asked again.
ATTEMPTS = 20


def newest_change(
    version: Version, site: int | None, make: Callable[[Sequence[Row]], None]
) -> int | None:
    """The number of the newest public change of a site, after all its suspects are compared.

    Every later change will have a higher number. ``make`` gives rows their payloads, as far as
    items can be made. None if something is suspect still: there are too many, or some came since.
    """
    key = ("newest change", site)
    known: int | None = version.known.get(key)
    for _attempt in range(ATTEMPTS):
        if known is not None:
            return known
        suspects = public_rows(site).filter(suspect=True)
        newest = site_rows(site).order_by("-seq", "-page_id")
        number, waiting = newest.values_list("seq", Exists(suspects)).first() or (0, False)
        if not waiting:
            known = version.remember(key, number)
        elif not _compare(_suspects(site), make):
            # What failed is noted, and taken off the shelf.
            settle()
    return known


def _suspects(site: int | None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW_COLUMNS} FROM {Item._meta.db_table} i WHERE i.site_id = %s "
            f"AND i.suspect AND NOT i.tombstone ORDER BY i.page_id LIMIT {BATCH}",
            [site],
        )
        return [Row(*columns) for columns in cursor.fetchall()]


def _compare(suspects: list[Row], make: Callable[[Sequence[Row]], None]) -> bool:
    """Number those whose bytes have changed; whether the items of all could be made.

    A row that a later settlement has touched stays suspect.
    """
    make(suspects)
    made = [row for row in suspects if row.payload is not None]
    if made:
        table = Item._meta.db_table
        digests = [(row.pk, row.touched, row.digest) for row in made]
        values = ", ".join([placeholders(digests[0])] * len(digests))
        unchanged = f"{table}.digest = made.column3"
        with transaction.atomic(), connection.cursor() as cursor:
            number = State.objects.select_for_update().get(pk=1).number
            now = connection.ops.adapt_datetimefield_value(timezone.now())
            cursor.execute(
                f"UPDATE {table} SET suspect = FALSE, digest = made.column3, "
                f"seq = CASE WHEN {unchanged} THEN seq ELSE {number:d} END, "
                f"changed_at = CASE WHEN {unchanged} THEN changed_at ELSE %s END "
                f"FROM (VALUES {values}) AS made WHERE {table}.id = made.column1 "
                f"AND {table}.touched = made.column2 AND {table}.suspect",
                [now, *(value for digest in digests for value in digest)],
            )
    return len(made) == len(suspects)
