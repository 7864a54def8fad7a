"""Storages whose files have names that can't be guessed, and addresses at which the site decides.

A site names one in its settings; for files that lie elsewhere it mixes one of its own::

    class Media(HiddenNames, S3Storage): ...

    STORAGES = {"default": {"BACKEND": "site.storage.Media"}, …}
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.encoding import filepath_to_uri
from django.utils.text import get_valid_filename

_ENDING = re.compile(r"\.[a-z0-9]{1,5}")
_HIDDEN = re.compile(r"(?:.*/)?[0-9a-f]{32}(?:\.[a-z0-9]{1,5})?")


def hidden_name(name: str) -> str:
    """A name of 128 random bits in the same folder, with the same ending."""
    path = PurePosixPath(name.replace("\\", "/"))
    ending = path.suffix.lower()
    new = secrets.token_hex(16) + (ending if _ENDING.fullmatch(ending) else "")
    return str(path.with_name(new))


def is_hidden(name: str) -> bool:
    """Whether a file has a name that :func:`hidden_name` gives."""
    return _HIDDEN.fullmatch(name) is not None


def needs_name(file: Any) -> bool:
    """Whether a stored file has a name from before its storage gave hidden ones."""
    # By its class, which the default storage gives as that of the storage behind it.
    return issubclass(file.storage.__class__, HiddenNames) and not is_hidden(file.name)


def download_name(document: Any) -> str:
    """The name under which readers keep a document: its title, with the ending of its file."""
    ending = PurePosixPath(document.file.name).suffix
    title = get_valid_filename(document.title.strip().strip(".") or "document")
    return title if title.lower().endswith(ending.lower()) else title + ending


def content_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


class HiddenNames:
    """Mixin of a storage: files get hidden names; their addresses are below ``MEDIA_URL``."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        hidden = hidden_name(name or content.name)
        saved: str = super().save(hidden, content, max_length)  # type: ignore[misc]
        return saved

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name or "").lstrip("/"))


class MediaStorage(HiddenNames, FileSystemStorage):
    """Django's storage in ``MEDIA_ROOT``, with hidden names."""
