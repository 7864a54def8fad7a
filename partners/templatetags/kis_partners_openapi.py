"""Template filters: JSON Schema in words, for the documentation page of the API."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ..items.schema import COMPONENT_PREFIX

register = template.Library()


@register.filter
def type_of(schema: Any) -> SafeString:
    """A schema in one line, with links to the schemas with names in it."""
    if not schema:
        return mark_safe("anything")
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(COMPONENT_PREFIX)
        return format_html('<a href="#{}">{}</a>', name, name)
    if several := schema.get("anyOf", schema.get("oneOf")):
        return format_html_join(" or ", "{}", ((type_of(one),) for one in several))
    if "const" in schema:
        return format_html("<code>{}</code>", schema["const"] or '""')
    if "enum" in schema:
        values = ((value if value != "" else '""',) for value in schema["enum"])
        return format_html_join(" | ", "<code>{}</code>", values)
    kind = schema.get("type")
    if kind == "array":
        return format_html("list of ({})", type_of(schema.get("items")))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return format_html("by name: {}", type_of(schema["additionalProperties"]))
    if kind == "object":
        return properties(schema)
    names = " or ".join(kind) if isinstance(kind, list) else kind
    limits = [
        f"{text} {schema[key]}"
        for key, text in (("minimum", "from"), ("maximum", "to"), ("default", "default"))
        if key in schema
    ]
    return format_html("{}", ", ".join([schema.get("format", names), *limits]))


@register.filter
def properties(schema: Any) -> SafeString:
    """The properties of an object as a description list."""
    rows = (
        (name, type_of(one), f" ({one['description']})" if "description" in one else "")
        for name, one in schema.get("properties", {}).items()
    )
    inner = format_html_join("", "<dt><code>{}</code></dt><dd>{}{}</dd>", rows)
    return format_html("<dl>{}</dl>", inner) if inner else mark_safe("nothing")
