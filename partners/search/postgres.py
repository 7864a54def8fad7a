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
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.search.models import IndexEntry

from .keyed import KeyIndex, KeySearch, VersionRebuilder
from .query import KeyQuery

#: The points of the words as they are typed, more than any rank of a title.
AS_TYPED = 1000


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

    def matches(self, query: KeyQuery, model: Any) -> tuple[str, list[Any]]:
        """SQL that gives the matches of a model: ``object_id``, ``tier`` and ``score``, where less
        is better."""
        parsed = "%s::tsquery"
        if query.has_words:
            parsed = f"to_tsquery({'%s::regconfig, ' if self.config else ''}%s)"
        given = [self.config] if query.has_words and self.config else []
        params: list[Any] = []
        names = []
        for place, tier in enumerate(query.tiers):
            names.append(f"{parsed} AS q{place}")
            params += [*given, query.expression(" | ", " & ", "'{}'", "'{}':*", tier)]
        last = f"q{len(names) - 1}"
        table = IndexEntry._meta.db_table
        as_typed, asked_as_typed = "", []
        if query.as_typed:
            # By the index of the column, so that no vector is read for it.
            as_typed = (
                f" - CASE WHEN e.id IN (SELECT id FROM {table} WHERE autocomplete @@ %s::tsquery) "
                f"THEN {AS_TYPED} ELSE 0 END"
            )
            asked_as_typed = [query.expression(" | ", " & ", "'{}'", "'{}':*", query.as_typed)]
        tiers = " ".join(
            f"WHEN e.title @@ q{place} OR e.body @@ q{place} THEN {place}"
            for place in range(len(names) - 1)
        )
        # If all words are required, the body ranks all matches alike.
        body = "" if query.tiers[-1].operator == "and" else f" + ts_rank(e.body, asked.{last})"
        types = get_descendants_content_types_pks(model)
        sql = (
            f"SELECT e.object_id, {f'CASE {tiers} ELSE {len(names) - 1} END' if tiers else '0'} "
            f"AS tier, -(ts_rank(e.title, asked.{last}) * e.title_norm{body}){as_typed} AS score "
            f"FROM {table} e, (SELECT {', '.join(names)}) asked "
            f"WHERE e.content_type_id IN ({', '.join(['%s'] * len(types))}) "
            f"AND (e.title @@ asked.{last} OR e.body @@ asked.{last})"
        )
        return sql, [*asked_as_typed, *params, *types]
