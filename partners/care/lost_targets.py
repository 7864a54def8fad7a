"""Links of pages to pages and documents that are not there.

Wagtail's reference index forgets what is deleted, and a text still links to it. So its referrers
are noted when something is deleted, and only their texts have to be searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.db.models.signals import pre_delete
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, get_page_models

from ..models import LostTarget
from .texts import texts_with

_REFERENCE = re.compile(r'linktype=\\?"(page|document)\\?"[^>]*?\bid=\\?"(\d+)')
_REVERSED = re.compile(r'\bid=\\?"(\d+)\\?"[^>]*?linktype=\\?"(page|document)')

#: A page, the kind of what it refers to, and the id of that.
Reference = tuple[int, str, int]


def references_to_nothing() -> set[Reference]:
    """The references of live pages to what was deleted, or isn't published; a fixed number of
    statements."""
    return _to_drafts() | _to_deleted()


def _to_drafts() -> set[Reference]:
    page_type = ContentType.objects.get_for_model(Page)
    drafts = Page.objects.filter(live=False).order_by().annotate(text=Cast("pk", CharField()))
    live = Page.objects.filter(live=True).order_by().annotate(text=Cast("pk", CharField()))
    rows = ReferenceIndex.objects.filter(
        to_content_type=page_type,
        base_content_type=page_type,
        to_object_id__in=drafts.values("text"),
        object_id__in=live.values("text"),
    ).exclude(model_path="alias_of")
    return {
        (int(pk), "page", int(target))
        for pk, target in rows.values_list("object_id", "to_object_id")
    }


def _to_deleted() -> set[Reference]:
    noted = set(LostTarget.objects.values_list("page", "kind", "target"))
    return noted & _in_texts({page for page, _kind, _target in noted}) if noted else set()


def _in_texts(pages: set[int] | None = None) -> set[Reference]:
    """The references in the texts of live pages, of some or of all."""
    return {
        (pk, kind, target)
        for model in get_page_models()
        for pk, text in texts_with(model, "linktype", pages)
        for kind, target in _references(text)
    }


def _references(text: str) -> Iterator[tuple[str, int]]:
    """The pages and documents that a rich text links to."""
    yield from ((kind, int(pk)) for kind, pk in _REFERENCE.findall(text))
    yield from ((kind, int(pk)) for pk, kind in _REVERSED.findall(text))


@transaction.atomic
def collect_lost() -> None:
    """Note anew which texts refer to what was deleted, in whatever way; reads all texts."""
    there = {
        "page": set(Page.objects.values_list("pk", flat=True)),
        "document": set(get_document_model()._default_manager.values_list("pk", flat=True)),
    }
    lost = [one for one in _in_texts() if one[2] not in there[one[1]]]
    LostTarget.objects.all().delete()
    _note(lost)


def _note(lost: list[Reference]) -> None:
    LostTarget.objects.bulk_create(
        [LostTarget(page=page, kind=kind, target=target) for page, kind, target in lost],
        ignore_conflicts=True,
    )


def _deleting(instance: Any, **kwargs: Any) -> None:
    kind = "page" if isinstance(instance, Page) else "document"
    rows = ReferenceIndex.get_references_to(instance).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    pages = rows.values_list("object_id", flat=True)
    _note([(int(page), kind, instance.pk) for page in set(pages)])


def connect() -> None:
    """Connect the signal; called when the apps are ready."""
    for model in (Page, get_document_model()):
        label = f"kis_lost_{model._meta.label}"
        pre_delete.connect(_deleting, sender=model, dispatch_uid=label)
