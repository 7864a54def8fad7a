"""Collations of languages in the database: ICU's in PostgreSQL, those of ``words`` in SQLite.

Both have PostgreSQL's names: ``sk-x-icu``, and ``und-x-icu`` for languages without a collation.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import F, Func, Model
from django.db.models.fields import CharField, TextField
from django.db.models.functions import Collate

from ..words.collation import compare
from ..words.languages import base_code, entries

ROOT = "und-x-icu"

# The names of collations: on PostgreSQL by database alias, on SQLite by connection.
_of_databases: dict[str, frozenset[str]] = {}
_of_connections: WeakKeyDictionary[BaseDatabaseWrapper, frozenset[str]] = WeakKeyDictionary()


class InOrderOf(Collate):
    """A column with the collation of a language; unchanged in databases without collations."""

    def __init__(self, expression: Any, language: str) -> None:
        self.name = f"{base_code(language)}-x-icu"
        super().__init__(expression, self.name)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        known = collations(connection)
        if not known:
            return compiler.compile(self.get_source_expressions()[0])
        extra["collation"] = connection.ops.quote_name(self.name if self.name in known else ROOT)
        return Func.as_sql(self, compiler, connection, *args, **extra)


def sort_column(model: type[Model], name: str, language: str) -> F | InOrderOf:
    """A column to sort by; text has the collation of a language."""
    if (
        language
        and name != "pk"
        and isinstance(model._meta.get_field(name), (CharField, TextField))
    ):
        return InOrderOf(name, language)
    return F(name)


def collations(connection: Any) -> frozenset[str]:
    """The names of a database's collations of languages."""
    if connection.vendor not in ("sqlite", "postgresql"):
        return frozenset()
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _of_databases[connection.alias]
    return _of_connections[connection]


def _prepare(connection: Any, **kwargs: Any) -> None:
    """Create the collations on a new connection to SQLite; read those of PostgreSQL once."""
    if connection.vendor == "sqlite":
        codes = {base_code(code) for code, _name in settings.LANGUAGES}
        codes |= {base_code(code) for code, _name in _content_languages()}
        codes |= {entry.code for entry in entries()} | {"und"}
        for code in codes:
            name = f"{code}-x-icu"
            connection.connection.create_collation(name, partial(_compare, code))
        _of_connections[connection] = frozenset(f"{code}-x-icu" for code in codes)
    elif connection.vendor == "postgresql" and connection.alias not in _of_databases:
        with connection.cursor() as cursor:
            cursor.execute("SELECT collname FROM pg_collation WHERE collname LIKE '%-x-icu'")
            _of_databases[connection.alias] = frozenset(name for (name,) in cursor.fetchall())


def _content_languages() -> list[tuple[str, str]]:
    return getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", [])


def _compare(code: str, one: str, other: str) -> int:
    return compare(one, other, code)


def connect() -> None:
    """Prepare each new connection."""
    connection_created.connect(_prepare, dispatch_uid="kis_partners.collation")
