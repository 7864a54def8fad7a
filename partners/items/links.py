"""The links of pages: the stored keys of their relations, of many pages by one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from django.db.models import Model, TextField
from wagtail.models import Locale

from ..public.sql import SQL
from ..public.translations import untouched

if TYPE_CHECKING:
    from .relations import Target

#: The key of the thing that a page refers to, and the values of the relation's extra columns.
Link = Sequence[Any]
#: The attribute of a page that has its links by relation, if they were read with the page.
STORED = "kis_links"


@dataclass(frozen=True)
class Path:
    """The place in the database of a relation's links: a column of ``model``.

    ``owner`` is the foreign key from rows of the model to their page; None where the model is the
    page type itself.
    """

    model: type[Model]
    column: Any
    owner: str | None
    target: Target

    @property
    def related(self) -> Any:
        """The model of the things at the end; None for a plain column, such as a country's."""
        return self.column.related_model

    @property
    def is_at_hand(self) -> bool:
        """Whether links say all that pages show of the things at their end."""
        return self.owner is not None and (self.related is None or bool(self.target.name))

    def links(self, extra: Sequence[str]) -> SQL:
        """The links of a page as a JSON array of arrays, in no order; null without any."""
        sqlite = self._text(extra, "JSON_ARRAY", "JSON_GROUP_ARRAY")
        postgresql = self._text(extra, "JSONB_BUILD_ARRAY", "JSONB_AGG")
        return SQL(sqlite, TextField(), postgresql=postgresql)

    def _text(self, extra: Sequence[str], array: str, rows: str) -> str:
        """SQL with the names of a database's functions for JSON."""
        meta: Any = self.model._meta
        names = ("sort_order", "pk", self.column.name, *extra)
        fields = [meta.pk if name == "pk" else meta.get_field(name) for name in names]
        values = [f"l.{field.column}" for field in fields]
        source = f"{meta.db_table} l"
        if name := self.target.name:
            # The published versions of what a link leads to, each with its name.
            related = self.related._meta
            columns = (related.pk, *map(related.get_field, ("translation_key", name)))
            pk, key, label = (f"v.{field.column}" for field in columns)
            version = f"{array}({pk}, {key}, c.language_code, {label})"
            values.append(
                f"(SELECT {rows}({version}) FROM {related.db_table} v JOIN {_locale()} c "
                f"ON c.id = v.locale_id WHERE {key} = t.translation_key AND v.live "
                f"AND NOT EXISTS ({untouched('v')}))"
            )
            to = f"{related.db_table} t ON t.{related.pk.column} = {values[2]}"
            source = f"{source} JOIN {to}"
        owner = meta.get_field(self.owner).column
        link = f"{array}({', '.join(values)})"
        return f"(SELECT {rows}({link}) FROM {source} WHERE l.{owner} = {{pk}})"


@dataclass(frozen=True, slots=True)
class Label:
    """A snippet in one language, as far as pages show it: by its name alone."""

    pk: int
    translation_key: Any
    locale__language_code: str
    name: str


def labels(link: Link) -> dict[str, Label]:
    """The language versions of a link's snippet, which were read with the link.

    By language; the version that the link itself names has the key "" as well. Empty unless that
    version is published.
    """
    # SQLite gives a JSON array inside a JSON array as text.
    rows = orjson.loads(link[-1]) if isinstance(link[-1], str) else link[-1]
    found = {label.locale__language_code: label for label in (Label(*row) for row in rows or ())}
    named = next((label for label in found.values() if label.pk == link[0]), None)
    return {**found, "": named} if named else {}


def _locale() -> str:
    return str(Locale._meta.db_table)


def in_order(rows: str | None) -> list[Link]:
    """The JSON of :meth:`Path.links` as links, in the order of the editor."""
    ordered = sorted(
        orjson.loads(rows) if rows else (), key=lambda row: (row[0] is None, row[0], row[1])
    )
    return [row[2:] for row in ordered]


class Undeclared(LookupError):
    """A relation that its model can't have; the message names the reason."""


def paths(model: Any) -> Iterator[tuple[Any, Path]]:
    """The loadable relations of a kind with their paths; a system check reports the others."""
    for relation in model.relations:
        try:
            yield relation, relation.path(model)
        except Undeclared:
            continue


class Links:
    """Annotations for the links of pages of several kinds, to be read by one statement."""

    def __init__(self, models: Iterable[Any]) -> None:
        self.columns: dict[str, SQL] = {}
        #: For each kind, the names of annotations by the names of its relations.
        self.names: dict[Any, dict[str, str]] = {}
        for model in models:
            own = self.names[model] = {}
            for relation, path in paths(model):
                if path.owner is not None:
                    own[relation.name] = name = f"kis_links_{path.model._meta.label_lower}".replace(
                        ".", "_"
                    )
                    if name not in self.columns:
                        self.columns[name] = path.links(relation.extra)

    def from_columns(self, model: Any, column_value: Callable[[str], Any]) -> dict[str, list[Link]]:
        """The links of a page by relation; ``column_value(name)`` is the value of an annotation."""
        return {name: in_order(column_value(column)) for name, column in self.names[model].items()}
