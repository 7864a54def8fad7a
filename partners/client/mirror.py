"""``Mirror``: a local copy in SQLite that follows the feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urljoin

import requests

from .asking import Asking, Refused, Unreachable

# ``round`` counts full syncs: when one is through, what still has the number of an earlier one was
# not named by it. ``etag`` is that of the answer to the cursor, if there was nothing new.
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
#: How often a crawl is made again because the site has changed meanwhile.
TRIES = 5
#: How many items a page of a crawl has.
CRAWL = 50


@dataclass(frozen=True)
class Item:
    """A page of the other site in one language; ``data`` is what its API says of it."""

    id: int
    type: str
    locale: str
    translation_key: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Synced:
    """What a sync has done. ``restarted``: the copy was compared with everything there is."""

    upserted: int = 0
    deleted: int = 0
    pages: int = 0
    restarted: bool = False

    @property
    def changed(self) -> bool:
        """Whether the copy may be another than before."""
        return bool(self.upserted or self.deleted)


@dataclass(frozen=True)
class Differences:
    """How a copy differs from the site, as ids; false if it doesn't."""

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

    ``path`` is the file of the copy, ``":memory:"`` for one that isn't kept. ``types``
    (``"kis_partners.PartnerPage"``; subtypes belong to a type) and ``locales`` (``"sk"``) choose
    what is copied; pages that only repeat another language are copied ``with_aliases``.

    Each page of the feed is applied together with the cursor behind it, in one transaction: a
    process may end at any moment, and the next sync goes on where the copy is. Several processes
    may sync one copy. What has been deleted is overwritten in the file. Not for several threads.

    Raises ``ValueError`` if the file is a copy of another site. If the filters are others than
    last time, the next sync begins anew.
    """

    def __init__(
        self,
        url: str,
        path: str | Path,
        *,
        types: Sequence[str] = (),
        locales: Sequence[str] = (),
        with_aliases: bool = False,
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
        self._owns_session = session is None
        self.asking = Asking(session or requests.Session(), timeout, patience)
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
            self.asking.session.close()

    @property
    def complete(self) -> bool:
        """Whether a full sync has come to its end; before, the copy may lack something."""
        return self._state()["complete"]

    def sync(self) -> Synced:
        """Fetch and apply all changes there are.

        Raises :class:`Unreachable` or :class:`Refused`; what was applied before stays, and the
        next call goes on from there.
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
                answer = self.asking.get(urljoin(self.url, "changes/"), query, state["etag"])
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
            applied = self._apply(state, answer.data, answer.etag)
            if applied is None:  # by another process; what is there now decides how to go on
                continue
            upserted, deleted, pages = upserted + applied[0], deleted + applied[1], pages + 1
            has_more = answer.data["meta"]["has_more"]
        return Synced(upserted, deleted, pages, restarted)

    def items(
        self,
        *,
        locale: str | None = None,
        type: str | None = None,
        translation_key: str | None = None,
    ) -> Iterator[Item]:
        """The items of the copy by id; ``type`` is the exact type."""
        chosen = {"locale": locale, "type": type, "translation_key": translation_key}
        where = " AND ".join(f"{name} = ?" for name, value in chosen.items() if value is not None)
        rows = self._copy.execute(
            "SELECT id, type, locale, translation_key, data FROM item "
            f"{'WHERE ' + where if where else ''} ORDER BY id",
            [value for value in chosen.values() if value is not None],
        ).fetchall()
        return map(_item, rows)

    def get(self, id: int) -> Item | None:
        """The item with an id, None if there is none."""
        row = self._copy.execute(
            "SELECT id, type, locale, translation_key, data FROM item WHERE id = ?", [id]
        ).fetchone()
        return _item(row) if row else None

    def verify(self) -> Differences:
        """Sync, read all pages of the site by its listings, and compare.

        Raises :class:`Unreachable` if the site changes faster than it can be read.
        """
        self.sync()
        for _try in range(TRIES):
            before = self._state()["cursor"]
            there = self._crawl()
            self.sync()
            if self._state()["cursor"] == before:
                break
        else:
            raise Unreachable(f"{self.url} has changed during each of {TRIES} readings")
        here = {item.id: _listed(item.data) for item in self.items()}
        return Differences(
            missing=sorted(there.keys() - here.keys()),
            surplus=sorted(here.keys() - there.keys()),
            different=sorted(id for id in here.keys() & there.keys() if here[id] != there[id]),
        )

    def _crawl(self) -> dict[int, dict[str, Any]]:
        """All pages by the listings, whole: type after type.

        Languages are chosen here: an item says which language was asked for.
        """
        chosen = dict(self.filters)
        locales = set(filter(None, chosen.pop("locale", "").split(",")))
        types = {item["meta"]["type"] for item in self._listing({**chosen, "fields": "_,id,type"})}
        return {
            item["id"]: item
            for type in sorted(types)
            for item in self._listing({**chosen, "type": type, "fields": "*"})
            if item["meta"]["type"] == type and (item["meta"]["locale"] in locales or not locales)
        }

    def _listing(self, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        """The items of a listing, which is followed to its end."""
        url: str | None = urljoin(self.url, "pages/")
        query = {**query, "limit": str(CRAWL)}
        while url:
            data = self.asking.get(url, query).data or {}
            yield from data["items"]
            url, query = data["meta"].get("next"), {}

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
        """Read everything again, unless another process has gone on meanwhile."""
        with self._writing() as copy:
            copy.execute(_ANEW + " WHERE cursor = ?", [cursor])

    def _apply(
        self, read: _State, answer: dict[str, Any], etag: str | None
    ) -> tuple[int, int] | None:
        """Apply a page of the feed and move on behind it; how much was put in and taken out.

        None, and nothing is done, if another process has moved on meanwhile.
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
            complete = state["complete"]
            if not meta["has_more"] and not complete:
                gone = copy.execute("DELETE FROM item WHERE round < ?", [state["round"]])
                deleted += gone.rowcount
                complete = True
            stays = meta["next"] == state["cursor"]
            copy.execute(
                "UPDATE state SET cursor = ?, complete = ?, etag = ?",
                [meta["next"], complete, etag if stays else None],
            )
        return upserted, deleted


def _item(row: tuple[int, str, str, str, str]) -> Item:
    return Item(*row[:4], json.loads(row[4]))


def _listed(data: dict[str, Any]) -> dict[str, Any]:
    """An item as listings have it: which page it stands below is in details only."""
    return {
        **data,
        "meta": {name: value for name, value in data.get("meta", {}).items() if name != "parent"},
    }
