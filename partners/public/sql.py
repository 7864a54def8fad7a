"""SQL written out, for conditions that are asked so often that building them as expressions counts.

A condition as a tree of Django's expressions may have hundreds of nodes, which Django copies and
resolves anew whenever the query is nested in another one; that can take longer than the database
takes to answer. SQL as text is a single node.
"""

from __future__ import annotations

import datetime
from string import Formatter
from typing import Any

from django.db.models import F, Field, Func


class SQL(Func):
    """SQL with the columns of a row in braces: ``{locale_id}``, ``{topic__live}``.

    A name in braces may also stand for one of ``values``. A per cent sign is written ``%%``.
    ``postgresql`` is the text for PostgreSQL where that differs, with the same names in braces.
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
    """A moment as the database writes it, in UTC whether the text says so or not."""
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def column(table: str, name: str) -> str:
    """A column of a table by its alias, or of the row that the SQL is about, whose alias is ""."""
    return f"{table}.{name}" if table else f"{{{name}}}"
