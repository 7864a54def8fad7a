"""Which emergency numbers stand at the top of every page, and those for when nobody can be asked.

A page for a fault of the server is made without the database. It shows what the process has last
read in the reader's language, and, in a process that has read nothing yet, the numbers below.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from home.models import EmergencyNumber, EmergencyNumberWords
from partners.search.analysis import index_keys, query_terms
from partners.search.index import languages

#: How many numbers stand at the top.
FIRST = 2
#: The whole Union's emergency number, for a language that has no entry below.
ANYWHERE = [("112", "112", "")]
#: language: (number, who answers, hours)
UNREAD = {
    "de": [
        ("110", "Polizei (Notruf)", "rund um die Uhr"),
        ("116 016", "Hilfetelefon „Gewalt gegen Frauen“", "rund um die Uhr"),
    ],
    "en": [
        ("110", "Police in Germany (emergency)", "around the clock"),
        ("116 016", "Helpline “Violence against women” in Germany", "around the clock"),
    ],
    "sk": [
        ("112", "Tiesňové volanie", "nepretržite"),
        ("0800 212 212", "Národná linka pre ženy zažívajúce násilie", "nepretržite"),
    ],
    "lv": [
        ("112", "Ārkārtas palīdzības dienesti", "visu diennakti"),
        ("116 006", "Palīdzības tālrunis noziegumos cietušajiem", ""),
    ],
}

_last_read: dict[str, list[EmergencyNumberWords]] = {}


def in_order(words: QuerySet[EmergencyNumberWords]) -> list[EmergencyNumberWords]:
    """Numbers with their words, in the editors' order; one statement."""
    return list(
        words.select_related("emergency_number").order_by(
            "emergency_number__position", "emergency_number__pk"
        )
    )


def first(words: Iterable[EmergencyNumberWords]) -> list[EmergencyNumberWords]:
    """The numbers for the top of a page: those that editors chose, of the first country there is.

    Where none is chosen, that country's first.
    """
    rows = list(words)
    country = rows[0].emergency_number.country if rows else ""
    rows = [row for row in rows if row.emergency_number.country == country]
    chosen = [row for row in rows if row.emergency_number.at_top]
    return (chosen or rows)[:FIRST]


def asked_for(words: Iterable[EmergencyNumberWords], query: str) -> list[EmergencyNumberWords]:
    """The numbers that a search asks for, by their digits in any grouping or by words of their
    names."""
    readings = [(code, query_terms(query, code)) for code in languages()]
    found = []
    for one in words:
        text = f"{one.name} {one.emergency_number.number}"
        if any(
            terms and not any(term.isdisjoint(index_keys(text, code)) for term in terms)
            for code, terms in readings
        ):
            found.append(one)
    return found


def remember(language: str, words: list[EmergencyNumberWords]) -> None:
    """Keep what was read, for a page that can't read."""
    _last_read[language] = words


def last_read(language: str) -> list[EmergencyNumberWords]:
    """The numbers for the top of a page in a language, without the database."""
    if known := first(_last_read.get(language, [])):
        return known
    return [
        EmergencyNumberWords(
            emergency_number=EmergencyNumber(number=number), name=name, hours=hours
        )
        for number, name, hours in UNREAD.get(language, ANYWHERE)
    ]
