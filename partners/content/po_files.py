"""PO files of a package: loaded as translations of wagtail-localize, and written.

A file must have exactly the segments of its item. This is compared first, because ``import_po``
passes over strings that don't fit, and publishes the source's text for strings with errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polib
from django.core.exceptions import ValidationError
from django.utils.translation import override
from wagtail.models import Locale
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from ..po.check import (
    EntryKey,
    NotAPoFile,
    entries,
    entry_problems,
    parse,
    stored_strings,
    string_segments,
)
from ..translating import drafts
from .package import LARGEST_YAML, NOT_ITS_OWN, Item, Package, Problem


@dataclass
class Outcome:
    """The result of loading one translation of one item."""

    changed: bool = False
    strings: int = 0
    kept: int = 0


def po_path(package: Package, item: Item, language: str) -> Path:
    """The path of an item's PO file."""
    return package.root / "po" / language / f"{item.name}.po"


def source_of(instance: Any, changed: bool) -> TranslationSource:
    """The source of an item's translations, updated if the item has ``changed``."""
    source = TranslationSource.objects.get_for_instance_or_none(instance)
    if source is None or changed:
        source, _created = TranslationSource.update_or_create_from_instance(instance)
    return source


def bring(
    package: Package,
    item: Item,
    source: TranslationSource,
    language: str,
    *,
    live: bool,
    source_changed: bool,
    overwrite: bool,
) -> Outcome:
    """Bring the translation of an item up to date with its PO file, and publish it if the item
    is ``live``.

    Translations by people stay, unless ``overwrite``. Problems are added to the package. Must run
    in a transaction.
    """
    locale = Locale.objects.get(language_code=language)
    outcome = Outcome()
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    if not translation.enabled:
        # A translator has stopped the synchronisation of this page and edits it as a whole.
        return outcome

    wanted = string_segments(source)
    po = _checked(package, item, language, wanted)
    if po is None:
        return outcome
    fresh = _fresh(po, wanted, locale, overwrite, outcome)
    exists = source.object.has_translation(locale)
    if not fresh and exists and not source_changed:
        return outcome
    if wanted and not fresh and not exists and package.gaps is not None:
        # No string is translated.
        return outcome

    if not exists:
        _add(package, translation, wanted, fresh)
    elif fresh:
        _import(package, item, translation, fresh, language)
    if not exists or fresh or source_changed:
        was_live = not exists or translation.get_target_instance().live
        try:
            drafts.save(translation, publish=was_live and live)
        except ValidationError as error:
            for message in error.messages:
                _complain(package, item, language, 1, message)
            return outcome
    outcome.changed = True
    outcome.strings = len(fresh)
    return outcome


def look_through(package: Package, item: Item, source: TranslationSource, language: str) -> None:
    """Report what is wrong with an item's PO file, and load nothing."""
    _checked(package, item, language, string_segments(source))


def _complain(package: Package, item: Item, language: str, line: int, message: str) -> None:
    file = po_path(package, item, language).relative_to(package.root).as_posix()
    package.problems.append(Problem(file, line, message))


def _lacks(package: Package, item: Item, language: str, line: int, message: str) -> None:
    """Report a missing translation: as a gap of a partial load, else as a problem."""
    file = po_path(package, item, language).relative_to(package.root).as_posix()
    found = package.problems if package.gaps is None else package.gaps
    found.append(Problem(file, line, message))


def _checked(
    package: Package, item: Item, language: str, wanted: dict[EntryKey, StringSegment]
) -> polib.POFile | None:
    """The translated entries of an item's PO file; None, with problems reported, if it is wrong."""
    before = len(package.problems)
    path = po_path(package, item, language)
    if not wanted and not path.exists():
        return polib.POFile()
    if not path.exists():
        message = f"there is no such file ({len(wanted)} strings); --write-po writes it"
        _lacks(package, item, language, 1, message)
        return None
    inside = package.file("po", language, path.name)
    if inside is None or inside.stat().st_size > LARGEST_YAML:
        _complain(package, item, language, 1, NOT_ITS_OWN)
        return None
    # Packages are written by developers: messages about them are English.
    try:
        with override(None):
            po = parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, NotAPoFile) as error:
        _complain(package, item, language, 1, f"this is not a PO file: {error}")
        return None

    with override(None):
        found = list(entry_problems(po, wanted, item.model))
    for entry, message in found:
        _complain(package, item, language, entry.linenum or 1, message)
    for context, text in wanted.keys() - {(entry.msgctxt, entry.msgid) for entry in entries(po)}:
        _lacks(package, item, language, 1, f"missing: {context}: {text[:60]}")
    translated = polib.POFile()
    for entry in entries(po):
        if (entry.msgctxt, entry.msgid) not in wanted:
            continue
        if entry.msgstr and not entry.fuzzy:
            translated.append(entry)
            continue
        what = "is marked as fuzzy" if entry.msgstr else "has no translation"
        text = f"'{entry.msgid[:60]}' {what}"
        _lacks(package, item, language, entry.linenum or 1, text)
    return translated if len(package.problems) == before else None


def _fresh(
    po: polib.POFile,
    wanted: dict[EntryKey, StringSegment],
    locale: Locale,
    overwrite: bool,
    outcome: Outcome,
) -> list[polib.POEntry]:
    """The entries that differ from the stored strings, except strings of people or reviewed."""
    rows = stored_strings(locale, wanted.values())
    fresh = []
    for entry in entries(po):
        part = wanted[entry.msgctxt, entry.msgid]
        row = rows.get((part.string_id, part.context_id))
        if row and row.data == entry.msgstr and not row.has_error:
            continue
        if row and row.how != "machine" and not overwrite:
            outcome.kept += 1
            continue
        fresh.append(entry)
    return fresh


def _add(
    package: Package,
    translation: Translation,
    wanted: dict[EntryKey, StringSegment],
    entries: list[polib.POEntry],
) -> None:
    """Store the checked strings of a new translation by one statement; ``import_po`` takes six for
    each string."""
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of_id=wanted[entry.msgctxt, entry.msgid].string_id,
                context_id=wanted[entry.msgctxt, entry.msgid].context_id,
                locale_id=translation.target_locale_id,
                data=entry.msgstr,
                translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
                tool_name=package.tool,
            )
            for entry in entries
        ],
        update_conflicts=True,
        unique_fields=["locale", "translation_of", "context"],
        update_fields=["data", "translation_type", "tool_name", "updated_at", "has_error"],
    )


def _import(
    package: Package,
    item: Item,
    translation: Translation,
    entries: list[polib.POEntry],
    language: str,
) -> None:
    po = polib.POFile()
    po.extend(entries)
    for warning in translation.import_po(po, translation_type="machine", tool_name=package.tool):
        _complain(package, item, language, 1, repr(warning))


def write_po(package: Package, item: Item, source: TranslationSource, language: str) -> int:
    """Write the PO file of an item, with its present translations; the number of those missing.

    A translation stays with its text, even if its context (the path of the segment) changes.
    """
    path = po_path(package, item, language)
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    by_entry = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in old}
    by_text = {entry.msgid: entry.msgstr for entry in old if entry.msgstr}
    po = polib.POFile(wrapwidth=99)
    po.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    todo = 0
    for context, text in string_segments(source):
        msgstr = by_entry.get((context, text)) or by_text.get(text, "")
        todo += not msgstr
        po.append(polib.POEntry(msgctxt=context, msgid=text, msgstr=msgstr))
    path.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(path))
    return todo
