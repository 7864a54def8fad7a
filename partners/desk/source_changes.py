"""The number of segments of a source that changed since its translations were last updated."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.models import Page, TranslatableMixin
from wagtail_localize.models import TranslationSource

from ..models import SourceChange
from ..translating.source_changes import changed_segments


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
    segments = max(one.total() for one in changed_segments(source, instance))
    SourceChange.objects.bulk_create(
        [SourceChange(source=source, segments=segments, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["source"],
        update_fields=["segments", "at"],
    )


def connect() -> None:
    """Connect the signal handler; called when the apps are ready."""
    from wagtail.signals import published

    published.connect(count_changes, dispatch_uid="kis_source_change")
