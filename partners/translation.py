"""How far a page's translation is, as wagtail-localize knows it."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True)
class Untranslated:
    """What of a translation is still in the language of its source.

    ``sections`` is how many segments are. ``fields`` has the paths of fields ("lead") and of
    blocks ("body.<uuid>") of which nothing is translated.
    """

    source_locale: str
    sections: int
    fields: frozenset[str]


def untranslated(item: TranslatableMixin) -> Untranslated:
    """Which parts of a page or snippet are still in the language of the source; two queries."""
    translation = (
        Translation.objects.filter(
            source__object_id=item.translation_key, target_locale_id=item.locale_id, enabled=True
        )
        .select_related("source__locale")
        .first()
    )
    if translation is None:
        return Untranslated(item.locale.language_code, 0, frozenset())
    done: dict[str, list[bool]] = {}
    segments = StringSegment.objects.filter(source=translation.source)
    rows = segments.annotate(how=_how(item.locale_id)).values_list("context__path", "how")
    for path, how in rows:
        done.setdefault(".".join(path.split(".")[:2]), []).append(how is not None)
    return Untranslated(
        source_locale=translation.source.locale.language_code,
        sections=sum(flags.count(False) for flags in done.values()),
        fields=frozenset(path for path, flags in done.items() if not any(flags)),
    )


def has_unreviewed(items: Iterable[TranslatableMixin]) -> bool:
    """Whether any of these pages or snippets has a string that no person has reviewed; one query.

    Items of one language are expected.
    """
    keys = {item.translation_key: item.locale_id for item in items}
    return StringTranslation.objects.filter(
        context__object_id__in=keys,
        locale_id__in=set(keys.values()),
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    ).exists()


def _how(locale_id: int) -> Subquery:
    """How each segment is translated into a language; null where it isn't."""
    return Subquery(
        StringTranslation.objects.filter(
            translation_of_id=OuterRef("string_id"),
            context_id=OuterRef("context_id"),
            locale_id=locale_id,
            has_error=False,
        ).values("translation_type")[:1]
    )


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
    counts = (
        StringSegment.objects.filter(source=source)
        .annotate(how=_how(item.locale_id))
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
