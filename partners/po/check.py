"""Parses PO files, and checks each entry against the segments of its item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import pairwise
from typing import Any

import polib
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from wagtail.blocks import ListBlock
from wagtail.fields import StreamField
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue, extract_ids

from ..public.translations import with_how
from ..translating.wordless import without_words

#: Context and source text of an entry.
EntryKey = tuple[str, str]
#: The entries that a file may have, and the characters of an entry with its comments: parsing
#: takes a time that grows with the square of the latter.
MAX_ENTRIES = 20_000
MAX_ENTRY_LENGTH = 50_000
_ENTRY = re.compile(r"^(?:#~[ \t]*)?msgid[ \t\"]", re.MULTILINE)


class NotAPoFile(ValueError):
    """A file that isn't a readable PO file; the message is the reason."""


def string_segments(source: TranslationSource) -> dict[EntryKey, StringSegment]:
    """The string segments of a source by the keys of their entries, in the order of the source.

    Equal paragraphs of one text share a key, and so an entry.
    """
    found = StringSegment.objects.filter(source=source).select_related("string", "context")
    return {(part.context.path, part.string.data): part for part in found.order_by("order")}


def parse(text: str) -> polib.POFile:
    """Parse the text of a PO file. Raises :class:`NotAPoFile`, for one beyond the limits, too."""
    if 'msgid "' not in text:
        raise NotAPoFile(_("There is no entry in it."))
    starts = [0, *(one.start() for one in _ENTRY.finditer(text)), len(text)]
    if len(starts) - 2 > MAX_ENTRIES:
        raise NotAPoFile(_("There are more than {} entries in it.").format(MAX_ENTRIES))
    for start, end in pairwise(starts):
        if end - start > MAX_ENTRY_LENGTH:
            line = text.count("\n", 0, start) + 1
            raise NotAPoFile(
                _("The entry in line {} has more than {} characters.").format(
                    line, MAX_ENTRY_LENGTH
                )
            )
    try:
        # polib takes text or a file name; the line break makes sure that it is taken as text.
        return polib.pofile(f"{text}\n")
    except (OSError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise NotAPoFile(str(error)) from error


def entries(po: polib.POFile) -> list[polib.POEntry]:
    """The entries of a file without obsolete ones."""
    return [entry for entry in po if not entry.obsolete]


def entry_problems(
    po: polib.POFile, wanted: Mapping[EntryKey, StringSegment], model: Any
) -> Iterator[tuple[polib.POEntry, str]]:
    """All faulty entries, each with a reason; an entry with several faults comes several times."""
    contexts = {context for context, _text in wanted}
    found = entries(po)
    seen = Counter((entry.msgctxt, entry.msgid) for entry in found)
    for entry in found:
        key = (entry.msgctxt, entry.msgid)
        shown = entry.msgid[:60]
        if key not in wanted and entry.msgctxt in contexts:
            yield entry, _("source text isn't in the item: {}: {}").format(entry.msgctxt, shown)
        elif key not in wanted:
            yield entry, _("context isn't in the item: {}: {}").format(entry.msgctxt, shown)
        elif seen[key] > 1:
            yield entry, _("'{}' is there twice").format(entry.msgctxt)
        elif entry.msgid_plural or entry.msgstr_plural:
            yield entry, _("has plural forms, of which there are none here")
        elif entry.msgstr:
            yield from ((entry, message) for message in _text_problems(entry, wanted[key], model))


def _text_problems(entry: polib.POEntry, part: StringSegment, model: Any) -> Iterator[str]:
    try:
        StringValue.from_translated_html(entry.msgstr)
    except ValueError as error:
        yield str(error)
        return
    if extract_ids(entry.msgid) != extract_ids(entry.msgstr):
        yield _("the links aren't the same as in the source")
    if wrong := without_words(entry.msgid, entry.msgstr):
        yield wrong
    most = _longest(model, part.context.field_path or part.context.path)
    length = len(unescape(entry.msgstr))
    if most and length > most:
        yield _("{} characters, at most {} are possible").format(length, most)


def _longest(model: Any, field_path: str) -> int | None:
    """The maximum length of the field or block of a segment; None without one."""
    name, *rest = field_path.split(".")
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, StreamField):
        return getattr(field, "max_length", None)
    block: Any = field.stream_block
    for name in rest:
        while isinstance(block, ListBlock):
            block = block.child_block
        block = getattr(block, "child_blocks", {}).get(name)
    return getattr(getattr(block, "field", None), "max_length", None)


def stored_strings(locale: Any, wanted: Iterable[StringSegment]) -> dict[tuple[int, int], Any]:
    """The stored translations of segments by ids of string and context, annotated with ``how``."""
    rows = StringTranslation.objects.filter(
        locale=locale, context__in={part.context_id for part in wanted}
    )
    return {(row.translation_of_id, row.context_id): row for row in with_how(rows)}
