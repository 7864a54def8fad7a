"""How an answer is made from rows of the shelf: their items, each in the form asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ...api.renderers import dumps
from ..models import Item
from ..shelf import version as shelf
from ..shelf.version import Row

#: The parent of a page in the ``meta`` of its item. In a string of JSON no quote is bare, so these
#: characters stand nowhere else.
PARENT = re.compile(
    r',"parent":(?:null|{"id":\d+,"meta":{[^{}]*},"title":"(?:[^"\\]|\\.)*"})(?=[,}])'
)


@dataclass(frozen=True)
class Form:
    """The fields that are asked for of a type, and those of them that stand in ``meta``.

    ``lacks``: what a stored item of that very type has besides; ``most``: that is at most what only
    a detail shows.
    """

    type: str
    names: tuple[str, ...]
    meta: frozenset[str]
    lacks: frozenset[str]
    most: bool

    def cut(self, text: str) -> str | None:
        """An item of this type with these fields, if that takes no reading of the whole."""
        if not self.lacks:
            return text
        if self.lacks != {"parent"}:
            return None
        made, times = PARENT.subn("", text, count=1)
        return made if times else None


@dataclass(frozen=True)
class Recipe:
    """An answer whose rows and surroundings are known, as long as their version lasts.

    ``forms`` are by type, that of "" is for every other one; ``head`` and ``tail`` stand around
    the items.
    """

    site: int | None
    ids: Sequence[int]
    forms: Mapping[str, Form]
    requested: str | None
    head: bytes = b""
    tail: bytes = b""

    @property
    def along(self) -> shelf.Along | None:
        """What to read of the shelf along with the version, None without any rows."""
        return None if self.site is None or not self.ids else (self.site, self.ids)

    def body(self, found: list[Row] | None = None) -> bytes | None:
        """The answer from its rows, None if one has gone or has no item yet.

        ``found`` are the rows as they are, where they have been read.
        """
        rows = {row.page_id: row for row in found or shelf.of_pages(self.site, self.ids)}
        if not all(pk in rows and rows[pk].payload is not None for pk in self.ids):
            return None
        items = (shaped(rows[pk], self.forms, self.requested) for pk in self.ids)
        parts = (item if isinstance(item, bytes) else dumps(item) for item in items)
        return self.head + b",".join(parts) + self.tail


def shaped(item: Item | Row, forms: Mapping[str, Form], requested: str | None) -> Any:
    """An item in its form: JSON that is ready, or what it is parsed to."""
    text = asked(item, requested)
    form = forms.get(item.type) or forms[""]
    cut = form.cut(text) if form.type == item.type else None
    return cut.encode() if cut is not None else _projected(orjson.loads(text), form)


def asked(item: Item | Row, requested: str | None) -> str:
    """The payload of an item with the language that was asked for in it."""
    text = item.payload or "null"
    if requested is None:
        return text

    def part(asked: str | None, instead_of: str) -> str:
        fallback = instead_of if instead_of != item.served else None
        words = {"requested": asked, "served": item.served, "fallback_from": fallback}
        return '"language":' + dumps(words).decode()[:-1]

    return text.replace(part(None, item.locale), part(requested, requested), 1)


def _projected(whole: dict[str, Any], form: Form) -> dict[str, Any]:
    """The fields of an item that were asked for."""
    meta: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for name in form.names:
        source, target = (whole["meta"], meta) if name in form.meta else (whole, body)
        if name in source:
            target[name] = source[name]
    first = {"id": body.pop("id")} if "id" in body else {}
    return {**first, **({"meta": meta} if meta else {}), **body}
