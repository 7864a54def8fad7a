"""Dates and times as people write them: in figures, with names of months, and ISO 8601.

What is read must be clear: a year has four figures, and figures stand in the order that the
language has for them. ``partners/static/kis_partners/dates.js`` reads by the same rules while
somebody types; it gets what depends on the language from here.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton

from . import languages

# EDTF's calendar dates, of which ISO 8601's are a part.
_EDTF = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_PARTS = re.compile(r"([0-9]+|[^\W\d_]+)")
_BETWEEN = re.compile(r"[\s.,/-]*")
# 8:00, 8.00 Uhr, 8 am, T08:00
_TIME = re.compile(r"(?:^|[\s,t])(\d{1,2})(?:[:.](\d\d))?\s*([a-z.]*)$", re.ASCII)

Found = tuple[int, int | None, int | None]


def plain(text: str) -> str:
    """A text in lower case, without marks on letters: ``März`` → ``marz``."""
    signs = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def edtf(text: str) -> Found | None:
    """Year, month and day of "2004", "2004-01" or "2004-01-15"."""
    match = _EDTF.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    return int(year), int(month) if month else None, int(day) if day else None


@dataclass(frozen=True)
class Reading:
    """How dates of a language are read.

    ``locale`` is a code in BCP 47 for their words. ``months`` and ``fillers`` (words that say
    nothing, like "of") are plain; months of the other registered languages are understood as far
    as they mean nothing else in this one.
    """

    locale: str
    month_first: bool
    months: Mapping[str, int]
    fillers: frozenset[str]

    def date(self, text: str) -> Found | None:
        """Year, month and day of a text, None for what it leaves out; None if it is no date.

        Whether there is such a day isn't looked at.
        """
        text = plain(text)
        if found := edtf(text):
            return found
        between, parts = _PARTS.split(text)[::2], _PARTS.findall(text)
        if text[4:5] == "-" or not all(map(_BETWEEN.fullmatch, between)):
            return None
        figures = [part for part in parts if part.isdecimal()]
        words = [part for part in parts if not part.isdecimal() and part not in self.fillers]
        years = [part for part in figures if len(part) == 4]
        others = [int(part) for part in figures if len(part) < 3]
        if len(years) != 1 or len(figures) != len(others) + 1:
            return None
        return self._order(int(years[0]), others, words, figures.index(years[0]))

    def _order(self, year: int, others: list[int], words: list[str], place: int) -> Found | None:
        """Which figure is what; ``place`` is that of the year among the figures."""
        first, second = (*others, None, None)[:2]
        if words:
            month = self.month(words[0]) if len(words) == 1 and second is None else None
            return (year, month, first) if month else None
        if second is None:  # 2004, 1/2004
            return (year, first, None) if place == len(others) else None
        if len(others) > 2 or place == 1:
            return None
        if place == 0 or self.month_first:
            return year, first, second
        return year, second, first

    def month(self, word: str) -> int | None:
        """The month of a plain word: its name or the first three letters of it or more."""
        if word in self.months or len(word) < 3:
            return self.months.get(word)
        found = {month for name, month in self.months.items() if name.startswith(word)}
        return found.pop() if len(found) == 1 else None

    def time(self, text: str) -> tuple[str, tuple[int, int] | None]:
        """What stands before the time of day in a text, and the hour and the minute, if any."""
        text = plain(text)
        match = _TIME.search(text)
        hour, minute, after = match.groups() if match else ("", None, "")
        after = after.replace(".", "")
        if not match or (after not in {"am", "pm", *self.fillers} if after else minute is None):
            return text, None
        half = after if after in ("am", "pm") else ""
        found = (int(hour) % 12 + 12 * (half == "pm") if half else int(hour), int(minute or 0))
        return text[: match.start()], found


def reading(language: str) -> Reading:
    """How dates are read for a language code; figures as in its region where it has one."""
    return _reading(language, tuple(languages.entries()))


@lru_cache(maxsize=16)
def _reading(language: str, registered: tuple[languages.Language, ...]) -> Reading:
    entry = languages.language(language)
    locale = _locale(language)
    months: dict[str, int] = {}
    fillers: set[str] = set()
    for other in (entry, *registered):
        for name, month in _months(other, locale if other is entry else None):
            months.setdefault(name, month)
        fillers |= set(map(plain, other.date_fillers.split()))
    order = str(locale.date_formats["short"]) if locale else "d"
    return Reading(
        locale=str(locale).replace("_", "-") if locale else language,
        month_first=order.lstrip("y./- ").startswith("M") and not order.startswith("y"),
        months=months,
        fillers=frozenset(fillers | _words_of_periods(registered)),
    )


def example(language: str) -> str:
    """The last day of 2025 in figures, as the language writes them: "31. 12. 2025"."""
    day = datetime.date(2025, 12, 31)
    locale = _locale(language)
    return format_skeleton("yMd", day, locale=locale) if locale else day.isoformat()


def _locale(language: str) -> Locale | None:
    region = languages.language(language).region
    if region and "-" not in language:
        language = f"{language}-{region}"
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _months(entry: languages.Language, locale: Locale | None) -> list[tuple[str, int]]:
    """All names of months in a language, in every case that it has for dates."""
    locale = locale or _locale(entry.code)
    found = []
    for forms in locale.months.values() if locale else ():
        for width in ("wide", "abbreviated"):
            found += [(plain(name).rstrip("."), month) for month, name in forms[width].items()]
    if entry.periods:
        for names in (entry.periods.months, entry.periods.months_until):
            found += [(plain(name), month) for month, name in enumerate(names.split(), 1)]
    return [(name, month) for name, month in found if not name.isdecimal()]


def _words_of_periods(registered: tuple[languages.Language, ...]) -> set[str]:
    """The words for "since", "until" and the like."""
    wordings = [entry.periods for entry in registered if entry.periods]
    patterns = [
        pattern.format(y="", m="", d="")
        for wording in wordings
        for pattern in (*wording.since, *wording.until, *wording.start)
    ]
    return {word for pattern in patterns for word in map(plain, pattern.split())}
