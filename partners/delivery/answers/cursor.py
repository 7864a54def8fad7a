"""Cursors of the feed: a place on one shelf, opaque to readers."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from rest_framework import status
from rest_framework.exceptions import APIException

from ...api.errors import BadParameter
from ..shelf.version import Version


class Gone(APIException):
    """A cursor that no longer leads anywhere; the message says how to go on."""

    status_code = status.HTTP_410_GONE
    default_code = "gone"


@dataclass(frozen=True)
class Cursor:
    """Behind which row to read on. ``began`` is the version at which the reader had nothing."""

    epoch: UUID
    began: int
    seq: int = -1
    page: int = 0

    def __str__(self) -> str:
        text = json.dumps([self.epoch.hex, self.began, self.seq, self.page])
        return base64.urlsafe_b64encode(f"{_check(text)}{text}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, version: Version) -> Cursor:
        """Read a cursor that this shelf has given.

        Raises ``BadParameter`` (400) for what was never one or came here damaged, and ``Gone``
        (410) for one of another shelf or of a future that this one doesn't know.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
            check, inner = raw[:8], raw[8:]
            if check != _check(inner):
                raise ValueError
            epoch, began, seq, page = json.loads(inner)
            cursor = cls(UUID(epoch), began, seq, page)
        except (binascii.Error, ValueError, TypeError, AttributeError) as error:
            again = "begin again without since, and remove what the feed then doesn't name"
            raise BadParameter("since", f"is damaged or no cursor of this feed; {again}") from error
        if cursor.epoch != version.epoch or max(cursor.began, cursor.seq) > version.number:
            raise Gone(
                "since: this cursor belongs to another state of the site, for example before a "
                "backup was restored; begin again without since, and remove what the feed then "
                "doesn't name"
            )
        return cursor


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
