"""What readers of an item will miss: drafts and untranslated things that it shows, placeholders,
pictures without alternative text.

It is asked about content, so it can be told of a version before that is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail.documents.models import AbstractDocument
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import DraftStateMixin, Page, TranslatableMixin
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from ..conf import conf
from .naming import named


@dataclass(frozen=True)
class Miss:
    """Something that readers will miss, in words of the active language.

    ``draft`` is what would have to be published, if that helps and it isn't a page.
    """

    text: str
    draft: Any = None


def misses(instance: Any) -> list[Miss]:
    """What readers would miss if this version of a page or snippet were published.

    A few statements for each model that it names.
    """
    found = dict.fromkeys([*_named(instance), *_placeholders(instance), *_pictures(instance)])
    return list(found)


def content_of(instance: Any) -> dict[str, Any]:
    """The content of an item as a version of it would be stored."""
    if isinstance(instance, ClusterableModel):
        content: dict[str, Any] = instance.serializable_data()
    else:
        content = get_serializable_data_for_fields(instance)
    return content


def _named(instance: Any) -> Iterator[Miss]:
    places: dict[Any, dict[str, str]] = {}
    for one in named(type(instance), content_of(instance)):
        places.setdefault(one.model, {}).setdefault(one.key, capfirst(one.place))
    for model, keys in places.items():
        items = model._base_manager.filter(pk__in=keys)
        if issubclass(model, TranslatableMixin):
            items = items.select_related("locale")
        items = list(items)
        if issubclass(model, DraftStateMixin):
            yield from _unpublished(instance, items, keys)
        if issubclass(model, AbstractImage | AbstractDocument):
            for item in items:
                if is_placeholder(item.title):
                    yield Miss(_("“{}” is a placeholder.").format(item.title))


def _unpublished(instance: Any, items: list[Any], places: Mapping[str, str]) -> Iterator[Miss]:
    """Those of the items that aren't published, or not in the language of who names them."""
    language = getattr(instance, "locale_id", None)
    spoken: dict[Any, Any] = {}
    if items and language and isinstance(items[0], TranslatableMixin):
        model: Any = items[0]._meta.get_field("translation_key").model
        versions = model._base_manager.filter(
            translation_key__in=[item.translation_key for item in items], locale=language
        )
        spoken = {version.translation_key: version for version in versions}
    for item in items:
        words = {"place": places[str(item.pk)], "item": item}
        if not item.live:
            text = _("%(place)s: “%(item)s” is only a draft. Readers don't see it.")
            yield Miss(text % words, None if isinstance(item, Page) else item)
        elif language and getattr(item, "locale_id", language) != language:
            version = spoken.get(item.translation_key)
            if version is None or not version.live:
                words["language"] = item.locale.get_display_name()
                text = _(
                    "%(place)s: “%(item)s” isn't published in this language. Readers find it in "
                    "another one: %(language)s."
                )
                help_by = None if isinstance(item, Page) else version
                yield Miss(text % words, help_by)


def _placeholders(instance: Any) -> Iterator[Miss]:
    for segment in extract_segments(instance) if isinstance(instance, TranslatableMixin) else []:
        if isinstance(segment, StringSegmentValue):
            text = strip_tags(segment.string.data)
            if is_placeholder(text):
                yield Miss(_("“{}” is a placeholder.").format(Truncator(text).chars(80)))


def is_placeholder(text: str) -> bool:
    """Whether a text says of itself that it is none yet."""
    words = "|".join(map(re.escape, conf().placeholders))
    return bool(words and re.search(rf"\b(?:{words})\b", text, re.IGNORECASE))


def _pictures(instance: Any) -> Iterator[Miss]:
    for field in instance._meta.concrete_fields:
        if isinstance(field, StreamField):
            stored = field.get_prep_value(getattr(instance, field.name)) or []
            if number := sum(1 for _one in undescribed(stored)):
                words = {"place": capfirst(field.verbose_name), "number": number}
                yield Miss(_("%(place)s: pictures without alternative text: %(number)d") % words)


def undescribed(stored: Any) -> Iterator[Any]:
    """The stored pictures with neither a description nor the mark that they are decoration."""
    if isinstance(stored, Mapping):
        words = [stored[name] for name in ("alt", "alt_text") if name in stored]
        if stored.get("image") and words and not (any(words) or stored.get("decorative")):
            yield stored
        stored = stored.values()
    elif not isinstance(stored, list):
        return
    for one in stored:
        yield from undescribed(one)
