"""Computed fields: what items have besides the fields and relations of their models.

A property, a method, a serializer or a block of a site's own may read whatever it likes, so nobody
can tell when its value changes. The class of the model may say so:

- ``shelf_computed``: by the name of a computed field, the labels of the models whose changes may
  change it, ``[]`` if it depends on its own object alone, and on what this object refers to.
- ``shelf_stored = False``: items with such an object are never stored.

Items with a computed field that isn't listed are *momentary*: made for each answer anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from rest_framework import relations, serializers
from rest_framework.fields import Field
from taggit.managers import TaggableManager
from wagtail.fields import StreamField

from ..items.represent import Value
from .fields import RelationField

#: The packages whose serializers and blocks show what their object has and refers to, nothing else.
TRUSTED = (f"{__package__.rpartition('.')[0]}.", "wagtail.")
#: Fields of REST framework that give the value of a field of a model.
PLAIN = frozenset(
    [
        *serializers.ModelSerializer.serializer_field_mapping.values(),
        serializers.ChoiceField,
        serializers.DictField,
        serializers.HStoreField,
        serializers.ListField,
        serializers.ModelField,
        serializers.MultipleChoiceField,
        serializers.ReadOnlyField,
    ]
)
#: Those that give the keys of related objects.
KEYS = frozenset([relations.ManyRelatedField, relations.PrimaryKeyRelatedField])
#: How many selections of fields are known to be momentary or not.
MOST_KNOWN = 1000
_momentary: dict[Any, bool] = {}
#: The app whose tables can't be depended on: the shelf itself.
SHELF = "kis_delivery"


def declared(model: Any) -> dict[str, list[Any]]:
    """The models that the computed fields of a model depend on, by field.

    A field that names a model that can't be watched counts as not listed.
    """
    return {
        name: [apps.get_model(label) for label in labels]
        for name, labels in getattr(model, "shelf_computed", {}).items()
        if isinstance(labels, (list, tuple)) and not any(map(reason_against, labels))
    }


def dependencies() -> dict[Any, set[Any]]:
    """The models that computed fields of others depend on, by the model with the field."""
    found = {model: set().union(*declared(model).values()) for model in apps.get_models()}
    return {model: needed for model, needed in found.items() if needed}


def reason_against(label: Any) -> str:
    """Why nothing can depend on a model of that label, empty if it can."""
    try:
        model = apps.get_model(label)
    except (AttributeError, LookupError, TypeError, ValueError):
        return "there is no such model"
    if not model._meta.managed or model._meta.swapped:
        return "its table isn't Django's"
    return "it is the shelf itself" if model._meta.app_label == SHELF else ""


def is_momentary_class(serializer_class: Any) -> bool:
    """Whether items that the serializers of a class make must be made for each answer anew."""
    known: bool | None = vars(serializer_class).get("_is_momentary")
    if known is None:
        known = serializer_class._is_momentary = _is_momentary(serializer_class)
    return known


def _is_momentary(serializer_class: Any) -> bool:
    key = _selection(serializer_class)
    if key not in _momentary:
        if len(_momentary) >= MOST_KNOWN:
            _momentary.clear()
        model = serializer_class.Meta.model
        _momentary[key] = getattr(model, "shelf_stored", True) is False or not (
            computed_names(serializer_class) <= declared(model).keys()
        )
    return _momentary[key]


def _selection(serializer_class: Any) -> Any:
    """What a serializer class, which Wagtail makes for each request, has in common with others."""
    below = getattr(serializer_class, "child_serializer_classes", {})
    return (
        serializer_class.__mro__[1],
        serializer_class.Meta.model,
        *serializer_class.Meta.fields,
        *((name, _selection(one)) for name, one in below.items()),
    )


def computed_names(serializer_class: Any) -> set[str]:
    """The names of all computed fields of a serializer, listed or not."""
    serializer = serializer_class(context={})
    return {name for name, one in serializer.fields.items() if _is_computed(serializer, name, one)}


def _is_computed(serializer: Any, name: str, field: Field) -> bool:
    kind = type(field)
    if isinstance(field, Value):
        return not _is_trusted(field.function)
    if isinstance(field, RelationField):
        return False
    nested = getattr(field, "serializer_class", None)
    if nested is not None and is_momentary_class(nested):
        return True
    base: Any = type(serializer).__mro__[1]
    if _is_trusted(kind) and name in base._declared_fields:
        return False
    # By its source: what it reads of its object.
    path = field.source_attrs
    found = _model_field(serializer.Meta.model, path[0]) if len(path) == 1 else None
    if found is None:
        return len(path) != 1 or not _is_constant(serializer.Meta.model, path[0])
    if isinstance(found, StreamField) and any(_own_blocks(found.stream_block)):
        return True
    if _is_trusted(kind):
        return False
    parts = (kind, type(getattr(field, "child", None) or getattr(field, "child_relation", None)))
    is_object = found.is_relation and path[0] != getattr(found, "attname", None)
    return not {*parts} - {type(None)} <= (KEYS if is_object else PLAIN)


def _is_trusted(thing: Any) -> bool:
    return str(thing.__module__).startswith(TRUSTED)


def _model_field(model: Any, name: str) -> Any:
    """The field or relation of a model that an attribute holds, None without one."""
    try:
        return model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        columns = {one.attname: one for one in model._meta.concrete_fields}
        accessors = {
            one.get_accessor_name(): one for one in model._meta.related_objects if not one.hidden
        }
        return columns.get(name) or accessors.get(name)


def _is_constant(model: Any, name: str) -> bool:
    """Whether an attribute is written in the code, or the manager of tags."""
    value = inspect.getattr_static(model, name, len)
    return value is None or isinstance(value, (str, int, float, TaggableManager))


def _own_blocks(block: Any) -> Iterator[Any]:
    """The blocks in a block whose value is made by code of the site's own."""
    made_by = getattr(type(block), "represent", None) or type(block).get_api_representation
    if not _is_trusted(made_by):
        yield block
    children = [*getattr(block, "child_blocks", {}).values()]
    children += [block.child_block] if hasattr(block, "child_block") else []
    for child in children:
        yield from _own_blocks(child)
