"""JSON Schema (2020-12) from Python types.

Types are ``TypedDict`` for an object, ``list[X]``, ``dict[str, X]``, ``X | None``, ``Literal[…]``.
``Annotated[X, also(…)]`` adds keywords of JSON Schema; any other function without arguments in
place of ``also(…)`` may take them from settings and models.
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
COMPONENT_PREFIX = "#/components/schemas/"


def also(**keywords: Any) -> Callable[[], Schema]:
    """Keywords to add to the schema of an annotated type."""
    return lambda: keywords


def array(items: Schema, **more: Any) -> Schema:
    """The schema of a list; ``items`` is the schema of its elements."""
    return {"type": "array", "items": items, **more}


def closed(properties: dict[str, Schema], required: list[str], **more: Any) -> Schema:
    """The schema of an object with these properties and no others."""
    shape: Schema = {"type": "object", "properties": properties}
    if required:
        shape["required"] = required
    return {**shape, "additionalProperties": False, **more}


def any_of(schemas: list[Schema]) -> Schema:
    """The schema of values that fit one of several schemas; equal schemas count once."""
    different: list[Schema] = []
    for schema in schemas:
        if schema not in different:
            different.append(schema)
    return different[0] if len(different) == 1 else {"anyOf": different}


def one_of(name: str, schemas: dict[str, Schema]) -> Schema:
    """The schema of objects of several types; the member ``name`` has the key of an object's."""
    if len(schemas) == 1:
        return next(iter(schemas.values()))
    mapping = {key: one["$ref"] for key, one in schemas.items() if "$ref" in one}
    told = {"discriminator": {"propertyName": name, "mapping": mapping}}
    return {"oneOf": [*schemas.values()], **(told if len(mapping) == len(schemas) else {})}


def nullable(schema: Schema) -> Schema:
    """The schema with null allowed; an empty schema allows it already."""
    return any_of([schema, {"type": "null"}]) if schema else schema


def summary(documented: Any) -> Schema:
    """The first paragraph of a docstring as a ``description``.

    Empty for a docstring that Django makes from a model's fields.
    """
    text = (getattr(documented, "__doc__", "") or "").strip().split("\n\n")[0]
    if text.startswith(f"{getattr(documented, '__name__', '')}("):
        return {}
    return {"description": " ".join(text.split())} if text else {}


class Components:
    """The schemas with names of a document, each written once and then referred to."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self._selected: dict[str, Schema] = {}

    def named(self, name: str, schema: Schema) -> Schema:
        """A reference to this schema under a name; the schema itself if the name is taken."""
        if self.schemas.setdefault(name, schema) != schema:
            return schema
        return {"$ref": COMPONENT_PREFIX + name}

    def of(self, hint: Any) -> Schema:
        """The schema of a Python type; ``TypeError`` for a type without equivalent in JSON."""
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
        """The schema with nothing required at any depth, for answers to ``?fields=``."""
        if isinstance(schema, list):
            return [self.selected(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(COMPONENT_PREFIX)
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
