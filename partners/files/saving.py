"""Files of images are cleaned before they are stored, whoever saves them.

Every model with an ``ImageField`` is watched: the site's image model, portraits of accounts, a
site's own. Renditions are left alone, for they are made from files that are clean.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import UploadedFile
from wagtail.utils.file import hash_filelike

from .images import cleaned
from .storage import needs_name

logger = logging.getLogger(__name__)


class CleanFile(SimpleUploadedFile):
    """An image that :func:`.images.cleaned` has made."""

    @classmethod
    def of(cls, file: Any) -> CleanFile:
        """The same file, cleaned; raises ``ValidationError`` for a damaged one."""
        if isinstance(file, cls):
            return file
        file.seek(0)
        data = cleaned(file.read())
        file.seek(0)
        kind = getattr(file, "content_type", None) or "application/octet-stream"
        return cls(Path(file.name or "image").name, data, kind)


def image_fields(model: type[models.Model]) -> list[models.FileField]:
    """The fields of a model with images that people upload.

    ``UploadedFile`` has files of several uploaded at once until their forms are filled in.
    """
    if issubclass(model, AbstractRendition):
        return []
    kind: type[models.FileField] = (
        models.FileField if issubclass(model, UploadedFile) else models.ImageField
    )
    return [one for one in model._meta.concrete_fields if isinstance(one, kind)]


def _is_image(instance: models.Model) -> bool:
    if not isinstance(instance, UploadedFile):
        return True
    model = instance.for_content_type and instance.for_content_type.model_class()
    return bool(model and issubclass(model, AbstractImage))


def models_with_images() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if image_fields(model))


def before_save(
    sender: type[models.Model],
    instance: models.Model,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """Clean the files that this save stores, and those that were stored just before it."""
    if raw or not _is_image(instance):
        return
    for field in image_fields(sender):
        left_out = update_fields is not None and field.name not in update_fields
        if left_out or field.attname in instance.get_deferred_fields():
            continue
        file = getattr(instance, field.attname)
        if not file:
            continue
        if not file._committed:
            if not isinstance(file.file, CleanFile):
                _put(instance, field, CleanFile.of(file.file))
        elif not _is_known(sender, instance, field):
            # By ``instance.file.save(name, content)``, which stores without asking anybody.
            clean_stored(instance, field)


def _is_known(model: type[models.Model], instance: models.Model, field: Any) -> bool:
    rows = model._base_manager.filter(pk=instance.pk, **{field.name: getattr(instance, field.name)})
    return instance.pk is not None and rows.exists()


def clean_stored(instance: models.Model, field: Any) -> bool:
    """Put a clean file in place of a stored one; the object is still to be saved.

    False if the stored one is clean, with a name that can't be guessed if its storage gives such.
    The old file goes with the commit, and so do renditions, which are made again when they are
    needed.
    """
    if not _is_image(instance):
        return False
    file = getattr(instance, field.attname)
    storage, name = file.storage, file.name
    with storage.open(name, "rb") as stored:
        data = stored.read()
    new = cleaned(data)
    if new == data and not needs_name(file):
        return False
    _put(instance, field, CleanFile(Path(name).name, new))
    if isinstance(instance, AbstractImage) and instance.pk:
        instance.renditions.all().delete()

    _delete_later(instance, field, storage, name)
    return True


def rename_stored(instance: Any, field: Any) -> bool:
    """Give a stored file a name that can't be guessed, if its storage gives such, and save it.

    False if it has one. The old file goes with the commit.
    """
    file = getattr(instance, field.attname)
    if not needs_name(file):
        return False
    storage, name = file.storage, file.name
    with transaction.atomic(), storage.open(name, "rb") as stored:
        setattr(instance, field.attname, File(stored, Path(name).name))
        instance.save(update_fields=[field.name])
        _delete_later(instance, field, storage, name)
    return True


def _delete_later(instance: models.Model, field: Any, storage: Any, name: str) -> None:
    """Delete a file that an object no longer has with the commit, unless another object has it."""

    def delete() -> None:
        if not type(instance)._base_manager.filter(**{field.name: name}).exists():
            storage.delete(name)

    transaction.on_commit(delete)


def _put(instance: Any, field: Any, file: CleanFile) -> None:
    setattr(instance, field.attname, file)
    if isinstance(instance, AbstractImage) and field.name == "file":
        instance.file_size = file.size
        instance.file_hash = hash_filelike(BytesIO(file.read()))
        file.seek(0)


def saved_with(model: type[models.Model], field: Any) -> list[str]:
    """The names of the fields that say something of the file in ``field``, and its own."""
    names = [field.name, field.width_field, field.height_field]
    if issubclass(model, AbstractImage) and field.name == "file":
        names += ["file_size", "file_hash"]
    return [name for name in names if name]


def connect() -> None:
    """Connect the signals; called when the apps are ready."""
    for model in models_with_images():
        models.signals.pre_save.connect(
            before_save, sender=model, dispatch_uid=f"kis_files_{model._meta.label}"
        )
