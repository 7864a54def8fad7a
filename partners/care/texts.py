"""Texts of live pages and snippets, as they are stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.db.models import TextField
from django.db.models.functions import Cast
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Page

#: The fields whose texts may have links.
KINDS = (StreamField, RichTextField, models.URLField)


def texts_with(
    model: Any, part: str, pks: Collection[int] | None = None
) -> Iterator[tuple[Any, str]]:
    """The texts of live items of a model that contain ``part``, each with the id of its item.

    ``pks`` are the ids of the items that count; without them all do.
    Texts are those of rich-text, URL and stream fields; the last are JSON. One statement per field.
    """
    items = model._default_manager.all()
    if issubclass(model, Page | DraftStateMixin):
        items = items.filter(live=True)
    if pks is not None:
        items = items.filter(pk__in=pks)
    # Inherited fields are read with the parent model.
    for field in model._meta.local_fields:
        if isinstance(field, KINDS):
            with_text = items.annotate(as_text=Cast(field.name, TextField()))
            found = with_text.filter(as_text__contains=part)
            yield from found.values_list("pk", "as_text")
