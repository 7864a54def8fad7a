"""The base class of languages, with the defaults for languages without an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural

from .letters import fold

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

# The most spellings of one typed word to look up, and the most letters of it without their mark.
MOST_SPELLINGS, MOST_MARKS = 250, 3


def gettext_noop(text: str) -> str:
    """Marks a text for ``makemessages``; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class PeriodWording:
    """The words for "since" and "until" of a language: patterns for a year, a month and a day.

    ``{y}``, ``{m}`` and ``{d}`` stand for the year, the month and the day; ``months`` are the names
    of the months in the case that the patterns want. ``start`` is for a period that has an end,
    too ("from 2004 until 2008").
    """

    months: str
    since: tuple[str, str, str]
    until: tuple[str, str, str]
    start: tuple[str, str, str]
    # Where "until" wants another case.
    months_until: str = ""


class Language:
    """One language, by its code in ISO 639 (``sk``). Regional variants are the same language."""

    code = ""

    # Words of the interface

    # "in Slovak", in English and marked by gettext_noop: the interface says that a text is in it.
    in_words = ""
    # The header Plural-Forms of its catalogues; empty for the one that Babel knows.
    plural_forms = ""
    # Other names that packages give its catalogues: "sk_SK".
    catalogue_variants: tuple[str, ...] = ()

    # Dates

    periods: PeriodWording | None = None
    # Words in written dates and times that say nothing: "um 8:00 Uhr".
    date_fillers = ""
    # The region whose order of figures counts where none is named: 1/3/2025.
    region = ""

    # Sorting

    # Letters that stand behind another one as letters of their own: "c č" puts č between c and d.
    own_letters: tuple[str, ...] | None = None
    # Letters that are sorted as another one with a mark: {"y": "i"}.
    same_letters: Mapping[str, str] = {}

    # Slugs

    # Replacements in a title before it becomes a slug, in order: (regular expression, text).
    slug_rules: tuple[tuple[str, str], ...] = ()
    # The same for signs of gender in its words. They hold on pages of every language, because the
    # source's title may stand there.
    gender_rules: tuple[tuple[str, str], ...] = ()

    # Search. A word comes in lower case and in Unicode's composed form (NFC). A language says which
    # lemmas it may belong to, which stems its endings leave, which parts it is composed of, and
    # which words a reader may mean who types without marks. Lemmas come from simplemma's
    # dictionaries and stems from Snowball, where these have the language.

    # Letters that a reader may type without their marks: {"a": "áä"}.
    marks: Mapping[str, str] = {}
    # Whether súd and sud are two words, so that a query with marks finds only the marked one.
    exact_marks = False
    # Stop words, which are left out of queries. None of them is a noun without its marks (so no
    # Slovak "byť").
    stop_words: frozenset[str] = frozenset()
    # Lemmas of words that say nothing but are written like a noun without their marks (byť is "to
    # be", and byt a flat): texts have them with their marks alone.
    function_lemmas: frozenset[str] = frozenset()
    # Endings that make words of one family of each other (threaten, threat), in letters without
    # marks, and the fewest letters that are left.
    family_endings: tuple[str, ...] = ()
    family_letters = 4
    # Signs besides the hyphen that join two words: a regular expression.
    joints = ""

    # Names of people: the endings that they take, in letters without marks.
    name_endings: tuple[str, ...] = ()
    # What is said in front of a surname (Mrs) or behind it, without marks.
    salutations: tuple[str, ...] = ()
    salutations_after: tuple[str, ...] = ()

    def __init__(self, code: str = "") -> None:
        """``code`` is for a language without an entry; an entry has its own."""
        self.code = code or self.code

    @property
    def plurals(self) -> str:
        """The header Plural-Forms of its catalogues."""
        return self.plural_forms or f"{get_plural(self.code).plural_forms};"

    @property
    def plural_count(self) -> int:
        """The number of plural forms."""
        return int(self.plurals.partition("nplurals=")[2].partition(";")[0])

    @cached_property
    def dictionary(self) -> Mapping[str, str]:
        """Forms and their lemmas; read on first use, kept compressed in memory."""
        from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

        try:
            return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(self.code)
        except ValueError:
            return {}

    @cached_property
    def snowball(self) -> BaseStemmer | None:
        """The stemmer that Snowball has for this language."""
        import snowballstemmer

        try:
            name = Locale.parse(self.code).get_language_name("en") or ""
        except (UnknownLocaleError, ValueError):
            return None
        known = name.lower() in snowballstemmer.algorithms()
        return snowballstemmer.stemmer(name.lower()) if known else None

    @property
    def has_stemming(self) -> bool:
        """Whether the search has stems or lemmas of the language."""
        stems_itself = type(self).stems is not Language.stems
        return stems_itself or self.snowball is not None or bool(self.dictionary)

    def name_stems(self, name: str) -> set[str]:
        """What is left of a name before an ending, where that isn't the name itself."""
        return set()

    def lemmas(self, word: str) -> set[str]:
        """The lemmas of a word that the dictionary knows, in lower case."""
        return {
            found.lower()
            for form in (word, word.capitalize())
            if (found := self.dictionary.get(form))
        }

    def stems(self, word: str) -> set[str]:
        """The stems of a word: the word without its endings."""
        return {self.snowball.stemWord(word)} if self.snowball else {word}

    def says_nothing(self, word: str) -> bool:
        """Whether a word, in lower case and possibly typed without marks, is a stop word."""
        return word in self.stop_words or word in self._bare_stop_words

    @cached_property
    def _bare_stop_words(self) -> set[str]:
        typed = {fold(word) for word in self.stop_words}
        two_letters = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
        return typed | {word.translate(two_letters) for word in self.stop_words}

    def is_function_word(self, word: str, lemmas: set[str]) -> bool:
        """Whether a word of a text says nothing, so that it is found only as it is written."""
        return not lemmas.isdisjoint(self.function_lemmas)

    def families(self, word: str) -> set[str]:
        """What words of a family have in common, without marks: threaten, threatening → threat."""
        found = set()
        for form in self.lemmas(word) or {word}:
            root = self.family_root(fold(self.spelling(form)))
            if root:
                found.add(root)
        return found

    def family_root(self, word: str) -> str:
        """A word in letters without marks, without the endings of :attr:`family_endings`."""
        before = ""
        while word != before:
            before = word
            for ending in self.family_endings:
                if word.endswith(ending) and len(word) - len(ending) >= self.family_letters:
                    word = word[: -len(ending)]
                    break
        return word if len(word) >= self.family_letters else ""

    def suspended(self, text: str) -> Iterator[str]:
        """Words of which a text gives a part alone: "Kontakt- und Näherungsverbot"."""
        return iter(())

    def apart(self, word: str) -> list[str]:
        """The words that a joined word of a query is composed of; empty for a single word."""
        return []

    def roots(self, word: str) -> set[str]:
        """The lemma without its ending; only for languages with ``exact_marks``."""
        return self.stems(word)

    def parts(self, word: str) -> set[str]:
        """The words that a word is composed of."""
        return set()

    def part_lemmas(self, part: str) -> set[str]:
        """The lemmas of a part of a word."""
        return self.lemmas(part)

    def spelling(self, key: str) -> str:
        """A lemma or stem in the one spelling that stands for all."""
        return key

    def split(self, chunk: str) -> list[str]:
        """The words of a chunk without spaces, joined ones last (``co-operation``)."""
        words = [word for word in re.split(r"[^\w]+", chunk) if word]
        return [*words, "".join(words)] if len(words) > 1 else words

    def restored(self, word: str) -> set[str]:
        """The lemmas of words that become this one when their marks are left out."""
        is_lemma = word in self.lemmas(word)
        found = set()
        for spelling in self.spellings(word):
            lemmas = self.lemmas(spelling)
            # A base form as typed is taken for another word only in that one's base form.
            found |= lemmas & {spelling} if is_lemma else lemmas
        return found

    def spellings(self, word: str) -> Iterator[str]:
        """The word with some of the marks that it may lack, few before many."""
        places = [place for place, letter in enumerate(word) if letter in self.marks]
        left = MOST_SPELLINGS
        for count in range(1, min(MOST_MARKS, len(places)) + 1):
            for chosen in combinations(places, count):
                for letters in product(*(self.marks[word[place]] for place in chosen)):
                    if not left:
                        return
                    left -= 1
                    spelled = list(word)
                    for place, letter in zip(chosen, letters, strict=True):
                        spelled[place] = letter
                    yield "".join(spelled)
