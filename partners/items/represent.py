"""Things of the site as plain JSON values, the same wherever they are nested.

Every function takes the :class:`Library` that this answer is made with, and answers in the active
language. What must be looked up is answered :class:`Later`; what isn't public with None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from rest_framework.fields import Field

from ..public.translations import TranslationState
from ..words import countries
from .deferred import Later, Need
from .references import STANDARD, Body, Library, Named, Row, spoken

if TYPE_CHECKING:
    from wagtail.models import Page

    from ..models.pages import CooperationPage, ExchangeProgrammePage, NetworkPage, PartnerPage
    from ..models.people import PublicPerson

JSON = dict[str, Any]
Rows = dict[str, list[Row]]


class Value(Field):
    """An API field that a function of the page answers: ``function(page, library)``.

    ``shape`` is the type of the answer, from which the API's document is made.
    """

    def __init__(self, function: Callable[[Any, Library], Any], shape: Any = Any) -> None:
        super().__init__(read_only=True, source="*")
        self.function, self.shape = function, shape

    def to_representation(self, page: Any) -> Any:
        return self.function(page, self.context["library"])


def rows(page: Page, then: Callable[[Rows], Any]) -> Later:
    """What hangs on a page, as one statement gives it for many pages; see ``Library``."""
    return Later([rows_of(page)], then)


def rows_of(page: Page) -> Need:
    """Waits for what hangs on a page."""
    is_cooperation = isinstance(page, apps.get_model("kis_partners", "CooperationPage"))
    kind = page._meta.model_name if is_cooperation else ""
    return "row", (page.pk, page.translation_key, page.locale_id, kind)


def states(rows: Rows) -> dict[str, TranslationState]:
    """The states of the translations of a page, by language."""
    return {
        row.text: TranslationState.parse(row.extra, bool(row.target))
        for row in rows.get("state", ())
    }


def served_language(page: Page) -> str:
    """The language that the words of a page are in. An alias only repeats its original."""
    source = page.alias_of if page.alias_of_id else page
    return str((source or page).locale.language_code)


def page_ref(page: Named | None, library: Library) -> JSON | None:
    """A page named by another: enough to show a link and to fetch it."""
    if page is None:
        return None
    return {
        "id": page.pk,
        "translation_key": str(page.translation_key),
        "type": page.model._meta.label,
        "locale": page.served,
        "title": page.title,
        "html_url": library.page_url(page),
    }


def chosen_page(pk: int | None, library: Library) -> Later | None:
    """A page by id, in the active language where it exists and is public."""
    if not pk:
        return None
    return Later([("page", pk)], lambda family: page_ref(spoken(family), library))


def document(pk: int | None, library: Library, **more: Any) -> Later | None:
    """A file to download; ``size`` in bytes. ``more`` overrides and adds."""
    if not pk:
        return None

    def then(item: Any) -> JSON | None:
        return item and {
            "id": item.pk,
            "title": item.title,
            "url": library.url(item.url),
            "filename": item.filename,
            "content_type": item.content_type,
            "size": item.get_file_size(),
            **more,
        }

    return Later([("document", pk)], then)


def image(pk: int | None, library: Library, alt: str = "", credit: str = "") -> Later | None:
    """An image; ``url``, ``width`` and ``height`` are those of a WebP of at most 1200 pixels.

    ``focal_point`` is what must stay visible: its middle and its size as parts of the image,
    each from 0 to 1. ``renditions`` has the sizes that were asked for, ``srcset`` those of them
    that keep the whole image.
    """
    if not pk:
        return None
    return Later([("image", pk)], lambda found: found and picture(found, library, alt, credit))


def picture(found: Any, library: Library, alt: str = "", credit: str = "") -> JSON:
    """An image that is loaded, as (image, renditions by name); see :func:`image`."""
    item, made = found
    standard = made[STANDARD]
    asked = {name: made[name] for name in library.renditions}
    shape = item.width / item.height if item.height else 1
    whole = {
        one.width: library.url(one.url)
        for one in asked.values()
        if abs(one.width - one.height * shape) <= 1 + shape
    }
    return {
        "id": item.pk,
        "url": library.url(standard.url),
        "width": standard.width,
        "height": standard.height,
        "alt": alt,
        "credit": credit,
        "focal_point": focal_point(item),
        "renditions": {
            name: {"url": library.url(one.url), "width": one.width, "height": one.height}
            for name, one in asked.items()
        },
        "srcset": ", ".join(f"{url} {width}w" for width, url in sorted(whole.items())),
    }


def focal_point(item: Any) -> JSON | None:
    """The part of an image that must stay visible, in parts of its width and height."""
    if item.focal_point_x is None:
        return None
    return {
        "x": round(item.focal_point_x / item.width, 4),
        "y": round(item.focal_point_y / item.height, 4),
        "width": round((item.focal_point_width or 0) / item.width, 4),
        "height": round((item.focal_point_height or 0) / item.height, 4),
    }


def country(code: str) -> JSON | None:
    """A country by ISO 3166-1 alpha-2 code and name."""
    return {"code": code, "name": countries.name(code)} if code else None


def organisation(pk: int | None, library: Library) -> Later | None:
    """An organisation; ``locale`` is the language that ``name`` is in."""
    if not pk:
        return None

    def then(versions: dict[str, Body] | None) -> JSON | None:
        item: Body | None = spoken(versions)
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
            "logo": image(item.logo_id, library, alt=item.name),
        }

    return Later([("organisation", pk)], then)


def person(item: PublicPerson, library: Library) -> JSON:
    """A contact person: the role, and what else they consented to have passed on."""
    return {
        "translation_key": item.translation_key,
        "locale": item.role_locale,
        "role": item.role,
        "name": item.name or None,
        "email": item.email or None,
        "phone": item.phone or None,
        "photo": image(item.photo_id, library, alt=item.name),
        "organisation": organisation(item.organisation_id, library),
    }


def period(page: CooperationPage, library: Library) -> JSON | None:
    """Since and until as EDTF, in words, and as the days that sorting goes by."""
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


def topics(page: CooperationPage, library: Library) -> Later:
    """The topics, in the editor's order; ``locale`` is the language that ``name`` is in."""

    def then(found: Rows) -> list[JSON]:
        return [
            {
                "translation_key": str(UUID(row.extra.split()[1])),
                "locale": row.extra.split()[0],
                "name": row.text,
            }
            for row in found.get("topics", ())
        ]

    return rows(page, then)


def contacts(page: CooperationPage, library: Library) -> Later:
    """The contact people of both sides."""

    def then(found: Rows) -> Later:
        links = found.get("contacts", [])
        return Later(
            [("person", link.target) for link in links],
            lambda *people: [
                {"side": link.text, **person(spoken(versions), library)}
                for link, versions in zip(links, people, strict=True)
                if versions
            ],
        )

    return rows(page, then)


def related(page: CooperationPage, library: Library) -> Later:
    """The related cooperations."""

    def then(found: Rows) -> Later:
        return Later(
            [("page", link.target) for link in found.get("related", ())],
            lambda *families: [
                page_ref(other, library) for family in families if (other := spoken(family))
            ],
        )

    return rows(page, then)


def downloads(page: CooperationPage, library: Library) -> Later:
    """The documents to download, with title and language."""
    blocks = [block["value"] for block in raw(page.downloads) if block["value"].get("document")]
    return Later(
        [("document", value["document"]) for value in blocks],
        lambda *found: [
            document(
                item.pk,
                library,
                title=value.get("title") or item.title,
                language=value.get("language") or None,
            )
            for value, item in zip(blocks, found, strict=True)
            if item
        ],
    )


def raw(stream: Any) -> list[JSON]:
    """The blocks of a stream as they are stored, without loading what they refer to."""
    return list(stream.stream_block.get_prep_value(stream))


def _organisations(page: Any, library: Library, relation: str) -> Later:
    def then(found: Rows) -> Later:
        return Later(
            [("organisation", link.target) for link in found.get(relation, ())],
            lambda *versions: [organisation(one[""].pk, library) for one in versions if one],
        )

    return rows(page, then)


def members(page: NetworkPage, library: Library) -> Later:
    """The organisations that belong to a network."""
    return _organisations(page, library, "members")


def organisations(page: ExchangeProgrammePage, library: Library) -> Later:
    """The organisations that take part."""
    return _organisations(page, library, "organisations")


def partner(page: PartnerPage, library: Library) -> Later | None:
    """The partner organisation."""
    return organisation(page.organisation_id, library)


def basis_document(page: PartnerPage, library: Library) -> Later | None:
    """The agreement as a document."""
    return document(page.basis_document_id, library)


def flyer(page: NetworkPage, library: Library) -> Later | None:
    """The flyer of a network."""
    return document(page.flyer_id, library)


def countries_of(page: ExchangeProgrammePage, library: Library) -> Later:
    """The partner countries."""
    return rows(page, lambda found: [country(row.text) for row in found.get("countries", ())])
