"""Partial dates: a year, month or day, stored as EDTF, in words of the reader's language.

The stored form is the part of EDTF (ISO 8601-2, level 0) that a calendar date needs: ``2004``,
``2004-01`` or ``2004-01-15``. Months and days that aren't known are left out, never guessed.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import languages
from .reading import edtf, reading

HINT = _(
    "Enter a year (2004), a month (January 2004 or 2004-01) or a day (15/1/2004 or 2004-01-15)."
)


@dataclass(frozen=True, order=True)
class PartialDate:
    """A year, a month of a year, or a day. ``month`` and ``day`` are None where unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read EDTF, or a date as people write it and :func:`word_period` does.

        Raises ``ValidationError`` with a sentence for the editor that names what is wrong.
        """
        text = text.strip()
        found = edtf(text) or reading(get_language() or "en").date(text)
        if not found:
            raise ValidationError(
                _("“%(value)s” is not a date. %(hint)s"),
                code="not_a_date",
                params={"value": text, "hint": HINT},
            )
        date = cls(*found)
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


def word_period(since: PartialDate | None, until: PartialDate | None, language: str) -> str:
    """A period in words of a language: "seit Januar 2004", "od januára 2004 do roku 2008".

    ``language`` is a language code; a regional one ("sk-SK") counts as its language. Where it has
    no wording of its own, dates are as Unicode's CLDR says them, with a dash: "listopad 2003 –".
    Without dates the answer is empty.
    """
    wording = languages.language(language).periods
    if wording is None:
        return _between(since, until, language)
    if since and until:
        start, end = _fill(wording.start, since, wording.months), _until(wording, until)
        return f"{start} {end}"
    if since:
        return _fill(wording.since, since, wording.months)
    return _until(wording, until) if until else ""


def _until(wording: languages.PeriodWording, date: PartialDate) -> str:
    return _fill(wording.until, date, wording.months_until or wording.months)


def _fill(patterns: tuple[str, str, str], date: PartialDate, months: str) -> str:
    month = months.split()[date.month - 1] if date.month is not None else ""
    pattern = patterns[(date.month is not None) + (date.day is not None)]
    return pattern.format(y=date.year, m=month, d=date.day)


def _between(since: PartialDate | None, until: PartialDate | None, language: str) -> str:
    """A period in figures and names of months, in the order that the language has for them."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = None
    pattern = (locale and locale.interval_formats.get(None)) or "{0} – {1}"
    ends = ["" if date is None else _figures(date, locale) for date in (since, until)]
    return pattern.format(*ends).strip() if since or until else ""


def _figures(date: PartialDate, locale: Locale | None) -> str:
    if locale is None:
        return str(date)
    if date.day is not None:
        return format_date(date.earliest, "long", locale=locale)
    return format_skeleton("y" if date.month is None else "yMMMM", date.earliest, locale=locale)


def edtf_period(since: PartialDate | None, until: PartialDate | None) -> str:
    """The period as an EDTF interval; ``..`` is an end that is open, empty one that is unknown.

    >>> edtf_period(PartialDate(2004, 1), None)
    '2004-01/..'
    """
    if not since and not until:
        return ""
    return f"{since or ''}/{until or '..'}"
