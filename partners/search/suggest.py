"""Did you mean …: the nearest words of the index, where a query finds nothing.

The vocabulary is that of the index (``Searchable.search_beginnings``), which has words in ASCII. A
word is shown as a public page writes it; what stands on no public page isn't shown.
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
from .analysis import MOST_WORDS, prefixes, tokens
from .index import Searchable
from .query import plain_words, search

CACHE_KEY, SECONDS = "kis_search_vocabulary", 600
# How many near words are looked at, and how near they have to be (difflib's ratio).
CANDIDATES, NEARNESS = 4, 0.75
# How many words of one query are corrected.
MOST_CORRECTED = 4


def vocabulary() -> set[str]:
    """The words of the index, folded; up to ten minutes old."""
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
    """A query that is nearly the one typed and finds something among some pages; else empty."""
    known = vocabulary()
    better, is_changed, left = [], False, MOST_CORRECTED
    for word in plain_words(text)[:MOST_WORDS]:
        # What is known from pages that aren't public doesn't count.
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
    """The nearest word of the index as a public page writes it."""
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
            if f"zz{folded}0" in prefixes(token.chunk, locale):
                return token.chunk
    return ""
