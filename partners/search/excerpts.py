"""The place of a text that a query found, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .analysis import query_terms, token_keys, tokens

# How long an excerpt is, in characters.
LENGTH = 240
# A text below that says too little to stand alone.
SHORT = 60


class Piece(NamedTuple):
    """A piece of a text, and whether the query found it."""

    text: str
    is_found: bool


def marked(text: str, query: str, *locales: str) -> list[Piece]:
    """A whole text with the words of a query marked, in whichever form they stand there.

    The text may be in any of these languages; its words are told apart as in the first.
    """
    wanted = {code: frozenset().union(*query_terms(query, code)) for code in locales}
    pieces, end = [], 0
    for token in tokens(text, locales[0]):
        if any(keys & token_keys(token.chunk, code) for code, keys in wanted.items()):
            if text[end : token.start]:
                pieces.append(Piece(text[end : token.start], False))
            pieces.append(Piece(text[token.start : token.end], True))
            end = token.end
    return [*pieces, Piece(text[end:], False)] if text[end:] else pieces


def excerpt(texts: Iterable[str], query: str, *locales: str) -> list[Piece]:
    """The part with most of the found words of the first text that has any; else the beginning.

    What is too short to say much (a topic) is followed by the beginning.
    """
    first = ""
    for text in texts:
        text = " ".join(text.split())
        first = first or text
        pieces = marked(text, query, *locales)
        if any(piece.is_found for piece in pieces):
            if len(text) < SHORT and text != first:
                pieces.append(Piece(f" · {first}", False))
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
