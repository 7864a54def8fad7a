"""Suggestions for a query that finds nothing: near words of the index.

The index has its words in ASCII (``Searchable.search_beginnings``). A suggestion has the spelling
of a public page; words that stand on no public page are never suggested.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from ..words.languages import fold
from .analysis import MOST_WORDS, prefix_tokens, tokens
from .query import plain_words, search

CACHE_KEY, SECONDS = "kis_search_vocabulary", 600
# The most near words to look at, and their least nearness (difflib's ratio).
CANDIDATES, NEARNESS = 4, 0.75
# The most words of one query to look up and to correct, and pages to read spellings from.
MOST_LOOKED_UP, MOST_CORRECTED, MOST_READ = 6, 4, 8

#: The texts of pages, each with its language.
TextsOf = Callable[[list[Page]], Iterable[tuple[str, str]]]


def vocabulary() -> set[str]:
    """The words of the index in ASCII; kept for ten minutes."""
    words = cache.get(CACHE_KEY)
    if words is None:
        words = {
            token[2:-1]
            for token in _tokens()
            if token[:2] in ("zz", "zx") and len(token) > 6 and not token[2:-1].isdigit()
        }
        cache.set(CACHE_KEY, words, SECONDS)
    return words


def _tokens() -> set[str]:
    if connection.vendor == "postgresql":
        table = IndexEntry._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word FROM ts_stat(%s) WHERE word LIKE 'zz%%' OR word LIKE 'zx%%'",
                [f'SELECT autocomplete FROM "{table}"'],
            )
            return {word for (word,) in cursor.fetchall()}
    texts = IndexEntry.objects.values_list("autocomplete", flat=True)
    return {token for text in texts.iterator() for token in (text or "").split()}


def did_you_mean(text: str, pages: QuerySet[Page], texts_of: TextsOf) -> str:
    """A query with near words that finds some of these pages; empty if there is none.

    ``texts_of`` gives the texts of some of these pages with their languages, as the reader may see
    them. As many statements as there are words to look up, and one search for all near words.
    """
    words = plain_words(text)[:MOST_WORDS]
    near: dict[str, list[str]] = {}
    known = vocabulary()
    for word in [one for one in words if len(one) >= 4][:MOST_LOOKED_UP]:
        # Searched among these pages: words of pages that aren't public don't count as known.
        if len(near) < MOST_CORRECTED and not search(pages, word).count():
            near[word] = _near(fold(word), known)
    spelled = _spelled({one for some in near.values() for one in some}, pages, texts_of)
    better = [
        next((spelled[one] for one in near.get(word, ()) if one in spelled), word) for word in words
    ]
    suggestion = " ".join(better)
    return suggestion if better != words and search(pages, suggestion).count() else ""


def _near(folded: str, known: set[str]) -> list[str]:
    """The words of the index that are nearest to a word, the nearest first."""
    same = [one for one in known if abs(len(one) - len(folded)) <= 3 and one[0] == folded[0]]
    return difflib.get_close_matches(folded, same, CANDIDATES, NEARNESS)


def _spelled(wanted: set[str], pages: QuerySet[Page], texts_of: TextsOf) -> dict[str, str]:
    """Words of the index in the spelling of one of these pages, as far as the best of them go."""
    found: dict[str, str] = {}
    if wanted:
        best = list(search(pages, " ".join(sorted(wanted)), operator="or")[:MOST_READ])
        for text, locale in texts_of(best):
            for token in tokens(text, locale):
                for word in wanted - found.keys():
                    if f"zz{word}0" in prefix_tokens(token.chunk, locale):
                        found[word] = token.chunk
    return found
