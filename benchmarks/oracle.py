"""Word families by hunspell's dictionaries: a judge of hits that shares nothing with the analyser.

Two words are of one family when hunspell gives them a common stem, when they are the same but for
marks, when one is a form of the other typed without marks, or when one has the other as a part: by
hunspell's own analysis of compounds, and in German where the rest of the word is made of words that
hunspell knows (*Tagung* in *Fachtagungen*).
"""

from __future__ import annotations

import os
import re
import subprocess
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from benchmarks.paradigms import FILES, FOLDER, suffixes


def bare(word: str) -> str:
    """A word in lower case without marks."""
    signs = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss"))
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def _umlauts(word: str) -> str:
    return word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")


def _singulars(stem: str) -> set[str]:
    """A stem without marks, and without the ending of a plural where it has an umlaut."""
    found = {bare(stem)}
    if re.search("[äöü]", stem):
        found |= {bare(re.sub("e[rn]?$", "", stem))}
    return found


class Oracle:
    """What hunspell knows of the words of a language (``de``, ``en``, ``sk``, ``lv``)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stems: dict[str, set[str]] = {}

    @staticmethod
    def is_installed(language: str) -> bool:
        return (FOLDER / f"{FILES[language]}.dic").exists()

    def learn(self, words: Iterable[str]) -> None:
        """Ask hunspell for the stems and parts of these words, all at once."""
        new = sorted({word for word in words if word not in self.stems})
        asked = sorted({form for word in new for form in (word, word.capitalize(), word.lower())})
        done = subprocess.run(
            ["hunspell", "-i", "utf-8", "-d", FILES[self.language], "-m"],
            input="\n".join(asked), capture_output=True, text=True, check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        known = defaultdict(set)
        for line in done.stdout.splitlines():
            form, _space, analysis = line.partition(" ")
            known[form] |= {one.lower() for one in re.findall(r"(?:st|pa):(\S+)", analysis)}
        for word in new:
            found = known[word] | known[word.capitalize()] | known[word.lower()]
            self.stems[word] = found | {word.lower()}

    def family(self, word: str) -> set[str]:
        """The stems of a word and of its parts, and its own letters without marks (``=wort``)."""
        found = set(self.stems[word])
        if self.language == "de":
            for spelling in {word.lower(), _umlauts(word.lower())}:
                for part in {spelling, *self._parts(spelling)}:
                    found |= self.forms.get(part, set())
            for stem in list(found):
                found |= {f"~{one}" for one in _singulars(stem)}
        return found | {f"={bare(word)}"}

    def knows(self, word: str) -> bool:
        """Whether hunspell has said anything about a word."""
        found = self.stems[word]
        return len(found) > 1 or word.lower() in self.entries

    def has_form(self, stem: str, typed: str) -> bool:
        """Whether a stem has a form that is typed like this where marks are left out."""
        for flags in self.entries.get(stem, ()):
            for form in self._decline(stem, flags):
                if bare(form) == bare(typed):
                    return True
        return False

    @cached_property
    def entries(self) -> dict[str, list[str]]:
        """The entries of the dictionary in lower case, and the flags of each."""
        found = defaultdict(list)
        text = (FOLDER / f"{FILES[self.language]}.dic").read_text("utf-8-sig", "replace")
        for line in text.splitlines()[1:]:
            word, _slash, rest = (line.split() or [""])[0].partition("/")
            found[word.lower()].append(rest)
        return found

    @cached_property
    def _suffixes(self) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
        return suffixes(self.language)

    def _decline(self, stem: str, flags: str) -> set[str]:
        forms = {stem}
        for flag in set(flags):
            for strip, add, condition in self._suffixes.get(flag, ()):
                if stem.endswith(strip) and condition.search(stem):
                    forms.add(stem[: len(stem) - len(strip)] + add)
        return forms

    @cached_property
    def forms(self) -> dict[str, set[str]]:
        """All forms of the dictionary with their stems."""
        found = defaultdict(set)
        for stem, many in self.entries.items():
            for flags in many:
                for form in self._decline(stem, flags):
                    found[form].add(stem)
        return found

    def _parts(self, word: str) -> set[str]:
        """The parts of a word that is made of known ones, with or without a letter between."""
        whole: dict[int, set[str]] = {len(word): set()}
        for start in range(len(word) - 3, -1, -1):
            for stop in range(start + 3, len(word) + 1):
                if stop not in whole:
                    continue
                piece = word[start:stop]
                for link in ("", "s") if stop < len(word) else ("",):
                    part = piece.removesuffix(link) if link else piece
                    if (not link or piece.endswith(link)) and part in self.forms:
                        whole[start] = whole.get(start, set()) | whole[stop] | {part}
        return whole.get(0, set())
