"""What PDF files say of themselves: author, program, dates; shown to editors, and taken out.

Needs pypdf (``pip install kis-wagtail[documents]``); without it no properties are found.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

logger = logging.getLogger(__name__)
#: Larger files aren't read.
MOST_BYTES = 50_000_000
#: Where objects of a PDF keep metadata: XMP, and what programs keep for themselves.
METADATA = ("/Metadata", "/PieceInfo")


class UnreadableError(Exception):
    """A file that pypdf can't read or write: damaged, encrypted or too large."""


def is_pdf(document: Any) -> bool:
    return find_spec("pypdf") is not None and document.filename.lower().endswith(".pdf")


def properties(document: Any) -> dict[str, str]:
    """The properties of a document's file by name; ``XMP`` says that it has a block of them.

    Raises :class:`UnreadableError`.
    """
    return _properties(_read(document)) if is_pdf(document) else {}


def remove_properties(document: Any) -> bool:
    """Put a file without properties in place of the document's, and save it.

    False if it has none. The old file goes with the commit. Raises :class:`UnreadableError`.
    """
    if not is_pdf(document):
        return False
    data = _read(document)
    if not _properties(data):
        return False
    new = _without(data)
    if _properties(new):
        raise UnreadableError("some properties can't be removed")
    storage: Storage = document.file.storage
    old = document.file.name
    with transaction.atomic():
        document.file = ContentFile(new, Path(old).name)
        document._set_document_file_metadata()
        document.save()
        transaction.on_commit(lambda: storage.delete(old))
    return True


def _read(document: Any) -> bytes:
    try:
        with document.open_file() as file:
            if file.size > MOST_BYTES:
                raise UnreadableError(f"more than {MOST_BYTES} bytes")
            data: bytes = file.read()
    except OSError as error:
        raise UnreadableError(str(error)) from error
    return data


def _properties(data: bytes) -> dict[str, str]:
    from pypdf import PdfReader

    try:
        reader = PdfReader(BytesIO(data))
        found = {
            str(name).lstrip("/"): str(value)
            for name, value in (reader.metadata or {}).items()
            if str(value).strip()
        }
        places: list[Any] = [reader.trailer["/Root"].get_object(), *reader.pages]
        if any(name in place for place in places for name in METADATA):
            found["XMP"] = "✓"
    except Exception as error:  # pypdf raises whatever a damaged file leads it to.
        raise UnreadableError(str(error)) from error
    return found


def _without(data: bytes) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject

    out = BytesIO()
    try:
        writer = PdfWriter(clone_from=BytesIO(data))
        writer.metadata = None
        for one in writer._objects:
            if isinstance(one, DictionaryObject):
                for name in METADATA:
                    one.pop(name, None)
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
        writer.write(out)
    except Exception as error:  # As above.
        raise UnreadableError(str(error)) from error
    return out.getvalue()
