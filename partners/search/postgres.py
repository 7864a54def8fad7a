"""Keys in PostgreSQL's full-text search, under whichever of its configurations."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchAtomicRebuilder,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
    PostgresSearchRebuilder,
)

from .backend import KeyIndex, KeySearch, VersionRebuilder
from .query import KeyQuery


class WholeTokens(SearchQuery):
    """A query of tokens that no dictionary changes: parsed once, not for each row."""

    template = "(%(expressions)s)::tsquery"


class Keys:
    """Compiles queries of keys; leaves the others to the class it stands before."""

    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if isinstance(query, KeyQuery):
            written = query.expression(" | ", " & ", "'{}'", "'{}':*")
            kind = SearchQuery if query.has_words else WholeTokens
            expression = kind(written, search_type="raw", config=config)
            return ~expression if invert else expression
        parent: Any = super()
        return parent.build_tsquery_content(query, config=config, invert=invert)


class KeyQueryCompiler(Keys, PostgresSearchQueryCompiler):
    pass


class KeyAutocompleteQueryCompiler(Keys, PostgresAutocompleteQueryCompiler):
    pass


class PostgresKeyIndex(KeyIndex, PostgresIndex):
    pass


class Rebuilder(VersionRebuilder, PostgresSearchRebuilder):
    pass


class AtomicRebuilder(VersionRebuilder, PostgresSearchAtomicRebuilder):
    pass


class KeySearchBackend(KeySearch, PostgresSearchBackend):
    query_compiler_class = KeyQueryCompiler
    autocomplete_query_compiler_class = KeyAutocompleteQueryCompiler
    index_class = PostgresKeyIndex
    rebuilder_class = Rebuilder
    atomic_rebuilder_class = AtomicRebuilder
