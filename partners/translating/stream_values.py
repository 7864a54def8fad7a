"""Stored values of StreamFields: visited block by block, and carried from source to translation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wagtail import blocks

#: Called with a block that has no child blocks and its value; returns the new value.
Visit = Callable[[Any, Any], Any]


def holds_text(block: Any) -> bool:
    """Whether translators translate the value of a block that has no child blocks."""
    return hasattr(block, "get_translatable_segments") or isinstance(
        block, blocks.CharBlock | blocks.TextBlock | blocks.RichTextBlock
    )


def walk(block: Any, value: Any, visit: Visit) -> Any:
    """A stored value in which ``visit`` has replaced the value of every block without children."""
    if isinstance(block, blocks.BaseStreamBlock):
        return [
            {**child, "value": walk(block.child_blocks[child["type"]], child["value"], visit)}
            for child in value or []
            if child["type"] in block.child_blocks
        ]
    if isinstance(block, blocks.BaseStructBlock) and isinstance(value, Mapping):
        return {
            name: walk(block.child_blocks[name], inner, visit)
            if name in block.child_blocks
            else inner
            for name, inner in value.items()
        }
    if isinstance(block, blocks.ListBlock):
        return [
            {**item, "value": walk(block.child_block, item["value"], visit)}
            if _is_list_item(item)
            else walk(block.child_block, item, visit)
            for item in value or []
        ]
    return visit(block, value)


def has_text(block: Any, value: Any) -> bool:
    """Whether a stored value contains text for translators."""
    found = False

    def visit(inner: Any, leaf: Any) -> Any:
        nonlocal found
        found = found or bool(leaf and holds_text(inner))
        return leaf

    walk(block, value, visit)
    return found


def carry(block: Any, source: Any, target: Any, kept: Callable[[str], bool], path: str = "") -> Any:
    """The value of a translation, brought in step with its source except for translated text.

    Blocks and list items missing in the source are removed. New ones are added if they contain no
    text; those with text wait for their translator. Order is that of the source. A translated
    text is emptied where the source's is empty. Values whose path ``kept`` accepts stay: a
    translator has overridden them.
    """
    if isinstance(block, blocks.BaseStreamBlock):
        return _children(
            source, target, lambda child: block.child_blocks.get(child["type"]), kept, path
        )
    if isinstance(block, blocks.BaseStructBlock) and isinstance(source, Mapping):
        old = target if isinstance(target, Mapping) else {}
        return {
            name: carry(block.child_blocks[name], inner, old.get(name), kept, f"{path}.{name}")
            if name in block.child_blocks
            else inner
            for name, inner in source.items()
        }
    if isinstance(block, blocks.ListBlock):
        if all(
            _is_list_item(item) and item.get("id") for item in [*(source or []), *(target or [])]
        ):
            return _children(source, target, lambda _item: block.child_block, kept, path)
        return target if has_text(block, source) else source
    if kept(path) or (source and holds_text(block)):
        return target
    return source


def _children(
    source: Any, target: Any, block_of: Callable[[Any], Any], kept: Callable[[str], bool], path: str
) -> list[Any]:
    old = {(child["type"], child.get("id")): child for child in target or []}
    found = []
    for child in source or []:
        block = block_of(child)
        twin = old.get((child["type"], child.get("id")))
        if block is None:
            continue
        if twin:
            value = carry(block, child["value"], twin["value"], kept, f"{path}.{child['id']}")
            found.append({**child, "value": value})
        elif not has_text(block, child["value"]):
            found.append(child)
    return found


def _is_list_item(item: Any) -> bool:
    return isinstance(item, Mapping) and item.get("type") == "item" and "value" in item
