"""Machine translation that keeps what is private here.

A translator of wagtail-localize's around another one. What stands on a page that not everybody
may read is not sent at all; the names and contact details of people are replaced by marks before
a text is sent, and put back into what comes back.

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

# A mark is an empty element: backends keep the markup of what they translate.
_MARK = re.compile(r'<x id="n(\d+)"\s*(?:/>|>\s*</x>)')
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:\+|\b0)[\d][\d /()-]{5,}\d")
# What the services take in one request.
_AT_ONCE = 50
# Parts of a name that are words by themselves give nobody away.
_SHORTEST = 3


class DiscreetTranslator(BaseMachineTranslator):
    """Sends nothing that is private; ``CLASS`` and ``OPTIONS`` are those of the backend."""

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
        """The translations of those strings that may be sent and that came back whole."""
        strings = list(strings)
        closed = private(source_locale, strings)
        names = pattern(details())
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


def private(locale: Locale, strings: Iterable[StringValue]) -> set[str]:
    """Those of some texts that stand on a page that isn't public; three statements.

    A text that also stands on a public page is private all the same.
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


def details() -> set[str]:
    """Names, and parts of names, and contact details of all people that are on record."""
    found: set[str] = set()
    for row in Person.objects.values_list(*(name for name in Person.PERSONAL if name != "photo")):
        name, *rest = row
        found |= {name, *rest}
        found |= {part for part in re.split(r"\W+", name) if len(part) >= _SHORTEST}
    return found - {""}


def pattern(texts: set[str]) -> re.Pattern[str]:
    """What finds these texts as whole words, longer ones first, and any address or number."""
    known = sorted({escape(text) for text in texts}, key=len, reverse=True)
    words = "|".join(re.escape(text) for text in known)
    return re.compile(
        rf"(?<!\w)(?:{words})(?!\w)|{_ADDRESS.pattern}" if words else _ADDRESS.pattern
    )


def _mask(text: str, names: re.Pattern[str]) -> tuple[str, list[str]]:
    hidden: list[str] = []

    def mark(match: re.Match[str]) -> str:
        hidden.append(match[0])
        return f'<x id="n{len(hidden) - 1}"/>'

    return names.sub(mark, text), hidden


def _unmask(text: str, hidden: list[str]) -> str | None:
    """The text with what was hidden; None where a mark is missing, there twice, or made up."""
    marks = [int(number) for number in _MARK.findall(text)]
    if sorted(marks) != list(range(len(hidden))):
        return None
    return _MARK.sub(lambda match: hidden[int(match[1])], text)
