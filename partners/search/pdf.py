"""The search in the texts of PDF files, with ``KIS_PARTNERS["SEARCH_DOCUMENTS"]``.

A task of django-tasks reads the text by pypdf (``pip install kis-wagtail[documents]``) when a
document is saved; ``manage.py read_documents`` reads the texts of all documents.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django_tasks import task
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex

from ..conf import conf
from ..public.files import is_public_file
from .excerpts import MarkedText, excerpt
from .index import languages
from .query import search

logger = logging.getLogger(__name__)
# The most that is read of one file.
MOST_PAGES, MOST_LETTERS, MOST_BYTES = 300, 500_000, 50_000_000
MOST = 50


class FoundDocument(NamedTuple):
    document: Any
    excerpt: list[MarkedText]


def is_enabled() -> bool:
    return conf().search_documents


def text_of(document: Any) -> str:
    """The text of a PDF file; empty for other files and for unreadable ones."""
    if not document.filename.lower().endswith(".pdf"):
        return ""
    from pypdf import PdfReader

    texts: list[str] = []
    try:
        with document.open_file() as file:
            if file.size > MOST_BYTES:
                return ""
            for page in PdfReader(file).pages[:MOST_PAGES]:
                texts.append(page.extract_text())
                if sum(map(len, texts)) > MOST_LETTERS:
                    break
    except Exception as error:  # pypdf raises whatever a damaged file leads it to.
        logger.warning("The document %s can't be read: %s", document.pk, error)
    # PostgreSQL stores no NUL.
    return "\n".join(texts).replace("\x00", " ")[:MOST_LETTERS]


def keep_text(document: Any) -> None:
    """Store the text of a document for the search; reads the file only if it is a new one."""
    model: Any = apps.get_model("kis_partners", "DocumentText")
    digest = document.get_file_hash()
    row = model.objects.filter(document=document).first() or model(document=document)
    if row.pk is None or row.file_hash != digest:
        row.file_hash, row.text = digest, text_of(document)
    row.save()  # Indexes it again: the title may have changed.


@task()
def read_task(pk: str) -> None:
    document = get_document_model()._default_manager.filter(pk=pk).first()
    if document:
        keep_text(document)


def document_saved(sender: Any, instance: Any, **kwargs: Any) -> None:
    if is_enabled() and not kwargs.get("raw"):
        transaction.on_commit(partial(read_task.enqueue, str(instance.pk)))


def find_documents(query: str, pages: QuerySet[Page]) -> list[FoundDocument]:
    """The public documents that match a query and that one of these pages refers to."""
    if not is_enabled():
        return []
    model: Any = apps.get_model("kis_partners", "DocumentText")
    rows = list(search(model.objects.select_related("document__collection"), query)[:MOST])
    shown = pages.order_by().annotate(key=Cast("pk", CharField())).values("key")
    used = set(
        ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(get_document_model()),
            to_object_id__in=[str(row.document_id) for row in rows],
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id__in=shown,
        ).values_list("to_object_id", flat=True)
    )
    return [
        FoundDocument(row.document, excerpt([row.text], query, *languages()))
        for row in rows
        if str(row.document_id) in used and is_public_file(row.document)
    ]
