"""Findings about publishing: published pages of which readers miss something, and planned
publications that didn't happen.

A page's editor is told before publishing (:mod:`..translating.misses`); here they are found among
all pages, by statements for each model and language, without reading a text.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import DraftStateMixin, Locale, Page, ReferenceIndex, Revision
from wagtail.snippets.models import get_snippet_models

from ..models import UnfinishedText
from ..translating.permissions import may_edit

#: How late a planned publication is before somebody is told.
LATE = datetime.timedelta(hours=1)
#: The most pages with misses that are told of.
MOST = 200


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
    """What readers of these live pages miss, in words, by the id of the page; of some more than
    ``MOST`` pages at the most."""
    found: dict[int, list[str]] = {}
    for pk, text in (*_unfinished(pages), *_unpublished(pages)):
        if text not in found.setdefault(pk, []):
            found[pk].append(text)
    return found


def _unpublished(pages: QuerySet[Page]) -> Iterator[tuple[int, str]]:
    """Pages and the snippets that they show though they aren't published, or in no version of the
    page's language."""
    locales = list(Locale.objects.all())
    for model in get_snippet_models():
        if not (issubclass(model, DraftStateMixin) and hasattr(model, "locale_id")):
            continue
        for locale in locales:
            live = model._default_manager.filter(live=True)
            spoken = live.filter(translation_key=OuterRef("translation_key"), locale=locale)
            hidden = model._default_manager.filter(Q(live=False) | ~Exists(spoken))
            found = list(_references(pages.filter(locale=locale), model, hidden))
            rows = model._default_manager.in_bulk({key for _pk, key in found}) if found else {}
            for pk, row in ((pk, rows[key]) for pk, key in found if key in rows):
                text = _("shows “{}”, which is only a draft")
                if row.live:
                    text = _("shows “{}”, which isn't published in its language")
                yield pk, text.format(row)


def _references(pages: Any, model: Any, hidden: Any) -> Iterator[tuple[int, Any]]:
    """The first pages that show one of these objects, by id, and its key."""
    rows = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=hidden.annotate(text=Cast("pk", CharField())).values("text"),
        object_id__in=pages.annotate(text=Cast("pk", CharField())).values("text"),
    )
    to_key = model._meta.pk.to_python
    for pk, key in rows.order_by("pk").values_list("object_id", "to_object_id")[: MOST + 1]:
        yield int(pk), to_key(key)


def _unfinished(pages: QuerySet[Page]) -> Iterator[tuple[int, str]]:
    """Pages with placeholders, or with pictures that nobody has described."""
    rows = UnfinishedText.objects.filter(page__in=pages.values("pk")).order_by("page")
    for row in rows[: MOST + 1]:
        if row.placeholder:
            yield row.page, _("contains a placeholder")
        if row.picture:
            yield row.page, _("has a picture without alternative text")
