"""Uploaded zip files, read in memory within limits."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

#: Limits of an archive, of a file in it, of all its files unpacked, and of the upload.
MAX_FILES = 5_000
MAX_FILE_BYTES = 5_000_000
MAX_TOTAL_BYTES = 100_000_000
MAX_UPLOAD_BYTES = 20_000_000
#: How many times as large as itself an archive may be when it is unpacked, if that is more than a
#: file may have. Texts are ten times as large, made-up files a thousand times.
MAX_RATIO = 100
#: The beginning of an entry in the table of contents of an archive.
_CONTENT = b"PK\x01\x02"


class BadArchive(ValueError):
    """An archive that can't be used as a whole; the message is the reason."""


def is_archive(data: bytes) -> bool:
    """Whether an upload is a zip file."""
    return data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06")


def read_zip(data: bytes) -> Iterator[tuple[str, bytes | str]]:
    """The names of the files in an archive, each with its bytes, or a sentence why it is refused.

    Raises :class:`BadArchive` before the first file.
    """
    if data.count(_CONTENT) > MAX_FILES:  # before a list of them is made
        raise BadArchive(_("There are more than {} files in the archive.").format(MAX_FILES))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise BadArchive(_("This is not a zip file that can be read: {}").format(error)) from error
    members = [one for one in archive.infolist() if not one.is_dir()]
    unpacked = sum(one.file_size for one in members)
    if unpacked > max(MAX_FILE_BYTES, MAX_RATIO * len(data)):
        raise BadArchive(
            _("Unpacked, the archive is more than {} times as large.").format(MAX_RATIO)
        )
    if unpacked > MAX_TOTAL_BYTES:
        raise BadArchive(
            _("Unpacked, the archive has more than {} MB.").format(MAX_TOTAL_BYTES // 1_000_000)
        )
    if not members:
        raise BadArchive(_("There are no files in the archive."))
    return _contents(archive, members)


def _contents(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> Iterator[tuple[str, bytes | str]]:
    left = MAX_TOTAL_BYTES
    for member in members:
        content = _content(archive, member, left)
        left -= len(content) if isinstance(content, bytes) else 0
        yield member.filename, content


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes | str:
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name:
        return _("The name of this file leads out of the archive.")
    if path.suffix.lower() != ".po":
        return _("This is not a .po file.")
    if member.flag_bits & 0x1:
        return _("This file is encrypted.")
    most = min(MAX_FILE_BYTES, left)
    try:
        # The sizes stated in an archive may be wrong.
        with archive.open(member) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        return _("This file is damaged: {}").format(error)
    if len(content) > most:
        return _("This file has more than {} MB.").format(MAX_FILE_BYTES // 1_000_000)
    return content
