"""What the stored content of an item names: objects chosen in fields, rows and blocks, or linked in
texts, whether or not they are still there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.blocks import ChooserBlock, RichTextBlock
from wagtail.coreutils import resolve_model_string
from wagtail.fields import RichTextField, StreamField
from wagtail.models import COMMENTS_RELATION_NAME
from wagtail.rich_text import extract_references_from_rich_text

from .stream_values import walk


@dataclass(frozen=True)
class Named:
    """An object that content names, by model and key.

    ``place`` is the name of the field. ``is_required``: the item can't be saved without it.
    """

    model: Any
    key: str
    place: str
    is_required: bool = False

    def is_one_of(self, items: Iterable[Any]) -> bool:
        """Whether it is one of these objects."""
        return any(
            str(item.pk) == self.key
            and (issubclass(type(item), self.model) or issubclass(self.model, type(item)))
            for item in items
        )


def named(model: Any, content: dict[str, Any]) -> Iterator[Named]:
    """What the content of an item names; as it is stored in revisions and by wagtail-localize."""
    for field in model._meta.concrete_fields:
        value = content.get(field.name)
        if not value or getattr(field, "wagtail_reference_index_ignore", False):
            continue
        place = str(field.verbose_name)
        if isinstance(field, StreamField):
            stored = json.loads(value) if isinstance(value, str) else value
            yield from _in_blocks(field.stream_block, stored, place)
        elif isinstance(field, RichTextField):
            yield from _in_text(value, place)
        elif field.is_relation and field.editable and not _is_link_to_parent(field):
            required = field.remote_field.on_delete in (models.PROTECT, models.RESTRICT)
            yield Named(field.related_model, str(value), place, required)
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        for row in content.get(name) or [] if name != COMMENTS_RELATION_NAME else []:
            for one in named(relation.related_model, row):
                yield replace(one, is_required=False)


def _is_link_to_parent(field: Any) -> bool:
    """Whether a field leads from a row to its item, or from an item to its row as a page."""
    return isinstance(field, ParentalKey) or bool(field.remote_field.parent_link)


def _in_blocks(stream_block: Any, stored: Any, place: str) -> Iterator[Named]:
    found: list[Named] = []

    def visit(block: Any, value: Any) -> Any:
        if isinstance(block, ChooserBlock) and value:
            found.append(Named(resolve_model_string(block.target_model), str(value), place))
        elif isinstance(block, RichTextBlock) and isinstance(value, str):
            found.extend(_in_text(value, place))
        return value

    walk(stream_block, stored, visit)
    yield from found


def _in_text(html: str, place: str) -> Iterator[Named]:
    for model, key, *_path in extract_references_from_rich_text(html):
        yield Named(model, str(key), place)


def gone(model: Any, content: dict[str, Any]) -> list[Named]:
    """What content names and isn't there; one statement for each model that it names."""
    found = list(dict.fromkeys(named(model, content)))
    keys: dict[Any, set[str]] = {}
    for one in found:
        keys.setdefault(one.model, set()).add(one.key)
    there = {
        (target, str(key))
        for target, wanted in keys.items()
        for key in target._base_manager.filter(pk__in=wanted).values_list("pk", flat=True)
    }
    return [one for one in found if (one.model, one.key) not in there]
