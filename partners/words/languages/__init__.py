"""Languages: dates, slugs, order and search, in one module with one registered class for each.

A site adds a language from a module of its own:

    from kis_partners.words.languages import Language, PeriodWording, register

    @register
    class Polish(Language):
        code = "pl"
        ...

The module has to be imported when the site starts: from ``ready()`` of an AppConfig, as modules
with signal handlers or checks are. ``manage.py check`` names what a language of the site lacks.

Imports nothing of Django: the analyser of the search stands on it.
"""

from __future__ import annotations

from . import de, en, lv, sk
from .language import Language, PeriodWording, gettext_noop
from .letters import fold, fold_exactly, without_ending
from .registry import base_code, entries, is_registered, language, register, unregister

__all__ = [
    "Language",
    "PeriodWording",
    "base_code",
    "de",
    "en",
    "entries",
    "fold",
    "fold_exactly",
    "gettext_noop",
    "is_registered",
    "language",
    "lv",
    "register",
    "sk",
    "unregister",
    "without_ending",
]
