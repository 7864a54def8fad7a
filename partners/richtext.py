"""Rich text as readers and other sites get it: links that work, people only by consent.

Wagtail stores references in rich text as ``<a linktype="…" id="…">``. A person is one of them:

    <a linktype="person-before" id="7">youth officer</a>

The words inside are the role in the form this sentence needs; they are what is published. With
the person's consent the name stands in front of them (``person-before``) or instead of them
(``person``). The name itself is never part of the stored text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag
from django.apps import apps
from django.db.models import Model
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.rich_text import LinkHandler

from .headless import page_address
from .public import is_public_file, public_pages

if TYPE_CHECKING:
    from .models.snippets import Audience

_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:", "#")


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


PEOPLE = {handler.identifier: handler for handler in (PersonLinkHandler, PersonBeforeLinkHandler)}


def render(source: str, *, audience: Audience, base: str = "") -> str:
    """Turn stored rich text into HTML for an audience, in the active language.

    ``base`` ("https://example.org") makes site-relative addresses absolute. Links to pages lead
    to the page of the active language where there is one; links to anything that isn't public
    lose their address and keep their words.
    """
    if not source:
        return ""
    soup = BeautifulSoup(source, "html.parser")
    links: dict[str, list[Tag]] = defaultdict(list)
    for tag in soup.find_all(True):
        tag.attrs.pop("data-block-key", None)
        if tag.name == "embed":
            _replace_embed(soup, tag)
        elif tag.name == "a":
            links[str(tag.get("linktype", "external"))].append(tag)
    for linktype, tags in links.items():
        if linktype == "page":
            _link_pages(tags, base)
        elif linktype == "document":
            _link_documents(tags, base)
        elif linktype in PEOPLE:
            _name_people(tags, audience)
        else:
            _check_addresses(tags)
    return str(soup)


def _replace_embed(soup: BeautifulSoup, tag: Tag) -> None:
    """An embedded thing of another site becomes a link: no page loads anything from elsewhere."""
    url = str(tag.get("url", ""))
    if tag.get("embedtype") == "media" and url.startswith(("http:", "https:")):
        link = soup.new_tag("a", href=url)
        link.string = url
        tag.replace_with(link)
    else:
        tag.decompose()


def _ids(tags: list[Tag]) -> set[int]:
    return {int(str(tag["id"])) for tag in tags if str(tag.get("id", "")).isdigit()}


def _point(tag: Tag, url: str | None, base: str) -> None:
    if not url:
        tag.unwrap()
        return
    tag.attrs = {"href": base + url if url.startswith("/") else url}


def _link_pages(tags: list[Tag], base: str) -> None:
    pages = {str(page.pk): page for page in Page.objects.filter(pk__in=_ids(tags))}
    spoken = {key: page.localized for key, page in pages.items()}
    wanted = {page.pk for page in pages.values()} | {page.pk for page in spoken.values()}
    public = set(public_pages(Page.objects.filter(pk__in=wanted)).values_list("pk", flat=True))
    for tag in tags:
        key = str(tag.get("id"))
        page = spoken.get(key)
        if page and page.pk not in public:
            page = pages[key] if pages[key].pk in public else None
        _point(tag, page_address(page, base) if page else None, "")


def _link_documents(tags: list[Tag], base: str) -> None:
    documents = get_document_model().objects.select_related("collection").in_bulk(_ids(tags))
    found = {str(pk): document for pk, document in documents.items()}
    for tag in tags:
        document = found.get(str(tag.get("id")))
        public = document and is_public_file(document)
        _point(tag, document.url if document and public else None, base)


def _name_people(tags: list[Tag], audience: Audience) -> None:
    model: Any = PersonLinkHandler.get_model()
    people = model.objects.filter(pk__in=_ids(tags)).select_related("locale")
    published = {str(pk): person for pk, person in model.disclose(people, audience).items()}
    for tag in tags:
        person = published.get(str(tag.get("id")))
        if person and person.name:
            if tag["linktype"] == PersonBeforeLinkHandler.identifier:
                tag.insert(0, f"{person.name}, ")
            else:
                tag.string = person.name
        tag.unwrap()


def _check_addresses(tags: list[Tag]) -> None:
    for tag in tags:
        href = str(tag.get("href", ""))
        _point(tag, href if href.startswith(_SAFE_SCHEMES) else None, "")
