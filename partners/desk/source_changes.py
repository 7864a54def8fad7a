"""The number of segments of a source that changed since its translations were last updated."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import timezone
from wagtail.models import Page, TranslatableMixin
from wagtail_localize.models import StringSegment, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from ..models import SourceChange


def changed_segments(source: TranslationSource, instance: Any) -> int:
    """The number of segments of an item that differ from those stored for its translators."""
    known = Counter(
        StringSegment.objects.filter(source=source).values_list("context__path", "string__data")
    )
    now = Counter(
        (segment.path, segment.string.data)
        for segment in extract_segments(instance)
        if isinstance(segment, StringSegmentValue)
    )
    return max((now - known).total(), (known - now).total())


def count_changes(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Store the number of changed segments when an item is published."""
    if not isinstance(instance, TranslatableMixin):
        return
    source = TranslationSource.objects.filter(
        object_id=instance.translation_key, locale_id=instance.locale_id
    ).first()
    if source is None:
        return
    if isinstance(instance, Page):
        instance = instance.specific
    SourceChange.objects.update_or_create(
        source=source,
        defaults={"segments": changed_segments(source, instance), "at": timezone.now()},
    )


def connect() -> None:
    """Connect the signal handler; called when the apps are ready."""
    from wagtail.signals import published

    published.connect(count_changes, dispatch_uid="kis_source_change")
