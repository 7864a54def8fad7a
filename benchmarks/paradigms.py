"""Nouns with all their forms, from Debian's hunspell dictionaries (de-de, en-gb, sk, lv)."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

FOLDER = Path("/usr/share/hunspell")
FILES = {"de": "de_DE", "en": "en_GB", "sk": "sk_SK", "lv": "lv_LV"}
# The flags of the affix files that decline nouns, and what an entry of a noun looks like.
FLAGS = {"de": "ENSPTRpqsJ", "en": "S", "sk": "zZUDKMSVAcCHBJLOb", "lv": "OoSsQq"}
NOUN = {
    "de": r"^[A-ZÄÖÜ][a-zäöüß]{3,}/",
    "en": r"^[a-z]{4,}/\S*S",
    "sk": r"^[^\W\d_]{4,}/.*po:noun",
    "lv": r"^[^\W\d_]{4,}/.*po:lietv",
}


def nouns(language: str) -> list[tuple[str, list[str]]]:
    """(lemma, forms) of every noun of a language; empty where the dictionary isn't installed."""
    path = FOLDER / f"{FILES[language]}.dic"
    if not path.exists():
        return []
    rules = suffixes(language)
    found = []
    for line in path.read_text("utf-8", "replace").splitlines()[1:]:
        if not re.match(NOUN[language], line):
            continue
        word, _slash, rest = line.partition("/")
        forms = {word}
        for flag in set(rest.split()[0]) & set(FLAGS[language]):
            for strip, add, condition in rules[flag]:
                if condition.search(word) and word.endswith(strip):
                    forms.add(word[: len(word) - len(strip)] + add)
        if language == "de" and not word.endswith("ung"):
            # The same flag derives nouns from verbs.
            forms = {form for form in forms if not re.search(r"ung(en|n)?$", form)}
        if len(forms) > 1:
            found.append((word, sorted(forms)))
    return found


def suffixes(language: str) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    """The endings of each flag of an affix file: what they replace, what they add, and where."""
    rules = defaultdict(list)
    text = (FOLDER / f"{FILES[language]}.aff").read_text("utf-8-sig", "replace")
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 5 or parts[0] != "SFX" or parts[2] in "YN" or parts[4].startswith("is:"):
            continue
        strip, add = (part if part != "0" else "" for part in parts[2:4])
        rules[parts[1]].append((strip, add.split("/")[0], re.compile(parts[4] + "$")))
    return rules
