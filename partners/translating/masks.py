"""Placeholders for the names, addresses and numbers of people in a text that is sent elsewhere.

A text is compared folded: without markup, soft hyphens and invisible signs, in small letters
without marks, in one spelling of what is written in several ways ("Größl", "Groessl", "GROSSL"). A
name is found by its stem, so in the forms that German, English, Slovak and Latvian give it, and in
compounds. That masks too much rather than too little: ordinary words that are like a name are
hidden, too. Where something may be a name and can't be masked for certain, nothing is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from ..words.languages.letters import LETTERS_WITHOUT_MARKS

# A placeholder is an empty element, because services keep the markup of a text.
_PLACEHOLDER = re.compile(r'<x id="n(\d+)"\s*(?:/>|>\s*</x>)')
_UNIT = re.compile(r"<[^<>]*>|&(?:#\w+|\w+);|.", re.DOTALL)
_TAG = re.compile(r"<(/?)(a|abbr|acronym|b|code|em|i|strong)(?: id=\"\w+\")?>|<br ?/?>")

# In letters. Shorter parts of a name ("de", "zu") are ordinary words and identify nobody.
_SHORTEST = 3
#: From so many letters on, a stem is a name wherever in a word it stands.
_LONG = 5
#: Parts of names that are ordinary words, and titles.
_PARTICLES = frozenset(
    "von van der den dem des und zum zur del dos prof dipl ing mag mgr phd frau herr pani".split()
)

# Spellings of one sound; doubled letters are written once afterwards.
_SPELLINGS = {
    "tsch": "c", "sch": "s", "sh": "s", "dt": "t", "ck": "k", "ph": "f", "th": "t",
    "ae": "a", "oe": "o", "ue": "u", "w": "v", "y": "i", "x": "ks",
}  # fmt: skip
_SPELLING = re.compile("|".join(_SPELLINGS))
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_LETTER = r"[^\W\d_]"

# Endings of short stems, folded: German, English, Slovak, Latvian. A short stem alone or with any
# other ending is an ordinary word.
_VOWEL_ENDINGS = """
    a e i o u as es ai ei am em im om um us is os ou oi iu ie ov ova ove ovi ovu ovo ovou ovej ovho
    ovom ovci ovcov in ina ine inej inu inou inho inom eho emu iho imi ami ach och ika iku ike ikas
    iki ite iti item inas inai inam iem iam ian ias
""".split()
_ENDINGS = ["", *_VOWEL_ENDINGS, *"s n m en er ns ens ho mu chen lein le li ka ke ku ki".split()]

_AT = r"(?:@|[(\[{] ?(?:at|a|@) ?[)\]}])"
_DOT = r"(?:\.|[(\[{] ?(?:dot|punkt|\.) ?[)\]}])"
_MAIL = re.compile(rf"[\w.+'-]+ {{0,3}}{_AT} {{0,3}}[\w-]+(?: ?{_DOT} ?[\w-]+)+")
# What stands between the digits of a number.
_GAP = r"\W{0,3}"
_DATE = r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])\. ?(?:0?[1-9]|1[0-2])\. ?(?:19|20)\d\d(?!\d)"
_YEARS = r"(?<!\d)(?:19|20)\d\d ?[^\w\s.] ?(?:19|20)\d\d(?!\d)"
_DATED = re.compile(f"{_DATE}|{_YEARS}")
_NUMBER = rf"(?:\+|\d)(?:{_GAP}\d){{5,}}"
#: Folded words before a number that is one of a telephone however short it is.
_CALLS = (
    "tel telefon telefons telefonu talr talrunis fon fone faks mobil mobile handi durchvahl klapka"
)
_NAMED_NUMBER = rf"\b(?:{'|'.join(_CALLS.split())})\b\W{{0,4}}(\d(?:{_GAP}\d)*)"
#: Telephone numbers are groups 1 and 2; dates and spans of years are none.
_NUMBERS = re.compile(rf"{_DATE}|{_YEARS}|{_NAMED_NUMBER}|({_NUMBER})")
#: Numbers with something else between their digits: telephones begin with 0 or +.
_TORN = re.compile(r"(?:\+|(?<!\d)0)(?=(?:[^\d|]{0,3}\d){5})\d*(?:[^\d|]{1,3}\d+){2,}")
_AT_SIGN = re.compile("@")
_WORD = re.compile(_LETTER + "+")
_SIGNS = re.compile(r"[^\w ]|_")
_NO_LETTERS = re.compile(r"[^a-z]")
_NO_DIGITS = re.compile(r"[^\d|]")
#: Of so many pieces a name is put together, where its letters stand apart.
_PIECES = 8
_MIXED = re.compile(r"[a-z][^\W\d_a-z]|[^\W\d_a-z][a-z]")


@dataclass(frozen=True)
class Folded:
    """A folded text, and for each of its signs where it stands in the text it was made from."""

    text: str
    places: list[tuple[int, int]]

    def replaced(self, pattern: re.Pattern[str], by: Callable[[str], str]) -> Folded:
        """With something else for all that a pattern finds."""
        text, places, end = [], [], 0
        for match in pattern.finditer(self.text):
            text += [self.text[end : match.start()], by(match[0])]
            places += self.places[end : match.start()]
            place = (self.places[match.start()][0], self.places[match.end() - 1][1])
            places += [place] * len(text[-1])
            end = match.end()
        return Folded("".join([*text, self.text[end:]]), [*places, *self.places[end:]])

    def spelled(self) -> Folded:
        """In one spelling."""
        return self.replaced(_SPELLING, _SPELLINGS.__getitem__).replaced(
            _DOUBLED, lambda one: one[0]
        )

    def without(self, pattern: re.Pattern[str]) -> Folded:
        """Without what a pattern finds."""
        return self.replaced(pattern, lambda one: "")

    def span(self, match: re.Match[str], group: int = 0) -> tuple[int, int]:
        """Where something that was found stands in the text itself."""
        start, end = match.span(group)
        return self.places[start][0], self.places[end - 1][1]


def fold(markup: str) -> Folded:
    """A text with markup, folded; a line's end within it is one in the folded text, too."""
    text: list[str] = []
    places: list[tuple[int, int]] = []
    for unit in _UNIT.finditer(markup):
        signs = _folded(unit[0])
        text.append(signs)
        places += [unit.span()] * len(signs)
    return Folded("".join(text), places).spelled()


@lru_cache(maxsize=4096)
def _folded(unit: str) -> str:
    """A sign, an entity or a tag as it is in a folded text."""
    if unit.startswith("<") and len(unit) > 1:
        return "\n" if unit.startswith("<br") else ""
    sign = unescape(unit)
    # Marks are letters of their own in NFKD; "ß" is "ss" in small letters.
    signs = unicodedata.normalize("NFKD", sign.casefold()).translate(LETTERS_WITHOUT_MARKS)
    found = []
    for one in unicodedata.normalize("NFKD", signs.casefold()):
        kind = unicodedata.category(one)
        if one.isspace() or kind == "Zs":
            found.append(" ")
        elif kind == "Nd":
            found.append(str(unicodedata.decimal(one)))
        elif kind[0] != "M" and kind not in ("Cf", "Cc", "Cs", "Co", "Cn"):
            found.append(one)
    return "".join(found)


def stems(part: str) -> set[str]:
    """The stems of a folded part of a name: "mustermanova" → "musterman"."""
    bare = part[:-3] if part.endswith("ova") and len(part) > 6 else part
    found = {bare.rstrip("aeiou")}
    if re.search(r"[aeiou]s$", bare):
        found.add(bare[:-2])
    elif bare.endswith("s") and len(bare) >= _LONG:
        found.add(bare[:-1])
    found = {one if len(one) >= 2 else bare for one in found}
    for one in [one for one in found if len(one) > _SHORTEST]:
        if re.search(r"[^aeiou]e[^aeiou]$", one):  # Havel, Havla
            found.add(one[:-2] + one[-1])
        if one[-1] in "dtk":  # Briedis, Brieža; Novák, Nováci
            found.add(one[:-1] + {"d": "z", "t": "s", "k": "c"}[one[-1]])
    return found


class Names:
    """The names and numbers of people, as patterns for folded texts."""

    def __init__(self, names: Iterable[str], phones: Iterable[str] = ()) -> None:
        whole = {fold(name).text for name in names} - {""}
        words = {name: _WORD.findall(name) for name in whole}
        parts = {
            part
            for found in words.values()
            for part in found
            if len(part) >= _SHORTEST and part not in _PARTICLES
        }
        known = {stem for part in parts for stem in stems(part)}
        anyhow = [r"[\W_]+".join(found) for found in words.values() if len(found) > 1]
        # Whole names before their parts.
        both = [_any(map(_boundaries, anyhow)), _any(map(_forms, known))]
        self.words = re.compile("|".join(one.pattern for one in both))
        found = known | parts | {"".join(found) for found in words.values()}
        found |= {"".join(_WORD.findall(one)) for name in whole for one in name.split()}
        #: Letters one after the other, in a text that has nothing else.
        self.letters = _any(one for one in map(_spelled, found) if len(one) >= _LONG)
        # What is put together from pieces: from two, "er ik" and "ja novi" may be names, "a na" is
        # none; from more, "e v a" is one.
        short = [stem for stem in known if len(stem) < _LONG]
        self.pieces = _any(map(_forms, short))
        self.two_pieces = _any(
            _forms(stem) if len(stem) > _SHORTEST else f"(?=.{{5}}){_forms(stem)}"
            for stem in short
            if len(stem) >= _SHORTEST
        )
        digits = {re.sub(r"\D", "", phone) for phone in phones}
        self.digits = _any(one[-5:] for one in digits if len(one) >= _LONG)


def _spelled(text: str) -> str:
    """A folded text in one spelling, after something was taken from it."""
    return Folded(text, [(0, 0)] * len(text)).spelled().text


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    """The longest first; a pattern that is found nowhere if there are none."""
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)) or r"(?!)")


def _boundaries(pattern: str) -> str:
    return rf"(?<!{_LETTER}){pattern}(?!{_LETTER})"


def _forms(stem: str) -> str:
    """The words that may be a form of a name."""
    if len(stem) >= _LONG:
        return rf"{_LETTER}*{stem}{_LETTER}*"
    endings = _VOWEL_ENDINGS if len(stem) < _SHORTEST else _ENDINGS
    return _boundaries(rf"{stem}(?:{'|'.join(sorted(endings, key=len, reverse=True))})")


def mask(markup: str, names: Names) -> tuple[str, list[str]] | None:
    """The text with placeholders, and what they stand for; None if it must not be sent."""
    if _PLACEHOLDER.search(markup) or (pairs := _pairs(markup)) is None:
        return None
    folded = fold(markup)
    spans = [folded.span(match) for match in names.words.finditer(folded.text)]
    spans += [folded.span(match) for match in _MAIL.finditer(folded.text)]
    spans += [
        folded.span(match, match.lastindex)
        for match in _NUMBERS.finditer(folded.text)
        if match.lastindex
    ]
    spans = _joined(spans, pairs)
    if _may_name(folded, spans, names):
        return None
    hidden: list[str] = []
    text, end = [], 0
    for start, stop in spans:
        text += [markup[end:start], f'<x id="n{len(hidden)}"/>']
        hidden.append(markup[start:stop])
        end = stop
    return "".join([*text, markup[end:]]), hidden


def unmask(text: str, hidden: list[str]) -> str | None:
    """The text with its placeholders restored; None if one is missing, repeated or invented."""
    numbers = [int(number) for number in _PLACEHOLDER.findall(text)]
    if sorted(numbers) != list(range(len(hidden))):
        return None
    return _PLACEHOLDER.sub(lambda match: hidden[int(match[1])], text)


def _pairs(markup: str) -> list[tuple[int, int, int, int]] | None:
    """Start and end of each opening tag and its closing one; None if the markup isn't plain."""
    found, open_tags, end = [], [], 0
    for tag in _TAG.finditer(markup):
        if re.search("[<>]", markup[end : tag.start()]):
            return None
        end = tag.end()
        if not tag[2]:
            continue
        if not tag[1]:
            open_tags.append(tag)
        elif open_tags and open_tags[-1][2] == tag[2]:
            found.append((*open_tags.pop().span(), *tag.span()))
        else:
            return None
    return None if open_tags or re.search("[<>]", markup[end:]) else found


def _joined(
    spans: list[tuple[int, int]], pairs: list[tuple[int, int, int, int]]
) -> list[tuple[int, int]]:
    """Spans that hold both tags of a pair or none, and don't overlap, from left to right."""
    whole = [_balanced(start, end, pairs) for start, end in spans]
    found: list[tuple[int, int]] = []
    for start, end in sorted(whole):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _balanced(start: int, end: int, pairs: list[tuple[int, int, int, int]]) -> tuple[int, int]:
    while True:
        before = start, end
        for opens, opened, closes, closed in pairs:
            has_first = start < opened and opens < end
            has_last = start < closed and closes < end
            if has_first != has_last:
                start, end = min(start, opens), max(end, closed)
        if (start, end) == before:
            return before


def _may_name(folded: Folded, spans: list[tuple[int, int]], names: Names) -> bool:
    """Whether a text may name or reach somebody outside of the spans that are hidden."""
    hidden = {place for start, end in spans for place in range(start, end)}

    def shown(text: Folded, start: int, end: int) -> bool:
        signs = zip(text.text[start:end], text.places[start:end], strict=True)
        return any(
            hidden.isdisjoint(range(*place))
            for sign, place in signs
            if sign.isalnum() or sign == "@"
        )

    def finds(pattern: re.Pattern[str], text: Folded) -> bool:
        return any(shown(text, *match.span()) for match in pattern.finditer(text.text))

    # Names may be divided by signs and the ends of lines, by spaces, or both. Where letters come
    # together, their spelling may be another.
    letters = folded.without(_NO_LETTERS)
    if finds(names.letters, letters) or finds(names.letters, letters.spelled()):
        return True
    joined = folded.without(_SIGNS)
    words = list(_WORD.finditer(joined.text))
    for first, word in enumerate(words):
        if not shown(joined, word.start(), word.start() + 1):
            continue
        for number in range(1, _PIECES + 1):
            whole = _spelled("".join(piece[0] for piece in words[first : first + number]))
            pattern = names.two_pieces if number == 2 else names.pieces
            if pattern.fullmatch(whole):
                return True
    undated = folded.replaced(_DATED, lambda one: "|" * len(one))
    if finds(_TORN, undated) or finds(names.digits, undated.without(_NO_DIGITS)):
        return True
    return finds(_AT_SIGN, folded) or finds(_MIXED, folded)
