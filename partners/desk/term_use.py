"""Terms of the editors' glossary, found in source texts and translations in any inflected form.

Words are compared by their search keys, so "häuslicher Gewalt" contains "häusliche Gewalt".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Any

from django.db.models import F
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from ..models import Term, TermWord
from ..search.analysis import query_terms, token_keys, tokens

#: The number of words allowed between two words of a term ("Gewalt in der Familie").
MAX_GAP = 2
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class TermInLanguage:
    """A term with its translations into one language, the preferred one first."""

    term: str
    note: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class TermUse:
    """A term in a source text, and whether its translation uses it; None if untranslated."""

    term: TermInLanguage
    is_used: bool | None = None


@dataclass
class TermFinder:
    """Finds the terms that are translated from one language into another."""

    source: str
    language: str
    terms: list[TermInLanguage]
    _by_key: dict[str, list[TermInLanguage]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_key = defaultdict(list)
        for term in self.terms:
            for key in _term_keys(term.term, self.source)[:1]:
                for one in key:
                    self._by_key[one].append(term)

    def find(self, text: str) -> list[TermInLanguage]:
        """The terms in a source text (a segment of wagtail-localize)."""
        keys = _word_keys(text, self.source)
        candidates = {
            term: None for word in keys for key in word for term in self._by_key.get(key, ())
        }
        return [term for term in candidates if _stands_in(keys, _term_keys(term.term, self.source))]

    def uses(self, text: str, translated: str | None) -> list[TermUse]:
        """The terms in a source text, each with whether the translated text uses it."""
        found = self.find(text)
        if translated is None or not found:
            return [TermUse(term) for term in found]
        keys = _word_keys(translated, self.language)
        return [
            TermUse(
                term, any(_stands_in(keys, _term_keys(word, self.language)) for word in term.words)
            )
            for term in found
        ]


def term_finder(source: str, language: str) -> TermFinder:
    """The finder for two languages, by their codes; two statements."""
    terms = []
    for term in Term.objects.prefetch_related("words"):
        words = tuple(one.word for one in term.words.all() if one.language == language)
        if words:
            terms.append(TermInLanguage(term.word, term.note, words))
    return TermFinder(source, language, terms)


def plain(text: str) -> str:
    """The text of a segment without tags and entities."""
    return unescape(_TAG.sub("", text))


@lru_cache(maxsize=2048)
def _term_keys(words: str, language: str) -> tuple[frozenset[str], ...]:
    return tuple(query_terms(words, language))


def _word_keys(text: str, language: str) -> list[frozenset[str]]:
    return [token_keys(token.chunk, language) for token in tokens(plain(text), language)]


def _stands_in(text: list[frozenset[str]], asked: tuple[frozenset[str], ...]) -> bool:
    """Whether all words of a term stand near each other in a text, in any order."""
    if not asked:
        return False
    places = [[place for place, keys in enumerate(text) if keys & word] for word in asked]
    if not all(places):
        return False
    reach = len(asked) - 1 + MAX_GAP
    return any(
        all(any(abs(place - first) <= reach for place in others) for others in places[1:])
        for first in places[0]
    )


@dataclass(frozen=True)
class UnusedTerm:
    """A translated segment that uses none of the translations of a term in its source."""

    key: Any
    locale: int
    language: str
    item: str
    path: str
    term: TermInLanguage
    text: str

    @property
    def wanted(self) -> str:
        """The term in the source language."""
        return self.term.term

    @property
    def expected(self) -> str:
        """The translations of the term, of which the segment uses none."""
        return ", ".join(self.term.words)


def unused_terms() -> Iterator[UnusedTerm]:
    """All translated segments with unused terms.

    One statement, and two more for each pair of languages; no more if there are no terms.
    """
    if not TermWord.objects.exists():
        return
    rows = (
        StringTranslation.objects.filter(
            has_error=False,
            context__stringsegment__string=F("translation_of"),
            context__stringsegment__source__translations__target_locale=F("locale"),
            context__stringsegment__source__translations__enabled=True,
        )
        .exclude(context__path="slug")
        .order_by("context__stringsegment__source__object_repr", "context__stringsegment__order")
        .values_list(
            "context__stringsegment__source__locale__language_code",
            "locale__language_code",
            "locale_id",
            "context__object_id",
            "context__stringsegment__source__object_repr",
            "context__path",
            "translation_of__data",
            "data",
        )
        .distinct()
    )
    known: dict[tuple[str, str], TermFinder] = {}
    for source, language, locale, key, item, path, text, translated in rows:
        pair = (source, language)
        if pair not in known:
            known[pair] = term_finder(*pair)
        for use in known[pair].uses(text, translated):
            if use.is_used is False:
                yield UnusedTerm(key, locale, language, item, path, use.term, plain(translated))


def term_uses_in(translation: Translation) -> list[tuple[TermUse, list[str]]]:
    """The terms in the source of a translation, each with the paths of its segments.

    A term counts as used if every translated segment with it uses one of its translations.
    """
    words = term_finder(
        translation.source.locale.language_code, translation.target_locale.language_code
    )
    segments = (
        StringSegment.objects.filter(source=translation.source)
        .exclude(context__path="slug")
        .annotate_translation(translation.target_locale)
        .select_related("string", "context")
        .order_by("order")
    )
    found: dict[TermInLanguage, list[tuple[str, bool | None]]] = defaultdict(list)
    for segment in segments:
        for use in words.uses(segment.string.data, segment.translation):
            found[use.term].append((segment.context.path, use.is_used))
    return [
        (
            TermUse(term, _used_everywhere(used for _path, used in places)),
            [path for path, _used in places],
        )
        for term, places in found.items()
    ]


def _used_everywhere(used: Iterable[bool | None]) -> bool | None:
    told = [one for one in used if one is not None]
    return all(told) if told else None
