"""Which pages have placeholders in their texts, or pictures without a description.

Looking through the texts of 20,000 pages takes seconds. So the result is kept, and made anew for a
page whenever it is saved. :func:`collect_unfinished` finds what was written in another way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.signals import post_save
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, get_page_models

from ..conf import conf
from ..models import UnfinishedText
from ..translating.misses import is_placeholder, undescribed


@transaction.atomic
def collect_unfinished() -> None:
    """Look through the texts of all pages, and keep what is found."""
    found: dict[int, UnfinishedText] = {}
    for model in get_page_models():
        for pk, texts in _suspects(model):
            if one := _look(pk, texts):
                known = found.setdefault(pk, one)
                known.placeholder |= one.placeholder
                known.picture |= one.picture
    UnfinishedText.objects.all().delete()
    UnfinishedText.objects.bulk_create(found.values(), batch_size=500)


def _text_fields(fields: Any) -> list[Any]:
    return [one for one in fields if isinstance(one, StreamField | RichTextField | TextField)]


def _suspects(model: Any) -> Iterator[tuple[int, list[Any]]]:
    """The texts of those pages that may have something unfinished, as the database sees it."""
    # Inherited fields are read with the parent model.
    fields = _text_fields(model._meta.local_fields)
    if not fields:
        return
    texts = {f"kis_{field.name}": Cast(field.name, TextField()) for field in fields}
    wanted = Q()
    for name in texts:
        wanted |= Q(**{f"{name}__contains": '"alt'})
        for word in conf().placeholders:
            # Stored JSON may have the letters of a word escaped.
            for form in {word, json.dumps(word)[1:-1]}:
                wanted |= Q(**{f"{name}__icontains": form})
    rows = model._default_manager.annotate(**texts).filter(wanted)
    for pk, *values in rows.values_list("pk", *texts).iterator(chunk_size=500):
        streams = [isinstance(field, StreamField) for field in fields]
        yield (
            pk,
            [
                json.loads(value) if is_stream and value else value
                for is_stream, value in zip(streams, values, strict=True)
            ],
        )


def _look(pk: int, texts: list[Any]) -> UnfinishedText | None:
    """What is unfinished in the texts of a page: strings, and streams as they are stored."""
    placeholder = any(is_placeholder(written(text)) for text in texts if text)
    picture = any(True for text in texts for _one in undescribed(text))
    if placeholder or picture:
        return UnfinishedText(page=pk, placeholder=placeholder, picture=picture)
    return None


def written(text: Any) -> str:
    """A text, or a stream as JSON, in which blocks may have dates and decimals."""
    if isinstance(text, str):
        return text
    return json.dumps(text, ensure_ascii=False, cls=DjangoJSONEncoder)


def _saved(instance: Any, raw: bool, update_fields: Any = None, **kwargs: Any) -> None:
    if raw or not isinstance(instance, Page):
        return
    fields = _text_fields(instance._meta.concrete_fields)
    names = {field.attname for field in fields}
    if not fields or (update_fields is not None and not names & set(update_fields)):
        return
    if names & instance.get_deferred_fields():
        return
    texts = [field.get_prep_value(getattr(instance, field.attname)) for field in fields]
    found = _look(instance.pk, texts)
    kept = UnfinishedText.objects.filter(page=instance.pk)
    if found is None:
        kept.delete()
    elif not kept.update(placeholder=found.placeholder, picture=found.picture):
        found.save()


def connect() -> None:
    """Connect the signal; called when the apps are ready."""
    post_save.connect(_saved, dispatch_uid="kis_unfinished_saved")
