"""Slugs by the rules of a language: German umlauts in two letters, signs of gender left out.

``Täter*innen``, ``Täter:innen`` and ``Täter_innen`` are one slug: ``taeterinnen``.
"""

from __future__ import annotations

import re

from django.utils.text import slugify

from . import languages


def rules(language: str) -> list[tuple[str, str]]:
    """Replacements in a title before it becomes a slug, in order: (regular expression, text)."""
    genders = [rule for entry in languages.entries() for rule in entry.gender_rules]
    return [*genders, *languages.language(language).slug_rules]


def slug_of(title: str, language: str) -> str:
    """The slug of a title in a language."""
    for pattern, replacement in rules(language):
        title = re.sub(pattern, replacement, title)
    return slugify(title)
