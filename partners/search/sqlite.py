"""Keys in SQLite's FTS5."""

from __future__ import annotations

from typing import Any

from django.db.models import Value
from modelsearch.backends.database.sqlite.query import (
    BM25,
    LexemeCombinable,
    MatchExpression,
    SearchQueryExpression,
    SQLiteFTSIndexEntry,
)
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteIndex,
    SQLiteSearchAtomicRebuilder,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
    SQLiteSearchRebuilder,
    SQLiteSearchResults,
)
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.search.models import IndexEntry

from .keyed import KeyIndex, KeySearch, VersionRebuilder
from .query import KeyQuery, Tier

#: The points of a title that has the words: the shorter, the more; and of the words as typed.
TITLE, AS_TYPED = "100.0 / (20 + length(title))", "10.0"


class Written(LexemeCombinable, Value):
    """A match expression of FTS5 that is written already."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self.value]


class KeyCompiler:
    """Mixin for a compiler: compiles queries of keys; other queries are compiled by Wagtail."""

    def build_search_query_content(self, query: Any, config: Any = None) -> Any:
        if isinstance(query, KeyQuery):
            written = query.expression(" OR ", " AND ", '"{}"', '"{}"*')
            return SearchQueryExpression(Written(f"({written})"))
        parent: Any = super()
        return parent.build_search_query_content(query, config=config)


class WeightedBM25(BM25):
    """BM25 with a higher weight for the column of titles."""

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, list[Any]]:
        sql, params = super().as_sql(*args, **kwargs)
        # The columns of the table: autocomplete, body, title.
        return sql.replace(")", ", 1.0, 1.0, 8.0)"), params


class Ranking:
    """Mixin: ranks all matches by one statement, because BM25 reads the whole index each time."""

    def ranked(self) -> list[Any]:
        """The primary keys of the matches, best first."""
        compiler: Any = self
        expression = compiler.build_search_query(compiler.query)
        entries = SQLiteFTSIndexEntry.objects.filter(
            MatchExpression(compiler.FTS_TABLE_FIELDS, expression),
            index_entry__content_type__in=get_descendants_content_types_pks(
                compiler.queryset.model
            ),
        )
        matches = entries.values_list("index_entry__object_id", flat=True)
        allowed = compiler.queryset.order_by().filter(pk__in=matches)
        keys = {str(key): key for key in allowed.values_list("pk", flat=True)}
        if not keys:
            return []
        scored = entries.annotate(score=WeightedBM25())
        scores = dict(scored.values_list("index_entry__object_id", "score"))
        # With equal scores, the newest comes first, as in PostgreSQL.
        newest = sorted((key for key in keys if key in scores), key=keys.__getitem__, reverse=True)
        return [keys[key] for key in sorted(newest, key=scores.__getitem__)]


class KeyQueryCompiler(Ranking, KeyCompiler, SQLiteSearchQueryCompiler):
    pass


class KeyAutocompleteQueryCompiler(Ranking, KeyCompiler, SQLiteAutocompleteQueryCompiler):
    pass


class KeySearchResults(SQLiteSearchResults):
    def _do_search(self) -> list[Any]:
        compiler = self.query_compiler
        is_ranked = isinstance(compiler.query, KeyQuery) and compiler.order_by_relevance
        if not is_ranked or self._score_field:
            return super()._do_search()
        keys = compiler.ranked()[self.start : self.stop]
        items: dict[Any, Any] = {}
        for begin in range(0, len(keys), 500):  # SQLite limits the parameters of a statement.
            chosen = compiler.queryset.filter(pk__in=keys[begin : begin + 500])
            items |= {item.pk: item for item in chosen}
        return [items[key] for key in keys if key in items]


class SQLiteKeyIndex(KeyIndex, SQLiteIndex):
    pass


class Rebuilder(VersionRebuilder, SQLiteSearchRebuilder):
    pass


class AtomicRebuilder(VersionRebuilder, SQLiteSearchAtomicRebuilder):
    pass


class KeySearchBackend(KeySearch, SQLiteSearchBackend):
    texts_only = True
    query_compiler_class = KeyQueryCompiler
    autocomplete_query_compiler_class = KeyAutocompleteQueryCompiler
    index_class = SQLiteKeyIndex
    results_class = KeySearchResults
    rebuilder_class = Rebuilder
    atomic_rebuilder_class = AtomicRebuilder

    def matches(self, query: KeyQuery, model: Any) -> tuple[str, list[Any]]:
        """SQL that gives the matches of a model: ``object_id``, ``tier`` and ``score``, where less
        is better."""
        table = SQLiteFTSIndexEntry._meta.db_table
        parts: list[str] = []
        params: list[Any] = []

        def add(place: int, points: str, columns: str, *tier: Tier) -> None:
            written = query.expression(" OR ", " AND ", '"{}"', '"{}"*', *tier)
            parts.append(
                f"SELECT rowid, {place} AS tier, {points} AS points FROM {table} "
                f"WHERE {table} MATCH %s"
            )
            params.append(f"{{{columns}}} : ({written})")

        tiers = query.tiers
        for place, tier in enumerate(tiers):
            add(place, "0.0", "title body", tier)
        last = len(tiers) - 1
        # Not BM25: it depends on all texts of the index, and so tells of those that are closed.
        add(last, TITLE, "title", tiers[last])
        if query.as_typed:
            # Not a tier of its own: what no tier has isn't found.
            add(last + 1, AS_TYPED, "autocomplete", query.as_typed)
        if tiers[last].operator == "or":
            for word in dict.fromkeys(word for words in query.readings for word in words):
                add(last, "1.0", "title body", Tier([[word]], "or"))
        types = get_descendants_content_types_pks(model)
        sql = (
            f"WITH m AS MATERIALIZED ({' UNION ALL '.join(parts)}) "
            "SELECT e.object_id, MIN(m.tier) AS tier, -SUM(m.points) AS score FROM m "
            f"JOIN {IndexEntry._meta.db_table} e ON e.id = m.rowid "
            f"WHERE e.content_type_id IN ({', '.join(['%s'] * len(types))}) "
            f"GROUP BY e.object_id HAVING MIN(m.tier) <= {last}"
        )
        return sql, [*params, *types]
