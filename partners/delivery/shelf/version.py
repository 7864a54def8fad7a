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

from ...public.sql import moment
from ..models import Item, State, Touch
from .release import release
from .settle import settle

logger = logging.getLogger(__name__)

T = TypeVar("T")
W = TypeVar("W")
MOST_KNOWN = 1000
#: How many payloads are written by one statement.
TOGETHER = 500

# As text, which is read where it isn't the one that was read before.
_STATE = (
    "s.number, CAST(s.due AS TEXT), CAST(s.epoch AS TEXT), CAST(s.changed_at AS TEXT), s.release, "
    f"s.sites, (SELECT id FROM {Touch._meta.db_table} ORDER BY id LIMIT 1)"
)
_ROW = "i.id, i.page_id, i.type, i.locale, i.served, i.seq, i.payload, i.site_id"
#: How many columns of what is read are the version's.
_WIDTH = 7


def _with_rows(site: str, pages: str) -> str:
    """The version and the public rows of some pages, seen at the same moment."""
    return (
        f"SELECT {_STATE}, {_ROW} FROM {State._meta.db_table} s LEFT JOIN {Item._meta.db_table} i "
        f"ON i.site_id = {site} AND NOT i.tombstone AND i.page_id {pages} WHERE s.id = 1"
    )


_ALONE = f"SELECT {_STATE} FROM {State._meta.db_table} s WHERE s.id = 1"
_OF_PAGES = (
    f"SELECT {_ROW} FROM {Item._meta.db_table} i "
    "WHERE i.site_id = %s AND NOT i.tombstone AND i.page_id IN"
)
# What PostgreSQL plans ahead. For an array it expects ten numbers, and plans anew for fewer.
_FEW = 4
_PLANS = {
    "": _ALONE,
    f" (bigint{', bigint' * _FEW})": _with_rows("$1", "IN ($2, $3, $4, $5)"),
    " (bigint, bigint[])": _with_rows("$1", "= ANY ($2)"),
}
# The same text has the same name in all processes, which may share the sessions of a pooler.
_NAMES = {
    form: f"kis_version_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    for form, text in _PLANS.items()
}
#: The connections that know the plans, and whether they keep them.
_prepared: WeakSet[Any] = WeakSet()
_is_prepared = True

#: A site, and pages whose rows are read with the version.
Along = tuple[int, Sequence[int]]


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
    site_id: int


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
    #: What is looked up once for all versions between which no site and no address of one changes.
    lasting: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def last_modified(self) -> str:
        """When it came about, as HTTP writes it."""
        return http_date(self.changed_at.timestamp())

    def remember(self, name: Any, value: T, lasting: bool = False) -> T:
        """Note what has been looked up, and forget the rest when that has become much."""
        known = self.lasting if lasting else self.known
        if len(known) >= MOST_KNOWN:  # Hosts and questions that nobody has asked before.
            known.clear()
        known[name] = value
        return value


class Batch(Generic[W, T]):
    """What threads want to know by one question, and the answer to it."""

    def __init__(self) -> None:
        self.wanted: list[W] = []
        #: The answer, as soon as there is one.
        self.answers: list[T] = []


class Shared(Generic[W, T]):
    """A question that threads ask at the same time, and that one of them asks for all.

    Who has to wait takes the answer to what was asked after it came, and that knows all that was
    committed before. Where asking fails, the next asks for itself.
    """

    def __init__(self, question: Callable[[list[W]], T]) -> None:
        self.question = question
        self.entrance, self.lock = threading.Lock(), threading.Lock()
        #: Those who came after the last question was asked.
        self.batch: Batch[W, T] = Batch()

    def ask(self, want: W | None = None) -> T:
        with self.entrance:
            batch = self.batch
            if want is not None:
                batch.wanted.append(want)
        with self.lock:
            if not batch.answers:
                with self.entrance:
                    if self.batch is batch:
                        self.batch = Batch()
                batch.answers.append(self.question(batch.wanted))
            return batch.answers[0]


_last: Version | None = None


def current() -> Version:
    """The version as of now, settled; one statement where nothing has changed."""
    return current_with(None)[0]


def current_with(along: Along | None) -> tuple[Version, list[Row] | None]:
    """The version as of now with rows of it, as :func:`of_pages` gives them, by one statement.

    None: they have to be read by another.
    """
    global _last
    try:
        # A transaction has a view of its own.
        wanted = [] if along is None else [along]
        read = _read(wanted) if connection.in_atomic_block else _shared.ask(along)
        if (
            not read
            or read[0][6] is not None
            or (read[0][1] and moment(read[0][1]) <= timezone.now())
        ):
            settle()
            read = _read([])
            along = None
    except Exception:
        # An answer from the pages is slower, but right.
        logger.exception("The shelf of published items can't be brought up to date")
        _last = Version(-1, None, timezone.now(), usable=False, settled=False)
        return _last, None
    rows = None
    if along:
        # Others may have asked with this thread, and for another site.
        mine = {(along[0], pk) for pk in along[1]}
        found = (Row(*one[_WIDTH:]) for one in read if len(one) > _WIDTH)
        rows = [row for row in found if (row.site_id, row.page_id) in mine]
    return _version(read[0][:_WIDTH]), rows or None


def _version(row: Any) -> Version:
    """The version that was read, with what is known of it already."""
    global _last
    number, _due, epoch, changed_at, made_by, sites, _touch = row
    last, usable = _last, made_by == release()
    if last and (last.read, last.usable) == (row, usable):
        return last
    # Another process may have changed what this one remembers of addresses.
    Site.clear_site_root_paths_cache()
    lasting = last.lasting if last and last.read and sites and last.read[5] == sites else {}
    _last = Version(number, UUID(epoch), moment(changed_at), usable, read=row, lasting=lasting)
    return _last


def touched() -> bool:
    """Whether something has changed that no version is of yet."""
    try:
        return Touch.objects.exists()
    except DatabaseError:
        return False


def _read(wanted: list[Along]) -> list[Any]:
    """What stands in the row of the state, nothing without one; with rows, once beside each.

    Of what is wanted, the rows of one site.
    """
    here: Any = connection
    site = wanted[0][0] if wanted else 0
    ids = list(dict.fromkeys(pk for of, pages in wanted if of == site for pk in pages))
    try:
        # The statement tells as well as another would whether the connection is still alive.
        here.health_check_done = True
        return _ask(site, ids)
    except (InterfaceError, OperationalError):
        if here.in_atomic_block or here.connection is None:
            raise
        here.close_if_unusable_or_obsolete()
        return _ask(site, ids)


def _ask(site: int, ids: list[int]) -> list[Any]:
    """Ask PostgreSQL by a statement that it has planned before: it plans longer than it reads."""
    global _is_prepared
    here: Any = connection
    failed = False
    if _is_prepared and here.vendor == "postgresql" and not here.in_atomic_block:
        try:
            with here.cursor() as cursor:
                if here.connection not in _prepared:
                    for form, text in _PLANS.items():
                        cursor.execute(f"PREPARE {_NAMES[form]}{form} AS {text}")
                    _prepared.add(here.connection)
                cursor.execute(_execute(site, ids))
                return cursor.fetchall()
        except (ProgrammingError, NotSupportedError):
            # A pooler gives each statement a session of its own, or there is no table yet.
            failed = True
    with here.cursor() as cursor:
        if ids:
            cursor.execute(_with_rows("%s", f"IN {_marks(ids)}"), [site, *ids])
        else:
            cursor.execute(_ALONE)
        rows: list[Any] = cursor.fetchall()
    if failed:
        _is_prepared = False
        logger.info("The version is asked for by statements that aren't prepared")
    return rows


def _execute(site: int, ids: list[int]) -> str:
    alone, few, many = _NAMES.values()
    if not ids:
        return f"EXECUTE {alone}"
    # Numbers written into the text are bound faster than parameters are.
    if len(ids) <= _FEW:
        padded = [site, *ids, *ids[:1] * (_FEW - len(ids))]
        return f"EXECUTE {few} ({', '.join(map('{:d}'.format, padded))})"
    return f"EXECUTE {many} ({site:d}, '{{{','.join(map('{:d}'.format, ids))}}}')"


def _marks(values: Sequence[Any]) -> str:
    return f"({', '.join(['%s'] * len(values))})"


_shared: Shared[Along, list[Any]] = Shared(_read)


def of(request: Any) -> Version:
    """The version that a request is answered from, read once for each."""
    request = getattr(request, "_request", request)
    if not hasattr(request, "_shelf_version"):
        request._shelf_version = current()
    version: Version = request._shelf_version
    return version


def of_with(request: Any, along: Along) -> tuple[Version, list[Row] | None]:
    """The version that a request is answered from with rows of it, see :func:`current_with`."""
    request._shelf_version, rows = current_with(along)
    return request._shelf_version, rows


def site_id(request: Any) -> int | None:
    """The site that is asked, looked up once for each host until sites or addresses change."""
    version = of(request)
    request = getattr(request, "_request", request)
    host = request.get_host()
    known = version.lasting.get(("site", host))
    if known is None:
        Site.clear_site_root_paths_cache()
        looked_up = Site.find_for_request(request), Site.get_site_root_paths()
        known = version.remember(("site", host), looked_up, lasting=True)
    # Where Wagtail keeps what it has found for a request.
    request._wagtail_site, request._wagtail_cached_site_root_paths = known
    return known[0].pk if known[0] else None


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
    with connection.cursor() as cursor:
        cursor.execute(f"{_OF_PAGES} {_marks(ids)}", [site, *ids])
        return [Row(*row) for row in cursor.fetchall()]


def pages_on_shelf(site: int | None) -> QuerySet[Page]:
    """The public pages of a site, by the shelf."""
    return Page.objects.filter(pk__in=on_shelf(site).values("page_id"))


def keep(items: Iterable[Item | Row]) -> None:
    """Store the payloads of rows that still have the number they were read with.

    What can't be written now is made again by the next who asks.
    """
    filled = [(item.pk, item.seq, item.payload) for item in items]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for start in range(0, len(filled), TOGETHER):
                part = filled[start : start + TOGETHER]
                rows = ", ".join([_marks(part[0])] * len(part))
                cursor.execute(
                    f"UPDATE {Item._meta.db_table} SET payload = made.column3 "
                    f"FROM (VALUES {rows}) AS made "
                    f"WHERE {Item._meta.db_table}.id = made.column1 AND seq = made.column2",
                    [value for row in part for value in row],
                )
    except DatabaseError:
        logger.info("Payloads could not be stored", exc_info=True)
