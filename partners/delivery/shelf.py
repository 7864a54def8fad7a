"""Which version of the public content an answer is made from, and what belongs to that version."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page, Site

from .models import Item, State, Touch
from .release import release
from .settle import settle

logger = logging.getLogger(__name__)

T = TypeVar("T")
MOST_KNOWN = 1000

_STATE = (
    "SELECT number, due, epoch, changed_at, release, "
    f"(SELECT id FROM {Touch._meta.db_table} ORDER BY id LIMIT 1) "
    f"FROM {State._meta.db_table} WHERE id = 1"
)

#: What makes an answer, in the order in which a row has it.
_SHOWN = ("id", "page_id", "type", "locale", "served", "seq", "payload")
_OF_PAGES = (
    f"SELECT {', '.join(_SHOWN)} FROM {Item._meta.db_table} "
    "WHERE site_id = %s AND NOT tombstone AND page_id IN"
)


@dataclass(frozen=True)
class Version:
    """A version of all public content: the number of its newest change.

    Not ``usable``: the rows were made by another release, or could not be brought up to date.
    Answers then come from the pages themselves. Only a ``settled`` one names what was there when it
    was read, so that answers can be kept under it.
    """

    number: int
    epoch: UUID | None
    changed_at: datetime.datetime
    usable: bool
    settled: bool = True
    #: What is looked up once for all answers of a version, by name.
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def remember(self, name: Any, value: T) -> T:
        """Note what has been looked up, and forget the rest when that has become much."""
        if len(self.known) >= MOST_KNOWN:  # Hosts and questions that nobody has asked before.
            self.known.clear()
        self.known[name] = value
        return value


_last: Version | None = None


def current() -> Version:
    """The version as of now, settled; one statement where nothing has changed."""
    global _last
    try:
        row = _read()
        if row is None or row[5] is not None or (row[1] and row[1] <= timezone.now()):
            settle()
            row = _read()
            assert row is not None
        number, _due, epoch, changed_at, made_by, _touch = row
        settled = True
    except Exception:
        # An answer from the pages is slower, but right.
        logger.exception("The shelf of published items can't be brought up to date")
        number, epoch, changed_at, made_by, settled = -1, None, timezone.now(), "", False
    usable = settled and made_by == release()
    last = _last
    if last and (last.number, last.epoch, last.usable) == (number, epoch, usable) and settled:
        return last
    # Another process may have changed what this one remembers of addresses.
    Site.clear_site_root_paths_cache()
    _last = Version(number, epoch, changed_at, usable, settled)
    return _last


def _read() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        row = cursor.fetchone()
    if row is None or connection.vendor == "postgresql":
        return row
    number, due, epoch, changed_at, made_by, touch = row
    return number, _moment(due), UUID(epoch), _moment(changed_at), made_by, touch


def _moment(stored: datetime.datetime | None) -> Any:
    """A moment as SQLite gives it, in UTC without saying so."""
    return stored and stored.replace(tzinfo=datetime.UTC)


def of(request: Any) -> Version:
    """The version that a request is answered from, read once for each."""
    request = getattr(request, "_request", request)
    if not hasattr(request, "_shelf_version"):
        request._shelf_version = current()
    version: Version = request._shelf_version
    return version


def site_id(request: Any) -> int | None:
    """The site that is asked, looked up once for each version and host."""
    version = of(request)
    host = request.get_host()
    found: Site | None = version.known.get(("site", host))
    if found is None:
        found = version.remember(("site", host), Site.find_for_request(request))
    # Where Wagtail keeps what it has found for a request.
    request._wagtail_site = found
    return found.pk if found else None


def on_shelf(site: int | None) -> QuerySet[Item]:
    """The rows of what is public on a site."""
    return rows(site).filter(tombstone=False)


def rows(site: int | None) -> QuerySet[Item]:
    """The rows of a site; none for an address that is no site's."""
    return Item.objects.none() if site is None else Item.objects.filter(site_id=site)


def of_pages(site: int | None, ids: Sequence[int]) -> list[Item]:
    """The rows of these pages that are public on a site, each with what makes an answer.

    Written as SQL, since every answer asks it and Django takes longer to phrase it than the
    database to answer.
    """
    if site is None or not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"{_OF_PAGES} ({marks})", [site, *ids])
        return [Item.from_db(connection.alias, _SHOWN, row) for row in cursor.fetchall()]


def pages_on_shelf(site: int | None) -> QuerySet[Page]:
    """The public pages of a site, by the shelf."""
    return Page.objects.filter(pk__in=on_shelf(site).values("page_id"))


def keep(items: Iterable[Item]) -> None:
    """Store the payloads of rows that still have the number they were read with.

    What can't be written now is made again by the next who asks.
    """
    filled = [(item.payload, item.pk, item.seq) for item in items]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {Item._meta.db_table} SET payload = %s WHERE id = %s AND seq = %s",
                filled,
            )
    except DatabaseError:
        logger.info("Payloads could not be stored", exc_info=True)
