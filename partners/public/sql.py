"""SQL as text inside Django's queries, for conditions of nearly every statement.

Django copies and resolves each expression of a condition anew whenever its query is nested in
another one. With hundreds of expressions this takes longer than the statement itself; SQL as text
is a single expression.
"""

from __future__ import annotations

import datetime
from string import Formatter
from typing import Any

from django.db.models import F, Field, Func


class SQL(Func):
    """SQL text with look-ups in braces: ``{locale_id}``, ``{topic__live}``.

    ``values`` are expressions by name, for names in braces that are no look-ups. A per cent sign
    is written ``%%``. ``postgresql`` is another text for PostgreSQL, with the same names in braces.
    """

    def __init__(
        self, text: str, output_field: Field[Any, Any], postgresql: str = "", **values: Any
    ) -> None:
        self.postgresql = postgresql
        self.parts = [(before, name) for before, name, _spec, _how in Formatter().parse(text)]
        self.names = sorted({name for _before, name in self.parts if name})
        super().__init__(
            *(values.get(name, F(name)) for name in self.names), output_field=output_field
        )

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        if self.postgresql and connection.vendor == "postgresql":
            other = SQL(self.postgresql, self.output_field)
            other.set_source_expressions(self.get_source_expressions())
            return other.as_sql(compiler, connection, **context)
        sources = zip(self.names, self.get_source_expressions(), strict=True)
        columns = {name: compiler.compile(source) for name, source in sources}
        sql: list[str] = []
        parameters: list[Any] = []
        for before, name in self.parts:
            column, own = columns[name] if name else ("", ())
            sql += [before, str(column)]
            parameters += own
        return "".join(sql), parameters


def moment(text: str) -> datetime.datetime:
    """A date and time from the database's text, which is in UTC even without saying so."""
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def column(table: str, name: str) -> str:
    """A column for :class:`SQL`: of a table by its alias, or of the query's own model by ""."""
    return f"{table}.{name}" if table else f"{{{name}}}"
