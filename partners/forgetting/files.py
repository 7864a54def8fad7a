"""Pictures and documents of a person, and files that are named after one."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models, transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from ..models import Person
from .places import label_of
from .subject import Subject

logger = logging.getLogger(__name__)


@dataclass
class Picture:
    """An image of the person, or one that is named after the person.

    ``shown_on`` are labels of the items that show it, ``is_shared`` if another person has it, too.
    """

    image: Any
    label: str
    is_portrait: bool
    is_shared: bool
    shown_on: list[str]


def pictures(subject: Subject) -> list[Picture]:
    """The person's photos of now and before, and images with the name in title or file name."""
    search, model = subject.search, get_image_model()
    portraits = set(subject.stored("photo"))
    found = []
    for image in model._default_manager.order_by("pk").iterator():
        texts = (image.title, getattr(image, "description", ""), Path(image.file.name).stem)
        named = any(search.holds(text) for text in texts)
        if image.pk in portraits or named:
            others = Person.objects.exclude(translation_key=subject.key).filter(photo=image)
            found.append(
                Picture(
                    image,
                    label_of(image, search),
                    image.pk in portraits,
                    others.exists(),
                    sorted(_users(image, subject)),
                )
            )
    return found


def _users(image: Any, subject: Subject) -> set[str]:
    groups = ReferenceIndex.get_grouped_references_to(image)
    return {
        label_of(item, subject.search)
        for item, _references in groups
        if not (isinstance(item, Person) and str(item.pk) in subject.own)
    }


def named_documents(subject: Subject) -> list[Any]:
    """Documents with the name in title or file name."""
    search = subject.search
    return [
        one
        for one in get_document_model()._default_manager.order_by("pk").iterator()
        if search.holds(one.title) or search.holds(Path(one.file.name).stem)
    ]


def file_fields() -> Iterator[tuple[type[models.Model], Any]]:
    for model in apps.get_models():
        if not model._meta.proxy:
            for one in model._meta.local_concrete_fields:
                if isinstance(one, models.FileField):
                    yield model, one


def leftovers(subject: Subject) -> list[tuple[Storage, str]]:
    """Files that are named after the person and belong to nothing in the database."""
    known: set[str] = set()
    storages: dict[Any, Storage] = {}
    for model, one in file_fields():
        known |= set(model._base_manager.values_list(one.name, flat=True))
        storages[_place(one.storage)] = one.storage
    found = []
    for storage in storages.values():
        for name in _names(storage, ""):
            if name not in known and subject.search.holds(Path(name).stem):
                found.append((storage, name))
    return found


def _place(storage: Storage) -> Any:
    return getattr(storage, "location", None) or id(storage)


def _names(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except (NotImplementedError, OSError):
        logger.warning("The files of %s can't be listed", type(storage).__name__)
        return
    yield from (f"{folder}{name}" for name in files)
    for name in folders:
        yield from _names(storage, f"{folder}{name}/")


@dataclass
class Files:
    """Changes of files that come true with the transaction, and are undone without it."""

    made: list[tuple[Storage, str]] = field(default_factory=list)

    def delete_later(self, storage: Storage, name: str) -> None:
        transaction.on_commit(lambda: storage.delete(name))

    def undo(self) -> None:
        for storage, name in self.made:
            storage.delete(name)

    def rename(self, item: Any, subject: Subject) -> None:
        """Give an image or a document a title without the name, and a file name of no meaning."""
        words = subject.words(None)
        values: dict[str, Any] = {"title": subject.search.replaced(item.title, words)}
        if getattr(item, "description", ""):
            values["description"] = subject.search.replaced(item.description, words)
        for name, value in values.items():
            longest = item._meta.get_field(name).max_length
            values[name] = value[:longest] if longest else value
        name = item.file.name
        if subject.search.holds(Path(name).stem):
            storage = item.file.storage
            wanted = item.file.field.generate_filename(
                item, f"{uuid.uuid4().hex}{Path(name).suffix}"
            )
            with storage.open(name, "rb") as old:
                values["file"] = storage.save(wanted, old)
            self.made.append((storage, values["file"]))
            self.delete_later(storage, name)
            if hasattr(item, "renditions"):
                for rendition in item.renditions.all():
                    rendition.delete()
        type(item)._default_manager.filter(pk=item.pk).update(**values)
