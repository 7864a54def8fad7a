"""Values of StreamFields as JSON, made from the stored JSON, so that nothing is loaded singly.

The result is as in Wagtail's API: ``{"type", "value", "id"}`` for each block, a dictionary for a
struct, a list for a list. The object of a chooser is nested in place of its id. A block class may
have its own method ``represent(raw, context)`` for its value, and ``shape`` for the type of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.coreutils import resolve_model_string
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from . import represent, richtext, shapes
from .deferred import Deferred
from .references import References
from .schema import Components, Schema, any_of, array, closed, nullable

Represented = Any


@dataclass(frozen=True)
class BlockContext:
    """The surroundings of a block's value.

    ``path`` is the value's path in wagtail-localize ("body.<id of the block>.text"), ``foreign``
    are the page's texts without translation by such paths.
    """

    references: References
    path: str
    foreign: Mapping[str, richtext.Foreign] = field(default_factory=dict)

    def below(self, name: object) -> BlockContext:
        """The context of a child of this value."""
        return BlockContext(self.references, f"{self.path}.{name}", self.foreign) if name else self


def stream_value(value: Any, context: BlockContext) -> Represented:
    """The value of a StreamField for an item."""
    return block_value(value.stream_block, represent.stored_blocks(value), context)


def block_value(block: blocks.Block, raw: Any, context: BlockContext) -> Represented:
    """The value of a block for an item; ``raw`` is its stored JSON."""
    if hasattr(block, "represent"):
        return block.represent(raw, context)
    if isinstance(block, blocks.RichTextBlock):
        return richtext.represent(raw or "", context.references, context.foreign.get(context.path))
    if isinstance(block, ChooserBlock):
        model = resolve_model_string(block.target_model)
        if _is_stock(block, ChooserBlock):
            return chosen(model, raw, context.references)
        return _if_public(model, raw, lambda: _represented(block, raw, context))
    for base, walk in _WALKS.items():
        if isinstance(block, base) and _is_stock(block, base):
            return walk(block, raw, context)
    return _represented(block, raw, context)


def _represented(block: blocks.Block, raw: Any, context: BlockContext) -> Represented:
    """The value as the block's own code gives it to Wagtail's API."""
    request = {"request": context.references.request}
    return block.get_api_representation(block.to_python(raw), request)


def _if_public(model: Any, pk: Any, value: Callable[[], Represented]) -> Deferred | None:
    """A value made from a chosen object; None unless the object is public."""
    if not pk:
        return None
    if issubclass(model, Page):
        return Deferred([("page", pk)], lambda family: value() if (family or {}).get("") else None)
    thing = model._meta.label
    if issubclass(model, get_image_model()):
        thing = "image"
    elif issubclass(model, get_document_model()):
        thing = "document"
    return Deferred([(thing, pk)], lambda found: value() if found else None)


def chosen(model: Any, pk: Any, references: References) -> Deferred | None:
    """The object of a chooser; None unless it is public."""
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


def struct_value(block: Any, raw: Any, context: BlockContext) -> dict[str, Represented]:
    """The children of a struct by name, with defaults for those that aren't stored."""
    values = raw or {}
    return {
        name: block_value(
            child,
            values[name] if name in values else child.get_prep_value(child.get_default()),
            context.below(name),
        )
        for name, child in block.child_blocks.items()
    }


def _is_stock(block: Any, base: Any) -> bool:
    return bool(type(block).get_api_representation == base.get_api_representation)


def _stream(block: Any, raw: Any, context: BlockContext) -> list[Represented]:
    return [
        {
            "type": item["type"],
            "value": block_value(
                block.child_blocks[item["type"]], item["value"], context.below(item.get("id"))
            ),
            "id": item.get("id"),
        }
        for item in raw or ()
        if item["type"] in block.child_blocks
    ]


def _list(block: Any, raw: Any, context: BlockContext) -> list[Represented]:
    values = []
    for item in raw or ():
        known = isinstance(item, dict) and item.get("type") == "item" and "value" in item
        value, identity = (item["value"], item.get("id")) if known else (item, None)
        values.append(block_value(block.child_block, value, context.below(identity)))
    return values


def _image(block: Any, raw: Any, context: BlockContext) -> dict[str, Represented]:
    # It may have been an ImageChooserBlock when this was stored.
    values = raw if isinstance(raw, dict) else {"image": raw}
    return {
        "image": chosen(get_image_model(), values.get("image"), context.references),
        "decorative": values.get("decorative", False),
        "alt_text": values.get("alt_text", ""),
    }


def _typed_table(block: Any, raw: Any, context: BlockContext) -> dict[str, Represented]:
    table = raw or {"columns": [], "rows": []}
    columns = [block.child_blocks[column["type"]] for column in table["columns"]]
    return {
        "columns": [
            {"type": column["type"], "heading": column["heading"]} for column in table["columns"]
        ],
        "rows": [
            {
                "values": [
                    block_value(column, value, context)
                    for column, value in zip(columns, row["values"], strict=False)
                ]
            }
            for row in table["rows"]
        ],
        "caption": table.get("caption", ""),
    }


_WALKS: dict[Any, Any] = {
    ImageBlock: _image,
    TypedTableBlock: _typed_table,
    blocks.StreamBlock: _stream,
    blocks.ListBlock: _list,
    blocks.StructBlock: struct_value,
}


def block_schema(block: blocks.Block, components: Components) -> Schema:
    """The schema of :func:`block_value` for a block; empty (anything) where no shape is known."""
    if hasattr(block, "represent"):
        return components.of(getattr(block, "shape", Any))
    if isinstance(block, blocks.RichTextBlock):
        return components.of(shapes.RichText)
    if isinstance(block, ChooserBlock):
        if not _is_stock(block, ChooserBlock):
            return {}
        return components.of(_chosen_shape(resolve_model_string(block.target_model)) | None)
    for base, describe in _SCHEMAS.items():
        if isinstance(block, base) and _is_stock(block, base):
            made = describe(block, components)
            own = type(block).__module__.partition(".")[0] != "wagtail"
            # Choices belong to a block, not to its class.
            named = own and describe is not _choice_schema
            return components.named(type(block).__name__, made) if named else made
    return {}


def _chosen_shape(model: Any) -> Any:
    if issubclass(model, Page):
        return shapes.PageRef
    if issubclass(model, get_image_model()):
        return shapes.Image
    return shapes.Document if issubclass(model, get_document_model()) else shapes.ObjectRef


def _stream_schema(block: Any, components: Components) -> Schema:
    identity = {"type": ["string", "null"], "description": "Stays the same while it is edited."}
    items = [
        closed(
            {"type": {"const": name}, "value": block_schema(child, components), "id": identity},
            ["type", "value", "id"],
        )
        for name, child in block.child_blocks.items()
    ]
    return array(any_of(items)) if items else array({}, maxItems=0)


def _struct_schema(block: Any, components: Components) -> Schema:
    children = {name: block_schema(child, components) for name, child in block.child_blocks.items()}
    return closed(children, list(children))


def _simple(**keywords: Any) -> Any:
    def describe(block: Any, components: Components) -> Schema:
        return dict(keywords) if block.required else nullable(dict(keywords))

    return describe


def _choice_schema(block: Any, components: Components) -> Schema:
    values = [value for value, _label in block.field.choices]
    one = {"enum": sorted({*values, *([] if block.required else [""])} - {None})}
    if isinstance(block, blocks.MultipleChoiceBlock):
        return array(one)
    return one if block.required else nullable(one)


def _image_schema(block: Any, components: Components) -> Schema:
    parts = {
        "image": components.of(shapes.Image | None),
        "decorative": {"type": ["boolean", "null"]},
        "alt_text": {"type": ["string", "null"]},
    }
    return closed(parts, list(parts))


def _typed_table_schema(block: Any, components: Components) -> Schema:
    text = {"type": "string"}
    column: dict[str, Schema] = {"type": {"enum": sorted(block.child_blocks)}, "heading": text}
    cells = [block_schema(child, components) for child in block.child_blocks.values()]
    parts = {
        "columns": array(closed(column, list(column))),
        "rows": array(closed({"values": array(any_of(cells) if cells else {})}, ["values"])),
        "caption": {"type": ["string", "null"]},
    }
    return closed(parts, list(parts))


_SCHEMAS: dict[Any, Any] = {
    ImageBlock: _image_schema,
    TypedTableBlock: _typed_table_schema,
    blocks.StreamBlock: _stream_schema,
    blocks.ListBlock: lambda block, components: array(block_schema(block.child_block, components)),
    blocks.StructBlock: _struct_schema,
    blocks.ChoiceBlock: _choice_schema,
    blocks.MultipleChoiceBlock: _choice_schema,
    blocks.BooleanBlock: lambda block, components: {"type": "boolean"},
    blocks.IntegerBlock: _simple(type="integer"),
    blocks.FloatBlock: _simple(type="number"),
    blocks.DateTimeBlock: _simple(type="string"),
    **{
        block: _simple(type="string")
        for block in (
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
