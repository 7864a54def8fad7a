"""Pages, people, organisations, files … as plain values, the same wherever they are nested.

Each function takes the :class:`References` of the answer and gives a value in the active language:
a :class:`Deferred` where it needs the database, None for a thing that isn't public. At the end of
the module, a :class:`Target` is registered for each of the plugin's models.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rest_framework.fields import Field

from ..conf import STANDARD
from ..files.storage import download_name
from ..public.translations import TranslationState
from ..words import countries
from . import shapes
from .deferred import Deferred
from .links import Label
from .references import NamedOrganisation, NamedPage, References, spoken
from .relations import Target, register_target

if TYPE_CHECKING:
    from wagtail.models import Page


PlainDict = dict[str, Any]
#: The states of the translations of a page, by language.
States = dict[str, TranslationState]


class Value(Field):
    """An API field with the result of ``function(page, references)``.

    ``shape`` is the type of the result, for the OpenAPI document.
    """

    def __init__(self, function: Callable[[Any, References], Any], shape: Any = Any) -> None:
        super().__init__(read_only=True, source="*")
        self.function, self.shape = function, shape

    def to_representation(self, page: Any) -> Any:
        return self.function(page, self.context["references"])


def served_language(page: Page) -> str:
    """The language of a page's words: for an alias, that of its original."""
    source = page.alias_of if page.alias_of_id else page
    return str((source or page).locale.language_code)


def page_ref(page: NamedPage | None, references: References) -> PlainDict | None:
    """A page named by another: enough to show a link and to fetch it."""
    if page is None:
        return None
    return {
        "id": page.pk,
        "translation_key": str(page.translation_key),
        "type": page.model._meta.label,
        "locale": page.served,
        "title": page.title,
        "html_url": references.page_url(page),
    }


def chosen_page(pk: int | None, references: References) -> Deferred | None:
    """A page by id, in the active language where it exists and is public."""
    if not pk:
        return None
    return Deferred([("page", pk)], lambda family: page_ref(spoken(family), references))


def document(pk: int | None, references: References, **more: Any) -> Deferred | None:
    """A file to download; ``size`` in bytes. ``more`` overrides and adds."""
    if not pk:
        return None

    return Deferred(
        [("document", pk)], lambda item: item and {**_document(item, references), **more}
    )


def _document(item: Any, references: References) -> PlainDict:
    return {
        "id": item.pk,
        "title": item.title,
        "url": references.url(item.url),
        "filename": download_name(item),
        "content_type": item.content_type,
        "size": item.get_file_size(),
    }


def image(
    pk: int | None, references: References, alt: str = "", credit: str = ""
) -> Deferred | None:
    """An image; ``url``, ``width`` and ``height`` are those of a WebP of at most 1200 pixels.

    ``focal_point`` is what must stay visible: its middle and its size as parts of the image,
    each from 0 to 1. ``renditions`` has the sizes that were asked for, ``srcset`` those of them
    that keep the whole image.
    """
    if not pk:
        return None
    return Deferred(
        [("image", pk)], lambda found: found and loaded_image(found, references, alt, credit)
    )


def loaded_image(found: Any, references: References, alt: str = "", credit: str = "") -> PlainDict:
    """The same for a loaded image: ``found`` is (image, renditions by name)."""
    item, made = found
    standard = made[STANDARD]
    asked = {name: made[name] for name in references.renditions}
    shape = item.width / item.height if item.height else 1
    whole = {
        one.width: references.url(one.url)
        for one in asked.values()
        if abs(one.width - one.height * shape) <= 1 + shape
    }
    return {
        "id": item.pk,
        "url": references.url(standard.url),
        "width": standard.width,
        "height": standard.height,
        "alt": alt,
        "credit": credit,
        "focal_point": focal_point(item),
        "renditions": {
            name: {"url": references.url(one.url), "width": one.width, "height": one.height}
            for name, one in asked.items()
        },
        "srcset": ", ".join(f"{url} {width}w" for width, url in sorted(whole.items())),
    }


def focal_point(item: Any) -> PlainDict | None:
    """The part of an image that must stay visible, in parts of its width and height."""
    if item.focal_point_x is None:
        return None
    return {
        "x": round(item.focal_point_x / item.width, 4),
        "y": round(item.focal_point_y / item.height, 4),
        "width": round((item.focal_point_width or 0) / item.width, 4),
        "height": round((item.focal_point_height or 0) / item.height, 4),
    }


def country(code: str) -> PlainDict | None:
    """A country: its ISO 3166-1 alpha-2 code and its name."""
    return {"code": code, "name": countries.name(code)} if code else None


def organisation(pk: int | None, references: References) -> Deferred | None:
    """An organisation by id; ``locale`` is the language that ``name`` is in."""
    if not pk:
        return None
    return Deferred([("organisation", pk)], lambda versions: _organisation(versions, references))


def _organisation(
    versions: dict[str, NamedOrganisation] | None, references: References
) -> PlainDict | None:
    item: NamedOrganisation | None = spoken(versions)
    if item is None:
        return None
    return {
        "translation_key": str(UUID(str(item.translation_key))),
        "locale": item.locale__language_code,
        "name": item.name,
        "official_name": item.official_name,
        "short_name": item.short_name,
        "legal_form": item.legal_form,
        "kind": item.kind,
        "website": item.website,
        "address": {
            "street": item.street,
            "postal_code": item.postal_code,
            "city": item.city,
            "country": country(item.country),
        },
        "logo": image(item.logo_id, references, alt=item.name),
    }


def _topic(versions: dict[str, Label] | None, references: References) -> PlainDict | None:
    item: Label | None = spoken(versions)
    if item is None:
        return None
    return {
        "translation_key": str(UUID(str(item.translation_key))),
        "locale": item.locale__language_code,
        "name": item.name,
    }


def _person(versions: dict[str, Any] | None, references: References) -> PlainDict | None:
    item = spoken(versions)
    return item and {
        "translation_key": item.translation_key,
        "locale": item.role_locale,
        "role": item.role,
        "name": item.name or None,
        "email": item.email or None,
        "phone": item.phone or None,
        "photo": image(item.photo_id, references, alt=item.name),
        "organisation": organisation(item.organisation_id, references),
    }


def period(page: Any, references: References) -> PlainDict | None:
    """Since and until: in words, as EDTF, and as the days for sorting."""
    if not page.period_text:
        return None
    return {
        "text": page.period_text,
        "edtf": page.period_edtf or None,
        "since": page.since or None,
        "until": page.until or None,
        "earliest": page.earliest and page.earliest.isoformat(),
        "latest": page.latest and page.latest.isoformat(),
    }


def downloads(page: Any, references: References) -> Deferred:
    """The documents to download, with title and language."""
    blocks = [
        block["value"] for block in stored_blocks(page.downloads) if block["value"].get("document")
    ]
    return Deferred(
        [("document", value["document"]) for value in blocks],
        lambda *found: [
            document(
                item.pk,
                references,
                title=value.get("title") or item.title,
                language=value.get("language") or None,
            )
            for value, item in zip(blocks, found, strict=True)
            if item
        ],
    )


def stored_blocks(stream: Any) -> list[PlainDict]:
    """The stored JSON of a StreamField's value; loads no pages, images or documents."""
    return list(stream.stream_block.get_prep_value(stream))


register_target(
    "kis_partners.Organisation",
    Target(
        loads="organisation",
        value=_organisation,
        shape=shapes.Organisation,
        template="kis_partners/facts/organisations.html",
        words=lambda value: [value["name"], value["official_name"], value["short_name"]],
        filters={"organisation": "translation_key", "country": "country"},
        by_source=True,
    ),
)
register_target(
    "kis_partners.Topic",
    Target(
        loads="topic",
        value=_topic,
        shape=shapes.Topic,
        template="kis_partners/facts/topics.html",
        words=lambda value: [value["name"]],
        filters={"topic": "translation_key"},
        facet="topic",
        name="name",
    ),
)
register_target(
    "kis_partners.Person",
    Target(
        loads="person",
        value=_person,
        shape=shapes.Person,
        template="kis_partners/facts/people.html",
        # No name in the search index: it must be gone everywhere when the consent ends.
        words=lambda value: [value["role"]],
        filters={"person": "translation_key"},
        by_source=True,
    ),
)
register_target(
    "wagtailcore.Page",
    Target(
        loads="page",
        value=lambda family, references: page_ref(spoken(family), references),
        shape=shapes.PageRef,
        template="kis_partners/facts/pages.html",
        words=lambda value: [value["title"]],
    ),
)
register_target(
    "wagtaildocs.AbstractDocument",
    Target(
        loads="document",
        value=_document,
        shape=shapes.Document,
        template="kis_partners/facts/documents.html",
        words=lambda value: [value["title"]],
    ),
)
register_target(
    "wagtailimages.AbstractImage",
    Target(
        loads="image",
        value=loaded_image,
        shape=shapes.Image,
        template="kis_partners/facts/images.html",
    ),
)
register_target(
    "country",
    Target(
        loads="country",
        value=lambda code, references: country(code),
        shape=shapes.Country,
        template="kis_partners/facts/countries.html",
        words=lambda value: [value["name"]],
        filters={"country": ""},
        facet="country",
    ),
)
