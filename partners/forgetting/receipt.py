"""The receipt in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import ForgettingReceipt


def summary(receipt: ForgettingReceipt) -> list[str]:
    """A sentence for each thing that was done."""
    done = receipt.done
    sentences = [
        _("Name, contact details and photo were removed from the record and its versions."),
    ]
    if number := done.get("consents"):
        text = ngettext(
            "%(number)d consent has ended; its scopes and days are kept.",
            "%(number)d consents have ended; their scopes and days are kept.",
            number,
        )
        sentences.append(text % {"number": number})
    if number := len(receipt.replaced):
        text = ngettext(
            "In %(number)d text, the role stands in place of the name.",
            "In %(number)d texts, the role stands in place of the name.",
            number,
        )
        sentences.append(text % {"number": number})
    if number := done.get("history", 0) + done.get("dropped", 0):
        text = ngettext(
            "The name was removed from %(number)d entry in logs, old versions and the like.",
            "The name was removed from %(number)d entries in logs, old versions and the like.",
            number,
        )
        sentences.append(text % {"number": number})
    if number := done.get("pictures"):
        text = ngettext(
            "%(number)d picture was deleted, in all sizes.",
            "%(number)d pictures were deleted, in all sizes.",
            number,
        )
        sentences.append(text % {"number": number})
    if number := done.get("renamed"):
        text = ngettext(
            "%(number)d picture or document has another name now.",
            "%(number)d pictures or documents have other names now.",
            number,
        )
        sentences.append(text % {"number": number})
    if number := done.get("files"):
        text = ngettext(
            "%(number)d file that belonged to nothing was deleted.",
            "%(number)d files that belonged to nothing were deleted.",
            number,
        )
        sentences.append(text % {"number": number})
    return sentences


def lines(receipt: ForgettingReceipt) -> Iterator[str]:
    """The receipt as lines of text."""
    at = formats.date_format(timezone.localtime(receipt.forgotten_at), "DATETIME_FORMAT")
    yield _("Receipt %(number)d: %(person)s, %(time)s") % {
        "number": receipt.pk, "person": receipt.person_label, "time": at,
    }  # fmt: skip
    yield from summary(receipt)
    if receipt.replaced:
        yield _("Read these texts over, because the role now stands in them:")
        yield from map(_place, receipt.replaced)
    if receipt.left:
        yield _("These were left as they are. Look at them, and mend them if need be:")
        yield from map(_place, receipt.left)


def _place(place: dict[str, Any]) -> str:
    return f"  {place['item']}, {place['field']}" if place["field"] else f"  {place['item']}"
