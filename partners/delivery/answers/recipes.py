"""Recipes: how an answer is made again from rows of the shelf, without asking a view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ...api.renderers import dumps
from ...api.serializers import with_type
from ..shelf.rows import Row, rows_of_pages
from ..shelf.version import WantedRows


@dataclass(frozen=True)
class Form:
    """The fields of items of one type that a request selects.

    ``names`` are the selected fields in the order of an answer, ``meta`` those of them in the
    item's ``meta``, and ``lacks`` the fields of a stored item that aren't selected.
    ``is_listed_whole``: all fields are selected, except those that only details have.
    """

    type: str
    names: tuple[str, ...]
    meta: frozenset[str]
    lacks: frozenset[str]
    is_listed_whole: bool


@dataclass(frozen=True)
class Recipe:
    """The pages and the surroundings of an answer, which hold as long as its version.

    ``forms`` are by type; the one of "" is for all other types. ``requested`` is the language that
    the request names. ``head`` and ``tail`` are the JSON around the items.
    """

    site: int | None
    page_ids: Sequence[int]
    forms: Mapping[str, Form]
    requested: str | None
    head: bytes = b""
    tail: bytes = b""

    @property
    def wanted_rows(self) -> WantedRows | None:
        """The rows that the answer is made from, None if there are none."""
        if self.site is None or not self.page_ids:
            return None
        return WantedRows(self.site, self.page_ids)

    def body(self, read: list[Row] | None = None) -> bytes | None:
        """The body of the answer, None if a row is gone or has no payload by now.

        ``read`` are the rows if they have been read already.
        """
        found = read or rows_of_pages(self.site, self.page_ids)
        rows = {row.page_id: row for row in found if row.payload is not None}
        if not all(pk in rows for pk in self.page_ids):
            return None
        items = (item_in_form(rows[pk], self.forms, self.requested) for pk in self.page_ids)
        parts = (item if isinstance(item, bytes) else dumps(item) for item in items)
        return self.head + b",".join(parts) + self.tail


def item_in_form(row: Row, forms: Mapping[str, Form], requested: str | None) -> Any:
    """The item of a row with the fields of its form: JSON as bytes, or a dictionary.

    The stored JSON serves for all fields, and for all but the parent; else it is parsed.
    """
    form = forms.get(row.type) or forms[""]
    if form.type == row.type and form.lacks <= {"parent"}:
        return row.json(requested, with_parent=not form.lacks).encode()
    return _selected_fields(orjson.loads(row.json(requested)), form)


def _selected_fields(item: dict[str, Any], form: Form) -> dict[str, Any]:
    """An item with the fields of a form alone."""
    meta: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for name in form.names:
        source, target = (item["meta"], meta) if name in form.meta else (item, body)
        if name in source:
            target[name] = source[name]
    first = {"id": body.pop("id")} if "id" in body else {}
    return with_type({**first, **({"meta": meta} if meta else {}), **body})
