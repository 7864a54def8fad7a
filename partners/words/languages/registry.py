"""The registered languages."""

from __future__ import annotations

import re
from typing import TypeVar

from .language import Language

T = TypeVar("T", bound=type[Language])

_entries: dict[str, Language] = {}
_others: dict[str, Language] = {}


def register(entry: T) -> T:
    """Decorator: make a class derived from :class:`Language` the entry of its language.

    A second entry for the same code replaces the first, so a site can change a language of the
    plugin by deriving from its class.
    """
    if not re.fullmatch("[a-z]{2,3}", entry.code):
        raise ValueError(
            f"{entry.__name__}.code is {entry.code!r}, not a code of ISO 639 like 'sk'"
        )
    _entries[entry.code] = entry()
    return entry


def unregister(code: str) -> None:
    """Remove the entry of a language; for tests."""
    _entries.pop(code, None)


def base_code(locale: str) -> str:
    """The language of a locale code: ``de``, ``de-AT`` and ``de_AT`` are German."""
    return re.split(r"[-_]", locale.lower())[0]


def language(locale: str) -> Language:
    """The entry for the language of a locale code; without one, the defaults."""
    code = base_code(locale)
    entry = _entries.get(code) or _others.get(code)
    if entry is None:
        entry = _others[code] = Language(code)
    return entry


def is_registered(locale: str) -> bool:
    """Whether a language has an entry."""
    return base_code(locale) in _entries


def entries() -> list[Language]:
    """The languages that have an entry."""
    return list(_entries.values())
