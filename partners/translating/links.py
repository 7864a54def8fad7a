"""References of a translation: they lead to what is there in its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.blocks import ChooserBlock, RichTextBlock
from wagtail.coreutils import resolve_model_string
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Locale, Page, TranslatableMixin
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from .blocks import walk

_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_ID = re.compile(r'\bid="(\d+)"')

#: Gives the id to refer to in place of another one of a model.
Swap = Callable[[Any, Any], Any]


def localize(instance: Any, locale: Locale) -> None:
    """Point what an unsaved translation refers to at the version in its language.

    Links in rich text, choosers in streams, and foreign keys to pages and to what is translated
    with the item. What isn't published in that language stays as it is. One statement for each
    model that is referred to.
    """
    wanted: dict[Any, set[Any]] = {}

    def note(model: Any, key: Any) -> Any:
        if key is not None:
            wanted.setdefault(_family(model), set()).add(key)
        return key

    _rewrite(instance, note)
    versions = {model: _versions(model, keys, locale) for model, keys in wanted.items()}

    def swap(model: Any, key: Any) -> Any:
        return versions.get(_family(model), {}).get(key, key)

    _rewrite(instance, swap)


def _family(model: Any) -> Any:
    return model._meta.get_field("translation_key").model


def _versions(model: Any, keys: set[Any], locale: Locale) -> dict[Any, Any]:
    rows = model.objects.filter(pk__in=keys).exclude(locale=locale)
    found = dict(rows.values_list("translation_key", "pk"))
    spoken = model.objects.filter(translation_key__in=found, locale=locale)
    if issubclass(model, DraftStateMixin):
        spoken = spoken.filter(live=True)
    return {found[key]: pk for key, pk in spoken.values_list("translation_key", "pk")}


def _rewrite(instance: Any, swap: Swap) -> None:
    def in_text(html: str) -> str:
        def link(match: re.Match[str]) -> str:
            return _ID.sub(lambda one: f'id="{swap(Page, int(one[1]))}"', match[0], count=1)

        return _LINK.sub(link, html)

    def in_block(block: Any, value: Any) -> Any:
        if isinstance(block, RichTextBlock) and isinstance(value, str):
            return in_text(value)
        if isinstance(block, ChooserBlock):
            model: Any = resolve_model_string(block.target_model)
            if issubclass(model, TranslatableMixin):
                return swap(model, value)
        return value

    for field in _fields(type(instance)):
        value = getattr(instance, field.attname)
        if isinstance(field, RichTextField):
            setattr(instance, field.attname, in_text(value or ""))
        elif isinstance(field, StreamField):
            stored = field.get_prep_value(value) if value else []
            changed = walk(field.stream_block, stored, in_block)
            if changed != stored:
                setattr(instance, field.attname, field.to_python(changed))
        elif value is not None and (new := swap(field.related_model, value)) != value:
            setattr(instance, field.attname, new)
    if isinstance(instance, ClusterableModel):
        for relation in get_all_child_relations(instance):
            # Rows that aren't translated point to the source, and are shown in each language.
            if issubclass(relation.related_model, TranslatableMixin):
                for child in getattr(instance, relation.get_accessor_name()).all():
                    _rewrite(child, swap)


def _fields(model: Any) -> Iterator[Any]:
    translated = {
        one.field_name
        for one in get_translatable_fields(model)
        if isinstance(one, TranslatableField)
    }
    for field in model._meta.concrete_fields:
        if isinstance(field, RichTextField | StreamField):
            yield field
        elif isinstance(field, models.ForeignKey) and field.editable:
            if isinstance(field, ParentalKey) or getattr(field.remote_field, "parent_link", False):
                continue
            if issubclass(field.related_model, Page) or (
                issubclass(field.related_model, TranslatableMixin) and field.name in translated
            ):
                yield field
