"""Which objects of any queryset match a query, ranked by one statement of the database.

Wagtail's backends take querysets with plain conditions on indexed fields alone. What is public is
no such condition, so the matches of the index are joined to the queryset here, in the database: no
list of ids goes there and back, and the work grows with the matches, not with the pages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from wagtail.search.backends import get_search_backend

from .query import KeyQuery, has_words


class Match(NamedTuple):
    """An object that matches, by its primary key.

    ``tier`` says how near the match is: 0 for the words of the query in any of their forms; see
    :attr:`KeyQuery.tiers`. ``score``: the less, the nearer within the tier. ``columns`` are those
    that were asked for, as the database gives them.
    """

    pk: Any
    tier: int = 0
    columns: tuple[Any, ...] = ()
    score: float = 0.0


def ranked(queryset: QuerySet[Any], query: KeyQuery, *columns: str) -> list[Match]:
    """All objects of a queryset that match, best first, with some columns; one statement.

    With a search engine outside the database, two and those that the engine's backend takes.
    """
    backend: Any = get_search_backend()
    if not query:
        return []
    if not hasattr(backend, "matches"):
        rows = {row[0]: row for row in queryset.order_by().values_list("pk", *columns)}
        found = _asked(backend, queryset.model, rows, query)
        return [
            Match(item.pk, columns=rows[item.pk][1:], score=place)
            for place, item in enumerate(found)
        ]
    key = _key(queryset.model)
    try:
        sql, params = _matches(backend, queryset, query, columns)
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY tier, score, 1 DESC", params)
        return [
            Match(key.to_python(pk), tier, tuple(more), score)
            for pk, tier, score, *more in cursor.fetchall()
        ]


def matching(
    queryset: QuerySet[Any], query: KeyQuery, most_tier: int | None = None
) -> QuerySet[Any]:
    """The objects of a queryset that match, in its own order; up to a tier if one is given."""
    backend: Any = get_search_backend()
    if not query:
        return queryset.none()
    if not hasattr(backend, "matches"):
        return queryset.filter(pk__in=[match.pk for match in ranked(queryset, query)])
    try:
        sql, params = _matches(backend, queryset, query)
    except EmptyResultSet:
        return queryset.none()
    if most_tier is not None:
        sql, params = f"SELECT * FROM ({sql}) tiers WHERE tier <= %s", [*params, most_tier]
    return queryset.filter(pk__in=RawSQL(f"SELECT pk FROM ({sql}) matches", params))


def query_of(queryset: QuerySet[Any], text: str, operator: str = "and", **more: Any) -> KeyQuery:
    """A typed text as a query for the objects of a queryset."""
    return KeyQuery(text, operator, plain=has_words(queryset.model), **more)


def known_words(queryset: QuerySet[Any], words: Sequence[str]) -> set[str]:
    """Those of some words that objects of a queryset have in any form; one statement for all."""
    backend: Any = get_search_backend()
    queries = {word: query for word in words if (query := query_of(queryset, word))}
    if not hasattr(backend, "matches"):
        keys = list(queryset.order_by().values_list("pk", flat=True))
        asked = ((word, _asked(backend, queryset.model, keys, queries[word])) for word in queries)
        return {word for word, found in asked if found}
    parts, params = [], []
    for place, query in enumerate(queries.values()):
        try:
            found, its = _matches(backend, queryset, query)
        except EmptyResultSet:
            return set()
        parts.append(f"SELECT {place} WHERE EXISTS (SELECT 1 FROM ({found}) q{place})")
        params += its
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        names = list(queries)
        return {names[place] for (place,) in cursor.fetchall()}


def _matches(
    backend: Any, queryset: QuerySet[Any], query: KeyQuery, columns: Sequence[str] = ()
) -> tuple[str, list[Any]]:
    """SQL for the matches among the objects of a queryset: ``pk``, ``tier``, ``score``, columns."""
    allowed, its_params = queryset.order_by().values("pk", *columns).query.sql_with_params()
    matches, params = backend.matches(query, queryset.model)
    key = _key(queryset.model)
    is_number = key.get_internal_type().endswith("AutoField")
    db_type = "text" if connection.vendor == "sqlite" else key.db_type(connection)
    among = f"keyed JOIN ({allowed}) a ON a.pk = keyed.pk"
    if not columns:
        among = f"keyed WHERE keyed.pk IN ({allowed})"
    names = ", ".join(["keyed.pk", "tier", "score", *(f"a.{name}" for name in columns)])
    return (
        f"WITH found AS MATERIALIZED ({matches}), keyed AS MATERIALIZED ("
        f"SELECT CAST(object_id AS {'bigint' if is_number else db_type}) AS pk, tier, score "
        f"FROM found) SELECT {names} FROM {among}",
        [*params, *its_params],
    )


def _key(model: Any) -> Any:
    """The field of a model's primary key, which is that of its base for a derived model."""
    key = model._meta.pk
    while key.remote_field:
        key = key.target_field
    return key


def _asked(backend: Any, model: Any, keys: Collection[Any], query: KeyQuery) -> list[Any]:
    """The matches by a search engine, which knows no conditions but those on its own fields."""
    found: list[Any] = list(backend.search(query, model._default_manager.filter(pk__in=list(keys))))
    return found
