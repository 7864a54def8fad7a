"""Terms of the glossary in texts, in any form of their words.

Words are compared by the keys of the search, so "häuslicher Gewalt" is found by "häusliche Gewalt".
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

from ..models import Term
from ..search.analysis import query_terms, token_keys, tokens

#: How many words may stand between two words of one term ("Gewalt in der Familie").
GAP = 2
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Spoken:
    """A term and its words in one language, the preferred one first."""

    term: str
    note: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """A term in a text, and whether the translation has it; None where there is none yet."""

    term: Spoken
    is_used: bool | None = None


@dataclass
class Glossary:
    """The terms that have words in a language, ready to be looked for."""

    source: str
    language: str
    terms: list[Spoken]
    _by_key: dict[str, list[Spoken]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_key = defaultdict(list)
        for term in self.terms:
            for key in _asked(term.term, self.source)[:1]:
                for one in key:
                    self._by_key[one].append(term)

    def find(self, text: str) -> list[Spoken]:
        """The terms in a text of the source, which is a segment of wagtail-localize."""
        keys = _keys(text, self.source)
        near = {term: None for word in keys for key in word for term in self._by_key.get(key, ())}
        return [term for term in near if _has(keys, _asked(term.term, self.source))]

    def uses(self, text: str, translated: str | None) -> list[Use]:
        """The terms in a text, each with whether its translation has one of their words."""
        found = self.find(text)
        if translated is None or not found:
            return [Use(term) for term in found]
        keys = _keys(translated, self.language)
        return [
            Use(term, any(_has(keys, _asked(word, self.language)) for word in term.words))
            for term in found
        ]


def glossary(source: str, language: str) -> Glossary:
    """The glossary between two languages, by their codes; two statements."""
    terms = []
    for term in Term.objects.prefetch_related("words"):
        words = tuple(one.word for one in term.words.all() if one.language == language)
        if words:
            terms.append(Spoken(term.word, term.note, words))
    return Glossary(source, language, terms)


def plain(text: str) -> str:
    """A segment as people read it."""
    return unescape(_TAG.sub("", text))


@lru_cache(maxsize=2048)
def _asked(words: str, language: str) -> tuple[frozenset[str], ...]:
    return tuple(query_terms(words, language))


def _keys(text: str, language: str) -> list[frozenset[str]]:
    return [token_keys(token.chunk, language) for token in tokens(plain(text), language)]


def _has(text: list[frozenset[str]], asked: tuple[frozenset[str], ...]) -> bool:
    """Whether the words that are asked for stand in a text, in any order, near each other."""
    if not asked:
        return False
    places = [[place for place, keys in enumerate(text) if keys & word] for word in asked]
    if not all(places):
        return False
    reach = len(asked) - 1 + GAP
    return any(
        all(any(abs(place - first) <= reach for place in others) for others in places[1:])
        for first in places[0]
    )


@dataclass(frozen=True)
class Miss:
    """A translated segment that doesn't use the word of the glossary."""

    key: Any
    locale: int
    language: str
    item: str
    path: str
    term: Spoken
    text: str

    @property
    def wanted(self) -> str:
        """The term of the source."""
        return self.term.term

    @property
    def expected(self) -> str:
        """The words of which the translation has none."""
        return ", ".join(self.term.words)


def misses() -> Iterator[Miss]:
    """All translated segments that don't use the glossary; one statement, and two for each pair of
    languages."""
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
    known: dict[tuple[str, str], Glossary] = {}
    for source, language, locale, key, item, path, text, translated in rows:
        pair = (source, language)
        if pair not in known:
            known[pair] = glossary(*pair)
        for use in known[pair].uses(text, translated):
            if use.is_used is False:
                yield Miss(key, locale, language, item, path, use.term, plain(translated))


def in_translation(translation: Translation) -> list[tuple[Use, list[str]]]:
    """The terms of a translation, each with the paths of the segments that it stands in.

    A term counts as used where every translated segment with it has one of its words.
    """
    words = glossary(
        translation.source.locale.language_code, translation.target_locale.language_code
    )
    segments = (
        StringSegment.objects.filter(source=translation.source)
        .exclude(context__path="slug")
        .annotate_translation(translation.target_locale)
        .select_related("string", "context")
        .order_by("order")
    )
    found: dict[Spoken, list[tuple[str, bool | None]]] = defaultdict(list)
    for segment in segments:
        for use in words.uses(segment.string.data, segment.translation):
            found[use.term].append((segment.context.path, use.is_used))
    return [
        (Use(term, _together(used for _path, used in places)), [path for path, _used in places])
        for term, places in found.items()
    ]


def _together(used: Iterable[bool | None]) -> bool | None:
    told = [one for one in used if one is not None]
    return all(told) if told else None
