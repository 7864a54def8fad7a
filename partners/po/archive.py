"""Zip files from outside, read with bounds and never unpacked to a disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

#: Bounds: files of an archive, bytes of a file, bytes of all files, bytes of an upload.
MOST_FILES = 5_000
MOST_OF_FILE = 5_000_000
MOST_OF_ALL = 100_000_000
MOST_OF_UPLOAD = 20_000_000


class BadArchive(ValueError):
    """The archive as a whole can't be used; the message says why."""


def is_archive(data: bytes) -> bool:
    """Whether an upload is a zip file."""
    return data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06")


def read_zip(data: bytes) -> Iterator[tuple[str, bytes | str]]:
    """The files of an archive by name: what they hold, or why they can't be used.

    Raises:
        BadArchive: before anything is given, where the archive itself is wrong.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise BadArchive(_("This is not a zip file that can be read: {}").format(error)) from error
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > MOST_FILES:
        raise BadArchive(_("There are more than {} files in the archive.").format(MOST_FILES))
    if sum(one.file_size for one in members) > MOST_OF_ALL:
        raise BadArchive(
            _("Unpacked, the archive has more than {} MB.").format(MOST_OF_ALL // 1_000_000)
        )
    if not members:
        raise BadArchive(_("There are no files in the archive."))
    return _contents(archive, members)


def _contents(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> Iterator[tuple[str, bytes | str]]:
    left = MOST_OF_ALL
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
    most = min(MOST_OF_FILE, left)
    try:
        # What an archive says of its sizes may be wrong.
        with archive.open(member) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        return _("This file is damaged: {}").format(error)
    if len(content) > most:
        return _("This file has more than {} MB.").format(MOST_OF_FILE // 1_000_000)
    return content
