"""The thesaurus in use: that of the files, with words of editors and of their glossary.

It is kept in each process until a version of the content begins, and all snippets are content; so
``delivery`` says when to :func:`forget` it. Two statements read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings

from .concepts import Concept, Thesaurus, concepts

# The columns of the words of a concept, and those of the words of the glossary.
_CONCEPT = (
    "name", "is_danger", "broader", "page__translation_key",
    "words__language", "words__terms", "words__asks", "words__advice",
)  # fmt: skip
_WORD = ("term__word", "language", "word")


class _Kept:
    """What this process has read; ``times`` counts how often it was forgotten."""

    thesaurus: Thesaurus | None = None
    times = 0


def thesaurus() -> Thesaurus:
    """The thesaurus as of now."""
    if _Kept.thesaurus is not None:
        return _Kept.thesaurus
    times = _Kept.times
    found = _made(tuple(_rows("Concept", _CONCEPT)), tuple(_rows("TermWord", _WORD)))
    if times == _Kept.times:
        _Kept.thesaurus = found
    return found


def forget(*args: Any, **kwargs: Any) -> None:
    """Read the words of editors anew at the next search."""
    _Kept.times += 1
    _Kept.thesaurus = None


def warm(*codes: str) -> None:
    """Read the concepts of the files in these languages now instead of at the first search."""
    for code in codes:
        of_files().labels(code)


@cache
def of_files() -> Thesaurus:
    """The thesaurus of the files alone."""
    return Thesaurus(concepts())


def _rows(model: str, columns: Iterable[str]) -> Any:
    manager = apps.get_model("kis_partners", model)._default_manager
    return manager.order_by("pk").values_list(*columns)


@lru_cache(maxsize=1)
def _made(rows: tuple[Any, ...], words: tuple[Any, ...]) -> Thesaurus:
    """The thesaurus of the files with what the rows of editors and of the glossary say."""
    if not rows and not words:
        return of_files()
    found = dict(concepts())
    for name, danger, broader, page, code, terms, asks, advice in rows:
        more = Concept(
            name,
            {code: terms.splitlines()} if code and terms else {},
            {code: asks.splitlines()} if code and asks else {},
            danger=danger,
            broader=tuple(broader.split()),
            page=str(page or ""),
            advice={code: advice} if code and advice else {},
        )
        found[name] = found[name].with_words_of(more) if name in found else more
    by_term = {
        term.casefold(): name
        for name, concept in found.items()
        for term in concept.terms.get(settings.LANGUAGE_CODE, ())
    }
    for term, code, word in words:
        if name := by_term.get(term.casefold()):
            found[name] = found[name].with_words_of(Concept(name, {code: [word]}, {}))
    return Thesaurus(found)
