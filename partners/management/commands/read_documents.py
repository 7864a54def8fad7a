"""``manage.py read_documents``: index the text of documents (see ``partners.search.pdf``)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.documents import get_document_model

from ...search import pdf


class Command(BaseCommand):
    help = "Reads the texts of all documents, so that they can be found by them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not pdf.is_enabled():
            raise CommandError("Set KIS_PARTNERS['SEARCH_DOCUMENTS'] = True first.")
        count = 0
        for document in get_document_model()._default_manager.order_by("pk").iterator():
            pdf.keep_text(document)
            count += 1
        self.stdout.write(f"{count} documents read.")
