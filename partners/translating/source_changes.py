"""What has changed in a source since its translators got it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

#: How many changed segments are named, and how much is shown of each.
MOST_NAMED, MOST_SIGNS = 5, 60


def changed_segments(source: TranslationSource, instance: Any) -> tuple[Counter[Any], Counter[Any]]:
    """Path and text of the segments that are new in an item, and of those that are gone."""
    known = Counter(
        StringSegment.objects.filter(source=source).values_list("context__path", "string__data")
    )
    now = Counter(
        (segment.path, segment.string.data)
        for segment in extract_segments(instance)
        if isinstance(segment, StringSegmentValue)
    )
    return now - known, known - now


def in_words(source: TranslationSource, instance: Any) -> str:
    """Which segments have changed, as a sentence; empty if none has."""
    fresh, gone = changed_segments(source, instance)
    parts = [_name(instance, path, text) for path, text in fresh]
    if len(parts) > MOST_NAMED:
        more = len(parts) - MOST_NAMED
        parts = [*parts[:MOST_NAMED], _("and {} more").format(more)]
    sentences = [_("Changed: {}.").format("; ".join(parts))] if parts else []
    left_out = [path for path in {path for path, _text in gone} - {path for path, _text in fresh}]
    if left_out:
        sentences.append(_("Segments that are gone: {}.").format(len(left_out)))
    return " ".join(sentences)


def _name(instance: Any, path: str, text: str) -> str:
    """The label of a field, and the beginning of its text."""
    try:
        label = capfirst(instance._meta.get_field(path.partition(".")[0]).verbose_name) + ": "
    except (FieldDoesNotExist, AttributeError):
        label = ""
    return label + Truncator(strip_tags(text)).chars(MOST_SIGNS)
