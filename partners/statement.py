"""Pieces of SQL about the item of each row, for what is asked so often that building it counts."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import F, Field, Func, Value

_COLUMN = re.compile(r"\{(\w+)\}")


class Piece(Func):
    """SQL in which ``{path}`` stands for that column of the row, or for a value of that name.

    A condition as a tree of expressions may have hundreds, which Django copies and resolves anew
    whenever the query is nested in another one; that can take longer than the database takes to
    answer. This is a single one.
    """

    def __init__(self, text: str, output_field: Field[Any, Any], **values: Value) -> None:
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


def of(row: str, column: str) -> str:
    """A column of a table that a piece of SQL names, or of the row it is about, which is ""."""
    return f"{row}.{column}" if row else f"{{{column}}}"
