"""``?fields=``: what it may name, at the top and inside brackets.

The parts of a value are those that its schema has, so what the OpenAPI document tells is what may
be named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from rest_framework import fields as drf
from wagtail.api.v2 import serializers as stock
from wagtail.api.v2.utils import parse_fields_parameter

from ..items import streams
from ..items.schema import COMPONENT_PREFIX, Components, Schema
from .errors import BadParameter, unknown
from .fields import FieldSelection, StreamValues

#: Fields of REST framework and Wagtail whose values have no parts.
SIMPLE = (
    drf.BooleanField,
    drf.CharField,
    drf.ChoiceField,
    drf.DateField,
    drf.DateTimeField,
    drf.DecimalField,
    drf.DurationField,
    drf.FloatField,
    drf.IntegerField,
    drf.TimeField,
    drf.UUIDField,
    stock.DetailUrlField,
    stock.PageHtmlUrlField,
    stock.PageLocaleField,
    stock.PageTypeField,
    stock.TypeField,
)


def parsed(text: str) -> list[tuple[str, bool, Any]]:
    """The selection of a text. Raises ``BadParameter``."""
    try:
        return list(parse_fields_parameter(text))
    except ValueError as error:
        raise BadParameter("fields", str(error)) from error


def without_meta(selection: FieldSelection, meta: Collection[str]) -> list[tuple[str, bool, Any]]:
    """A selection with the fields of ``meta(…)`` beside those of the body, as Wagtail has them.

    ``meta`` are the names of all fields that stand in the ``meta`` of an item.
    """
    found: list[tuple[str, bool, Any]] = []
    for name, negated, below in selection:
        if name != "meta":
            found.append((name, negated, below))
            continue
        for part, left_out, deeper in below or [("*", negated, None)]:
            if part in ("*", "_"):
                found += [(one, left_out or part == "_", None) for one in meta]
            elif part not in meta:
                raise BadParameter("fields", unknown(part, meta, "part of meta"))
            else:
                found.append((part, left_out, deeper))
    return found


def check_names(selection: FieldSelection, known: Iterable[str], of: str = "") -> None:
    """Refuse a name that isn't among the known ones (of a value ``of``), and name the nearest."""
    known = set(known)
    for name, _left_out, _below in selection:
        if name not in known and name not in ("*", "_"):
            what = f"part of {of}" if of else "field"
            raise BadParameter("fields", unknown(name, known, what))


def check_parts(serializer: Any, selections: Mapping[str, FieldSelection]) -> None:
    """Refuse names in brackets that the values of a serializer's fields don't have."""
    components = Components()
    for name, selection in selections.items():
        if name in serializer.fields:
            schema = _schema(serializer.fields[name], serializer.Meta.model, components)
            _check(name, selection, [schema], components)


def _schema(field: Any, model: Any, components: Components) -> Schema:
    """The schema of the values of a field; empty if they may be anything."""
    if hasattr(field, "shape"):
        return components.of(field.shape)
    if isinstance(field, StreamValues):
        try:
            block = model._meta.get_field(field.field_name).stream_block
        except (FieldDoesNotExist, AttributeError):
            return {}
        return streams.block_schema(block, components)
    return {"type": "string"} if isinstance(field, SIMPLE) else {}


def _check(
    of: str, selection: FieldSelection, schemas: list[Schema], components: Components
) -> None:
    parts, others = _parts(schemas, components)
    if not parts and not others:
        raise BadParameter("fields", f"{of} has no parts; leave out the brackets behind it")
    within, others_within = _parts(parts.get("meta", []), components)
    known = {**within, **parts}
    others = [*others, *others_within]
    if not others:
        check_names(selection, known, of)
    for name, _left_out, below in selection:
        if below:
            _check(name, below, [*known.get(name, []), *others], components)


def _parts(
    schemas: list[Schema], components: Components
) -> tuple[dict[str, list[Schema]], list[Schema]]:
    """The parts of values of some schemas, each with its own schemas, and the schemas of parts
    with any other name."""
    found: dict[str, list[Schema]] = {}
    others: list[Schema] = []
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop()
        if not schema or schema == {"type": "object"}:
            others.append({})
        if "$ref" in schema:
            waiting.append(components.schemas[schema["$ref"].removeprefix(COMPONENT_PREFIX)])
        waiting += schema.get("anyOf", [])
        if "items" in schema:
            waiting.append(schema["items"])
        more = schema.get("additionalProperties", False)
        named = schema.get("propertyNames", {}).get("enum")
        if more is not False and named is None:
            others.append(more)
        for name in named or ():
            found.setdefault(name, []).append(more)
        for name, one in schema.get("properties", {}).items():
            found.setdefault(name, []).append(one)
    return found, others
