"""Which concepts of the search lead to a public page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from .concepts import Concept
from .ranked import known_words

#: How many concepts one statement asks for.
TOGETHER = 40


def without_page(
    concepts: Sequence[Concept], pages: QuerySet[Page], code: str
) -> Iterator[tuple[int, list[Concept]]]:
    """The concepts, some at a time, to which none of these pages is an answer: how many were asked
    for, and those without a page. They are asked for by their preferred terms in a language; one
    statement for each :data:`TOGETHER`."""
    for start in range(0, len(concepts), TOGETHER):
        some = concepts[start : start + TOGETHER]
        found: Any = known_words(pages, [one.preferred(code) for one in some])
        yield len(some), [one for one in some if one.preferred(code) not in found]
