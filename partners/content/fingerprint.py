"""A digest of an item's content, by which an editor's change is told from an old version."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any

from .values import child_relations, content_fields


def fingerprint(instance: Any) -> str:
    """A digest of an item's content fields and child rows, without Wagtail's own fields."""
    if hasattr(instance, "serializable_data"):
        data = instance.serializable_data()
    else:
        data = {
            name: model_field.value_to_string(instance)
            for name, model_field in content_fields(type(instance)).items()
        }
    content: dict[str, Any] = {"file": getattr(instance, "file_hash", "")}
    for name in content_fields(type(instance)):
        value = data.get(name)
        if isinstance(value, str) and value[:1] in "[{":
            with suppress(ValueError):
                value = json.loads(value)
        content[name] = value
    for name, relation in child_relations(type(instance)).items():
        fields = content_fields(relation.related_model).keys() - {relation.field.name, "sort_order"}
        content[name] = [{key: row.get(key) for key in fields} for row in data.get(name, [])]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
