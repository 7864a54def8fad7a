"""English."""

from __future__ import annotations

import re

from .language import Language, PeriodWording, gettext_noop
from .registry import register


@register
class English(Language):
    """British and American spellings."""

    code = "en"
    in_words = gettext_noop("in English")
    plural_forms = "nplurals=2; plural=(n != 1);"
    region = "GB"
    date_fillers = "at on of the st nd rd th"
    periods = PeriodWording(
        months="January February March April May June July August September October November "
        "December",
        since=("since {y}", "since {m} {y}", "since {d} {m} {y}"),
        until=("until {y}", "until {m} {y}", "until {d} {m} {y}"),
        start=("from {y}", "from {m} {y}", "from {d} {m} {y}"),
    )
    own_letters = ()

    salutations = ("mr", "mrs", "ms", "miss", "mx")
    name_endings = ("s",)
    stop_words = frozenset(
        "a about after all also am an and any are as at be because been before being between "
        "both but by can could did do does doing done during each few for from get got had "
        "has have he her here him his how i if in into is it its just me more most much must "
        "my no not of on only or other our out own same she should so some still such than "
        "that the their them then there these they this those through to too under up us very "
        "was we were what when where which while who whom whose why will with would yet you "
        "your".split()
    )
    _spellings = tuple(
        (re.compile(pattern), replacement)
        for pattern, replacement in (
            (r"is(e|ed|es|er|ers|ing|ation|ations)$", r"iz\1"),
            (r"yse(d|s|r)?$", r"yze\1"),
            (r"ysing$", "yzing"),
            (r"([a-z]{2})our(s|ed|ing|al|ful|able|ite|hood)?$", r"\1or\2"),
            (r"([tbh])re(s)?$", r"\1er\2"),
            (r"mme(s|d)?$", r"m\1"),
            (r"([aeiou])ll(ed|ing|er|ers|or|ors)$", r"\1l\2"),
            (r"ence$", "ense"),
            (r"ogue(s)?$", r"og\1"),
            (r"([a-z]{2})ae", r"\1e"),
            (r"fulfill", "fulfil"),
            (r"judgement", "judgment"),
        )
    )

    def spelling(self, key: str) -> str:
        for pattern, replacement in self._spellings:
            key = pattern.sub(replacement, key)
        return key

    def stems(self, word: str) -> set[str]:
        return super().stems(self.spelling(word))
