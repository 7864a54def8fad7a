"""Opening hours: typed by editors, kept as schema.org writes them, shown in the reader's language.

"Mo-Fr 9-17, Sa 10:00-12:00" is kept as "Mo-Fr 09:00-17:00, Sa 10:00-12:00". The days may be typed
in English or in German, by their first two letters; "24/7" is around the clock.
"""

from __future__ import annotations

import re
from typing import Any

from babel import Locale as Language
from babel.core import UnknownLocaleError
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_TYPED = {day.lower(): day for day in DAYS} | {"di": "Tu", "mi": "We", "do": "Th", "so": "Su"}
_FULL = dict(
    zip(
        DAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
ALWAYS = "24/7"
_PART = re.compile(
    r"\s*([a-z]{2})(?:\s*[-–]\s*([a-z]{2}))?\s+(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?\s*"
)


def normal(text: str) -> str:
    """Hours as they are kept.

    Raises:
        ValidationError: if they can't be read.
    """
    if not text.strip() or text.strip() == ALWAYS:
        return text.strip()
    parts = []
    for typed in re.split(r"[,;]", text.lower()):
        found = _PART.fullmatch(typed)
        days = [_TYPED.get(day) for day in found.group(1, 2) if day] if found else [None]
        if found is None or None in days:
            raise ValidationError(_("Write hours like this: Mo-Fr 9-17, Sa 10:00-12:00, or 24/7."))
        begin, end = (int(found[3]), int(found[4] or 0)), (int(found[5]), int(found[6] or 0))
        if not (0, 0) <= begin < end <= (24, 0) or max(begin[1], end[1]) > 59:
            raise ValidationError(_("These hours end before they begin, or there is no such hour."))
        times = "-".join(f"{hour:02}:{minute:02}" for hour, minute in (begin, end))
        parts.append(f"{'-'.join(filter(None, days))} {times}")
    return ", ".join(parts)


def in_words(kept: str) -> str:
    """Kept hours in the active language: "Mo.–Fr. 09:00–17:00"."""
    if not kept:
        return ""
    if kept == ALWAYS:
        return gettext("around the clock")
    try:
        names = Language.parse(get_language() or "en", sep="-").days["stand-alone"]["abbreviated"]
    except (UnknownLocaleError, ValueError):
        names = Language("en").days["stand-alone"]["abbreviated"]
    words = []
    for part in kept.split(", "):
        days, times = part.split(" ")
        named = "–".join(names[DAYS.index(day)] for day in days.split("-"))
        words.append(f"{named} {times.replace('-', '–')}")
    return ", ".join(words)


def specifications(kept: str) -> list[dict[str, Any]]:
    """Kept hours in the vocabulary of schema.org."""
    if kept == ALWAYS:
        kept = "Mo-Su 00:00-24:00"
    found = []
    for part in filter(None, kept.split(", ")):
        days, times = part.split(" ")
        first, _dash, last = days.partition("-")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        # "Sa-Mo" goes over the end of the week.
        row = [DAYS[day % 7] for day in range(begin, end + 1 + 7 * (end < begin))]
        opens, closes = times.split("-")
        found.append(
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{_FULL[day]}" for day in row],
                "opens": opens,
                "closes": closes.replace("24:00", "23:59"),
            }
        )
    return found
