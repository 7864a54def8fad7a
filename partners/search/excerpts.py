"""Excerpts of found texts, with the words of the query marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .analysis import number_keys, numbers, query_terms, token_keys, tokens

# The length of an excerpt in characters.
LENGTH = 240
# A shorter text is followed by the beginning of the page.
SHORT = 60


class MarkedText(NamedTuple):
    """A part of a text, and whether it is a word of the query."""

    text: str
    is_found: bool


def marked(text: str, query: str, *locales: str) -> list[MarkedText]:
    """A whole text with the words of a query marked, in all their forms.

    The text may be in any of these languages; it is cut into words by the rules of the first.
    """
    wanted = {code: frozenset().union(*query_terms(query, code)) for code in locales}
    found = [
        (token.start, token.end)
        for token in tokens(text, locales[0])
        if any(keys & token_keys(token.chunk, code) for code, keys in wanted.items())
    ]
    code = locales[0]
    found += [
        (one.start, one.end) for one in numbers(text) if number_keys(one.chunk, code) & wanted[code]
    ]
    pieces, end = [], 0
    for start, stop in sorted(found):
        if start >= end:
            if text[end:start]:
                pieces.append(MarkedText(text[end:start], False))
            pieces.append(MarkedText(text[start:stop], True))
            end = stop
    return [*pieces, MarkedText(text[end:], False)] if text[end:] else pieces


def excerpt(texts: Iterable[str], query: str, *locales: str) -> list[MarkedText]:
    """The part with most marked words of the first text that has any; else the first text's start.

    A text shorter than ``SHORT`` (a topic) is followed by the start of the first text.
    """
    first = ""
    for text in texts:
        text = " ".join(text.split())
        first = first or text
        pieces = marked(text, query, *locales)
        if any(piece.is_found for piece in pieces):
            if len(text) < SHORT and text != first:
                pieces.append(MarkedText(f" · {first}", False))
            return _shortened(pieces)
    return _shortened([MarkedText(first, False)]) if first else []


def _shortened(pieces: list[MarkedText]) -> list[MarkedText]:
    starts, place = [], 0
    for piece in pieces:
        if piece.is_found:
            starts.append(place)
        place += len(piece.text)
    best = max(
        starts, default=0, key=lambda one: sum(one <= each < one + LENGTH for each in starts)
    )
    begin = max(0, best - LENGTH // 4)
    kept, place = [], 0
    for piece in pieces:
        text = piece.text[max(0, begin - place) : max(0, begin + LENGTH - place)]
        place += len(piece.text)
        if text:
            kept.append(MarkedText(text, piece.is_found))
    if begin and not kept[0].is_found:  # Begin and end with a whole word.
        kept[0] = MarkedText("… " + kept[0].text.partition(" ")[2], False)
    if begin + LENGTH < place and not kept[-1].is_found:
        kept[-1] = MarkedText(kept[-1].text.rpartition(" ")[0] + " …", False)
    return kept
