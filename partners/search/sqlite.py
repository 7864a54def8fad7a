"""Keys in SQLite's FTS5."""

from __future__ import annotations

from typing import Any

from django.db.models import Value
from modelsearch.backends.database.sqlite.query import LexemeCombinable, SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteIndex,
    SQLiteSearchAtomicRebuilder,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
    SQLiteSearchRebuilder,
)

from .backend import KeyIndex, KeySearch, VersionRebuilder
from .query import KeyQuery


class Written(LexemeCombinable, Value):
    """A part of a match expression that is complete."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self.value]


class Keys:
    """Compiles queries of keys; leaves the others to the class it stands before."""

    def build_search_query_content(self, query: Any, config: Any = None) -> Any:
        if isinstance(query, KeyQuery):
            written = query.expression(" OR ", " AND ", '"{}"', '"{}"*')
            return SearchQueryExpression(Written(f"({written})"))
        parent: Any = super()
        return parent.build_search_query_content(query, config=config)


class KeyQueryCompiler(Keys, SQLiteSearchQueryCompiler):
    pass


class KeyAutocompleteQueryCompiler(Keys, SQLiteAutocompleteQueryCompiler):
    pass


class SQLiteKeyIndex(KeyIndex, SQLiteIndex):
    pass


class Rebuilder(VersionRebuilder, SQLiteSearchRebuilder):
    pass


class AtomicRebuilder(VersionRebuilder, SQLiteSearchAtomicRebuilder):
    pass


class KeySearchBackend(KeySearch, SQLiteSearchBackend):
    query_compiler_class = KeyQueryCompiler
    autocomplete_query_compiler_class = KeyAutocompleteQueryCompiler
    index_class = SQLiteKeyIndex
    rebuilder_class = Rebuilder
    atomic_rebuilder_class = AtomicRebuilder
