"""Slugs: German words as German writes them without umlauts, signs of gender left out.

``Täter*innen``, ``Täter:innen`` and ``Täter_innen`` are one slug: ``taeterinnen``.
"""

from __future__ import annotations

import re

from django.utils.text import slugify

GENDER = (r"([A-Za-zÄÖÜäöüß])[*:_](in|innen)(?![A-Za-zäöüß])", r"\1\2")
UMLAUTS = tuple(zip("äöüßÄÖÜẞ", ("ae", "oe", "ue", "ss", "Ae", "Oe", "Ue", "SS"), strict=True))


def rules(language: str) -> list[tuple[str, str]]:
    """What is replaced by what before a title becomes a slug, in order; Python's notation."""
    return [GENDER, *(UMLAUTS if language == "de" else ())]


def slug_of(title: str, language: str) -> str:
    """The slug of a title in a language."""
    for pattern, replacement in rules(language):
        title = re.sub(pattern, replacement, title)
    return slugify(title)
