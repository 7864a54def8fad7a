"""Translated markup without words: empty elements, line breaks alone."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _


def without_words(source: str, translation: str) -> str:
    """A sentence that names the markup in which the source has words and the translation none."""
    if not translation or ("<" not in translation and any(map(str.isalnum, translation))):
        return ""
    kept = {one.name for one in _empty(source)}
    empty = [one for one in _empty(translation) if one.name not in kept]
    if not empty:
        return ""
    is_whole = any(isinstance(one, BeautifulSoup) for one in empty)
    named = translation if is_whole else ", ".join(map(str, empty))
    return _("there are no words in it: {}").format(named)


def mark(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Mark a stored string without words as faulty, so that the editor says so and no page has it.

    A handler of ``post_save``, before wagtail-localize looks for faults of its own.
    """
    wrong = "" if instance.has_error else without_words(instance.translation_of.data, instance.data)
    if wrong:
        instance.has_error, instance.field_error = True, wrong
        instance.save(update_fields=["has_error", "field_error"])


def _empty(html: str) -> list[Tag]:
    """The elements without a word, apart from line breaks; the whole, if it has none."""
    soup = BeautifulSoup(html, "html.parser")
    return [
        one
        for one in (soup, *soup.find_all(lambda tag: tag.name != "br"))
        if not any(map(str.isalnum, one.get_text()))
    ]
