"""Queries of keys, and the search of API, search page and admin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model, QuerySet
from wagtail.search.query import And, Boost, Not, Or, Phrase, PlainText, SearchQuery

from ..words.languages import language
from .analysis import MOST_LETTERS, MOST_WORDS, beginnings, family_terms, query_terms
from .current import thesaurus
from .index import TYPED, WHOLE, Searchable, languages

# A word as alternative tokens; a star at the end makes one the beginning of a token.
Word = frozenset[str]


class Tier(NamedTuple):
    """A way to match a query: all words of one reading, or any word (``operator`` "or")."""

    readings: list[list[Word]]
    operator: str


class KeyQuery(PlainText):
    """A typed text as keys.

    ``readings`` has a list of words for each language of the site; a text matches with all words of
    one list, or with any word if ``operator`` is "or". ``typing``: words may be beginnings.
    ``plain``: adds the words as they are typed, for models that aren't ``Searchable``. ``near`` are
    other words to look for in place of typed ones.
    """

    def __init__(
        self,
        text: str,
        operator: str = "and",
        typing: bool = False,
        plain: bool = False,
        near: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(text, operator=operator if operator in ("and", "or") else "and")
        self.has_words = plain
        self.is_near = near is not None
        self.typing = typing
        found = [
            _near_terms(text, code, near) if near else query_terms(text, code)
            for code in languages()
        ]
        if typing:
            found = [[frozenset(WHOLE + key for key in word) for word in words] for words in found]
            begun = [frozenset(f"{one}*" for one in word) for word in beginnings(text)]
            # All words may be beginnings, or the last alone behind words in any form.
            found += [[*words[:-1], words[-1] | begun[-1]] for words in found if words]
            found.append(begun)
        if plain:
            star = "*" if typing else ""
            found.append([frozenset([word + star]) for word in plain_words(text)])
        self.readings: list[list[Word]] = [
            list(reading) for reading in dict.fromkeys(tuple(words) for words in found) if reading
        ]

    def __bool__(self) -> bool:
        return bool(self.readings)

    @cached_property
    def tiers(self) -> list[Tier]:
        """Ways to match by how near the matches are, the nearest first: the words, those of their
        families, the concepts that the query names with its other words, and the concepts alone.

        Each finds all that those before it find.
        """
        nearest = Tier(self.readings, self.operator)
        if self.is_near:
            return [nearest, Tier(self.readings, "or")]
        if self.typing or self.operator == "or":
            return [nearest]
        near, far = thesaurus().readings(self.query_string, languages())
        found, asked = [nearest], dict.fromkeys(map(tuple, self.readings))
        for more in (self._related(), near, far):
            longer = asked | dict.fromkeys(more)
            if len(longer) > len(asked):
                asked = longer
                found.append(Tier([list(reading) for reading in asked], "and"))
        return found

    @cached_property
    def as_typed(self) -> Tier | None:
        """The words in the very form in which they are typed, but for their marks; None for a query
        of which that says nothing. It is asked of the tokens for autocompletion."""
        words = [
            frozenset(f"{mark}{one[2:]}0" for one in word for mark in TYPED)
            for word in beginnings(self.query_string)
        ]
        if self.is_near or self.typing or self.operator == "or" or not all(words):
            return None
        return Tier([words], "and")

    def _related(self) -> Iterator[tuple[Word, ...]]:
        """Readings by the families of the words."""
        for code in languages():
            yield from map(tuple, family_terms(self.query_string, code))

    def expression(
        self,
        either: str,
        both: str,
        token: str,
        beginning: str,
        tier: Tier | None = None,
    ) -> str:
        """The query in the syntax of an engine, by its operators and templates for tokens."""
        readings, operator = tier or Tier(self.readings, self.operator)
        join = both if operator == "and" else either

        def written(word: Word) -> str:
            parts = [
                (beginning if one.endswith("*") else token).format(one.rstrip("*"))
                for one in sorted(word)
            ]
            return f"({either.join(parts)})"

        return either.join(f"({join.join(map(written, words))})" for words in readings)


def _near_terms(text: str, code: str, near: Mapping[str, Sequence[str]]) -> list[Word]:
    """Terms of a query with other words in place of typed ones; see :func:`query_terms`."""
    terms = []
    for word in plain_words(text):
        found = [term for one in near.get(word, [word]) for term in query_terms(one, code)]
        if found and not language(code).says_nothing(word):
            terms.append(frozenset().union(*found))
    return terms


def plain_words(text: str) -> list[str]:
    """The words of a text as they are typed, without signs, which engines take as syntax."""
    return [word.lower()[:MOST_LETTERS] for word in re.findall(r"[^\W_]+", text)][:MOST_WORDS]


def keyed(
    query: str | SearchQuery,
    model: type[Model],
    operator: str | None,
    typing: bool,
    by_keys: bool = True,
) -> SearchQuery | None:
    """A query with keys in place of words; None for a query without words."""
    if isinstance(query, str):
        query = PlainText(query, operator=operator or "and")
    if isinstance(query, KeyQuery):
        return query
    if isinstance(query, PlainText | Phrase):
        how = query.operator if isinstance(query, PlainText) else "and"
        if not by_keys:
            words = " ".join(plain_words(query.query_string))
            return PlainText(words, operator=how) if words else None
        plain = typing or has_words(model)
        return KeyQuery(query.query_string, how, typing, plain) or None
    if isinstance(query, And | Or):
        parts = [keyed(part, model, operator, typing, by_keys) for part in query.subqueries]
        kept = [part for part in parts if part is not None]
        return type(query)(kept) if len(kept) > 1 else next(iter(kept), None)
    if isinstance(query, Not | Boost):
        part = keyed(query.subquery, model, operator, typing, by_keys)
        if part is None:
            return None
        return Not(part) if isinstance(query, Not) else Boost(part, query.boost)
    return query


def has_words(model: type[Model]) -> bool:
    """Whether the index has words of a model's objects besides keys."""
    return not all(issubclass(one, Searchable) for one in _leaf_models(model))


@lru_cache(maxsize=256)
def _leaf_models(model: type[Model]) -> list[type[Model]]:
    """The models without derived models among a model and those derived from it."""
    family = [one for one in apps.get_models() if issubclass(one, model)] or [model]
    return [
        one
        for one in family
        if not any(issubclass(other, one) and other is not one for other in family)
    ]


def typed(queryset: QuerySet[Any], text: str) -> Any:
    """The objects that match a text whose last word is still being typed, best first."""
    from wagtail.search.backends import get_search_backend

    return get_search_backend().autocomplete(text, queryset)


def search(queryset: QuerySet[Any], text: str, *, operator: str = "and") -> Any:
    """The objects of a queryset that match, best first; lazy, can be counted and sliced.

    At most three statements for the objects, one for their number.
    """
    from wagtail.search.backends import get_search_backend

    return get_search_backend().search(text, queryset, operator=operator)
