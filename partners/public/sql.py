"""Pieces of SQL about the item of each row, for what is asked so often that building it counts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import F, Field, Func, Model, QuerySet, Value

#: A primary key that stands for all others in an address or a statement, and a translation key.
NUMBER, ANY = 2**31 - 1, UUID(int=2**127 + 1)

_COLUMN = re.compile(r"\{(\w+)\}")


class Piece(Func):
    """SQL in which ``{path}`` stands for that column of the row, or for a value of that name.

    A condition as a tree of expressions may have hundreds, which Django copies and resolves anew
    whenever the query is nested in another one; that can take longer than the database takes to
    answer. This is a single one.
    """

    def __init__(self, text: str, output_field: Field[Any, Any], **values: Any) -> None:
        self.text = text
        self.names = sorted(set(_COLUMN.findall(text)))
        super().__init__(
            *(values.get(name, F(name)) for name in self.names), output_field=output_field
        )

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        sources = zip(self.names, self.get_source_expressions(), strict=True)
        columns = {name: compiler.compile(source) for name, source in sources}
        parameters: list[Any] = []

        def put(match: re.Match[str]) -> str:
            sql, own = columns[match[1]]
            parameters.extend(own)
            return str(sql)

        return _COLUMN.sub(put, self.text), parameters


def moment(text: str) -> datetime.datetime:
    """A moment as the database writes it, in UTC whether it says so or not."""
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def of(row: str, column: str) -> str:
    """A column of a table that a piece of SQL names, or of the row it is about, which is ""."""
    return f"{row}.{column}" if row else f"{{{column}}}"


class Statement:
    """A statement that is compiled once and asked with other lists each time.

    ``rows`` are compiled with one marker for each list, as in ``field__in=[marker]``.
    """

    def __init__(self, rows: QuerySet[Any]) -> None:
        sql, self.parameters = rows.query.sql_with_params()
        self.parts = sql.split("%s")

    def ask(self, lists: Mapping[Any, Collection[Any]]) -> list[Any]:
        """The rows for these lists by marker, each as a tuple of what the database gives."""
        text = [self.parts[0]]
        parameters: list[Any] = []
        for part, parameter in zip(self.parts[1:], self.parameters, strict=True):
            values = lists.get(parameter, [parameter])
            text += [", ".join(["%s"] * len(values)), part]
            parameters += values
        with connection.cursor() as cursor:
            cursor.execute("".join(text), parameters)
            rows: list[Any] = cursor.fetchall()
        return rows


@cache
def pieces(model: type[Model], make: Callable[[type[Model]], dict[str, Any]]) -> dict[str, Piece]:
    """Annotations of a model as ``make(model)`` gives them, compiled once, in the order of names.

    They may refer to columns of the model and to nothing that changes.
    """
    query = model._default_manager.annotate(**make(model)).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.pre_sql_setup()
    quote = compiler.connection.ops.quote_name
    own = "|".join(re.escape(quote(table)) for table in query.alias_map)
    made = {}
    for name, annotation in query.annotations.items():
        sql, parameters = compiler.compile(annotation)
        values = {f"value{number}": Value(value) for number, value in enumerate(parameters)}
        names = iter(values)
        text = re.sub(r"%s", lambda _match: f"{{{next(names)}}}", sql)  # noqa: B023
        text = re.sub(rf"(?:{own})\.\W(\w+)\W", r"{\1}", text)
        # Names of their own for the tables inside, wherever this is put.
        text = re.sub(r"\b([T-Z]\d+)\b", r"K\1", text)
        made[name] = Piece(text, annotation.output_field, **values)
    return made
