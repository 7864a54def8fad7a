"""Machine translation that sends nothing private to the service.

A wrapper around one of wagtail-localize's machine translators. Texts of pages that aren't public
are not sent. Names and contact details of people are replaced by placeholders before a text is
sent, and restored in the answer.

    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "kis_partners.translating.machine.DiscreetTranslator",
        "OPTIONS": {"CLASS": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
                    "OPTIONS": {"AUTH_KEY": "…"}},
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.module_loading import import_string
from wagtail.models import Locale, Page
from wagtail_localize.machine_translators.base import BaseMachineTranslator
from wagtail_localize.models import StringSegment
from wagtail_localize.strings import StringValue

from ..models import Person
from ..public.pages import public_pages

# A placeholder is an empty element, because services keep the markup of a text.
_PLACEHOLDER = re.compile(r'<x id="n(\d+)"\s*(?:/>|>\s*</x>)')
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:\+|\b0)[\d][\d /()-]{5,}\d")
# The number of texts that the services accept in one request.
_AT_ONCE = 50
# In letters. Shorter parts of a name ("de", "zu") are ordinary words and identify nobody.
_SHORTEST = 3


class DiscreetTranslator(BaseMachineTranslator):
    """The wrapper; its options ``CLASS`` and ``OPTIONS`` are those of the wrapped translator."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self.backend = import_string(options["CLASS"])(options.get("OPTIONS", {}))

    @property
    def display_name(self) -> Any:
        return self.backend.display_name

    def can_translate(self, source_locale: Locale, target_locale: Locale) -> bool:
        return bool(self.backend.can_translate(source_locale, target_locale))

    def translate(
        self, source_locale: Locale, target_locale: Locale, strings: Iterable[StringValue]
    ) -> dict[StringValue, StringValue]:
        """Translations of the public strings whose placeholders all came back."""
        strings = list(strings)
        closed = texts_on_closed_pages(source_locale, strings)
        names = personal_pattern(personal_details())
        masked = {one: _mask(one.data, names) for one in strings if one.data not in closed}
        texts = sorted({text for text, _hidden in masked.values()})
        came: dict[str, Any] = {}
        for start in range(0, len(texts), _AT_ONCE):
            part = [StringValue(text) for text in texts[start : start + _AT_ONCE]]
            answer = self.backend.translate(source_locale, target_locale, part)
            came |= {one.data: answer.get(one) for one in part}
        found = {}
        for one, (text, hidden) in masked.items():
            translated = came[text]
            if translated is not None and translated.data is not None:
                whole = _unmask(translated.data, hidden)
                if whole is not None:
                    found[one] = StringValue(whole)
        return found


def texts_on_closed_pages(locale: Locale, strings: Iterable[StringValue]) -> set[str]:
    """The texts that occur on a page that isn't public, even if on a public one, too.

    Three statements.
    """
    segments = StringSegment.objects.filter(
        string__locale=locale, string__data__in={one.data for one in strings}
    )
    keys = set(segments.values_list("source__object_id", "string__data"))
    pages = Page.objects.filter(locale=locale, translation_key__in={key for key, _text in keys})
    closed = set(
        pages.exclude(pk__in=public_pages().values("pk")).values_list("translation_key", flat=True)
    )
    return {text for key, text in keys if key in closed}


def personal_details() -> set[str]:
    """Names, parts of names and contact details of all people in the database."""
    found: set[str] = set()
    for row in Person.objects.values_list(*(name for name in Person.PERSONAL if name != "photo")):
        name, *rest = row
        found |= {name, *rest}
        found |= {part for part in re.split(r"\W+", name) if len(part) >= _SHORTEST}
    return found - {""}


def personal_pattern(texts: set[str]) -> re.Pattern[str]:
    """A pattern for the given texts as whole words, any mail address and any telephone number."""
    known = sorted({escape(text) for text in texts}, key=len, reverse=True)
    words = "|".join(re.escape(text) for text in known)
    return re.compile(
        rf"(?<!\w)(?:{words})(?!\w)|{_ADDRESS.pattern}" if words else _ADDRESS.pattern
    )


def _mask(text: str, names: re.Pattern[str]) -> tuple[str, list[str]]:
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match[0])
        return f'<x id="n{len(hidden) - 1}"/>'

    return names.sub(hide, text), hidden


def _unmask(text: str, hidden: list[str]) -> str | None:
    """The text with its placeholders restored; None if one is missing, repeated or invented."""
    numbers = [int(number) for number in _PLACEHOLDER.findall(text)]
    if sorted(numbers) != list(range(len(hidden))):
        return None
    return _PLACEHOLDER.sub(lambda match: hidden[int(match[1])], text)
