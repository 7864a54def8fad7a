"""Rich text for readers and for the API: full addresses of links, names of people by consent.

Wagtail stores references in rich text as ``<a linktype="…" id="…">``. A person is one of them:

    <a linktype="person-before" id="7">youth officer</a>

The words inside are the person's role, inflected for the sentence, and published without consent.
With consent the name stands in front of them (``person-before``) or in place of them (``person``).
The stored text never has the name in it.
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
# A tag without attributes, or text, that BeautifulSoup would write out unchanged.
_PLAIN_PART = re.compile(
    rf"<(?P<end>/?)(?P<name>{'|'.join(sorted(_TAGS - {'a', *_VOID}))})>"
    rf"|<(?:{'|'.join(_VOID)})/>|[^<>&\0\r]*[^<>&\s\0][^<>&\0\r]*|[ \n](?=<|\Z)"
)


class PersonLinkHandler(LinkHandler):
    """A reference to a person, for Wagtail's reference index.

    With consent, the name stands in place of the words.
    """

    identifier = "person"

    @staticmethod
    def get_model() -> type[Model]:
        return apps.get_model("kis_partners", "Person")

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        """A tag without a name, for templates with Wagtail's own filter ``richtext``."""
        return "<a>"

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        yield cls.get_model(), attrs["id"], "", ""


class PersonBeforeLinkHandler(PersonLinkHandler):
    """A reference to a person whose name stands in front of the words, with consent."""

    identifier = "person-before"


# The types of things that rich text refers to, by Wagtail's ``linktype`` or ``embedtype``.
REFERENCE_TYPES = {
    "page": "page",
    "document": "document",
    "image": "image",
    "person": "person",
    "person-before": "person",
}
PEOPLE = {handler.identifier: handler for handler in (PersonLinkHandler, PersonBeforeLinkHandler)}


def to_html(source: str, *, audience: Audience) -> str:
    """Stored rich text as HTML for an audience, in the active language.

    A link to a page leads to its version in the active language, if there is one. Of a link to
    something that isn't public, only the words stay.
    """
    references = References(audience=audience)
    return str(references.resolve(represent(source, references)))


def represent(
    source: str, references: References, foreign: Foreign | None = None
) -> str | Deferred:
    """Stored rich text in the format ``references.text``; deferred where it refers to things.

    ``foreign`` are its segments without translation; in HTML they have a ``lang`` attribute.
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
        thing = REFERENCE_TYPES.get(str(tag.get("linktype") or tag.get("embedtype")))
        if thing and str(tag.get("id", "")).isdigit():
            tags.append(tag)
            needs.append((thing, int(str(tag["id"]))))
        elif thing:
            tag.unwrap()
    known = {id(tag) for tag in tags}
    for tag in soup.find_all(True):
        if id(tag) not in known:
            _sanitise(tag, references)

    def finish(*found: Any) -> str:
        for tag, (thing, _id), item in zip(tags, needs, found, strict=True):
            _INSERT[thing](tag, item, references)
        return _FORMATS[references.text](soup)

    return Deferred(needs, finish) if needs else finish()


def is_plain(source: str) -> bool:
    """Whether rich text can be given as it is stored: only known and closed tags, no links,
    attributes or entities. True for most texts, and far quicker than parsing them."""
    unclosed: list[str] = []
    place = 0
    while place < len(source):
        part = _PLAIN_PART.match(source, place)
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
    """The segments of a text without translation, which are in ``language``."""

    language: str
    segments: Collection[str]

    def mark(self, soup: BeautifulSoup) -> None:
        """Set ``lang`` on each paragraph, heading … that is one of these segments."""
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
        # A link in place of another site's player, so that a page loads nothing from there.
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
    address = page and page_address(references.as_page(page), references.base, references.request)
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
    # Imported here, so that the API works without wagtail.admin, which has the converter.
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
