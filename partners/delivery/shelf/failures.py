"""Pages whose items can't be made: they are off the shelf, and tried again after a while.

A page is tried again as soon as it changes itself, else after a minute, and later and later while
it fails. An item that only lacks a file stays on the shelf, and is made again in the same way.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping

from django.db import DatabaseError, transaction
from django.utils import timezone
from wagtail.models import Page

from ...api import payload
from ..models import Failure, Item, Note

logger = logging.getLogger("partners.delivery.failures")

#: The source of a note that a page has failed, or is to be tried again.
SOURCE = Failure._meta.label
FIRST, LONGEST = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


def record(failures: Mapping[int, payload.Failure]) -> None:
    """Remember failures, for the next settlement; each is logged when it begins."""
    now = timezone.now()
    try:
        with transaction.atomic():
            for page_id, failure in failures.items():
                known, new = Failure.objects.get_or_create(
                    page_id=page_id, defaults={"retry_at": now + FIRST}
                )
                known.error = f"{type(failure.error).__name__}: {failure.error}"
                known.lacking = failure.lacking
                known.retry_at = now + min(LONGEST, FIRST * 2 ** min(known.attempts, 20))
                known.attempts += 1
                known.save()
                Note.objects.create(source=SOURCE, key=str(page_id))
                if new:
                    logger.error(
                        "The item of page %s %s",
                        page_id,
                        "lacks a file" if failure.lacking else "can't be made",
                        exc_info=failure.error,
                    )
    except DatabaseError:
        logger.info("Failures could not be recorded", exc_info=True)


def take_due(now: datetime.datetime) -> set[int]:
    """The pages whose time has come; until their item is made or fails, they aren't due again."""
    due = Failure.objects.filter(retry_at__lte=now)
    found = set(due.values_list("page_id", flat=True))
    due.update(retry_at=None)
    return found


def forget_tried(made: set[int]) -> None:
    """Forget pages of which an item was made that isn't stored, as far as their time had come."""
    if made:
        Failure.objects.filter(page_id__in=made, retry_at=None).delete()


def failing(changed: set[int]) -> tuple[set[int], datetime.datetime | None]:
    """The pages that stay off the shelf, and when the next one is tried again.

    Forgets pages that have changed or are deleted, and those whose item has been made since their
    time had come.
    """
    known = {one.page_id: one for one in Failure.objects.all()}
    if not known:
        return set(), None
    tried = [pk for pk, one in known.items() if one.retry_at is None]
    made = Item.objects.filter(page_id__in=tried, tombstone=False).exclude(payload=None)
    there = Page.objects.filter(pk__in=known).values_list("pk", flat=True)
    forgotten = changed & known.keys() | set(made.values_list("page_id", flat=True))
    forgotten |= known.keys() - set(there)
    Failure.objects.filter(page_id__in=forgotten).delete()
    waiting = {pk: one for pk, one in known.items() if one.retry_at and pk not in forgotten}
    return (
        {pk for pk, one in waiting.items() if not one.lacking},
        min((one.retry_at for one in waiting.values() if one.retry_at), default=None),
    )
