"""The blocks of another site's item as HTML that is safe to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bs4 import Tag
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from wagtail.whitelist import Whitelister, attribute_rule, check_url

#: Elements that are removed with their content.
DROPPED = frozenset(["iframe", "object", "script", "style", "template"])


def _absolute(url: str) -> str | None:
    """An absolute link, unchanged; None for relative and unsafe ones."""
    fits = url.lower().startswith(("https://", "http://", "mailto:", "tel:"))
    return url if fits and check_url(url) else None


class _Safe(Whitelister):
    element_rules = {
        "[document]": attribute_rule({}),
        "a": attribute_rule({"href": _absolute, "lang": True, "hreflang": True}),
        **{
            name: attribute_rule({"lang": True})
            for name in (
                "abbr", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "i", "li", "ol",
                "p", "span", "strong", "sub", "sup", "ul",
            )
        },
    }  # fmt: skip

    def clean_tag_node(self, doc: Any, tag: Tag) -> None:
        if tag.name in DROPPED:
            tag.decompose()
        else:
            super().clean_tag_node(doc, tag)


def safe(html: Any) -> SafeString:
    """HTML of another site, reduced to text, lists, headings and absolute links."""
    return mark_safe(_Safe().clean(str(html or "")))


def body(data: dict[str, Any], language: str) -> str:
    """The body of an item as HTML, with headings in the given language."""
    with override(language):
        parts = [_blocks(data.get("body"))]
        for name, heading in (
            ("activities", gettext("Activities")),
            ("working_groups", gettext("Working groups")),
        ):
            if inner := _blocks(data.get(name)):
                parts.append(format_html("<h2>{}</h2>{}", heading, inner))
        return "".join(parts)


def _blocks(found: Any) -> SafeString:
    """A list of blocks as HTML, without blocks of unknown types."""
    made = SafeString()
    for block in found if isinstance(found, list) else []:
        if isinstance(block, dict) and (show := _SHOWN.get(str(block.get("type")))):
            value = block.get("value")
            made += show(value if isinstance(value, dict) else {"text": value or ""})
    return made


def _heading(value: dict[str, Any]) -> SafeString:
    if value.get("level") in ("h3", "h4"):
        return format_html(f"<{value['level']}>{{}}</{value['level']}>", value.get("text", ""))
    return format_html("<h2>{}</h2>", value.get("text", ""))


def _quote(value: dict[str, Any]) -> SafeString:
    source = value.get("source")
    return format_html("<blockquote><p>{}</p></blockquote>", value.get("text", "")) + (
        format_html("<p>{}</p>", source) if source else SafeString()
    )


def _titled(value: dict[str, Any]) -> SafeString:
    title = value.get("title") or value.get("name") or ""
    rhythm = f" ({value['rhythm']})" if value.get("rhythm") else ""
    words = format_html("<p><strong>{}</strong>{}</p>", title, rhythm) if title else SafeString()
    return words + safe(value.get("text"))


def _links(value: dict[str, Any]) -> SafeString:
    found = value.get("links")
    links: Iterable[Any] = found if isinstance(found, list) else []
    rows = [
        (one["url"], one.get("title", ""))
        for one in links
        if isinstance(one, dict) and _absolute(str(one.get("url") or ""))
    ]
    heading = format_html("<h3>{}</h3>", value["heading"]) if value.get("heading") else SafeString()
    return heading + format_html(
        "<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', rows)
    )


_SHOWN: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    "paragraph": lambda value: safe(value.get("text")),
    "heading": _heading,
    "quote": _quote,
    "callout": _titled,
    "activity": _titled,
    "group": _titled,
    "links": _links,
}
