"""Keys in PostgreSQL's full-text search, with any of its configurations."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchAtomicRebuilder,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
    PostgresSearchRebuilder,
)

from .keyed import KeyIndex, KeySearch, VersionRebuilder
from .query import KeyQuery


class WholeTokens(SearchQuery):
    """A query of tokens without text search configuration: parsed once, not for each row."""

    template = "(%(expressions)s)::tsquery"


class KeyCompiler:
    """Mixin for a compiler: compiles queries of keys; other queries are compiled by Wagtail."""

    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if isinstance(query, KeyQuery):
            written = query.expression(" | ", " & ", "'{}'", "'{}':*")
            query_class = SearchQuery if query.has_words else WholeTokens
            expression = query_class(written, search_type="raw", config=config)
            return ~expression if invert else expression
        parent: Any = super()
        return parent.build_tsquery_content(query, config=config, invert=invert)


class KeyQueryCompiler(KeyCompiler, PostgresSearchQueryCompiler):
    def search(self, config: Any, start: int, stop: int, *args: Any, **how: Any) -> Any:
        """Wagtail's search with a condition for each column, so that their indexes are used.

        The keys of the title are in the body, too. If all words are required, the body ranks all
        matches alike; it is then left out of the rank, because reading it takes longest.
        """
        if not isinstance(self.query, KeyQuery) or self.fields is not None:
            return super().search(config, start, stop, *args, **how)
        asked = self.build_tsquery(self.query, config=config)
        vectors = self.get_search_vectors(asked)
        if self.query.operator == "and":
            vectors = vectors[:1]
        rank = self._build_rank_expression(vectors, config)
        queryset = self.queryset.annotate(
            _title_=F("index_entries__title"), _body_=F("index_entries__body")
        ).filter(Q(_title_=asked) | Q(_body_=asked))
        return self._apply_ordering_and_scoring(queryset, rank, start, stop, how.get("score_field"))


class KeyAutocompleteQueryCompiler(KeyCompiler, PostgresAutocompleteQueryCompiler):
    pass


class PostgresKeyIndex(KeyIndex, PostgresIndex):
    pass


class Rebuilder(VersionRebuilder, PostgresSearchRebuilder):
    pass


class AtomicRebuilder(VersionRebuilder, PostgresSearchAtomicRebuilder):
    pass


class KeySearchBackend(KeySearch, PostgresSearchBackend):
    texts_only = True
    query_compiler_class = KeyQueryCompiler
    autocomplete_query_compiler_class = KeyAutocompleteQueryCompiler
    index_class = PostgresKeyIndex
    rebuilder_class = Rebuilder
    atomic_rebuilder_class = AtomicRebuilder
