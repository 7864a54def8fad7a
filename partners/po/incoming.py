"""Imports PO files, and reports every entry that was not taken.

Each file is one transaction. Faultless entries are taken, others get a remark in the report. A file
that belongs to no translation here is refused, without an effect on other files of its archive.
Imported texts wait in the translation editor until somebody publishes them; a translation that was
never published is, once people have translated enough of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polib
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail_localize.models import Translation, get_edit_url

from ..translating import drafts, review, submitting
from ..translating.permissions import lock_against
from ..words.languages import base_code
from .archive import MAX_FILE_BYTES, MAX_UPLOAD_BYTES, BadArchive, is_archive, read_zip
from .check import NotAPoFile, entries, entry_problems, parse, stored_strings, string_segments
from .outgoing import ITEM_HEADER

LOCALIZE_HEADER = "X-WagtailLocalize-TranslationID"
TOOL = "PO"
#: For how many seconds further files of an archive are taken in a request.
MAX_SECONDS = 20
#: The remarks of a file that are told one by one.
MAX_REMARKS = 500


@dataclass(frozen=True)
class Remark:
    """An entry that was not taken, the reason (``message``), and its translation (``text``)."""

    line: int
    context: str
    message: str
    text: str = ""


@dataclass
class FileReport:
    """The result of importing one file.

    ``refused`` is the reason if nothing was taken. Otherwise the entries are counted: ``taken``
    are new or changed; ``confirmed`` became reviewed, because their mark as fuzzy was removed;
    ``unchanged`` were stored already; ``empty`` have no translation. ``absent`` is the number of
    segments without an entry. ``published`` tells that the item has been published with them.
    """

    name: str
    refused: str = ""
    item: str = ""
    language: str = ""
    edit_url: str = ""
    taken: int = 0
    confirmed: int = 0
    unchanged: int = 0
    empty: int = 0
    absent: int = 0
    published: bool = False
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_fine(self) -> bool:
        """Whether all entries of the file were taken or stored already."""
        return not self.refused and not self.remarks


class _Refused(ValueError):
    pass


def read_upload(
    name: str, data: bytes, seconds: float | None = None, **options: Any
) -> list[FileReport]:
    """Import a PO file or a zip of such files; see :func:`read_file` for the options.

    Files of an archive that are not begun after ``seconds`` are refused; each of the others is
    taken as a whole.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        most = MAX_UPLOAD_BYTES // 1_000_000
        return [FileReport(name, refused=_("This file has more than {} MB.").format(most))]
    if not is_archive(data):
        return [read_file(name, data, **options)]
    seen: dict[int, str] = {}
    reports: list[FileReport] = []
    began = time.monotonic()
    try:
        for member, content in read_zip(data):
            if isinstance(content, str):
                reports.append(FileReport(member, refused=content))
            elif seconds is not None and time.monotonic() - began > seconds:
                late = _("There was no time left for this file. Upload it once more.")
                reports.append(FileReport(member, refused=late))
            else:
                reports.append(read_file(member, content, seen=seen, **options))
    except BadArchive as error:
        return [FileReport(name, refused=str(error))]
    return reports


def read_file(
    name: str,
    data: bytes,
    *,
    user: Any = None,
    language: str = "",
    translation: Translation | None = None,
    overwrite: bool = False,
    may_edit: Callable[[Translation], bool] = lambda _translation: True,
    seen: dict[int, str] | None = None,
) -> FileReport:
    """Import one PO file, in one transaction.

    A file of another ``language`` or ``translation`` than given is refused. Texts that a person
    has written or reviewed are replaced only with ``overwrite``. ``seen`` maps ids of translations
    to the names of their files in the same upload.
    """
    report = FileReport(name)
    try:
        po = _parse(data)
        found = _belongs_to(po, language, translation)
        if not may_edit(found):
            raise _Refused(_("You may not edit this translation."))
        if seen is not None and found.pk in seen:
            raise _Refused(_("Another file is for the same translation: {}").format(seen[found.pk]))
        if user is not None and lock_against(user, drafts.target_item(found)):
            raise _Refused(_("It is locked, so nothing of it can be changed."))
        with transaction.atomic():
            _take_entries(report, po, found, user, overwrite)
            if user is not None:
                report.published = bool(submitting.publish_if_translated(found, user))
    except _Refused as error:
        report.refused = str(error)
        return report
    if seen is not None:
        seen[found.pk] = name
    if more := report.remarks[MAX_REMARKS:]:
        told = _("{} further entries were not taken, either").format(len(more))
        report.remarks[MAX_REMARKS:] = [Remark(more[0].line, "", told)]
    return report


def _parse(data: bytes) -> polib.POFile:
    if len(data) > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES // 1_000_000
        raise _Refused(_("This file has more than {} MB.").format(most))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Refused(_("This is not a PO file in UTF-8.")) from None
    if "\0" in text:
        raise _Refused(_("This is not a PO file in UTF-8."))
    try:
        return parse(text)
    except NotAPoFile as error:
        raise _Refused(_("This is not a PO file: {}").format(error)) from error


def _belongs_to(po: polib.POFile, language: str, wanted: Translation | None) -> Translation:
    said = _language(po.metadata.get("Language", ""))
    all_of = Translation.objects.filter(enabled=True).select_related(
        "source__locale", "source__specific_content_type", "target_locale"
    )
    if key := po.metadata.get(ITEM_HEADER):
        if not said:
            raise _Refused(_("The header of the file doesn't say its language."))
        found = all_of.filter(
            source__object_id=_uuid(key), target_locale__language_code__iexact=said
        ).first()
        if found is None:
            raise _Refused(
                _("There is no translation here of the item {} into this language: {}").format(
                    key, said
                )
            )
    elif pk := po.metadata.get(LOCALIZE_HEADER):
        found = all_of.filter(uuid=_uuid(pk)).first()
        if found is None:
            raise _Refused(
                _("The file comes from another database: there is no translation {} here.").format(
                    pk
                )
            )
    else:
        raise _Refused(
            _("The header of the file doesn't say what it belongs to. Use a file from here.")
        )
    code = found.target_locale.language_code
    if said and said.casefold() != code.casefold():
        raise _Refused(_("The file is in another language: {}").format(said))
    if language and language != code:
        raise _Refused(_("The file is in another language: {}").format(code))
    if wanted is not None and found.pk != wanted.pk:
        raise _Refused(_("The file belongs to another item: {}").format(found.source.object_repr))
    return found


def _language(said: str) -> str:
    """The language of the site that is meant: Slovak by "sk_SK.UTF-8", if there is one Slovak."""
    said = said.partition(".")[0].partition("@")[0].strip().replace("_", "-")
    codes = Locale.objects.values_list("language_code", flat=True)
    same = [code for code in codes if code.casefold() == said.casefold()]
    alike = [code for code in codes if base_code(code) == base_code(said)]
    return next(iter(same or (alike if len(alike) == 1 else ())), said)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _Refused(_("The header of the file is damaged: {}").format(text[:60])) from None


def _take_entries(
    report: FileReport, po: polib.POFile, translation: Translation, user: Any, overwrite: bool
) -> None:
    source = translation.source
    report.item, report.language = source.object_repr, translation.target_locale.language_code
    report.edit_url = _editor_url(translation)
    wanted = string_segments(source)
    wrong: set[int] = set()
    for entry, message in entry_problems(po, wanted, source.specific_content_type.model_class()):
        wrong.add(id(entry))
        report.remarks.append(_remark(entry, message))
    known = stored_strings(translation.target_locale_id, wanted.values())
    fresh, read = [], []
    for entry in entries(po):
        if id(entry) in wrong:
            continue
        part = wanted[entry.msgctxt, entry.msgid]
        row = known.get((part.string_id, part.context_id))
        if not entry.msgstr:
            report.empty += 1
            if row and not row.has_error:
                report.remarks.append(_remark(entry, _("is empty here, the translation stays")))
        elif row and row.data == entry.msgstr and not row.has_error:
            if not entry.fuzzy and row.how in ("machine", "changed") and _is_ours(po):
                read.append(part.pk)
            else:
                report.unchanged += 1
        elif entry.fuzzy:
            report.remarks.append(_remark(entry, _("is marked as fuzzy and was not taken")))
        elif row and row.how in ("manual", "reviewed", "changed") and not overwrite:
            report.remarks.append(
                _remark(entry, _("a person has translated this already, that text stays"))
            )
        else:
            fresh.append(entry)
    report.absent = len(wanted.keys() - {(one.msgctxt, one.msgid) for one in entries(po)})
    _store(report, translation, fresh, user)
    if user is not None and read:
        review.mark(translation, user, read)
        report.confirmed = len(read)
    else:
        report.unchanged += len(read)


def _store(
    report: FileReport, translation: Translation, fresh: list[polib.POEntry], user: Any
) -> None:
    part = polib.POFile()
    part.extend(fresh)
    for warning in translation.import_po(part, user=user, tool_name=TOOL if fresh else ""):
        raise _Refused(repr(warning))
    report.taken = len(fresh)


def _is_ours(po: polib.POFile) -> bool:
    """Whether this plugin wrote the file, so that unreviewed texts were marked as fuzzy in it."""
    return ITEM_HEADER in po.metadata


def _remark(entry: polib.POEntry, message: str) -> Remark:
    return Remark(entry.linenum or 1, entry.msgctxt or "", message, entry.msgstr)


def _editor_url(translation: Translation) -> str:
    try:
        return get_edit_url(translation.get_target_instance()) or ""
    except translation.source.specific_content_type.model_class().DoesNotExist:
        return ""
