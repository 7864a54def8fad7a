"""The version of the public content that an answer is made from, and what is known of a version."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID
from weakref import WeakSet

from django.db import (
    DatabaseError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.utils import timezone
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Site

from ...api.payload import neutral_request
from ...conf import conf
from ...public.sql import moment
from ...search.current import forget
from ..models import CLOSED, Item, Note, State
from .release import release
from .rows import ROW_COLUMNS, Row, placeholders
from .settle import settle

logger = logging.getLogger(__name__)

T = TypeVar("T")
W = TypeVar("W")
#: How many results a version remembers before it forgets them.
MOST_KNOWN = 1000


class WantedRows(NamedTuple):
    """A site, and the pages whose rows are read by the statement that reads the version."""

    site: int
    page_ids: Sequence[int]


class StateColumns(NamedTuple):
    """The state of the shelf as it is read. Where nothing has changed, it equals the last one, and
    then no text in it has to be parsed."""

    number: int
    due: str | None
    epoch: str
    release: str
    sites: str
    #: The id of a note that waits for a settlement.
    note: int | None


_STATE_COLUMNS = (
    "s.number, CAST(s.due AS TEXT), CAST(s.epoch AS TEXT), s.release, "
    f"s.sites, (SELECT id FROM {Note._meta.db_table} ORDER BY id LIMIT 1)"
)
_WIDTH = len(StateColumns._fields)
_SELECT_STATE = f"SELECT {_STATE_COLUMNS} FROM {State._meta.db_table} s WHERE s.id = 1"


def _select_state_with_rows(site: str, pages: str) -> str:
    """The state, and the public rows of some pages at the same moment: a line for each row."""
    return (
        f"SELECT {_STATE_COLUMNS}, {ROW_COLUMNS} FROM {State._meta.db_table} s "
        f"LEFT JOIN {Item._meta.db_table} i "
        f"ON i.site_id = {site} AND NOT i.tombstone AND i.page_id {pages} WHERE s.id = 1"
    )


# Statements that PostgreSQL prepares, by the types of their parameters. Pages are an array, or up
# to four parameters: the plan for an array expects about ten elements, and PostgreSQL would plan
# anew for each shorter one.
_FEW = 4
_PREPARED = {
    "": _SELECT_STATE,
    f" (bigint{', bigint' * _FEW})": _select_state_with_rows("$1", "IN ($2, $3, $4, $5)"),
    " (bigint, bigint[])": _select_state_with_rows("$1", "= ANY ($2)"),
}
# Processes may share sessions through a pooler, so a name stands for the same text in all of them.
_NAMES = {
    types: f"kis_version_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    for types, text in _PREPARED.items()
}
#: The connections that have prepared the statements.
_connections: WeakSet[Any] = WeakSet()
#: False as soon as a connection turns out not to keep prepared statements.
_can_prepare = True


@dataclass(frozen=True)
class Version:
    """A version of all public content, by the number of the last settlement that touched it.

    ``usable`` is false where payloads were made by another release, the shelf is closed, or it
    could not be brought up to date; answers are then made from the pages. ``settled`` is false in
    the second and third case; an answer may then not be kept under the number.
    """

    number: int
    epoch: UUID | None
    usable: bool
    settled: bool = True
    #: The state that this version was made from, None where it could not be read.
    state: StateColumns | None = None
    #: Results that hold as long as this version, by key.
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    #: The entity tags of answers, by a digest of the request.
    tags: dict[bytes, str] = field(default_factory=dict, compare=False, repr=False)
    #: Results that hold as long as sites and their addresses stay the same, by key. Versions
    #: between which none of these has changed share it.
    lasting: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def remember(self, key: Any, value: T, lasting: bool = False) -> T:
        """Keep a result in ``known`` or ``lasting``, which is emptied first when it is full."""
        results = self.lasting if lasting else self.known
        if len(results) >= MOST_KNOWN:
            results.clear()
        results[key] = value
        return value


class Batch(Generic[W, T]):
    """The wishes of the threads that share a question, and the answer, once there is one."""

    def __init__(self) -> None:
        self.wanted: list[W] = []
        self.answers: list[T] = []


class SharedQuestion(Generic[W, T]):
    """A question to the database that one thread asks for all that need the answer.

    A thread that has to wait takes part in a question that begins after the thread came, so the
    answer knows everything that was committed before. Where asking raises, the thread that asked
    gets the exception, and the next one asks again.
    """

    def __init__(self, question: Callable[[list[W]], T]) -> None:
        self.question = question
        self.entrance, self.lock = threading.Lock(), threading.Lock()
        #: The threads that came after the last question began.
        self.batch: Batch[W, T] = Batch()

    def ask(self, wanted: W | None = None) -> T:
        with self.entrance:
            batch = self.batch
            if wanted is not None:
                batch.wanted.append(wanted)
        with self.lock:
            if not batch.answers:
                with self.entrance:
                    if self.batch is batch:
                        self.batch = Batch()
                batch.answers.append(self.question(batch.wanted))
            return batch.answers[0]


_last: Version | None = None


def current_version() -> Version:
    """The version as of now, after a settlement if one is due; one statement if none is."""
    return current_version_with_rows(None)[0]


def current_version_with_rows(wanted: WantedRows | None) -> tuple[Version, list[Row] | None]:
    """The version as of now, and the wanted rows if the same statement has read them.

    The rows are None where they must be read by another statement, see :func:`rows_of_pages`.
    """
    global _last
    try:
        if connection.in_atomic_block:
            # What this transaction sees differs from what other threads see.
            lines = _read_state([wanted] if wanted else [])
        else:
            lines = _shared_question.ask(wanted)
        state = _state_of(lines) if lines else None
        if state is None or _needs_settlement(state):
            settle()
            state, wanted = _state_of(_read_state([])), None
    except Exception:
        # Answers from the pages are slower, and right.
        logger.exception("The shelf of published items can't be brought up to date")
        _last = Version(-1, None, usable=False, settled=False)
        return _last, None
    rows = None
    if wanted:
        # Other threads may have asked with this one, and for another site.
        places = {(wanted.site, page_id) for page_id in wanted.page_ids}
        read = (Row(*line[_WIDTH:]) for line in lines if len(line) > _WIDTH)
        rows = [row for row in read if (row.site_id, row.page_id) in places]
    return _version_of(state), rows or None


def _state_of(lines: list[Any]) -> StateColumns:
    return StateColumns(*lines[0][:_WIDTH])


def _needs_settlement(state: StateColumns) -> bool:
    return state.note is not None or bool(state.due and moment(state.due) <= timezone.now())


def _version_of(state: StateColumns) -> Version:
    """The version of a state: the last one, with what is known of it, if nothing has changed.

    While the shelf is closed, nobody can tell, and nothing is known from before.
    """
    global _last
    last, usable, settled = _last, state.release == release(), state.release != CLOSED
    if not settled:
        last = None
    if last and (last.state, last.usable) == (state, usable):
        return last
    # Another process may have changed what is kept in this one: the addresses of sites, and the
    # words of editors for the search.
    Site.clear_site_root_paths_cache()
    forget()
    same_sites = last and last.state and state.sites and last.state.sites == state.sites
    _last = Version(
        state.number,
        UUID(state.epoch),
        usable,
        settled=settled,
        state=state,
        lasting=last.lasting if last and same_sites else {},
    )
    return _last


def has_notes() -> bool:
    """Whether something has changed that isn't settled yet."""
    try:
        return Note.objects.exists()
    except DatabaseError:
        return False


def _read_state(wanted: list[WantedRows]) -> list[Any]:
    """The state, once beside each row that is wanted of the first site; empty without a state."""
    here: Any = connection
    site = wanted[0].site if wanted else 0
    pages = [page_id for one in wanted if one.site == site for page_id in one.page_ids]
    page_ids = list(dict.fromkeys(pages))
    try:
        # A broken connection shows in this statement as well as in Django's health check.
        here.health_check_done = True
        return _query(site, page_ids)
    except (InterfaceError, OperationalError):
        if here.in_atomic_block or here.connection is None:
            raise
        here.close_if_unusable_or_obsolete()
        return _query(site, page_ids)


def _query(site: int, page_ids: list[int]) -> list[Any]:
    """Read the state with rows, on PostgreSQL by a prepared statement.

    Planning the statement takes PostgreSQL longer than executing it.
    """
    global _can_prepare
    here: Any = connection
    failed = False
    if _can_prepare and here.vendor == "postgresql" and not here.in_atomic_block:
        try:
            with here.cursor() as cursor:
                if here.connection not in _connections:
                    for types, text in _PREPARED.items():
                        cursor.execute(f"PREPARE {_NAMES[types]}{types} AS {text}")
                    _connections.add(here.connection)
                cursor.execute(_execute_statement(site, page_ids))
                return cursor.fetchall()
        except (ProgrammingError, NotSupportedError):
            # A pooler gives each statement another session, or a table isn't there yet.
            failed = True
    with here.cursor() as cursor:
        if page_ids:
            pages = f"IN {placeholders(page_ids)}"
            cursor.execute(_select_state_with_rows("%s", pages), [site, *page_ids])
        else:
            cursor.execute(_SELECT_STATE)
        lines: list[Any] = cursor.fetchall()
    if failed:
        _can_prepare = False
        logger.info("The version is read by statements that aren't prepared")
    return lines


def _execute_statement(site: int, page_ids: list[int]) -> str:
    """The EXECUTE of a prepared statement; integers in its text are faster than parameters."""
    without_rows, few, many = _NAMES.values()
    if not page_ids:
        return f"EXECUTE {without_rows}"
    if len(page_ids) <= _FEW:
        padded = [site, *page_ids, *page_ids[:1] * (_FEW - len(page_ids))]
        return f"EXECUTE {few} ({', '.join(map('{:d}'.format, padded))})"
    return f"EXECUTE {many} ({site:d}, '{{{','.join(map('{:d}'.format, page_ids))}}}')"


_shared_question: SharedQuestion[WantedRows, list[Any]] = SharedQuestion(_read_state)


def version_for(request: Any) -> Version:
    """The version that a request is answered from, read once for each request."""
    request = getattr(request, "_request", request)
    if not hasattr(request, "_shelf_version"):
        request._shelf_version = current_version()
    version: Version = request._shelf_version
    return version


def kept_version(request: Any) -> Version | None:
    """The version under which the HTML for a request is kept, None if it isn't."""
    version: Version | None = getattr(request, "_shelf_version", None)
    return version if version and version.settled and conf().pages_read is not None else None


def version_with_rows(request: Any, wanted: WantedRows) -> tuple[Version, list[Row] | None]:
    """The version that a request is answered from, and rows as
    :func:`current_version_with_rows` gives them."""
    request._shelf_version, rows = current_version_with_rows(wanted)
    return request._shelf_version, rows


def site_id_for(request: Any) -> int | None:
    """The id of the site that is asked, looked up once for each host while sites stay the same."""
    version = version_for(request)
    request = getattr(request, "_request", request)
    host = request.get_host()
    known = version.lasting.get(("site", host))
    if known is None:
        Site.clear_site_root_paths_cache()
        looked_up = Site.find_for_request(request), Site.get_site_root_paths()
        known = version.remember(("site", host), looked_up, lasting=True)
    # Wagtail looks for both in these attributes before it asks the database.
    request._wagtail_site, request._wagtail_cached_site_root_paths = known
    return known[0].pk if known[0] else None


def neutral_request_for(request: Any, router: WagtailAPIRouter) -> Any:
    """A request of nobody in particular to the site that a request asks, which must be there."""
    site_id_for(request)
    asked = getattr(request, "_request", request)
    neutral = neutral_request(asked._wagtail_site, router)
    neutral._wagtail_site = asked._wagtail_site
    neutral._wagtail_cached_site_root_paths = asked._wagtail_cached_site_root_paths
    return neutral
