"""Findings about publishing: published pages of which readers miss something, and planned
publications that didn't happen.

A page's editor is told before publishing (:mod:`..translating.misses`); here they are found among
all pages, by statements for each model, language and page type.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Locale, Page, ReferenceIndex, Revision, get_page_models
from wagtail.snippets.models import get_snippet_models

from ..conf import conf
from ..translating.misses import is_placeholder, undescribed
from ..translating.permissions import may_edit

#: How late a planned publication is before somebody is told.
LATE = datetime.timedelta(hours=1)


def late_versions(user: Any) -> Iterator[tuple[Any, Revision]]:
    """Items that a user may edit, with versions that should have been published by now."""
    late = Revision.objects.filter(approved_go_live_at__lt=timezone.now() - LATE)
    for version in late.order_by("approved_go_live_at").prefetch_related("content_object"):
        item = version.content_object
        if item is not None and may_edit(user, item):
            yield item, version


def planned_for(version: Revision) -> str:
    """The time for which a version is planned, in words."""
    day: Any = version.approved_go_live_at
    return date_format(timezone.localtime(day), "SHORT_DATETIME_FORMAT")


def misses_of_pages(pages: QuerySet[Page]) -> dict[int, list[str]]:
    """What readers of these live pages miss, in words, by the id of the page."""
    found: dict[int, list[str]] = {}
    for pk, text in (*_unpublished(pages), *_unfinished(pages)):
        if text not in found.setdefault(pk, []):
            found[pk].append(text)
    return found


def _unpublished(pages: QuerySet[Page]) -> Iterator[tuple[int, str]]:
    """Pages and the snippets that they show though they aren't published, or in no version of the
    page's language."""
    locales = {one.pk: one for one in Locale.objects.all()}
    for model in get_snippet_models():
        if not (issubclass(model, DraftStateMixin) and hasattr(model, "locale_id")):
            continue
        rows = list(model._default_manager.all())
        spoken = {(row.translation_key, row.locale_id) for row in rows if row.live}
        for locale in locales.values():
            hidden = {
                str(row.pk): row
                for row in rows
                if not row.live or (row.translation_key, locale.pk) not in spoken
            }
            for pk, key in _references(pages.filter(locale=locale), model, hidden):
                row = hidden[key]
                text = _("shows “{}”, which is only a draft")
                if row.live:
                    text = _("shows “{}”, which isn't published in its language")
                yield pk, text.format(row)


def _references(pages: Any, model: Any, keys: dict[str, Any]) -> Iterator[tuple[int, str]]:
    if not keys:
        return
    rows = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=keys,
        object_id__in=pages.annotate(text=Cast("pk", CharField())).values("text"),
    )
    for pk, key in rows.order_by("pk").values_list("object_id", "to_object_id"):
        yield int(pk), key


def _unfinished(pages: QuerySet[Page]) -> Iterator[tuple[int, str]]:
    """Pages with placeholders, or with pictures that nobody has described."""
    words = conf().placeholders
    for model in get_page_models():
        # Inherited fields are read with the parent model.
        fields = [
            field
            for field in model._meta.local_fields
            if isinstance(field, StreamField | RichTextField | TextField)
        ]
        if not fields:
            continue
        texts = {f"kis_{field.name}": Cast(field.name, TextField()) for field in fields}
        wanted = Q()
        for name in texts:
            wanted |= Q(**{f"{name}__contains": '"alt'})
            for word in words:
                # Stored JSON may have the letters of a word escaped.
                for form in {word, json.dumps(word)[1:-1]}:
                    wanted |= Q(**{f"{name}__icontains": form})
        rows = model._default_manager.filter(pk__in=pages.values("pk")).annotate(**texts)
        for pk, *values in rows.filter(wanted).values_list("pk", *texts):
            if any(is_placeholder(_unescaped(value)) for value in values):
                yield pk, _("contains a placeholder")
            if any(_has_undescribed(value) for value in values):
                yield pk, _("has a picture without alternative text")


def _unescaped(text: str) -> str:
    """The text of a field as it is typed; that of blocks with their JSON."""
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("[") else text


def _has_undescribed(text: str) -> bool:
    return text.startswith("[") and any(True for _one in undescribed(json.loads(text)))
