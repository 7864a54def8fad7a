"""``manage.py clean_files``: clean the files that are stored (see ``partners.files``)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction
from wagtail.documents import get_document_model

from ...files.properties import remove_properties
from ...files.saving import (
    clean_stored,
    image_fields,
    models_with_images,
    rename_stored,
    saved_with,
)
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Takes out of stored images what cameras and programs write into them (place, author, "
        "device, comments), and deletes their renditions, which are made again when needed. Images "
        "and documents with names that can be guessed get others, if the storage gives such. "
        "Clean files stay as they are, so it can be run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--documents",
            action="store_true",
            help="also remove author, program and other properties from PDF files (needs pypdf); "
            "a digital signature in a file ends",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seen = cleaned = 0
        failed: list[str] = []
        work = [
            (model, field)
            for model in models_with_images()
            if not model._meta.proxy
            for field in image_fields(model)
            if field in model._meta.local_concrete_fields
        ]
        total = sum(self.filled(model, field).count() for model, field in work)
        with Progress(self, options["verbosity"], "images") as progress:
            for model, field in work:
                for pk in list(self.filled(model, field).values_list("pk", flat=True)):
                    progress(seen, total)
                    seen += 1
                    try:
                        cleaned += self.clean(model, field, pk)
                    except Exception as error:  # Whatever a damaged file or a storage leads to.
                        message = "; ".join(getattr(error, "messages", [str(error)]))
                        failed.append(f"{model._meta.label} {pk}: {message}")
        self.stdout.write(f"{seen} images looked at, {cleaned} cleaned.")
        with Progress(self, options["verbosity"], "documents") as progress:
            self.clean_documents(failed, options["documents"], progress)
        if failed:
            raise CommandError(
                "\n".join([f"{len(failed)} couldn't be cleaned and stay as they are:", *failed])
            )

    def clean_documents(self, failed: list[str], properties: bool, progress: Progress) -> None:
        seen = cleaned = 0
        documents = get_document_model()._default_manager.order_by("pk")
        for document in progress.each(documents.iterator(), documents.count()):
            seen += 1
            try:
                removed = properties and remove_properties(document)
                cleaned += rename_stored(document, document._meta.get_field("file")) or removed
            except Exception as error:  # As above.
                failed.append(f"{document._meta.label} {document.pk}: {error}")
        self.stdout.write(f"{seen} documents looked at, {cleaned} cleaned.")

    @staticmethod
    def filled(model: type[models.Model], field: Any) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = model._base_manager.order_by("pk")
        return rows.exclude(**{field.name: ""}).exclude(**{f"{field.name}__isnull": True})

    @staticmethod
    def clean(model: type[models.Model], field: Any, pk: Any) -> bool:
        with transaction.atomic():
            instance = model._base_manager.select_for_update().filter(pk=pk).first()
            if instance is None or not clean_stored(instance, field):
                return False
            instance.save(update_fields=saved_with(model, field))
        return True
