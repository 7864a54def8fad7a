"""The place of a text that a query found, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .analysis import query_terms, token_keys, tokens

# How long an excerpt is, in characters.
LENGTH = 240


class Piece(NamedTuple):
    """A piece of a text, and whether the query found it."""

    text: str
    is_found: bool


def marked(text: str, query: str, locale: str) -> list[Piece]:
    """A whole text with the words of a query marked, in whichever form they stand there."""
    terms = query_terms(query, locale)
    wanted = frozenset().union(*terms)
    pieces, end = [], 0
    for token in tokens(text, locale):
        if wanted & token_keys(token.chunk, locale):
            if text[end : token.start]:
                pieces.append(Piece(text[end : token.start], False))
            pieces.append(Piece(text[token.start : token.end], True))
            end = token.end
    return [*pieces, Piece(text[end:], False)] if text[end:] else pieces


def excerpt(texts: Iterable[str], query: str, locale: str) -> list[Piece]:
    """The part with most of the found words of the first text that has any; else the beginning."""
    first = ""
    for text in texts:
        text = " ".join(text.split())
        first = first or text
        pieces = marked(text, query, locale)
        if any(piece.is_found for piece in pieces):
            return _shortened(pieces)
    return _shortened([Piece(first, False)]) if first else []


def _shortened(pieces: list[Piece]) -> list[Piece]:
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
            kept.append(Piece(text, piece.is_found))
    if begin and not kept[0].is_found:  # Begin and end with a whole word.
        kept[0] = Piece("… " + kept[0].text.partition(" ")[2], False)
    if begin + LENGTH < place and not kept[-1].is_found:
        kept[-1] = Piece(kept[-1].text.rpartition(" ")[0] + " …", False)
    return kept
