"""The links of pages: which things their child rows lead to, of many pages by one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, F, Func, JSONField, Model, OuterRef, Subquery

#: The key of what a link leads to, and the values of its extra columns.
Link = Sequence[Any]
#: The attribute of a page that was read together with its links: these by relation.
STORED = "kis_links"


class JSONArray(Func):
    """The values of several columns as one JSON array."""

    function = "JSON_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_BUILD_ARRAY", **context)


class JSONRows(Aggregate):
    """The JSON arrays of all rows as one, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


@dataclass(frozen=True)
class Path:
    """Where the links of a relation are stored: in a column of ``model``, whose rows belong to a
    page by ``owner``, or are the pages themselves where that is None."""

    model: type[Model]
    column: Any
    owner: str | None
    target: Any

    @property
    def related(self) -> Any:
        """The model that the links lead to; None for a plain column."""
        return self.column.related_model

    def links(self, extra: Sequence[str]) -> Subquery:
        """The links of an outer page as JSON; null without any."""
        rows: Any = self.model._default_manager.filter(**{f"{self.owner}_id": OuterRef("pk")})
        columns: list[Any] = [F(name) for name in ("sort_order", "pk", self.column.attname, *extra)]
        if name := self.target.name:
            columns.append(self.labels(name))
        grouped = rows.order_by().values(f"{self.owner}_id")
        return Subquery(grouped.annotate(links=JSONRows(JSONArray(*columns))).values("links"))

    def labels(self, name: str) -> Subquery:
        """The published versions of what an outer link leads to, each with its name."""
        versions: Any = self.related._default_manager.filter(
            translation_key=OuterRef(f"{self.column.name}__translation_key"), live=True
        )
        one = JSONArray("pk", "translation_key", "locale__language_code", name)
        grouped = versions.order_by().values("translation_key").annotate(versions=JSONRows(one))
        return Subquery(grouped.values("versions"))


@dataclass(frozen=True, slots=True)
class Label:
    """A snippet of which pages show nothing but the name, in one language."""

    pk: int
    translation_key: Any
    locale__language_code: str
    name: str


def labels(link: Link) -> dict[str, Label]:
    """The versions of what a link leads to, read along with it: by language, and the one that the
    link names under ""; empty unless that is published."""
    # In a nested array, SQLite gives JSON as text.
    rows = json.loads(link[-1]) if isinstance(link[-1], str) else link[-1]
    found = {label.locale__language_code: label for label in (Label(*row) for row in rows or ())}
    named = next((label for label in found.values() if label.pk == link[0]), None)
    return {**found, "": named} if named else {}


def in_order(rows: Iterable[Sequence[Any]] | None) -> list[Link]:
    """Links as :meth:`Path.links` gives them, in the order of the editor."""
    ordered = sorted(rows or (), key=lambda row: (row[0] is None, row[0], row[1]))
    return [row[2:] for row in ordered]


class Undeclared(LookupError):
    """A relation that its model doesn't have; the message says what is missing."""


def paths(model: Any) -> Iterator[tuple[Any, Path]]:
    """The relations of a kind that can be loaded; a system check reports the others."""
    for relation in model.relations:
        try:
            yield relation, relation.path(model)
        except Undeclared:
            continue


class Links:
    """Columns with the links of pages of several models, to be read by one statement."""

    def __init__(self, models: Iterable[Any]) -> None:
        self.columns: dict[str, Subquery] = {}
        #: For each model, the columns by the names of its relations.
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

    def of(self, model: Any, read: Callable[[str], Any]) -> dict[str, list[Link]]:
        """The links of a page by relation; ``read`` gives the value of a column."""
        return {name: in_order(read(column)) for name, column in self.names[model].items()}
