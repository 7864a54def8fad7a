"""Text to keys: a text and a query meet where a word of one is a form of a word of the other.

Pure: no Django, no database, no state but caches. A key is ASCII, begins with its language and ends
in a digit (``delgewalt0``), so that every full-text engine keeps it whole. The letter behind the
language is the role of the key:

=====  ==========================================================================================
``l``  the lemma of a word that the dictionary knows
``s``  the stem of any word
``u``  the stem of a word that the dictionary doesn't know
``m``  a lemma without its ending, with the marks of its letters
``f``  what words of one family have in common, without marks
``n``  the digits of a number in any grouping, without country code and leading zeros
=====  ==========================================================================================

A known word of a query looks for its lemma, so that Polizei doesn't find Politik, and for stems of
unknown words. An unknown word looks for stems. ``m`` joins several lemmas that a dictionary gives
to forms of one word. ``x``, ``y`` and ``z`` are ``l``, ``s`` and ``u`` with the marks of the
letters kept, for languages in which súd and sud are two words: a query with marks looks for these
alone.

Whoever changes the keys or the indexed texts changes ``VERSION``; the index must then be rebuilt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..words.languages import Language, fold, fold_exactly, language

VERSION = "5"
# Longer words and queries are cut off.
MOST_LETTERS, MOST_WORDS = 60, 16
_IGNORED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_EXACT = {"l": "x", "s": "y", "u": "z"}


# Groups of digits that may be one number: 116 016, 0800/212212, +49 (0) 341-123.
_NUMBER = re.compile(
    r"(?<!\w)(?:\+|\(\+)?\d+\)?"
    r"(?:[ \u00a0\u2009\u202f]?[-‐‑–/.(]?[ \u00a0\u2009\u202f]?\(?\d+\)?){0,9}(?!\w)"
)
# The codes of countries, which stand in place of the zero that is dialled within one.
_COUNTRY = re.compile(r"^(?:\+|00)(?:49|43|41|420|421|48|371|370|372|44)")
_FEWEST_DIGITS, _MOST_DIGITS, _MOST_GROUPS = 3, 15, 6


class Token(NamedTuple):
    """A word of a text, or several joined ones, between two positions of characters."""

    start: int
    end: int
    chunk: str


def index_keys(text: str, locale: str) -> frozenset[str]:
    """The keys of a text in a language (``de``, ``sk``, ``de-AT`` …)."""
    keys = frozenset().union(*(token_keys(token.chunk, locale) for token in tokens(text, locale)))
    parts = (token_keys(word, locale) for word in language(locale).suspended(text))
    return keys.union(number_keys(text, locale), *parts)


def number_keys(text: str, locale: str) -> frozenset[str]:
    """The keys of the numbers of a text, and of groups of digits that stand together in it."""
    code = language(locale).code
    return frozenset(
        f"{code}n{digits}0" for match in _NUMBER.finditer(text) for digits in _numbers(match[0])
    )


def numbers(text: str) -> Iterator[Token]:
    """The runs of digits of a text that may be numbers."""
    for match in _NUMBER.finditer(text):
        yield Token(match.start(), match.end(), match[0])


def number_in(text: str) -> str:
    """The digits of a text that is one number in any grouping, without country code and leading
    zeros; empty for any other text."""
    text = unicodedata.normalize("NFKC", text.translate(_IGNORED)).strip()
    if not _NUMBER.fullmatch(text) or _is_span(text):
        return ""
    digits = _significant(text)
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _numbers(run: str) -> set[str]:
    """The numbers that a run of digits may be: all of it, and what stands together in it."""
    starts = [match.start() for match in re.finditer(r"\d+", run)]
    ends = [match.end() for match in re.finditer(r"\d+", run)]
    found = set()
    for first, start in enumerate(starts):
        for end in ends[first : first + _MOST_GROUPS]:
            together = run[:end] if first == 0 else run[start:end]
            digits = "" if _is_span(together) else _significant(together)
            if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
                found.add(digits)
    return found


def _significant(run: str) -> str:
    """The digits of a number without country code and leading zeros."""
    plain = re.sub(r"[^\d+]", "", run.replace("(0)", ""))
    return _COUNTRY.sub("", plain).replace("+", "").lstrip("0")


def _is_span(text: str) -> bool:
    """Whether groups of digits are years: 2004-2008, which are no number together."""
    groups = re.findall(r"\d+", text)
    return len(groups) > 1 and all(re.fullmatch("(?:19|20)\\d\\d", group) for group in groups)


def query_terms(query: str, locale: str) -> list[frozenset[str]]:
    """For each word of a query, the keys to look for.

    A text matches if it has a key of every set. Stop words (``the``, ``und``) are left out unless
    there are no others. Empty for a query without words.
    """
    tongue = language(locale)
    query = query[: MOST_WORDS * MOST_LETTERS]
    numbers = []
    for match in _NUMBER.finditer(query):
        if digits := number_in(match[0]):
            numbers.append(frozenset([f"{tongue.code}n{digits}0"]))
            query = query.replace(match[0], " ", 1)
    chunks = [token.chunk for token in tokens(query, locale)]
    telling = [chunk for chunk in chunks if not tongue.says_nothing(chunk.lower())]
    terms = [query_keys(chunk, tongue.code) for chunk in (telling or chunks)[:MOST_WORDS]]
    return [term for term in dict.fromkeys([*terms, *numbers[:MOST_WORDS]]) if term]


def tokens(text: str, locale: str) -> Iterator[Token]:
    """The words of a text; words joined by a hyphen or a gender sign are one token."""
    for match in _pattern(language(locale).code).finditer(text):
        chunk = unicodedata.normalize("NFKC", match[0].translate(_IGNORED))
        if len(chunk) > 1 or chunk.isdigit():
            yield Token(match.start(), match.end(), chunk)


@lru_cache(maxsize=4096)
def token_keys(chunk: str, locale: str) -> frozenset[str]:
    """The keys of one token of a text."""
    tongue = language(locale)
    keys: set[str] = set()
    for word in _words(tongue, chunk):
        keys |= _word_keys(tongue, word)
        if tongue.is_function_word(word, tongue.lemmas(word)):
            continue
        keys |= {f"{tongue.code}f{root}0" for root in tongue.families(word)}
        for part in tongue.parts(word):
            keys |= _part_keys(tongue, part)
    return frozenset(keys)


def word_keys(chunk: str, locale: str) -> frozenset[str]:
    """The keys of a token as one word, without those of its parts and its family."""
    tongue = language(locale)
    return frozenset().union(*(_word_keys(tongue, word) for word in _words(tongue, chunk)[-1:]))


def _word_keys(tongue: Language, word: str) -> set[str]:
    lemmas = tongue.lemmas(word)
    stems = _stems(tongue, lemmas)
    if tongue.is_function_word(word, lemmas):
        return _keys(tongue, "l", lemmas, is_exact=True)
    keys = _keys(tongue, "l", lemmas)
    if tongue.exact_marks:
        keys |= _keys(tongue, "m", {root for lemma in lemmas for root in tongue.roots(lemma)})
    stems |= tongue.stems(word)
    keys |= _keys(tongue, "s", stems)
    return keys if lemmas else keys | _keys(tongue, "u", stems)


def _part_keys(tongue: Language, part: str) -> set[str]:
    lemmas = tongue.part_lemmas(part)
    if lemmas:
        return _keys(tongue, "l", lemmas)
    stems = tongue.stems(part)
    return _keys(tongue, "s", stems) | _keys(tongue, "u", stems)


def family_terms(query: str, locale: str) -> list[list[frozenset[str]]]:
    """Readings of a query by the families of its words: of :func:`query_terms`, with the keys of
    words of one family beside each, joined words taken apart, and words that stand apart joined."""
    tongue = language(locale)
    query = query[: MOST_WORDS * MOST_LETTERS]
    chunks = [token.chunk for token in tokens(query, locale) if not number_in(token.chunk)]
    telling = [one for one in chunks if not tongue.says_nothing(one.lower())] or chunks
    telling = telling[:MOST_WORDS]
    rest = [term for term in query_terms(query, locale) if all(key[2] == "n" for key in term)]
    whole = [_related_keys(chunk, tongue.code) for chunk in telling]
    readings = [[*whole, *rest]]
    parts = [tongue.apart(chunk.lower()[:MOST_LETTERS]) for chunk in telling]
    if any(parts):
        apart = [
            [_related_keys(part, tongue.code) for part in some] if len(some) > 1 else [term]
            for some, term in zip(parts, whole, strict=True)
        ]
        readings.append([*(term for some in apart for term in some), *rest])
    if 1 < len(telling) < 5:
        for place in range(len(telling) - 1):
            joined = query_keys(telling[place] + telling[place + 1], tongue.code)
            readings.append([*whole[:place], joined, *whole[place + 2 :], *rest])
    return [[term for term in reading if term] for reading in readings if any(reading)]


@lru_cache(maxsize=1024)
def _related_keys(chunk: str, locale: str) -> frozenset[str]:
    tongue = language(locale)
    words = _words(tongue, chunk)[-1:]
    return query_keys(chunk, locale) | {
        f"{tongue.code}f{root}0"
        for word in words
        for form in {word, *_restored(tongue, word)}
        for root in tongue.families(form)
    }


@lru_cache(maxsize=1024)
def _restored(tongue: Language, word: str) -> frozenset[str]:
    """The lemmas of words that a reader may mean who types without marks."""
    return frozenset(tongue.restored(word))


@lru_cache(maxsize=1024)
def query_keys(chunk: str, locale: str) -> frozenset[str]:
    """The keys to look for of one token of a query."""
    tongue = language(locale)
    keys: set[str] = set()
    for word in _words(tongue, chunk)[-1:]:
        lemmas = tongue.lemmas(word)
        # A word with some of its marks is none that a dictionary knows.
        is_exact = tongue.exact_marks and fold(word) != word and bool(lemmas)
        if not is_exact:
            lemmas = lemmas | _restored(tongue, word)
        stems = _stems(tongue, lemmas)
        if tongue.exact_marks:
            keys |= _keys(tongue, "m", {root for lemma in lemmas for root in tongue.roots(lemma)})
        stems |= tongue.stems(word)
        keys |= _keys(tongue, "l", lemmas or {word}, is_exact)
        keys |= _keys(tongue, "u" if lemmas else "s", stems, is_exact)
    return frozenset(keys)


def _stems(tongue: Language, words: set[str]) -> set[str]:
    return {stem for word in words for stem in tongue.stems(word)}


def _words(tongue: Language, chunk: str) -> list[str]:
    return [word.lower()[:MOST_LETTERS] for word in tongue.split(chunk)]


def _keys(tongue: Language, role: str, bodies: set[str], is_exact: bool | None = None) -> set[str]:
    """Keys with one role: with marks (``is_exact``), without, or both (None)."""
    keys = set()
    for body in bodies:
        body = tongue.spelling(body)
        if not is_exact and role in _EXACT:
            keys.add(f"{tongue.code}{role}{fold(body)}0")
        if tongue.exact_marks and is_exact is not False:
            keys.add(f"{tongue.code}{_EXACT.get(role, role)}{fold_exactly(body)}0")
    return keys


@lru_cache(maxsize=32)
def _pattern(code: str) -> re.Pattern[str]:
    word = r"[^\W_](?:[^\W_]|[\u00ad\u200b-\u200d\u0300-\u036f])*"
    joints = language(code).joints
    if joints:
        word = rf"{word}(?:{joints})?"
    return re.compile(rf"{word}(?:[-‐‑]{word})*", re.IGNORECASE)


def warm(*locales: str) -> None:
    """Read the dictionaries of these languages now instead of at their first word."""
    for locale in locales:
        token_keys("Wort", language(locale).code)


def prefix_tokens(text: str, locale: str, mark: str = "zz") -> frozenset[str]:
    """The words of a text for autocompletion: tokens that begin with the letters typed so far.

    They begin with ``mark``, unlike any key. Words with German umlauts have both spellings.
    """
    return frozenset(
        f"{mark}{spelling}0"
        for token in tokens(text, locale)
        for word in _words(language(locale), token.chunk)
        for spelling in _spellings(word)
    )


def beginnings(query: str) -> list[frozenset[str]]:
    """For each word of a query, the possible beginnings of tokens of :func:`prefix_tokens`."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", query.translate(_IGNORED)))
    return [
        frozenset(f"zz{spelling}" for spelling in _spellings(word.lower()[:MOST_LETTERS]))
        for word in words[:MOST_WORDS]
    ]


def _spellings(word: str) -> set[str]:
    typed = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return {spelling for spelling in (fold(word), fold(typed)) if spelling}
