"""Rich text as readers and other sites get it: links that work, people only by consent.

Wagtail stores references in rich text as ``<a linktype="…" id="…">``. A person is one of them:

    <a linktype="person-before" id="7">youth officer</a>

The words inside are the role in the form this sentence needs; they are what is published. With
the person's consent the name stands in front of them (``person-before``) or instead of them
(``person``). The name itself is never part of the stored text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag
from django.apps import apps
from django.db.models import Model
from wagtail.rich_text import LinkHandler

from ..public.addresses import page_address
from .deferred import Deferred, Need
from .references import STANDARD, References, spoken

if TYPE_CHECKING:
    from ..models.people import Audience

_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:", "#")
_BLOCKS = ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"]
_TAGS = {
    *_BLOCKS,
    *("a ul ol br hr b strong i em u s del sub sup small mark code span").split(),
}
_VOID = ("br", "hr")
# A tag without attributes, or text, as they are written out again.
_PLAIN = re.compile(
    rf"<(?P<end>/?)(?P<name>{'|'.join(sorted(_TAGS - {'a', *_VOID}))})>"
    rf"|<(?:{'|'.join(_VOID)})/>|[^<>&\0\r]*[^<>&\s\0][^<>&\0\r]*|[ \n](?=<|\Z)"
)


class PersonLinkHandler(LinkHandler):
    """Tells Wagtail about references to people, for its index of what is used where.

    With consent, the name stands instead of the words.
    """

    identifier = "person"

    @staticmethod
    def get_model() -> type[Model]:
        return apps.get_model("kis_partners", "Person")

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        """A placeholder without a name, for templates that print rich text in the stock way."""
        return "<a>"

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        yield cls.get_model(), attrs["id"], "", ""


class PersonBeforeLinkHandler(PersonLinkHandler):
    """With consent, the name stands before the words."""

    identifier = "person-before"


# What a reference in rich text is, by Wagtail's link type or embed type.
KINDS = {
    "page": "page",
    "document": "document",
    "image": "image",
    "person": "person",
    "person-before": "person",
}
PEOPLE = {handler.identifier: handler for handler in (PersonLinkHandler, PersonBeforeLinkHandler)}


def render(source: str, *, audience: Audience) -> str:
    """Turn stored rich text into HTML for an audience, in the active language.

    Links to pages lead to the page of the active language where there is one; links to anything
    that isn't public lose their address and keep their words.
    """
    references = References(audience=audience)
    return str(references.resolve(represent(source, references)))


def represent(
    source: str, references: References, foreign: Foreign | None = None
) -> str | Deferred:
    """Rich text in the format of the references, as soon as what it refers to is loaded.

    ``foreign`` names the language of those parts that aren't translated; in HTML they get it as
    ``lang``.
    """
    if not source:
        return ""
    if references.text == "html" and not foreign and is_plain(source):
        return source
    soup = BeautifulSoup(source, "html.parser")
    if foreign:
        foreign.mark(soup)
    tags: list[Tag] = []
    needs: list[Need] = []
    for tag in soup.find_all(["a", "embed"]):
        kind = KINDS.get(str(tag.get("linktype") or tag.get("embedtype")))
        if kind and str(tag.get("id", "")).isdigit():
            tags.append(tag)
            needs.append((kind, int(str(tag["id"]))))
        elif kind:
            tag.unwrap()
    known = {id(tag) for tag in tags}
    for tag in soup.find_all(True):
        if id(tag) not in known:
            _sanitise(tag, references)

    def finish(*found: Any) -> str:
        for tag, (kind, _id), item in zip(tags, needs, found, strict=True):
            _INSERT[kind](tag, item, references)
        return _FORMATS[references.text](soup)

    return Deferred(needs, finish) if needs else finish()


def is_plain(source: str) -> bool:
    """Whether rich text is what readers get as it stands: no links, attributes or entities, every
    tag a known one and closed. Most is, and looking is far quicker than parsing."""
    unclosed: list[str] = []
    place = 0
    while place < len(source):
        part = _PLAIN.match(source, place)
        if part is None:
            return False
        place, name = part.end(), part["name"]
        if name and not part["end"]:
            unclosed.append(name)
        elif name and (not unclosed or unclosed.pop() != name):
            return False
    return not unclosed


@dataclass(frozen=True)
class Foreign:
    """The segments of a text that are still in ``language``."""

    language: str
    segments: Collection[str]

    def mark(self, soup: BeautifulSoup) -> None:
        """Say the language of every block that consists of such a segment."""
        words = {_words(BeautifulSoup(html, "html.parser")) for html in self.segments}
        for tag in soup.find_all(_BLOCKS):
            if _words(tag) in words:
                tag["lang"] = self.language


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _sanitise(tag: Tag, references: References) -> None:
    if tag.name in ("script", "style", "iframe", "object", "template"):
        tag.decompose()
    elif tag.name == "embed" and str(tag.get("url", "")).startswith(_SAFE_SCHEMES):
        # A player of another site isn't loaded for the reader; a link leads to it.
        url = str(tag["url"])
        tag.name, tag.attrs = "a", {"href": url}
        tag.string = url
    elif tag.name not in _TAGS:
        tag.unwrap()
    elif tag.name == "a":
        href = references.url(str(tag.get("href", ""))) or ""
        _point(tag, href if href.startswith((*_SAFE_SCHEMES, "/")) else None)
    else:
        tag.attrs = {key: value for key, value in tag.attrs.items() if key == "lang"}


def _point(tag: Tag, url: str | None) -> None:
    if url:
        tag.attrs = {"href": url}
    else:
        tag.unwrap()


def _insert_page(tag: Tag, family: dict[str, Any] | None, references: References) -> None:
    page = spoken(family)
    address = page and page_address(references.located(page), references.base, references.request)
    _point(tag, references.url(address) if address else None)


def _insert_document(tag: Tag, document: Any, references: References) -> None:
    _point(tag, references.url(document.url) if document else None)


def _insert_person(tag: Tag, versions: dict[str, Any] | None, references: References) -> None:
    person = spoken(versions)
    if person and person.name:
        if tag["linktype"] == PersonBeforeLinkHandler.identifier:
            tag.insert(0, f"{person.name}, ")
        else:
            tag.string = person.name
    tag.unwrap()


def _insert_image(tag: Tag, found: Any, references: References) -> None:
    if not found:
        tag.decompose()
        return
    rendition = found[1][STANDARD]
    alt = str(tag.get("alt", ""))
    tag.name, tag.attrs = "img", {"src": references.url(rendition.url) or "", "alt": alt}
    tag["width"], tag["height"] = str(rendition.width), str(rendition.height)


def _markdown(soup: BeautifulSoup) -> str:
    # wagtail.api stays usable without wagtail.admin, where the converter lives.
    from wagtail.admin.rich_text.converters.markdown_db import MarkdownConverter

    converted: str = MarkdownConverter().from_database_format(str(soup), resolved=True)
    return converted


def _text(soup: BeautifulSoup) -> str:
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all(_BLOCKS):
        tag.append("\n")
    lines = (" ".join(line.split()) for line in soup.get_text().splitlines())
    return "\n".join(line for line in lines if line)


_FORMATS: dict[str, Callable[[BeautifulSoup], str]] = {
    "html": str,
    "markdown": _markdown,
    "text": _text,
}
FORMATS = tuple(_FORMATS)
_INSERT: dict[str, Callable[[Tag, Any, References], None]] = {
    "page": _insert_page,
    "document": _insert_document,
    "person": _insert_person,
    "image": _insert_image,
}
