"""Starting synced translation again, with the words that were written by hand meanwhile.

While a translation is stopped, its page or snippet is edited as a whole. Started again, it is made
from the stored translations of its segments, so words written by hand are stored there first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction
from wagtail.models import RevisionMixin
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from . import drafts


@dataclass(frozen=True)
class Difference:
    """Words written by hand, beside the stored translation of the same place; empty without one.

    ``part`` is the segment that takes them; None where they fit none, because the original has
    other paragraphs, blocks or links there.
    """

    source: str
    by_hand: str
    stored: str
    part: StringSegment | None


def differences(translation: Translation) -> list[Difference]:
    """The words that starting the translation again would replace, in the order of the source.

    The latest version counts, a draft or not. Three statements, and those of reading it.
    """
    row = drafts.target_item(translation)
    if isinstance(row, RevisionMixin) and row.latest_revision_id:
        row = row.get_latest_revision_as_object()
    written: dict[str, list[Any]] = {}
    for value in extract_segments(row) if row is not None else ():
        if isinstance(value, StringSegmentValue):
            written.setdefault(value.path, []).append(value)
    rows = StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, locale=translation.target_locale_id
    )
    stored: dict[tuple[int, int], str] = {}
    known: dict[str, set[str]] = {}
    for one in rows.select_related("context"):
        known.setdefault(one.context.path, set()).add(one.data)
        if not one.has_error:
            stored[one.translation_of_id, one.context_id] = one.data
    parts = StringSegment.objects.filter(source=translation.source_id)
    parts = parts.select_related("string", "context").order_by("order")
    found: list[Difference] = []
    for path, group in groupby(parts, key=lambda part: part.context.path):
        found += _at_place(list(group), written.pop(path, []), stored, known.get(path, set()))
    for values in written.values():  # Places that the original doesn't have.
        found += [Difference("", value.string.data, "", None) for value in values]
    return found


def _at_place(
    parts: list[StringSegment],
    values: list[Any],
    stored: dict[tuple[int, int], str],
    known: set[str],
) -> list[Difference]:
    """The differences of one field or block: its segments and the texts that are there now."""
    same_number = len(parts) == len(values)
    found = []
    for place, value in enumerate(values):
        part = parts[min(place, len(parts) - 1)]
        text = value.string.data
        if text in known or text == part.string.data:
            continue
        fits = same_number and set(value.attrs or ()) <= set(json.loads(part.attrs) or ())
        kept = stored.get((part.string_id, part.context_id), "")
        found.append(Difference(part.string.data, text, kept, part if fits else None))
    return found


@transaction.atomic
def start_again(translation: Translation, user: Any, *, keep: bool = True) -> None:
    """Start a stopped translation again; ``keep`` stores the words written by hand meanwhile."""
    for one in differences(translation) if keep else ():
        if one.part is not None:
            StringTranslation.objects.update_or_create(
                translation_of_id=one.part.string_id,
                context_id=one.part.context_id,
                locale=translation.target_locale,
                defaults={
                    "data": one.by_hand,
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                    "tool_name": "",
                    "last_translated_by": user,
                    "has_error": False,
                    "field_error": "",
                },
            )
    translation.enabled = True
    translation.save(update_fields=["enabled"])
