"""Reviews: a person confirms that translated segments are right as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from ..models import Review
from ..public.translations import with_how

How = Literal["missing", "machine", "changed", "manual", "reviewed"]

#: Sent with ``translation`` when reviews of its segments are added or withdrawn, in the same
#: transaction.
review_changed = Signal()


@dataclass(frozen=True)
class Segment:
    """One segment of a translation, and its review.

    ``how`` tells where the text comes from: translated by ``machine``, by a person (``manual``),
    ``reviewed``, ``changed`` since its review, or ``missing``; then ``text`` is empty.
    ``reviewed_by`` and ``reviewed_at`` are set if it is ``reviewed``.
    """

    pk: int
    path: str
    source: str
    text: str
    how: How
    reviewed_by: Any = None
    reviewed_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether a person has yet to read it."""
        return self.how in ("machine", "changed")


def strings_in_use(
    translation: Translation, segments: Iterable[int] | None = None
) -> dict[tuple[int, int], StringTranslation]:
    """The translated strings of a translation by ids of string and context, without faulty ones.

    ``segments`` are the ids of the source's segments that count; all of them by default.
    """
    parts = StringSegment.objects.filter(source=translation.source_id)
    if segments is not None:
        parts = parts.filter(pk__in=segments)
    wanted = set(parts.values_list("string_id", "context_id"))
    rows = StringTranslation.objects.filter(
        locale=translation.target_locale_id,
        context__in={context for _string, context in wanted},
        has_error=False,
    )
    found = with_how(rows).select_related("kis_review__reviewed_by")
    by_key = {(row.translation_of_id, row.context_id): row for row in found}
    return {key: row for key, row in by_key.items() if key in wanted}


def segments_of(translation: Translation) -> list[Segment]:
    """The segments of a translation in the order of the source; three statements."""
    rows = strings_in_use(translation)
    parts = StringSegment.objects.filter(source=translation.source_id)
    found = []
    for part in parts.select_related("string", "context").order_by("order"):
        row: Any = rows.get((part.string_id, part.context_id))
        how: How = row.how if row else "missing"
        review = row.kis_review if how == "reviewed" else None
        found.append(
            Segment(
                pk=part.pk,
                path=part.context.path,
                source=part.string.data,
                text=row.data if row else "",
                how=how,
                reviewed_by=review and review.reviewed_by,
                reviewed_at=review and review.reviewed_at,
            )
        )
    return found


@transaction.atomic
def mark(translation: Translation, user: Any, segments: Iterable[int] | None = None) -> int:
    """Review segments of a translation as they stand; gives the number of new reviews.

    ``segments`` are ids of segments of the source; by default it is the whole translation. A
    segment that is reviewed already keeps its reader and time.
    """
    now = timezone.now()
    fresh = [
        Review(translation=row, text=row.data, reviewed_by=user, reviewed_at=now)
        for row in strings_in_use(translation, segments).values()
        if row.how != "reviewed"
    ]
    Review.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["translation"],
        update_fields=["text", "reviewed_by", "reviewed_at"],
    )
    if fresh:
        review_changed.send(sender=Translation, translation=translation)
    return len(fresh)


@transaction.atomic
def withdraw(translation: Translation, segments: Iterable[int] | None = None) -> int:
    """Delete reviews; gives their number. A text written by a person counts as read without one."""
    rows = strings_in_use(translation, segments).values()
    count, _models = Review.objects.filter(translation__in=[row.pk for row in rows]).delete()
    if count:
        review_changed.send(sender=Translation, translation=translation)
    return count
