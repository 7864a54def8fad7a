"""Concepts of the field: what people type who mean something, and the terms that texts have.

Pure: no Django, no database. The concepts are those of the files in ``thesaurus``, read on first
use. A concept has, for each language, its terms with commas between, the first one preferred, and
behind a slash what people type who mean it (asks): everyday words, phrases, older terms. Terms and
asks are recognised in queries; texts are looked for by the terms alone. ``danger`` stands with
concepts whose queries begin with emergency numbers, ``vague`` with those that say little alone,
``broader`` names concepts whose terms are looked for as well.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import yaml

from ..words.languages import fold, language
from .analysis import MOST_LETTERS, MOST_WORDS, query_keys, query_terms, tokens, word_keys

FOLDER = Path(__file__).with_name("thesaurus")
#: The most concepts of a query that are looked for together, and readings made of them.
MOST_TOGETHER, MOST_READINGS = 2, 24

# A reading of a query: for each of its words the keys of which a text must have one.
Reading = tuple[frozenset[str], ...]


class Concept(NamedTuple):
    """A concept; ``terms`` and ``asks`` are by language, the preferred term first."""

    name: str
    terms: dict[str, list[str]]
    asks: dict[str, list[str]]
    danger: bool = False
    #: Whether it says little alone: a child, a partner.
    vague: bool = False
    broader: tuple[str, ...] = ()
    #: The translation key of the page that answers, and what to do in a few words by language.
    page: str = ""
    advice: dict[str, str] = {}

    def with_words_of(self, other: Concept) -> Concept:
        """This concept with what another one says of it besides."""
        return self._replace(
            terms=_joined(self.terms, other.terms),
            asks=_joined(self.asks, other.asks),
            danger=self.danger or other.danger,
            broader=tuple(dict.fromkeys(self.broader + other.broader)),
            page=other.page or self.page,
            advice={**self.advice, **other.advice},
        )

    def preferred(self, code: str) -> str:
        """The preferred term in a language; in another one where it has none."""
        terms = self.terms.get(code) or next(filter(None, self.terms.values()), [self.name])
        return terms[0]


def _joined(first: dict[str, list[str]], second: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        code: list(dict.fromkeys([*first.get(code, ()), *second.get(code, ())]))
        for code in {**first, **second}
    }


class Label(NamedTuple):
    """A term or an ask: its words that say something in their order, and its stop words."""

    concept: str
    words: tuple[str, ...]
    stops: frozenset[str]


class Hit(NamedTuple):
    """A concept in a query, with the places of its words among those that say something."""

    concept: Concept
    places: frozenset[int]


def read(text: str) -> dict[str, Concept]:
    """The concepts of a file of the thesaurus, by name."""
    found = {}
    for name, entry in yaml.safe_load(text).items():
        terms: dict[str, list[str]] = {}
        asks: dict[str, list[str]] = {}
        for code, written in entry.items():
            if code not in ("danger", "vague", "broader"):
                first, _slash, rest = str(written).partition(" / ")
                terms[code], asks[code] = _listed(first), _listed(rest)
        found[name] = Concept(
            name,
            terms,
            asks,
            bool(entry.get("danger")),
            bool(entry.get("vague")),
            tuple(entry.get("broader", ())),
        )
    return found


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


@cache
def concepts() -> dict[str, Concept]:
    """All concepts of the files by name."""
    found: dict[str, Concept] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        found |= read(path.read_text("utf-8"))
    return found


class Thesaurus:
    """Concepts by name, and what they make of a query."""

    def __init__(self, concepts: dict[str, Concept]) -> None:
        self.concepts = concepts
        self._labels: dict[str, dict[str, list[Label]]] = {}
        self._options: dict[str, tuple[Reading, ...]] = {}

    def labels(self, code: str) -> dict[str, list[Label]]:
        """The labels of a language by each key of their first word; read once."""
        if code not in self._labels:
            found: dict[str, list[Label]] = defaultdict(list)
            for concept in self.concepts.values():
                for text in {*concept.terms.get(code, ()), *concept.asks.get(code, ())}:
                    telling, stops = words_of_label(text, code)
                    if telling:
                        label = Label(concept.name, telling, stops)
                        for key in _keys(telling[0], code):
                            found[key].append(label)
            self._labels[code] = dict(found)
        return self._labels[code]

    def hits(self, query: str, code: str) -> list[Hit]:
        """The concepts that a query names, read in a language; longer labels before shorter."""
        telling, stops = _split(query[: MOST_WORDS * MOST_LETTERS], code)
        asked = [query_keys(chunk, code) for chunk in telling]
        found: list[tuple[int, Label]] = []
        labels = self.labels(code)
        for place, keys in enumerate(asked):
            seen: dict[int, Label] = {}
            for key in keys:
                for label in labels.get(key, ()):
                    seen[id(label)] = label
            for label in seen.values():
                following = asked[place : place + len(label.words)]
                if (
                    len(following) == len(label.words)
                    and all(
                        mine & _keys(word, code)
                        for mine, word in zip(following, label.words, strict=True)
                    )
                    and label.stops <= stops
                ):
                    found.append((place, label))
        found.sort(key=lambda one: (-len(one[1].words), -len(one[1].stops), one[1].concept))
        taken: dict[int, frozenset[int]] = {}
        chosen = []
        for place, label in found:
            places = frozenset(range(place, place + len(label.words)))
            # Several concepts may share a label, but none takes a part of another's words.
            if all(taken.get(one, places) == places for one in places):
                taken |= dict.fromkeys(places, places)
                hit = Hit(self.concepts[label.concept], places)
                if hit not in chosen:
                    chosen.append(hit)
        return chosen

    def options(self, name: str) -> tuple[Reading, ...]:
        """What a text must have to be about a concept: one of its terms in any language."""
        if name not in self._options:
            single: frozenset[str] = frozenset()
            longer: list[Reading] = []
            concept = self.concepts[name]
            broader = (self.concepts[one] for one in concept.broader if one in self.concepts)
            for one in (concept, *broader):
                for code, texts in one.terms.items():
                    for text in texts:
                        terms = tuple(query_terms(text, code))
                        if len(terms) == 1:
                            single |= terms[0]
                        elif terms:
                            longer.append(terms)
            self._options[name] = tuple([(single,), *longer] if single else longer)
        return self._options[name]

    def readings(self, query: str, codes: list[str]) -> tuple[list[Reading], list[Reading]]:
        """Readings of a query by its concepts: with its other words, and the concepts alone."""
        near: dict[Reading, None] = {}
        far: dict[Reading, None] = {}
        for code in codes:
            found = self.hits(query, code)
            if not found:
                continue
            telling, _stops = _split(query[: MOST_WORDS * MOST_LETTERS], code)
            by_place: dict[frozenset[int], list[Reading]] = defaultdict(list)
            for hit in found:
                by_place[hit.places] += self.options(hit.concept.name)
                if not hit.concept.vague:
                    far |= dict.fromkeys(self.options(hit.concept.name))
            used = frozenset().union(*by_place)
            rest = tuple(
                frozenset().union(*(query_keys(chunk, one) for one in codes))
                for place, chunk in enumerate(telling)
                if place not in used
            )
            together = list(by_place.values())[:MOST_TOGETHER]
            for some in list(product(*together))[:MOST_READINGS]:
                near[(*(word for one in some for word in one), *rest)] = None
        return list(near), [one for one in far if one not in near]

    def named(self, query: str, codes: list[str]) -> list[Concept]:
        """The concepts that a query names in any of these languages, each once."""
        found = {hit.concept.name: hit.concept for code in codes for hit in self.hits(query, code)}
        return list(found.values())


@cache
def _keys(word: str, code: str) -> frozenset[str]:
    """The keys of a word of a label; those behind the first are read when the first one matches."""
    return word_keys(word, code)


@cache
def words_of_label(text: str, code: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a term or ask that say something, and its stop words without marks."""
    telling, stops = _split(text, code)
    return tuple(telling), stops


def _split(text: str, code: str) -> tuple[list[str], frozenset[str]]:
    """The words of a text that say something, and its stop words without marks."""
    tongue = language(code)
    chunks = [token.chunk for token in tokens(text, code)]
    stops = frozenset(fold(one.lower()) for one in chunks if tongue.says_nothing(one.lower()))
    return [one for one in chunks if not tongue.says_nothing(one.lower())][:MOST_WORDS], stops
