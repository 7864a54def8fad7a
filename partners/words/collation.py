"""The order of words for people: "Österreich" before "Zypern" in German, "č" behind "c" in Slovak.

The order is that of Unicode's root collation (CLDR) for Latin letters and figures, with the letters
of its own that a language declares (``Language.own_letters``). It is compared with that of ICU in
the tests. Letters of other scripts stand behind the Latin ones, by code point where their language
declares no order; a language that has one writes its alphabet as one group.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .languages import Language, language

Key = tuple[str, str, str, str]

# Signs in the order of CLDR. What isn't here comes behind them, by code point.
_SIGNS = "_‿-‐‑–—,;:!¡?¿.…·'‘’‚‹›\"“”„«»()[]{}§¶@*/\\&#%‰†‡•`´˜^¨°©®+±÷×<=>|¦~¬¤¢$£¥€"
_MARKS = (
    "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0335\u0327\u0328\u0304"
)
# Letters that have no decomposition: a base letter and a mark, or two letters.
_COMPOSED = {
    "đ": "d\u0335", "ħ": "h\u0335", "ł": "l\u0335", "ø": "o\u0338", "ŧ": "t\u0335",
    "ß": "s\u0300s", "æ": "a\u0300e", "œ": "o\u0300e",
}  # fmt: skip


def order_key(text: str, locale: str) -> Key:
    """A key by which texts are sorted for the readers of a language.

    Letters decide first, then their marks, then capitals (which come last), then the code points,
    so that only equal texts have equal keys.
    """
    return _key(text, language(locale))


def compare(one: str, other: str, locale: str) -> int:
    """-1, 0 or 1, as a database asks for it."""
    first, second = order_key(one, locale), order_key(other, locale)
    return (first > second) - (first < second)


@lru_cache(maxsize=16384)
def _key(text: str, tongue: Language) -> Key:
    pattern, own = _letters(tongue)
    first, marks, capitals = [], [], []
    for unit in pattern.findall(unicodedata.normalize("NFC", text)):
        lower = unit.lower()
        if lower in own:
            letters, accents = own[lower], ""
        else:
            letters, accents = _parts(lower, tongue)
        if not letters:
            marks.append(accents)
            continue
        first.append(letters)
        marks.append(" " + accents)
        capitals += ["a" if letter == letter.lower() else "b" for letter in unit]
    return "".join(first), "".join(marks), "".join(capitals), text


@lru_cache(maxsize=64)
def _letters(tongue: Language) -> tuple[re.Pattern[str], dict[str, str]]:
    """What counts as one letter in a language, and the places of its own ones.

    A letter of its own is written as the one that it follows, with a sign that comes after all.
    """
    own: dict[str, str] = {}
    for group in tongue.own_letters or ():
        base, *others = group.split()
        own |= {letter: base + chr(0x10F000 + place) for place, letter in enumerate(others)}
    longest = sorted((one for one in own if len(one) > 1), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest), "."]), re.DOTALL | re.IGNORECASE), own


@lru_cache(maxsize=4096)
def _parts(sign: str, tongue: Language) -> tuple[str, str]:
    """A sign in lower case as base letters and marks, both as they are sorted."""
    letters, marks = [], []
    decomposed = unicodedata.normalize("NFKD", sign)
    for one in "".join(_COMPOSED.get(letter, letter) for letter in decomposed):
        if unicodedata.combining(one):
            marks.append(_place(one, _MARKS))
        elif one.isspace():
            letters.append("\x01")
        elif one.isdecimal():
            letters.append(str(unicodedata.decimal(one)))
        elif one in tongue.same_letters:
            letters.append(tongue.same_letters[one])
            marks.append("~")  # behind all marks of that letter
        elif one.isalnum():
            letters.append(one)
        else:
            letters.append("\x02" + _place(one, _SIGNS))
    return "".join(letters), "".join(marks)


def _place(sign: str, order: str) -> str:
    """A sign that is compared by where it stands in an order, or by its code point behind that."""
    place = order.find(sign)
    return chr(0x22 + place) if place >= 0 else sign
