"""Wagtail's reference index says what refers to what at each moment.

By itself it keeps entries of child rows that are deleted, or that now refer to something else: a
row is deleted after its page was indexed, and indexes it as an object of the model that the row
belongs to, which leaves alone what a more specific page has said. And where tasks have a queue, it
comes later.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_delete, post_save, pre_save
from django_tasks.backends.immediate import ImmediateBackend
from modelcluster.fields import ParentalKey
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import reference_index_auto_update_disabled
from wagtail.tasks import update_reference_index_task


def parental_key(model: Any) -> Any:
    """The foreign key to the object that objects of a model are parts of, None without one."""
    fields = model._meta.concrete_fields
    return next((one for one in fields if isinstance(one, ParentalKey)), None)


def forget_row(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Delete the entries of a child row; when it is saved, Wagtail makes them anew."""
    if raw or instance.pk is None:
        return
    path, row, model, key = "", instance, sender, None
    while field := parental_key(model):
        path = f"{field.remote_field.get_accessor_name()}.{row.pk}.{path}"
        key, model = getattr(row, field.attname), field.related_model
        if key is None:
            return
        row = getattr(row, field.name) if parental_key(model) else None
    base: Any = [model, *model._meta.get_parent_list()][-1]
    ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(base),
        object_id=key,
        content_path__startswith=path,
    ).delete()


def index_at_once(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Do what Wagtail leaves to a queue."""
    is_off = getattr(reference_index_auto_update_disabled, "value", False)
    if raw or is_off or isinstance(update_reference_index_task.get_backend(), ImmediateBackend):
        return
    meta = instance._meta
    update_reference_index_task.call(meta.app_label, meta.model_name, str(instance.pk))


def connect() -> None:
    """Connect the signals; called when the apps are ready."""
    for model in apps.get_models():
        label = f"kis_references_{model._meta.label}"
        if parental_key(model):
            pre_save.connect(forget_row, sender=model, dispatch_uid=label)
            post_delete.connect(forget_row, sender=model, dispatch_uid=label)
        if ReferenceIndex.model_is_indexable(model, allow_child_models=True):
            post_save.connect(index_at_once, sender=model, dispatch_uid=label)
