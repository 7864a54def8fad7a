"""Exports translations as PO files for Poedit, Weblate and similar programs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import polib
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from ..public.translations import with_how
from .check import stored_strings, string_segments

#: The header with the translation key of the item of a file.
ITEM_HEADER = "X-KIS-Item"


def to_po(translation: Translation) -> polib.POFile:
    """A translation as a PO file. Texts that nobody has read or written are marked as fuzzy."""
    source = translation.source
    wanted = string_segments(source)
    rows = stored_strings(translation.target_locale_id, wanted.values())
    unread = set(
        with_how(StringTranslation.objects.all())
        .filter(pk__in=[row.pk for row in rows.values()], how__in=("machine", "changed"))
        .values_list("pk", flat=True)
    )
    now = timezone.now().strftime("%Y-%m-%d %H:%M%z")
    po = polib.POFile(wrapwidth=99)
    po.metadata = {
        "Project-Id-Version": _one_line(f"{settings.WAGTAIL_SITE_NAME}: {source.object_repr}"),
        "POT-Creation-Date": source.last_updated_at.strftime("%Y-%m-%d %H:%M%z"),
        "PO-Revision-Date": now,
        "Last-Translator": "",
        "Language-Team": "",
        "Language": translation.target_locale.language_code.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        ITEM_HEADER: str(source.object_id),
    }
    for (context, text), part in wanted.items():
        row = rows.get((part.string_id, part.context_id))
        entry = polib.POEntry(
            msgctxt=context,
            msgid=text,
            msgstr=row.data if row else "",
            comment=f"{_one_line(source.object_repr)}: {part.context.field_path}",
        )
        if row and (row.has_error or row.pk in unread):
            entry.flags.append("fuzzy")
        po.append(entry)
    return po


def _one_line(text: str) -> str:
    return " ".join(text.split())


def file_name(translation: Translation) -> str:
    """The name of the file of a translation: model, title, beginning of the translation key."""
    source = translation.source
    kind = source.specific_content_type.model
    title = slugify(source.object_repr)[:60] or "item"
    return f"{kind}.{title}.{str(source.object_id)[:8]}.po"


def to_zip(translations: Iterable[Translation]) -> bytes:
    """A zip with the files of translations, in a folder for each language."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for translation in translations:
            folder = translation.target_locale.language_code
            archive.writestr(f"{folder}/{file_name(translation)}", str(to_po(translation)))
    return packed.getvalue()


def select_translations(
    language: str = "", page: Page | None = None, below: bool = True
) -> QuerySet[Any]:
    """Active translations, filtered by language code and by page.

    ``page`` may be in any language; with ``below`` its descendants are included.
    """
    found = Translation.objects.filter(enabled=True)
    if language:
        found = found.filter(target_locale__language_code=language)
    if page is not None:
        pages = Page.objects.descendant_of(page, inclusive=True)
        if not below:
            pages = Page.objects.filter(pk=page.pk)
        found = found.filter(source__object_id__in=pages.values("translation_key"))
    return found.select_related(
        "source__locale", "source__specific_content_type", "target_locale"
    ).order_by("target_locale__language_code", "source__object_repr", "pk")
