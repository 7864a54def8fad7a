"""JSON Schema (2020-12) from Python types.

A shape is written once, as a type: ``TypedDict`` for an object, ``list[X]``, ``dict[str, X]``,
``X | None``, ``Literal[…]``. ``Annotated[X, also(…)]`` adds keywords; any function there is asked
for them, so that it can look at settings and models.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]

PRIMITIVES: dict[Any, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    types.NoneType: "null",
}
PREFIX = "#/components/schemas/"


def also(**keywords: Any) -> Callable[[], Schema]:
    """Keywords to add to the schema of an annotated type."""
    return lambda: keywords


def array(items: Schema, **more: Any) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **more}


def closed(properties: dict[str, Schema], required: list[str], **more: Any) -> Schema:
    """An object that has these properties and no others."""
    shape: Schema = {"type": "object", "properties": properties}
    if required:
        shape["required"] = required
    return {**shape, "additionalProperties": False, **more}


def any_of(schemas: list[Schema]) -> Schema:
    """What one of the schemas describes, each of them named once."""
    different: list[Schema] = []
    for schema in schemas:
        if schema not in different:
            different.append(schema)
    return different[0] if len(different) == 1 else {"anyOf": different}


def nullable(schema: Schema) -> Schema:
    """The same, or null. An empty schema allows null already."""
    return any_of([schema, {"type": "null"}]) if schema else schema


def summary(documented: Any) -> Schema:
    """The first paragraph of a docstring as a description.

    What Django writes for a model without one, its columns, is none.
    """
    text = (getattr(documented, "__doc__", "") or "").strip().split("\n\n")[0]
    if text.startswith(f"{getattr(documented, '__name__', '')}("):
        return {}
    return {"description": " ".join(text.split())} if text else {}


class Components:
    """NamedPage schemas, each written once and then referred to."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self._selected: dict[str, Schema] = {}

    def named(self, name: str, schema: Schema) -> Schema:
        """A reference to this schema under a name; the schema itself where another has the name."""
        if self.schemas.setdefault(name, schema) != schema:
            return schema
        return {"$ref": PREFIX + name}

    def of(self, hint: Any) -> Schema:
        """The schema of a Python type. Raises ``TypeError`` for one that JSON doesn't have."""
        origin, arguments = get_origin(hint), get_args(hint)
        if hint is None:
            return {"type": "null"}
        if hint is Any:
            return {}
        if is_typeddict(hint):
            return self.named(hint.__name__, self._object(hint))
        if origin is Annotated:
            more: Schema = {}
            for keywords in hint.__metadata__:
                more.update(keywords())
            return {**self.of(arguments[0]), **more}
        if origin is NotRequired:
            return self.of(arguments[0])
        if origin in (Union, types.UnionType):
            return any_of([self.of(one) for one in arguments])
        if origin is Literal:
            return {"type": PRIMITIVES[type(arguments[0])], "enum": list(arguments)}
        if origin is list:
            return array(self.of(arguments[0]))
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if hint in PRIMITIVES:
            return {"type": PRIMITIVES[hint]}
        raise TypeError(f"{hint!r} has no JSON Schema")

    def _object(self, hint: Any) -> Schema:
        hints = get_type_hints(hint, include_extras=True)
        properties = {name: self.of(one) for name, one in hints.items()}
        required = [name for name, one in hints.items() if get_origin(one) is not NotRequired]
        return closed(properties, required, **summary(hint))

    def selected(self, schema: Any) -> Any:
        """The same schema with nothing required at any depth, as ``?fields=`` may leave it."""
        if isinstance(schema, list):
            return [self.selected(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(PREFIX)
            if name not in self._selected:
                loose = self.selected(self.schemas[name])
                same = loose == self.schemas[name]
                self._selected[name] = schema if same else self.named(f"{name}.selected", loose)
            return self._selected[name]
        return {
            key: (
                {name: self.selected(one) for name, one in value.items()}
                if key == "properties"
                else self.selected(value)
            )
            for key, value in schema.items()
            if key != "required"
        }
