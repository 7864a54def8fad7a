"""Links and choosers of a translation, pointed at pages and snippets in its own language."""

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

from ..public.translations import begun
from .stream_values import walk

_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_ID = re.compile(r'\bid="(\d+)"')

#: Called with a model and the id of a referenced object; returns the id to refer to instead.
Replace = Callable[[Any, Any], Any]


def localize_links(instance: Any, locale: Locale) -> None:
    """Replace ids in an unsaved translation by those of the same objects in its language.

    Covers links in rich text, choosers in streams, and foreign keys to pages and to snippets that
    are translated with the item. A reference stays where its object isn't published in that
    language. Two statements for each referenced model.
    """
    wanted: dict[Any, set[Any]] = {}

    def note(model: Any, key: Any) -> Any:
        if key is not None:
            wanted.setdefault(_base_model(model), set()).add(key)
        return key

    _replace_references(instance, note)
    versions = {model: _ids_in_language(model, keys, locale) for model, keys in wanted.items()}

    def replace(model: Any, key: Any) -> Any:
        return versions.get(_base_model(model), {}).get(key, key)

    _replace_references(instance, replace)


def _base_model(model: Any) -> Any:
    return model._meta.get_field("translation_key").model


def _ids_in_language(model: Any, keys: set[Any], locale: Locale) -> dict[Any, Any]:
    rows = model.objects.filter(pk__in=keys).exclude(locale=locale)
    found = dict(rows.values_list("translation_key", "pk"))
    spoken = begun(model.objects.filter(translation_key__in=found, locale=locale))
    if issubclass(model, DraftStateMixin):
        spoken = spoken.filter(live=True)
    return {found[key]: pk for key, pk in spoken.values_list("translation_key", "pk")}


def _replace_references(instance: Any, replace: Replace) -> None:
    def in_text(html: str) -> str:
        def link(match: re.Match[str]) -> str:
            return _ID.sub(lambda one: f'id="{replace(Page, int(one[1]))}"', match[0], count=1)

        return _LINK.sub(link, html)

    def in_block(block: Any, value: Any) -> Any:
        if isinstance(block, RichTextBlock) and isinstance(value, str):
            return in_text(value)
        if isinstance(block, ChooserBlock):
            model: Any = resolve_model_string(block.target_model)
            if issubclass(model, TranslatableMixin):
                return replace(model, value)
        return value

    for field in _reference_fields(type(instance)):
        value = getattr(instance, field.attname)
        if isinstance(field, RichTextField):
            setattr(instance, field.attname, in_text(value or ""))
        elif isinstance(field, StreamField):
            stored = field.get_prep_value(value) if value else []
            changed = walk(field.stream_block, stored, in_block)
            if changed != stored:
                setattr(instance, field.attname, field.to_python(changed))
        elif value is not None and (new := replace(field.related_model, value)) != value:
            setattr(instance, field.attname, new)
    if isinstance(instance, ClusterableModel):
        for relation in get_all_child_relations(instance):
            # Child rows without a locale refer to objects in the source language; each output
            # looks up the reader's language.
            if issubclass(relation.related_model, TranslatableMixin):
                for child in getattr(instance, relation.get_accessor_name()).all():
                    _replace_references(child, replace)


def _reference_fields(model: Any) -> Iterator[Any]:
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
