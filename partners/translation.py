"""How far a page's translation is, as wagtail-localize knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, OuterRef, Q, Subquery
from wagtail.models import Page, TranslatableMixin
from wagtail_localize.models import StringSegment, StringTranslation, Translation

State = Literal["source", "complete", "partial", "machine"]


@dataclass(frozen=True)
class TranslationState:
    """The state of one language version.

    ``source``: written in this language. ``partial``: some segments are still in the source
    language, ``percent`` says how many are not. ``machine``: complete, but no person has read
    all of it. ``complete``: translated and read. ``source_newer``: the source has been published
    again since.
    """

    state: State
    percent: int = 100
    reviewed: bool = True
    source_newer: bool = False
    source_locale: str = ""


def translation_state(item: TranslatableMixin) -> TranslationState:
    """The state of a page or snippet; at most three queries."""
    translation = (
        Translation.objects.filter(
            source__object_id=item.translation_key, target_locale_id=item.locale_id, enabled=True
        )
        .select_related("source__locale")
        .first()
    )
    if translation is None:
        return TranslationState("source", source_locale=item.locale.language_code)
    source = translation.source
    done = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=item.locale_id,
        has_error=False,
    ).values("translation_type")[:1]
    counts = (
        StringSegment.objects.filter(source=source)
        .annotate(how=Subquery(done))
        .aggregate(
            total=Count("pk"),
            done=Count("pk", filter=Q(how__isnull=False)),
            machine=Count("pk", filter=Q(how=StringTranslation.TRANSLATION_TYPE_MACHINE)),
        )
    )
    newer = False
    if isinstance(item, Page):
        newer = Page.objects.filter(
            translation_key=item.translation_key,
            locale_id=source.locale_id,
            last_published_at__gt=source.last_updated_at,
        ).exists()
    state: State = "complete"
    if counts["done"] < counts["total"]:
        state = "partial"
    elif counts["machine"]:
        state = "machine"
    return TranslationState(
        state=state,
        percent=100 * counts["done"] // counts["total"] if counts["total"] else 100,
        reviewed=not counts["machine"],
        source_newer=newer,
        source_locale=source.locale.language_code,
    )
