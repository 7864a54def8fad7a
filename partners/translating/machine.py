"""Machine translation that sends nothing private to the service.

A wrapper around one of wagtail-localize's machine translators. Texts of pages that aren't public
are not sent. Names and contact details of people are replaced by placeholders before a text is
sent (``masks``), and restored in the answer. A text in which that isn't possible for certain isn't
sent, and waits for a translator.

    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "kis_partners.translating.machine.DiscreetTranslator",
        "OPTIONS": {"CLASS": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
                    "OPTIONS": {"AUTH_KEY": "…"}},
    }
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.module_loading import import_string
from wagtail.models import Locale, Page, Revision
from wagtail_localize.machine_translators.base import BaseMachineTranslator
from wagtail_localize.models import StringSegment
from wagtail_localize.strings import StringValue

from ..models import Person
from ..public.pages import public_pages
from .masks import Names, mask, unmask

# The number of texts that the services accept in one request.
_AT_ONCE = 50


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
        """Translations of the public strings that could be masked, and whose placeholders all came
        back."""
        strings = list(strings)
        closed = texts_on_closed_pages(source_locale, strings)
        names = names_of_people()
        masked = {
            one: result
            for one in strings
            if one.data not in closed and (result := mask(one.data, names)) is not None
        }
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
                whole = unmask(translated.data, hidden)
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


def names_of_people() -> Names:
    """Names and telephone numbers of all people on record, drafts and earlier versions included.

    Two statements.
    """
    versions = Revision.objects.filter(content_type=ContentType.objects.get_for_model(Person))
    rows = [
        *Person.objects.values_list("name", "phone"),
        *versions.values_list("content__name", "content__phone").distinct(),
    ]
    return Names({name or "" for name, _phone in rows}, {phone or "" for _name, phone in rows})
