"""Polish, which the plugin doesn't have: one module of the site, and one line in INSTALLED_APPS."""

from django.apps import AppConfig
from kis_partners.words.languages import (
    Language,
    PeriodWording,
    gettext_noop,
    register,
    without_ending,
)


@register
class Polish(Language):
    code = "pl"
    in_words = gettext_noop("in Polish")
    catalogue_variants = ("pl_PL",)
    # "od" and "do" govern the genitive, which dates use anyway.
    periods = PeriodWording(
        months="stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
        "listopada grudnia",
        since=("od {y} r.", "od {m} {y} r.", "od {d} {m} {y} r."),
        until=("do {y} r.", "do {m} {y} r.", "do {d} {m} {y} r."),
        start=("od {y} r.", "od {m} {y} r.", "od {d} {m} {y} r."),
    )
    own_letters = ("a ą", "c ć", "e ę", "l ł", "n ń", "o ó", "s ś", "z ź ż")
    slug_rules = (("ł", "l"), ("Ł", "L"))

    exact_marks = True
    marks = {"a": "ą", "c": "ć", "e": "ę", "l": "ł", "n": "ń", "o": "ó", "s": "ś", "z": "źż"}
    stop_words = frozenset(
        "a ale dla do i jest lub na nie o od oraz po się są to w we z za że".split()
    )
    endings = tuple(
        sorted(
            "ami ach om ow owi ego emu ych ymi ej ie ia iu a e i o u y".split(),
            key=len,
            reverse=True,
        )
    )

    def stems(self, word: str) -> set[str]:
        return {without_ending(word, self.endings)}

    def roots(self, word: str) -> set[str]:
        return self.stems(word)


class PolishConfig(AppConfig):
    """Imports this module when the site starts, and with it the language."""

    name = "polish"
