"""Which version of the public content an answer is made from, and what belongs to that version."""

from __future__ import annotations

import datetime
import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakSet

from django.db import (
    DatabaseError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import http_date
from wagtail.models import Page, Site

from .models import Item, State, Touch
from .release import release
from .settle import settle

logger = logging.getLogger(__name__)

T = TypeVar("T")
MOST_KNOWN = 1000

# As text, which is read where it isn't the one that was read before.
_STATE = (
    "SELECT number, CAST(due AS TEXT), CAST(epoch AS TEXT), CAST(changed_at AS TEXT), release, "
    f"(SELECT id FROM {Touch._meta.db_table} ORDER BY id LIMIT 1) "
    f"FROM {State._meta.db_table} WHERE id = 1"
)
# The same text has the same name in all processes, which may share the sessions of a pooler.
_NAME = f"kis_version_{hashlib.sha256(_STATE.encode()).hexdigest()[:16]}"
#: The connections that know it, and whether they keep it.
_prepared: WeakSet[Any] = WeakSet()
_is_prepared = True

_OF_PAGES = (
    f"SELECT id, page_id, type, locale, served, seq, payload FROM {Item._meta.db_table} "
    "WHERE site_id = %s AND NOT tombstone AND page_id IN"
)


@dataclass(slots=True)
class Row:
    """What makes an answer, of an :class:`Item`."""

    pk: int
    page_id: int
    type: str
    locale: str
    served: str
    seq: int
    payload: str | None


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
    #: What was read of the version.
    read: Any = None
    #: What is looked up once for all answers of a version, by name.
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def last_modified(self) -> str:
        """When it came about, as HTTP writes it."""
        return http_date(self.changed_at.timestamp())

    def remember(self, name: Any, value: T) -> T:
        """Note what has been looked up, and forget the rest when that has become much."""
        if len(self.known) >= MOST_KNOWN:  # Hosts and questions that nobody has asked before.
            self.known.clear()
        self.known[name] = value
        return value


class Shared(Generic[T]):
    """A question that threads ask at the same time, and that one of them asks for all.

    Who has to wait takes the answer to what was asked after it came, and that knows all that was
    committed before. Where asking fails, the next asks for itself.
    """

    def __init__(self, question: Callable[[], T]) -> None:
        self.question = question
        self.lock = threading.Lock()
        #: How often it was asked, and the answers to the last time.
        self.asked = 0
        self.answers: list[T] = []

    def ask(self) -> T:
        before = self.asked
        with self.lock:
            if self.asked == before or not self.answers:
                self.asked += 1
                self.answers = []
                self.answers = [self.question()]
            return self.answers[0]


_last: Version | None = None


def current() -> Version:
    """The version as of now, settled; one statement where nothing has changed."""
    global _last
    try:
        # A transaction has a view of its own.
        row = _read() if connection.in_atomic_block else _shared.ask()
        if row is None or row[5] is not None or (row[1] and _moment(row[1]) <= timezone.now()):
            settle()
            row = _read()
            assert row is not None
    except Exception:
        # An answer from the pages is slower, but right.
        logger.exception("The shelf of published items can't be brought up to date")
        _last = Version(-1, None, timezone.now(), usable=False, settled=False)
        return _last
    number, _due, epoch, changed_at, made_by, _touch = row
    last, usable = _last, made_by == release()
    if last and (last.read, last.usable) == (row, usable):
        return last
    # Another process may have changed what this one remembers of addresses.
    Site.clear_site_root_paths_cache()
    _last = Version(number, UUID(epoch), _moment(changed_at), usable, read=row)
    return _last


def touched() -> bool:
    """Whether something has changed that no version is of yet."""
    try:
        return Touch.objects.exists()
    except DatabaseError:
        return False


def _read() -> Any:
    """What stands in the row of the state, None without one."""
    here: Any = connection
    try:
        # The statement tells as well as another would whether the connection is still alive.
        here.health_check_done = True
        return _ask()
    except (InterfaceError, OperationalError):
        if here.in_atomic_block or here.connection is None:
            raise
        here.close_if_unusable_or_obsolete()
        return _ask()


def _ask() -> Any:
    """Ask PostgreSQL by a statement that it has planned before: it plans longer than it reads."""
    global _is_prepared
    here: Any = connection
    failed = False
    if _is_prepared and here.vendor == "postgresql" and not here.in_atomic_block:
        try:
            with here.cursor() as cursor:
                if here.connection not in _prepared:
                    cursor.execute(f"PREPARE {_NAME} AS {_STATE}")
                    _prepared.add(here.connection)
                cursor.execute(f"EXECUTE {_NAME}")
                return cursor.fetchone()
        except (ProgrammingError, NotSupportedError):
            # A pooler gives each statement a session of its own, or there is no table yet.
            failed = True
    with here.cursor() as cursor:
        cursor.execute(_STATE)
        row = cursor.fetchone()
    if failed:
        _is_prepared = False
        logger.info("The version is asked for by statements that aren't prepared")
    return row


_shared = Shared(_read)


def _moment(text: str) -> datetime.datetime:
    """A moment as the database writes it, in UTC whether it says so or not."""
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


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


def of_pages(site: int | None, ids: Sequence[int]) -> list[Row]:
    """The rows of these pages that are public on a site, each with what makes an answer.

    Written as SQL, since every answer asks it and Django takes longer to phrase it than the
    database to answer.
    """
    if site is None or not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"{_OF_PAGES} ({marks})", [site, *ids])
        return [Row(*row) for row in cursor.fetchall()]


def pages_on_shelf(site: int | None) -> QuerySet[Page]:
    """The public pages of a site, by the shelf."""
    return Page.objects.filter(pk__in=on_shelf(site).values("page_id"))


def keep(items: Iterable[Item | Row]) -> None:
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
