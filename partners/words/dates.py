"""Partial dates: what editors know of a date, stored as EDTF, worded in four languages.

The stored form is the part of EDTF (ISO 8601-2, level 0) that a calendar date needs: ``2004``,
``2004-01`` or ``2004-01-15``. Months and days that aren't known are left out, never guessed.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_EDTF = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
# As people in Germany, Slovakia and Latvia write it: 15.1.2004, 15. 1. 2004, 01.2004, 1/2004
_SPOKEN = re.compile(r"(?:(?P<day>\d{1,2})\.\s*)?(?P<month>\d{1,2})[./]\s*(?P<year>\d{4})\.?")

HINT = _("Enter a year (2004), a month (2004-01) or a day (2004-01-15).")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A year, a month of a year, or a day. ``month`` and ``day`` are None where unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read EDTF, or a date as it is written in German, Slovak and Latvian.

        Raises ``ValidationError`` with a sentence for the editor that names what is wrong.
        """
        text = text.strip()
        match = _EDTF.fullmatch(text) or _SPOKEN.fullmatch(text)
        if not match:
            raise ValidationError(
                _("“%(value)s” is not a date. %(hint)s"),
                code="not_a_date",
                params={"value": text, "hint": HINT},
            )
        parts = {name: int(value) for name, value in match.groupdict().items() if value}
        date = cls(**parts)
        date._check(text)
        return date

    def _check(self, text: str) -> None:
        params: dict[str, object] = {"value": text, "hint": HINT}
        if self.year == 0:
            message = _("“%(value)s”: there is no year 0. %(hint)s")
        elif self.month is not None and not 1 <= self.month <= 12:
            message = _("“%(value)s”: there is no month %(month)s. %(hint)s")
            params["month"] = self.month
        elif self.day is not None and not 1 <= self.day <= self._days_in_month():
            message = _("“%(value)s”: that month has no day %(day)s. %(hint)s")
            params["day"] = self.day
        else:
            return
        raise ValidationError(message, code="no_such_date", params=params)

    def _days_in_month(self) -> int:
        assert self.month is not None
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def earliest(self) -> datetime.date:
        """The first day this date can mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day this date can mean."""
        if self.month is None:
            return datetime.date(self.year, 12, 31)
        return datetime.date(self.year, self.month, self.day or self._days_in_month())

    def __str__(self) -> str:
        """The EDTF form, zero-padded."""
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text


# One row per language: the months in the case that stands before or after a year, in the case
# that "since" and "until" govern, then the patterns by precision. Slovak "od" and "do" govern the
# genitive, which Slovak dates use anyway. Latvian puts the year first, in the genitive; "kopš"
# takes the genitive and "līdz" the dative of the month.
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "sk": "januára februára marca apríla mája júna júla augusta septembra októbra novembra "
    "decembra",
    "lv": "janvāra februāra marta aprīļa maija jūnija jūlija augusta septembra oktobra novembra "
    "decembra",
    "lv-until": "janvārim februārim martam aprīlim maijam jūnijam jūlijam augustam septembrim "
    "oktobrim novembrim decembrim",
}
# language: {relation: (year, month, day)}
_PATTERNS: dict[str, dict[str, tuple[str, str, str]]] = {
    "de": {
        "since": ("seit {y}", "seit {m} {y}", "seit dem {d}. {m} {y}"),
        "until": ("bis {y}", "bis {m} {y}", "bis zum {d}. {m} {y}"),
        "from": ("von {y}", "von {m} {y}", "vom {d}. {m} {y}"),
    },
    "en": {
        "since": ("since {y}", "since {m} {y}", "since {d} {m} {y}"),
        "until": ("until {y}", "until {m} {y}", "until {d} {m} {y}"),
        "from": ("from {y}", "from {m} {y}", "from {d} {m} {y}"),
    },
    "sk": {
        "since": ("od roku {y}", "od {m} {y}", "od {d}. {m} {y}"),
        "until": ("do roku {y}", "do {m} {y}", "do {d}. {m} {y}"),
        "from": ("od roku {y}", "od {m} {y}", "od {d}. {m} {y}"),
    },
    "lv": {
        "since": ("kopš {y}. gada", "kopš {y}. gada {m}", "kopš {y}. gada {d}. {m}"),
        "until": ("līdz {y}. gadam", "līdz {y}. gada {m}", "līdz {y}. gada {d}. {m}"),
        "from": ("no {y}. gada", "no {y}. gada {m}", "no {y}. gada {d}. {m}"),
    },
}


def _word(date: PartialDate, relation: str, language: str) -> str:
    pattern = _PATTERNS[language][relation][(date.month is not None) + (date.day is not None)]
    months = _MONTHS.get(f"{language}-{relation}", _MONTHS[language]).split()
    month = months[date.month - 1] if date.month is not None else ""
    return pattern.format(y=date.year, m=month, d=date.day)


def word_period(since: PartialDate | None, until: PartialDate | None, language: str) -> str:
    """Say a period in a language: "seit Januar 2004", "od januára 2004 do roku 2008".

    ``language`` is a language code; a regional one ("sk-SK") counts as its language, one without
    a wording of its own is answered in English. Without dates the answer is empty.
    """
    language = language.split("-")[0].lower()
    if language not in _PATTERNS:
        language = "en"
    if since and until:
        return f"{_word(since, 'from', language)} {_word(until, 'until', language)}"
    if since:
        return _word(since, "since", language)
    return _word(until, "until", language) if until else ""


def edtf_period(since: PartialDate | None, until: PartialDate | None) -> str:
    """The period as an EDTF interval; ``..`` is an end that is open, empty one that is unknown.

    >>> edtf_period(PartialDate(2004, 1), None)
    '2004-01/..'
    """
    if not since and not until:
        return ""
    return f"{since or ''}/{until or '..'}"
