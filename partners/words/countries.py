"""Countries by ISO 3166-1 code, named in the reader's language by Unicode's CLDR."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from .collation import order_key

# CLDR also lists groupings (EU, UN), private codes and pseudo-accents.
_NOT_COUNTRIES = frozenset(
    "AC CP CQ CT DD DG EA EU EZ FQ FX IC JT MI NH NQ NT PC PU PZ QO SU TA UK UN VD WK XA XB XK YD "
    "YU ZZ".split()
)


@lru_cache(maxsize=16)
def names(language: str) -> dict[str, str]:
    """All ISO 3166-1 alpha-2 codes with their names in a language, sorted by name."""
    try:
        territories = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        territories = Locale("en").territories
    found = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda item: order_key(item[1], language)))


def name(code: str) -> str:
    """The name of a country in the active language; the code itself where it is unknown."""
    return names(get_language() or "en").get(code, code)


def choices() -> list[tuple[str, str]]:
    """The choices of a form field, in the active language."""
    return list(names(get_language() or "en").items())
