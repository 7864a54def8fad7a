"""Cursors of the feed: opaque to readers, each a position in the rows of one shelf.

They are signed with the site's ``SECRET_KEY``: one that is damaged or made up is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from rest_framework import status
from rest_framework.exceptions import APIException

from ...api.errors import BadParameter
from ..models import Item
from ..shelf.version import Version

#: A page id above all others: a place with it stands behind all rows of a number.
LAST_PAGE = 2**62
GONE = (
    "%(name)s: this cursor belongs to another state of the site, for example before a backup was "
    "restored; begin again without %(name)s, and remove what the feed then doesn't name"
)


class Gone(APIException):
    """The answer 410 to a cursor of another shelf; its message says how to go on."""

    status_code = status.HTTP_410_GONE
    default_code = "gone"


@dataclass(frozen=True)
class Cursor:
    """The last row that a reader has read, by ``seq`` and ``page``.

    ``began`` is the number of the newest change when the reader asked without a cursor. Tombstones
    up to it are of no use to the reader. ``things`` is the same of things, which have numbers of
    their own: began, number, row; None for who hasn't read any.
    """

    epoch: UUID
    began: int
    seq: int = -1
    page: int = 0
    things: tuple[int, int, int] | None = None

    def __str__(self) -> str:
        parts = [self.epoch.hex, self.began, self.seq, self.page, *(self.things or ())]
        text = json.dumps(parts)
        return base64.urlsafe_b64encode(_signer().sign(text).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, version: Version, name: str = "since") -> Cursor:
        """Read a cursor from the parameter of a name.

        Raises ``BadParameter`` (400) for a text that is no cursor of this site, and ``Gone`` (410)
        for a cursor of another shelf, or with a number that this shelf hasn't reached.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
            epoch, began, seq, page, *things = json.loads(_signer().unsign(raw))
        except (binascii.Error, ValueError, BadSignature) as error:
            again = f"begin again without {name}, and remove what the feed then doesn't name"
            raise BadParameter(name, f"is damaged or no cursor of this feed; {again}") from error
        cursor = cls(UUID(epoch), began, seq, page, tuple(things) or None)
        if cursor.epoch != version.epoch or max(cursor.began, cursor.seq) > version.number:
            raise Gone(GONE % {"name": name})
        return cursor


def behind(seq: int, page: int) -> Any:
    """The condition of the rows of the shelf that stand behind a place in the feed.

    A comparison of pairs, for which the database begins to read the index at the place.
    """
    table = Item._meta.db_table
    pair = f"({table}.seq, {table}.page_id) > (%s, %s)"
    return RawSQL(pair, [seq, page], output_field=BooleanField())


def _signer() -> Signer:
    return Signer(salt="kis_delivery.cursor")
