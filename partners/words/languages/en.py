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
        "your need needs want wants please may might shall cannot gets getting like would am been "
        "don doesn didn isn aren wasn won ve ll re".split()
    )
    family_endings = tuple(
        sorted(
            (
                "ation ations ion ions ing ings ed er ers or ors ist ists ive ively al ally "
                "ly ment ments ness ance ence ense ant ants ent ents y ies ous ful ize izes "
                "ized izing yze e es s en ens ened ening able ible ism ity atic ic tic "
                "tize tized tizes ate ates ated ating"
            ).split(),
            key=len,
            reverse=True,
        )
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

    def family_root(self, word: str) -> str:
        # Policy is no family of police.
        return word if word.endswith("cy") else super().family_root(word)

    def apart(self, word: str) -> list[str]:
        """Two words of the dictionary that are typed as one: socialworker."""
        if self.lemmas(word):
            return []
        for place in range(len(word) - 4, 3, -1):
            first, second = word[:place], word[place:]
            if self.lemmas(first) and self.lemmas(second):
                return [first, second]
        return []

    def stems(self, word: str) -> set[str]:
        return super().stems(self.spelling(word))
