"""Suggestions for a query that finds nothing: near words of the index.

The index has its words in ASCII (``Searchable.search_beginnings``). A suggestion has the spelling
of a public page; words that stand on no public page are never suggested.
"""

from __future__ import annotations

import difflib
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from ..words.languages import fold
from .analysis import MOST_WORDS, prefix_tokens, tokens
from .index import Searchable
from .query import plain_words, search

CACHE_KEY, SECONDS = "kis_search_vocabulary", 600
# The most near words to look at, and their least nearness (difflib's ratio).
CANDIDATES, NEARNESS = 4, 0.75
# The most words to correct in one query.
MOST_CORRECTED = 4


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


def did_you_mean(text: str, pages: QuerySet[Page]) -> str:
    """A query with near words that finds some of these pages; empty if there is none."""
    known = vocabulary()
    better, is_changed, left = [], False, MOST_CORRECTED
    for word in plain_words(text)[:MOST_WORDS]:
        # Searched among these pages: words of pages that aren't public don't count as known.
        if len(word) < 4 or not left or search(pages, word).count():
            better.append(word)
            continue
        left -= 1
        near = _spelled(word, known, pages)
        better.append(near or word)
        is_changed = is_changed or bool(near)
    suggestion = " ".join(better)
    return suggestion if is_changed and search(pages, suggestion).count() else ""


def _spelled(word: str, known: set[str], pages: QuerySet[Page]) -> str:
    """The nearest word of the index in the spelling of one of these pages; empty without one."""
    folded = fold(word)
    same = [one for one in known if abs(len(one) - len(folded)) <= 3 and one[0] == folded[0]]
    for near in difflib.get_close_matches(folded, same, CANDIDATES, NEARNESS):
        for page in search(pages, near)[:3]:
            spelled = _as_written(page.specific, near)
            if spelled:
                return spelled
    return ""


def _as_written(page: Any, folded: str) -> str:
    if not isinstance(page, Searchable):
        return ""
    locale, texts = page.search_locale(), page.search_texts()
    for text in texts.every():
        for token in tokens(text, locale):
            if f"zz{folded}0" in prefix_tokens(token.chunk, locale):
                return token.chunk
    return ""
