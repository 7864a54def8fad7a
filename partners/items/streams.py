"""StreamField values as JSON, made from what is stored, so that nothing is loaded one by one.

The shape is Wagtail's: ``{"type", "value", "id"}`` for each block, a dictionary for a struct, a
list for a list. What a chooser points to is nested instead of being a bare id. A block of ours says
itself what it looks like, in a method ``represent(raw, place)``, and of what type that is, in
``shape``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from . import represent, richtext, shapes
from .deferred import Deferred
from .references import References
from .schema import Components, Schema, any_of, array, closed, nullable

Represented = Any


@dataclass(frozen=True)
class Place:
    """Where a value stands.

    ``path`` is that of wagtail-localize ("body.<id of the block>.text"), and ``foreign`` are the
    texts by path that aren't translated, with their language.
    """

    references: References
    path: str
    foreign: Mapping[str, richtext.Foreign] = field(default_factory=dict)

    def below(self, name: object) -> Place:
        """The place of a part of this value."""
        return Place(self.references, f"{self.path}.{name}", self.foreign) if name else self


def stream(value: Any, place: Place) -> Represented:
    """The value of a StreamField."""
    return block(value.stream_block, represent.raw(value), place)


def block(kind: blocks.Block, raw: Any, place: Place) -> Represented:
    """The stored value of any block."""
    if hasattr(kind, "represent"):
        return kind.represent(raw, place)
    if isinstance(kind, blocks.RichTextBlock):
        return richtext.represent(raw or "", place.references, place.foreign.get(place.path))
    if isinstance(kind, ChooserBlock):
        return chosen(kind.target_model, raw, place.references)
    for base, walk in _WALKS.items():
        if isinstance(kind, base) and _is_stock(kind, base):
            return walk(kind, raw, place)
    return kind.get_api_representation(kind.to_python(raw))


def chosen(model: Any, pk: Any, references: References) -> Deferred | None:
    """What a chooser points to; None unless everybody may know of it."""
    if not pk:
        return None
    if issubclass(model, Page):
        return represent.chosen_page(pk, references)
    if issubclass(model, get_image_model()):
        return represent.image(pk, references)
    if issubclass(model, get_document_model()):
        return represent.document(pk, references)
    label = model._meta.label
    return Deferred([(label, pk)], lambda item: item and {"id": item.pk, "type": label})


def struct(kind: Any, raw: Any, place: Place) -> dict[str, Represented]:
    """The children of a struct by name; one that isn't stored has its default."""
    values = raw or {}
    return {
        name: block(
            child,
            values[name] if name in values else child.get_prep_value(child.get_default()),
            place.below(name),
        )
        for name, child in kind.child_blocks.items()
    }


def _is_stock(kind: Any, base: Any) -> bool:
    return bool(type(kind).get_api_representation == base.get_api_representation)


def _stream(kind: Any, raw: Any, place: Place) -> list[Represented]:
    return [
        {
            "type": item["type"],
            "value": block(
                kind.child_blocks[item["type"]], item["value"], place.below(item.get("id"))
            ),
            "id": item.get("id"),
        }
        for item in raw or ()
        if item["type"] in kind.child_blocks
    ]


def _list(kind: Any, raw: Any, place: Place) -> list[Represented]:
    values = []
    for item in raw or ():
        known = isinstance(item, dict) and item.get("type") == "item" and "value" in item
        value, identity = (item["value"], item.get("id")) if known else (item, None)
        values.append(block(kind.child_block, value, place.below(identity)))
    return values


_WALKS: dict[Any, Any] = {
    blocks.StreamBlock: _stream,
    blocks.ListBlock: _list,
    blocks.StructBlock: struct,
}


def schema(kind: blocks.Block, components: Components) -> Schema:
    """What :func:`block` gives for a kind of block; anything for a block that nobody describes."""
    if hasattr(kind, "represent"):
        return components.of(getattr(kind, "shape", Any))
    if isinstance(kind, blocks.RichTextBlock):
        return components.of(shapes.RichText)
    if isinstance(kind, ChooserBlock):
        return components.of(_chosen_shape(kind.target_model) | None)
    for base, describe in _SCHEMAS.items():
        if isinstance(kind, base) and _is_stock(kind, base):
            made = describe(kind, components)
            own = type(kind).__module__.partition(".")[0] != "wagtail"
            return components.named(type(kind).__name__, made) if own else made
    return {}


def _chosen_shape(model: Any) -> Any:
    if issubclass(model, Page):
        return shapes.PageRef
    if issubclass(model, get_image_model()):
        return shapes.Image
    return shapes.Document if issubclass(model, get_document_model()) else shapes.ObjectRef


def _stream_schema(kind: Any, components: Components) -> Schema:
    identity = {"type": ["string", "null"], "description": "Stays the same while it is edited."}
    items = [
        closed(
            {"type": {"const": name}, "value": schema(child, components), "id": identity},
            ["type", "value", "id"],
        )
        for name, child in kind.child_blocks.items()
    ]
    return array(any_of(items)) if items else array({}, maxItems=0)


def _struct_schema(kind: Any, components: Components) -> Schema:
    children = {name: schema(child, components) for name, child in kind.child_blocks.items()}
    return closed(children, list(children))


def _plain(**keywords: Any) -> Any:
    def describe(kind: Any, components: Components) -> Schema:
        return dict(keywords) if kind.required else nullable(dict(keywords))

    return describe


def _choice_schema(kind: Any, components: Components) -> Schema:
    values = [value for value, _label in kind.field.choices]
    one = {"enum": sorted({*values, *([] if kind.required else [""])} - {None})}
    if isinstance(kind, blocks.MultipleChoiceBlock):
        return array(one)
    return one if kind.required else nullable(one)


_SCHEMAS: dict[Any, Any] = {
    blocks.StreamBlock: _stream_schema,
    blocks.ListBlock: lambda kind, components: array(schema(kind.child_block, components)),
    blocks.StructBlock: _struct_schema,
    blocks.ChoiceBlock: _choice_schema,
    blocks.MultipleChoiceBlock: _choice_schema,
    blocks.BooleanBlock: lambda kind, components: {"type": "boolean"},
    blocks.IntegerBlock: _plain(type="integer"),
    blocks.FloatBlock: _plain(type="number"),
    blocks.DateTimeBlock: _plain(type="string"),
    **{
        kind: _plain(type="string")
        for kind in (
            blocks.BlockQuoteBlock,
            blocks.CharBlock,
            blocks.DateBlock,
            blocks.EmailBlock,
            blocks.RawHTMLBlock,
            blocks.RegexBlock,
            blocks.TextBlock,
            blocks.TimeBlock,
            blocks.URLBlock,
        )
    },
}
