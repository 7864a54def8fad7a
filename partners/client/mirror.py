"""``Mirror``: a local copy in SQLite that follows the feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import requests

from .http import PatientSession, Refused, Unreachable

# ``round`` is the number of the current full sync. At its end, items with a lower number are
# deleted, because the feed hasn't named them. ``etag`` is that of the last answer for ``cursor``,
# if it had no changes.
_TABLES = """
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    locale TEXT NOT NULL,
    translation_key TEXT NOT NULL,
    data TEXT NOT NULL,
    round INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS item_key ON item (translation_key, locale);
CREATE TABLE IF NOT EXISTS thing (
    id INTEGER NOT NULL,
    type TEXT NOT NULL,
    locale TEXT NOT NULL,
    translation_key TEXT NOT NULL,
    data TEXT NOT NULL,
    round INTEGER NOT NULL,
    PRIMARY KEY (type, id)
);
CREATE TABLE IF NOT EXISTS state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    url TEXT NOT NULL,
    filters TEXT NOT NULL,
    cursor TEXT,
    round INTEGER NOT NULL DEFAULT 1,
    complete INTEGER NOT NULL DEFAULT 0,
    etag TEXT
);
"""
_ANEW = "UPDATE state SET cursor = NULL, round = round + 1, complete = 0, etag = NULL"
#: The number of crawls before giving up on a site that changes during each of them.
MAX_CRAWLS = 5
#: The most pages of the feed or of a listing in one sync or crawl; the next one continues.
MOST_PAGES = 5_000
#: The number of items in each request of a crawl.
CRAWL_PAGE_SIZE = 50
LONGEST_CURSOR = 500


@dataclass(frozen=True)
class Item:
    """A page or thing of the other site in one language; ``data`` is its item from the API.

    Of a thing without languages, ``locale`` and ``translation_key`` are empty.
    """

    id: int
    type: str
    locale: str
    translation_key: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Synced:
    """The result of a sync: numbers of items changed and deleted, and of pages of the feed read.

    ``restarted`` tells that it was a full sync.
    """

    upserted: int = 0
    deleted: int = 0
    pages: int = 0
    restarted: bool = False

    @property
    def changed(self) -> bool:
        """Whether the sync has written to the copy."""
        return bool(self.upserted or self.deleted)


@dataclass(frozen=True)
class Differences:
    """Ids of the items in which a copy differs from its site; false without any."""

    missing: list[int] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)
    different: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.different)


class _State(TypedDict):
    cursor: str | None
    round: int
    complete: bool
    etag: str | None


class Mirror:
    """A copy of the public pages of the site whose API is at ``url`` (``https://…/api/v2/``).

    ``path`` is the SQLite file of the copy; ``":memory:"`` keeps it in memory. ``types``
    (``"kis_partners.PartnerPage"``; includes subtypes) and ``locales`` (``"sk"``) filter the copied
    pages. Aliases, which repeat a page of another language, are copied ``with_aliases``; topics,
    organisations and people ``with_things``, see :meth:`things`.

    Each page of the feed and the cursor behind it are applied in one transaction. So a sync that
    was interrupted at any moment is continued by the next one, and several processes can sync one
    copy; several threads can't. Deleted items are overwritten in the file.

    Raises ``ValueError`` if the file is a copy of another site. After a change of the filters the
    next sync is a full one.
    """

    def __init__(
        self,
        url: str,
        path: str | Path,
        *,
        types: Sequence[str] = (),
        locales: Sequence[str] = (),
        with_aliases: bool = False,
        with_things: bool = False,
        page_size: int = 100,
        timeout: tuple[float, float] = (5.0, 30.0),
        patience: float = 120.0,
        session: requests.Session | None = None,
    ) -> None:
        self.url = url.rstrip("/") + "/"
        self.page_size = page_size
        self.filters: dict[str, str] = {}
        if types:
            self.filters["type"] = ",".join(sorted(types))
        if locales:
            self.filters["locale"] = ",".join(sorted(locales))
        if with_aliases:
            self.filters["include_aliases"] = "true"
        if with_things:
            self.filters["include"] = "things"
        self._owns_session = session is None
        self.http = PatientSession(session or requests.Session(), timeout, patience)
        self._copy = sqlite3.connect(path, timeout=60.0, isolation_level=None)
        try:
            self._copy.execute("PRAGMA secure_delete = ON")
            self._copy.executescript(_TABLES)
            self._open()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Mirror:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and the connection."""
        self._copy.close()
        if self._owns_session:
            self.http.session.close()

    @property
    def complete(self) -> bool:
        """Whether a full sync has been completed; before, items may be missing."""
        return self._state()["complete"]

    def sync(self, progress: Callable[[int], None] = lambda done: None) -> Synced:
        """Fetch and apply all new changes; ``progress`` is told how many were applied so far.

        After :class:`Unreachable` or :class:`Refused`, changes applied before stay, and the next
        call continues behind them.
        """
        upserted = deleted = pages = 0
        restarted = not self.complete
        has_more = True
        while has_more:
            state = self._state()
            query = {**self.filters, "limit": str(self.page_size)}
            cursor = state["cursor"]
            if cursor is not None:
                query["since"] = cursor
            try:
                answer = self.http.get(urljoin(self.url, "changes/"), query, state["etag"])
            except Refused as refusal:
                lost = refusal.status == 410 or (
                    refusal.status == 400 and refusal.parameter == "since"
                )
                if cursor is None or not lost:
                    raise
                self._begin_anew(cursor)
                restarted = True
                continue
            if answer.data is None:
                break
            _check(answer.data, cursor, self.url)
            if pages == MOST_PAGES:
                raise Unreachable(f"{self.url} doesn't come to an end: {pages:,} pages were read")
            applied = self._apply(state, answer.data, answer.etag)
            if applied is None:  # Another process has applied it; continue from its cursor.
                continue
            upserted, deleted, pages = upserted + applied[0], deleted + applied[1], pages + 1
            progress(upserted + deleted)
            has_more = answer.data["meta"]["has_more"]
        return Synced(upserted, deleted, pages, restarted)

    def items(
        self,
        *,
        locale: str | None = None,
        type: str | None = None,
        translation_key: str | None = None,
    ) -> Iterator[Item]:
        """The items of the copy, ordered by id; ``type`` is the exact type."""
        return self._chosen("item", locale=locale, type=type, translation_key=translation_key)

    def things(
        self,
        *,
        locale: str | None = None,
        type: str | None = None,
        translation_key: str | None = None,
    ) -> Iterator[Item]:
        """The topics, organisations and people of the copy, ordered by type and id.

        A name is in one while the person consents to it: never keep it elsewhere.
        """
        return self._chosen("thing", locale=locale, type=type, translation_key=translation_key)

    def _chosen(self, table: str, **chosen: str | None) -> Iterator[Item]:
        where = " AND ".join(f"{name} = ?" for name, value in chosen.items() if value is not None)
        rows = self._copy.execute(
            f"SELECT id, type, locale, translation_key, data FROM {table} "
            f"{'WHERE ' + where if where else ''} "
            f"ORDER BY {'type, id' if table == 'thing' else 'id'}",
            [value for value in chosen.values() if value is not None],
        ).fetchall()
        return map(_item, rows)

    def get(self, id: int) -> Item | None:
        """The item with an id, or None."""
        row = self._copy.execute(
            "SELECT id, type, locale, translation_key, data FROM item WHERE id = ?", [id]
        ).fetchone()
        return _item(row) if row else None

    def verify(self) -> Differences:
        """Sync, crawl the site's listings of pages, and compare them with the copy.

        Raises :class:`Unreachable` if the site changes during each of several crawls.
        """
        self.sync()
        for _try in range(MAX_CRAWLS):
            before = self._state()["cursor"]
            there = self._crawl()
            self.sync()
            if self._state()["cursor"] == before:
                break
        else:
            raise Unreachable(f"{self.url} has changed during each of {MAX_CRAWLS} readings")
        here = {item.id: _listed(item.data) for item in self.items()}
        return Differences(
            missing=sorted(there.keys() - here.keys()),
            surplus=sorted(here.keys() - there.keys()),
            different=sorted(id for id in here.keys() & there.keys() if here[id] != there[id]),
        )

    def _crawl(self) -> dict[int, dict[str, Any]]:
        """The complete items of all pages by id, from the listings, one type after the other.

        Languages are filtered here and not by the API, whose items name the requested language.
        """
        chosen = {name: one for name, one in self.filters.items() if name != "include"}
        locales = set(filter(None, chosen.pop("locale", "").split(",")))
        types = {
            str(item["meta"].get("type"))
            for item in self._listing({**chosen, "fields": "_,id,type"})
        }
        return {
            item["id"]: item
            for type in sorted(types)
            for item in self._listing({**chosen, "type": type, "fields": "*"})
            if item["meta"].get("type") == type
            and (item["meta"].get("locale") in locales or not locales)
        }

    def _listing(self, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        """The items of a listing, from all its pages."""
        url = first = urljoin(self.url, "pages/")
        query = {**query, "limit": str(CRAWL_PAGE_SIZE)}
        for _page in range(MOST_PAGES):
            data = self.http.get(url, query).data or {}
            items, meta = data.get("items"), data.get("meta")
            if not (isinstance(items, list) and isinstance(meta, dict)):
                raise Unreachable(f"{url} gives no listing")
            for item in items:
                about = item.get("meta") if isinstance(item, dict) else None
                if not (isinstance(about, dict) and _is_id(item.get("id"))):
                    raise Unreachable(f"{url} gives an item that is none: {str(item)[:200]}")
                yield item
            if not meta.get("next"):
                return
            # Wherever it leads, the next page is asked of the same site.
            url = f"{first}?{urlsplit(str(meta['next'])).query}"
            query = {}
        raise Unreachable(f"{self.url} doesn't come to an end")

    # The copy

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._copy.execute("BEGIN IMMEDIATE")
        try:
            yield self._copy
        except BaseException:
            self._copy.execute("ROLLBACK")
            raise
        self._copy.execute("COMMIT")

    def _open(self) -> None:
        filters = json.dumps(self.filters, sort_keys=True)
        with self._writing() as copy:
            copy.execute(
                "INSERT OR IGNORE INTO state (one, url, filters) VALUES (1, ?, ?)",
                [self.url, filters],
            )
            url, old = copy.execute("SELECT url, filters FROM state").fetchone()
            if url != self.url:
                raise ValueError(f"this is a copy of {url}, not of {self.url}")
            if old != filters:
                copy.execute("UPDATE state SET filters = ?", [filters])
                copy.execute(_ANEW)

    def _state(self) -> _State:
        row = self._copy.execute("SELECT cursor, round, complete, etag FROM state").fetchone()
        return {"cursor": row[0], "round": row[1], "complete": bool(row[2]), "etag": row[3]}

    def _begin_anew(self, cursor: str) -> None:
        """Make the next sync a full one, unless another process has moved the cursor."""
        with self._writing() as copy:
            copy.execute(_ANEW + " WHERE cursor = ?", [cursor])

    def _apply(
        self, read: _State, answer: dict[str, Any], etag: str | None
    ) -> tuple[int, int] | None:
        """Apply a page of the feed and store its cursor; gives numbers of upserts and deletions.

        Gives None and does nothing if another process has moved the cursor.
        """
        meta = answer["meta"]
        with self._writing() as copy:
            state = self._state()
            if (state["cursor"], state["round"]) != (read["cursor"], read["round"]):
                return None
            upserted = deleted = 0
            for change in answer["changes"]:
                if change["action"] == "upsert":
                    upserted += 1
                    item = change["item"]
                    about = item["meta"]
                    copy.execute(
                        "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?)",
                        [
                            change["id"],
                            about["type"],
                            about["locale"],
                            about["translation_key"],
                            json.dumps(item, ensure_ascii=False),
                            state["round"],
                        ],
                    )
                elif change["action"] == "delete":
                    gone = copy.execute("DELETE FROM item WHERE id = ?", [change["id"]])
                    deleted += gone.rowcount
                else:
                    raise ValueError(f"unknown action in the feed: {change['action']}")
            for change in answer.get("things", ()):
                if change["action"] == "upsert":
                    upserted += 1
                    item = change["item"]
                    copy.execute(
                        "INSERT OR REPLACE INTO thing VALUES (?, ?, ?, ?, ?, ?)",
                        [
                            change["id"],
                            change["type"],
                            item.get("locale") or "",
                            item.get("translation_key") or "",
                            json.dumps(item, ensure_ascii=False),
                            state["round"],
                        ],
                    )
                else:
                    gone = copy.execute(
                        "DELETE FROM thing WHERE type = ? AND id = ?",
                        [change["type"], change["id"]],
                    )
                    deleted += gone.rowcount
            complete = state["complete"]
            if not meta["has_more"] and not complete:
                for table in ("item", "thing"):
                    gone = copy.execute(f"DELETE FROM {table} WHERE round < ?", [state["round"]])
                    deleted += gone.rowcount
                complete = True
            stays = meta["next"] == state["cursor"]
            copy.execute(
                "UPDATE state SET cursor = ?, complete = ?, etag = ?",
                [meta["next"], complete, etag if stays else None],
            )
        return upserted, deleted


def _check(data: dict[str, Any], cursor: str | None, url: str) -> None:
    """Raise :class:`Unreachable` unless an answer is a page of the feed, and gets on."""
    meta, changes = data.get("meta"), data.get("changes")
    if not (
        isinstance(meta, dict)
        and isinstance(changes, list)
        and isinstance(meta.get("next"), str)
        and len(meta["next"]) <= LONGEST_CURSOR
        and isinstance(meta.get("has_more"), bool)
    ):
        raise Unreachable(f"{url} gives no page of the feed")
    if meta["has_more"] and meta["next"] == cursor:
        raise Unreachable(f"{url} doesn't get on: the cursor stays the same")
    for change in changes:
        known = isinstance(change, dict) and change.get("action") in ("upsert", "delete")
        if not (known and _is_id(change.get("id"))):
            raise Unreachable(f"{url} gives a change that is none: {str(change)[:200]}")
        if change["action"] == "upsert":
            item = _checked_item(change.get("item"), url)
            if item["id"] != change["id"]:
                raise Unreachable(f"{url} gives another item than {change['id']}")
    things = data.get("things", [])
    if not isinstance(things, list) or not all(map(_is_change_of_thing, things)):
        raise Unreachable(f"{url} gives a change of a thing that is none")


def _is_change_of_thing(change: Any) -> bool:
    known = isinstance(change, dict) and change.get("action") in ("upsert", "delete")
    if not (known and _is_id(change.get("id")) and isinstance(change.get("type"), str)):
        return False
    item = change.get("item")
    return change["action"] == "delete" or (
        isinstance(item, dict)
        and item.get("id") == change["id"]
        and all(isinstance(item.get(name, ""), str) for name in ("locale", "translation_key"))
    )


def _checked_item(item: Any, url: str) -> dict[str, Any]:
    meta = item.get("meta") if isinstance(item, dict) else None
    texts = [meta.get(name) for name in ("type", "locale")] if isinstance(meta, dict) else [None]
    if not (all(isinstance(text, str) for text in texts) and _is_id(item.get("id"))):
        raise Unreachable(f"{url} gives an item that is none: {str(item)[:200]}")
    try:
        UUID(meta["translation_key"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreachable(f"{url} gives an item without translation key: {item['id']}") from error
    return dict(item)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _item(row: tuple[int, str, str, str, str]) -> Item:
    return Item(*row[:4], json.loads(row[4]))


def _listed(data: dict[str, Any]) -> dict[str, Any]:
    """An item without ``parent``, which listings don't have."""
    return {
        **data,
        "meta": {name: value for name, value in data.get("meta", {}).items() if name != "parent"},
    }
