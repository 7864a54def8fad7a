"""The links of pages: the stored keys of their relations, of many pages by one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, F, Func, JSONField, Model, OuterRef, Subquery

if TYPE_CHECKING:
    from .relations import Target

#: The key of the thing that a page refers to, and the values of the relation's extra columns.
Link = Sequence[Any]
#: The attribute of a page that has its links by relation, if they were read with the page.
STORED = "kis_links"


class JSONArray(Func):
    """SQL function: several columns as one JSON array."""

    function = "JSON_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_BUILD_ARRAY", **context)


class JSONRows(Aggregate):
    """SQL aggregate: the JSON arrays of all rows as one JSON array, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


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

    def links(self, extra: Sequence[str]) -> Subquery:
        """Subquery: the links of a page of the outer query as JSON; null if it has none."""
        rows: Any = self.model._default_manager.filter(**{f"{self.owner}_id": OuterRef("pk")})
        columns: list[Any] = [F(name) for name in ("sort_order", "pk", self.column.attname, *extra)]
        if name := self.target.name:
            columns.append(self.labels(name))
        grouped = rows.order_by().values(f"{self.owner}_id")
        return Subquery(grouped.annotate(links=JSONRows(JSONArray(*columns))).values("links"))

    def labels(self, name: str) -> Subquery:
        """Subquery: the published language versions of an outer link's snippet, with names."""
        versions: Any = self.related._default_manager.filter(
            translation_key=OuterRef(f"{self.column.name}__translation_key"), live=True
        )
        one = JSONArray("pk", "translation_key", "locale__language_code", name)
        grouped = versions.order_by().values("translation_key").annotate(versions=JSONRows(one))
        return Subquery(grouped.values("versions"))


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
    rows = json.loads(link[-1]) if isinstance(link[-1], str) else link[-1]
    found = {label.locale__language_code: label for label in (Label(*row) for row in rows or ())}
    named = next((label for label in found.values() if label.pk == link[0]), None)
    return {**found, "": named} if named else {}


def in_order(rows: Iterable[Sequence[Any]] | None) -> list[Link]:
    """The rows of :meth:`Path.links` as links, in the order of the editor."""
    ordered = sorted(rows or (), key=lambda row: (row[0] is None, row[0], row[1]))
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
        self.columns: dict[str, Subquery] = {}
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
