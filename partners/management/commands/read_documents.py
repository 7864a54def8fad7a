"""``manage.py read_documents``: index the text of documents (see ``partners.search.pdf``)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.documents import get_document_model

from ...search import pdf
from ..progress import Progress


class Command(BaseCommand):
    help = "Reads the texts of all documents, so that they can be found by them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not pdf.is_enabled():
            raise CommandError("Set KIS_PARTNERS['SEARCH_DOCUMENTS'] = True first.")
        count = 0
        documents = get_document_model()._default_manager.order_by("pk")
        with Progress(self, options["verbosity"], "documents") as progress:
            for document in progress.each(documents.iterator(), documents.count()):
                pdf.keep_text(document)
                count += 1
        self.stdout.write(f"{count} documents read.")
