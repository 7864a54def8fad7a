"""A person's name in texts, in whatever form it was written: inflected, marked up, in an address.

A text is compared as its readers see it: without markup, marks of letters, upper case and invisible
signs. A name is compared letter by letter, with the spellings that stand for one another (Größl,
Groessl, Grossl) and with the endings that the registered languages give to names.

Pure: no Django.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import unquote

from .languages.letters import LETTERS_WITHOUT_MARKS, fold
from .languages.registry import entries

#: Words in front of a name that don't belong to it, in Latin letters without marks.
TITLES = frozenset("dr prof mag ing phdr mudr judr mgr bc dipl med phil habil".split())
PARTICLES = "von|vom|zu|zur|der|den|van|de|da|del"
#: Shorter surnames ("Li", "Au") are looked for beside a given name alone.
SHORTEST = 3
#: The length of the part of a telephone number that its spellings share: its last digits.
DIGITS = 7

_PIECES = re.compile(r"<[^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]\w*);", re.IGNORECASE)
_BREAKS = re.compile(r"</?(?:p|li|ul|ol|h\d|br|hr|div|td|th|tr|blockquote|embed)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""((?<![\w:-])[\w:-]+\s*=\s*)("[^"]*"|'[^']*')""")
#: A word of an address or of a form as it is sent: with %C3%B6 for ö.
_QUOTED = re.compile(r"(?<![^\s<>\"'])[^\s<>\"']*%[0-9a-fA-F]{2}[^\s<>\"']*")
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})|\\+[nrt]")
_MARKS = re.compile("[\u0300-\u036f]+")
_UNSEEN: dict[int, str | None] = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
#: Addresses are one word: a name in one of them takes all of it along.
_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w.-]*\w|(?:https?://|www\.)[^\s<>\"']*[\w/]")
_GAP = r"[^a-z\n]{0,3}"
_SPACE = r"[^a-z\n]{1,3}"


class Found(NamedTuple):
    """A mention from ``start`` to ``end``, in characters; ``sure`` unless it may be of another."""

    start: int
    end: int
    sure: bool


def folded(text: str) -> str:
    """A text without marks of letters, upper case and invisible signs; signs between words stay."""
    if text.isascii():
        return text.lower()
    # Few signs of a text are among them: a table for all of its signs takes several times as long.
    plain = _OTHERS.sub(lambda sign: _LATIN[ord(sign[0])] or "", text)
    return _MARKS.sub("", unicodedata.normalize("NFKD", plain).lower())


_LATIN: dict[int, str | None] = {
    **_UNSEEN,
    **LETTERS_WITHOUT_MARKS,
    **{
        ord(sign): letters
        for sign, letters in zip("ẞÆŒØŁĐÞ", "SS AE OE O L D TH".split(), strict=True)
    },
}
_OTHERS = re.compile(f"[{''.join(map(chr, _LATIN))}]")


def parts(name: str) -> tuple[list[str], str]:
    """The given names and the surname of a name, which may be written in either order."""
    last, comma, first = name.partition(",")
    words = (f"{first} {last}" if comma else name).split()
    words = [word.strip(".,;()") for word in words]
    words = [word for word in words if fold(word) and folded(word) not in TITLES]
    return (words[:-1], words[-1]) if words else ([], "")


def letters(word: str) -> str:
    """A pattern for a word with other spellings of its letters; for folded texts."""
    word = unicodedata.normalize("NFC", word).lower()
    word = word.replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain, pattern, at = folded(word), "", 0
    while at < len(plain):
        pair = plain[at : at + 2]
        if pair in ("ae", "oe", "ue") or (len(pair) == 2 and pair[0] == pair[1] and pair.isalpha()):
            pattern += f"{pair[0]}{pair[1]}?"
            at += 2
        elif plain[at].isalnum():
            pattern += plain[at]
            at += 1
        else:  # Double names stand with a hyphen, a dash, a space or nothing.
            pattern += r"[^\w\n]{0,3}"
            at += 1
    return pattern


def inflected(word: str) -> str:
    """A pattern for a name with the endings of all registered languages."""
    stems = {stem for one in entries() for stem in one.name_stems(word)} - {word, ""}
    ends = {end for one in entries() for end in one.name_endings}
    ending = f"(?:{'|'.join(sorted(ends, key=len, reverse=True))})" if ends else "(?!)"
    inner = "|".join(sorted(map(letters, stems), key=len, reverse=True)) or "(?!)"
    return rf"(?:{letters(word)}(?:['’]?{ending})?|(?:{inner}){ending})"


class NameSearch:
    """Finds the mentions of one person, whose ``names`` are all that the person has had.

    A surname without a given name is a sure mention, unless ``is_shared`` says that others have it,
    too. One that is also a word (``is_word``) is sure behind a salutation or a title alone.
    ``spared`` are names of others that are never taken for this one's.
    """

    def __init__(
        self,
        names: Collection[str],
        *,
        emails: Collection[str] = (),
        phones: Collection[str] = (),
        is_shared: Callable[[str], bool] = lambda _surname: False,
        is_word: Callable[[str], bool] = lambda _surname: False,
        spared: Iterable[str] = (),
    ) -> None:
        sure: list[str] = []
        unsure: list[str] = []
        for name in sorted(set(names)):
            given, surname = parts(name)
            if not surname:
                continue
            sure += list(_whole(given, surname)) if given else []
            last, shared = inflected(surname), is_shared(surname)
            (unsure if shared else sure).extend(_addressed(last))
            if len(fold(surname)) >= SHORTEST:
                alone = rf"(?<![a-z]){last}(?![a-z])"
                (unsure if shared or is_word(surname) else sure).append(alone)
        sure += [rf"(?<![\w.+-]){re.escape(folded(one))}(?![\w-])" for one in emails if one]
        sure += [pattern for one in phones for pattern in _telephone(one)]
        cores = {core for name in names for core in _cores(parts(name)[1])}
        cores |= {re.escape(folded(one)) for one in emails if one}
        cores |= {core for one in phones for core in _last_digits(one)}
        #: One pattern each, because a search for one word is many times as fast as for one of two.
        self._cores = [re.compile(core) for core in sorted(cores)]
        self._sure = re.compile("|".join(sure)) if sure else None
        self._any = re.compile("|".join(sure + unsure)) if sure or unsure else None
        self._spared = {_bare(name) for name in spared} - {""}

    def __bool__(self) -> bool:
        return self._any is not None

    def find(self, text: str) -> list[Found]:
        """The mentions in a text or a piece of HTML, those in attributes of tags included."""
        if self._any is None or not self.may_hold(text):
            return []
        seen, origin = _seen(text)
        found = [
            Found(origin[start][0], origin[end - 1][1], sure)
            for start, end, sure in self._spans(seen)
        ]
        for word in _QUOTED.finditer(_PIECES.sub(_blank, text) if "%" in text else ""):
            sure = self._in_value(word[0])
            if sure and not any(one.start < word.end() and word.start() < one.end for one in found):
                found.append(Found(*word.span(), sure == "sure"))
        for tag in _PIECES.finditer(text):
            if tag[0][0] == "<":
                for value in _ATTRIBUTE.finditer(tag[0]):
                    if sure := self._in_value(value[2][1:-1]):
                        begin = tag.start() + value.start(2) + 1
                        end = tag.start() + value.end(2) - 1
                        found.append(Found(begin, end, sure == "sure"))
        return sorted(found)

    def holds(self, text: str) -> bool:
        """Whether a text has a sure mention."""
        return any(one.sure for one in self.find(text))

    def replaced(self, text: str, words: str, *, html: bool = False, unsure: bool = False) -> str:
        """The text with other words for the sure mentions, or for ``unsure`` ones, too.

        Tags inside a mention stay. A link whose address has the name becomes its words.
        """
        mentions = [one for one in self.find(text) if one.sure or unsure]
        if not mentions:
            return text
        html = html or bool(_PIECES.search(text))
        shown = escape(words, quote=True) if html else words
        text = self._without_links(text, unsure) if html else text
        for one in reversed([one for one in self.find(text) if one.sure or unsure]):
            tags = "".join(
                piece[0] for piece in _PIECES.finditer(text[one.start : one.end])
                if html and piece[0][0] == "<"
            )  # fmt: skip
            text = f"{text[: one.start]}{shown}{tags}{text[one.end :]}"
        return text

    def may_hold(self, text: str) -> bool:
        """A quick look that misses nothing; the text may be JSON, with its escapes."""
        if "\\" in text:
            text = _ESCAPED.sub(_sign, text)
        seen = _PIECES.sub(lambda one: "" if one[0][0] == "<" else unescape(one[0]), text)
        if self._has_core(seen):
            return True
        return ("<" in text or "%" in text) and self._has_core(_decoded(text))

    def _has_core(self, text: str) -> bool:
        plain = folded(text)
        return any(core.search(plain) for core in self._cores)

    def _spans(self, seen: str) -> list[tuple[int, int, bool]]:
        assert self._any is not None
        sure = [one.span() for one in self._sure.finditer(seen)] if self._sure else []
        addresses = [one.span() for one in _ADDRESS.finditer(seen)]
        found: list[tuple[int, int, bool]] = []
        for one in self._any.finditer(seen):
            start, end = one.span()
            if start == end or self._is_spared(seen, start, end):
                continue
            is_sure = any(begin <= start and end <= until for begin, until in sure)
            for begin, until in addresses:
                if begin <= start and end <= until:
                    start, end = begin, until
            if found and start < found[-1][1]:
                start, end = found[-1][0], max(end, found[-1][1])
                is_sure = is_sure or found.pop()[2]
            found.append((start, end, is_sure))
        return found

    def _is_spared(self, seen: str, start: int, end: int) -> bool:
        """Whether a mention is part of another person's name: "Jan Mustermann"."""
        begin = seen.rfind(" ", 0, max(start - 1, 0)) + 1
        close = seen.find(" ", end + 1)
        around = (
            seen[start:end],
            seen[begin:end],
            seen[start : close if close >= 0 else len(seen)],
        )
        return any(_bare(one) in self._spared for one in around)

    def _in_value(self, value: str) -> str:
        """``sure``, ``unsure`` or nothing, for the value of an attribute."""
        seen = folded(_decoded(value))
        sure = [one for *_span, one in self._spans(seen)]
        return "" if not sure else "sure" if any(sure) else "unsure"

    def _without_links(self, text: str, unsure: bool) -> str:
        open_links: list[bool] = []

        def look(tag: re.Match[str]) -> str:
            if tag[0].lower().startswith("</a"):
                return "" if open_links and open_links.pop() else tag[0]
            if re.match(r"<a\b", tag[0], re.IGNORECASE):
                values = [self._in_value(one[2][1:-1]) for one in _ATTRIBUTE.finditer(tag[0])]
                open_links.append("sure" in values or (unsure and "unsure" in values))
                return "" if open_links[-1] else tag[0]
            return tag[0]

        return _PIECES.sub(look, text)


def _whole(given: list[str], surname: str) -> Iterable[str]:
    """Patterns for a surname with a given name, an initial or a salutation, and in addresses."""
    last = inflected(surname)
    firsts = "|".join(inflected(one) for one in given)
    initial = folded(given[0])[:1]
    middle = rf"(?:{_SPACE}(?:{firsts}|{PARTICLES}|[a-z])){{0,3}}"
    yield rf"(?<![a-z])(?:{firsts}){middle}{_GAP}{last}(?![a-z])"
    yield rf"(?<![a-z]){last}{_SPACE}(?:{firsts})(?![a-z])"
    yield rf"(?<![a-z]){initial}(?:\.\s?|[_-]){last}(?![a-z])"
    if len(fold(surname)) > SHORTEST:
        yield rf"(?<![\w.+-]){initial}[a-z]{{0,3}}[._-]?{letters(surname)}[\w.+-]*@[\w.-]*\w"


def _addressed(last: str) -> Iterable[str]:
    """Patterns for a surname with a salutation or title, which goes along."""
    words = "|".join(sorted({one for tongue in entries() for one in tongue.salutations} | TITLES))
    yield rf"(?<![a-z])(?:{words})\b[^a-z\n]{{1,3}}{last}(?![a-z])"
    after = "|".join(sorted({one for tongue in entries() for one in tongue.salutations_after}))
    if after:
        yield rf"(?<![a-z]){last}{_SPACE}(?:{after})(?![a-z])"


def _telephone(number: str) -> Iterable[str]:
    for digits in _last_digits(number):
        yield rf"(?:[+(]?\d[\d ()/.-]{{0,14}})?{digits}(?!\d)"


def _last_digits(number: str) -> Iterable[str]:
    digits = re.sub(r"\D", "", number)[-DIGITS:]
    if len(digits) == DIGITS:
        yield r"[ ()/.\u2011\u2013-]{0,3}".join(digits)


def _cores(surname: str) -> Iterable[str]:
    """What every mention of a surname has in it."""
    if surname:
        yield letters(surname)
        for one in entries():
            yield from (letters(stem) for stem in one.name_stems(surname) if stem)


def _sign(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else " "


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", " ", folded(name)).strip()


def _blank(piece: re.Match[str]) -> str:
    return " " * len(piece[0]) if piece[0][0] == "<" else piece[0]


def _decoded(text: str) -> str:
    return unquote(unescape(text))


def _seen(text: str) -> tuple[str, list[tuple[int, int]]]:
    """What a reader sees of a text, folded; for each of its signs, its place in the text."""
    signs: list[str] = []
    origin: list[tuple[int, int]] = []

    def add(piece: str, start: int, end: int) -> None:
        for sign in folded(piece):
            signs.append(sign)
            origin.append((start, end))

    at = 0
    for piece in [*_PIECES.finditer(text), None]:
        for place in range(at, piece.start() if piece else len(text)):
            add(text[place], place, place + 1)
        if piece is None:
            break
        at = piece.end()
        if piece[0][0] == "&":
            add(unescape(piece[0]), *piece.span())
        elif _BREAKS.match(piece[0]):
            signs.append("\n")
            origin.append(piece.span())
    return "".join(signs), origin
