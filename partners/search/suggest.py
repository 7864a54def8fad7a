"""Near words for a query that finds nothing: typing errors.

The index has its words in ASCII (``Searchable.search_beginnings``). Near words are looked for among
public pages alone, and shown in the spelling of a page that was found by them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from string import ascii_lowercase

from django.db import connection
from django.db.models import CharField, F, Func, QuerySet, TextField
from django.db.models.functions import Cast
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from ..words.languages import fold
from .analysis import prefix_tokens, tokens
from .query import plain_words
from .ranked import known_words

# The most words to look at that differ by more than a letter, and their least nearness (difflib's
# ratio), and for how many words of a query that is done.
CANDIDATES, NEARNESS, MOST_COMPARED = 4, 0.75, 3
# The most words of one query to look up and to correct, and the fewest letters of one.
MOST_LOOKED_UP, MOST_CORRECTED, FEWEST_LETTERS = 6, 4, 4


def vocabulary(pages: QuerySet[Page]) -> frozenset[str]:
    """The words of these pages in ASCII, as the index has them; one statement."""
    keys = pages.order_by().annotate(key=Cast("pk", CharField())).values("key")
    entries = IndexEntry.objects.filter(
        content_type__in=get_descendants_content_types_pks(Page), object_id__in=keys
    )
    return frozenset(
        token[2:-1]
        for token in _tokens(entries)
        if token[:2] in ("zz", "zx") and len(token) > 6 and not token[2:-1].isdigit()
    )


def _tokens(entries: QuerySet[IndexEntry]) -> Iterator[str]:
    if connection.vendor == "postgresql":
        tokens = Func(F("autocomplete"), function="tsvector_to_array", output_field=TextField())
        each = Func(tokens, function="unnest", output_field=TextField())
        yield from entries.annotate(token=each).values_list("token", flat=True).distinct()
        return
    for text in entries.values_list("autocomplete", flat=True).iterator():
        yield from (text or "").split()


def near_words(
    text: str, pages: QuerySet[Page], known: Callable[[], frozenset[str]] | None = None
) -> dict[str, list[str]]:
    """For words of a query that none of these pages has, the words of these pages that are nearest.

    ``known`` gives their :func:`vocabulary`, if the caller keeps it. Words of other pages count for
    nothing: with them, an answer would tell what pages have that aren't public.
    """
    words = list(dict.fromkeys(one for one in plain_words(text) if len(one) >= FEWEST_LETTERS))
    words = words[:MOST_LOOKED_UP]
    found = known_words(pages, words)
    words_of_pages = known() if known else vocabulary(pages)
    near: dict[str, list[str]] = {}
    compared = 0
    for word in [one for one in words if one not in found][:MOST_CORRECTED]:
        folded = fold(word)
        best = sorted(one_letter_apart(folded) & words_of_pages - {folded})
        if not best and compared < MOST_COMPARED:
            compared += 1
            best = _nearest(folded, words_of_pages)
        if best:
            near[word] = best
    return near


def one_letter_apart(word: str) -> set[str]:
    """What a word becomes by one letter less, more or another, or two neighbours changed over."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(head + tail[1:] for head, tail in cuts if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1),
        *(head + one + tail[1:] for head, tail in cuts if tail for one in ascii_lowercase),
        *(head + one + tail for head, tail in cuts for one in ascii_lowercase),
    }


def _nearest(folded: str, known: Collection[str]) -> list[str]:
    """The words of the index that are nearest to a word, the nearest first."""
    same = [one for one in known if abs(len(one) - len(folded)) <= 2 and one[0] == folded[0]]
    return difflib.get_close_matches(folded, same, CANDIDATES, NEARNESS)


def spelled(text: str, near: dict[str, list[str]], texts: Iterable[tuple[str, str]]) -> str:
    """A query with near words in the spelling of these texts, each with its language; empty where
    none of them has one."""
    wanted = {one for some in near.values() for one in some}
    found: dict[str, str] = {}
    for body, locale in texts:
        if not wanted - found.keys():
            break
        for token in tokens(body, locale):
            hit = prefix_tokens(token.chunk, locale)
            for word in wanted - found.keys():
                if f"zz{word}0" in hit:
                    found[word] = token.chunk
    words = plain_words(text)
    better = [
        next((found[one] for one in near.get(word, ()) if one in found), word) for word in words
    ]
    return " ".join(better) if better != words else ""
