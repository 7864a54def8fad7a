"""Things of the site as plain JSON values, the same wherever they are nested.

Every function takes ``base``, the address that site-relative URLs are put behind, and answers
in the active language. What isn't public is answered with None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from rest_framework.fields import Field
from wagtail.api.utils import get_full_url

from . import countries
from .headless import page_address
from .public import is_public_file, is_public_page

if TYPE_CHECKING:
    from wagtail.models import Page

    from .models.pages import CooperationPage, ExchangeProgrammePage, NetworkPage, PartnerPage
    from .models.snippets import Organisation, PublicPerson, Topic

JSON = dict[str, Any]
Context = dict[str, Any] | None
IMAGE_WIDTH = "max-1200x1200|format-webp"


def base_url(context: Context) -> str:
    """The address of the site that a request asks, without a trailing slash."""
    request = (context or {}).get("request")
    return get_full_url(request, "/").rstrip("/") if request else ""


class Value(Field):
    """An API field that a function of the page answers: ``function(page, base)``."""

    def __init__(self, function: Callable[[Any, str], Any]) -> None:
        super().__init__(read_only=True, source="*")
        self.function = function

    def to_representation(self, page: Any) -> Any:
        return self.function(page, base_url(self.context))


def public_version(page: Page | None) -> Page | None:
    """A page in the active language, else as it was chosen; None unless everybody may read it."""
    if page is None:
        return None
    return next((one for one in (page.localized, page) if is_public_page(one)), None)


def page_ref(page: Page | None, base: str) -> JSON | None:
    """A page named by another: enough to show a link and to fetch it."""
    spoken = public_version(page)
    if spoken is None:
        return None
    return {
        "id": spoken.pk,
        "translation_key": str(spoken.translation_key),
        "type": spoken.specific_class._meta.label,
        "locale": spoken.locale.language_code,
        "title": spoken.title,
        "html_url": page_address(spoken, base),
    }


def document(item: Any, base: str) -> JSON | None:
    """A file to download; ``size`` in bytes."""
    if item is None or not is_public_file(item):
        return None
    return {
        "id": item.pk,
        "title": item.title,
        "url": urljoin(base, item.url),
        "filename": item.filename,
        "content_type": item.content_type,
        "size": item.get_file_size(),
    }


def image(item: Any, base: str, alt: str = "", credit: str = "") -> JSON | None:
    """An image with its pixel size; ``url`` is a WebP of at most 1200 pixels a side."""
    if item is None or not is_public_file(item):
        return None
    rendition = item.get_rendition(IMAGE_WIDTH)
    return {
        "id": item.pk,
        "url": urljoin(base, rendition.url),
        "width": rendition.width,
        "height": rendition.height,
        "alt": alt,
        "credit": credit,
    }


def country(code: str) -> JSON | None:
    """A country by ISO 3166-1 alpha-2 code and name."""
    return {"code": code, "name": countries.name(code)} if code else None


def topic(item: Topic) -> JSON:
    """A topic; ``locale`` is the language that ``name`` is in."""
    return {
        "translation_key": str(item.translation_key),
        "locale": item.locale.language_code,
        "name": item.name,
    }


def organisation(item: Organisation | None, base: str) -> JSON | None:
    """An organisation; ``locale`` is the language that ``name`` is in."""
    if item is None or not item.live:
        return None
    spoken = item.localized
    return {
        "translation_key": str(spoken.translation_key),
        "locale": spoken.locale.language_code,
        "name": spoken.name,
        "official_name": spoken.official_name,
        "short_name": spoken.short_name,
        "legal_form": spoken.legal_form,
        "kind": spoken.kind,
        "website": spoken.website,
        "address": {
            "street": spoken.street,
            "postal_code": spoken.postal_code,
            "city": spoken.city,
            "country": country(spoken.country),
        },
        "logo": image(spoken.logo, base, alt=spoken.name),
    }


def person(item: PublicPerson, base: str) -> JSON:
    """A contact person: the role, and what else they consented to have passed on."""
    return {
        "translation_key": item.translation_key,
        "locale": item.role_locale,
        "role": item.role,
        "name": item.name or None,
        "email": item.email or None,
        "phone": item.phone or None,
        "photo": image(item.photo, base, alt=item.name),
        "organisation": organisation(item.organisation, base),
    }


def period(page: CooperationPage, base: str) -> JSON | None:
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


def topics(page: CooperationPage, base: str) -> list[JSON]:
    """The topics, in the editor's order."""
    return [topic(item) for item in page.public_topics()]


def contacts(page: CooperationPage, base: str) -> list[JSON]:
    """The contact people of both sides."""
    return [{"side": side, **person(who, base)} for side, who in page.public_contacts("api")]


def related(page: CooperationPage, base: str) -> list[JSON | None]:
    """The related cooperations."""
    return [page_ref(other, base) for other in page.public_related()]


def downloads(page: CooperationPage, base: str) -> list[JSON]:
    """The documents to download, with title and language."""
    return [
        {
            **(document(block.value["document"], base) or {}),
            "title": block.value["title"] or block.value["document"].title,
            "language": block.value["language"] or None,
        }
        for block in page.public_downloads()
    ]


def organisations(page: CooperationPage, base: str) -> list[JSON | None]:
    """The organisations that take part."""
    return [organisation(item, base) for item in page.public_organisations()]


def partner(page: PartnerPage, base: str) -> JSON | None:
    """The partner organisation."""
    return next(iter(organisations(page, base)), None)


def basis_document(page: PartnerPage, base: str) -> JSON | None:
    """The agreement as a document."""
    return document(page.basis_document, base)


def flyer(page: NetworkPage, base: str) -> JSON | None:
    """The flyer of a network."""
    return document(page.flyer, base)


def countries_of(page: ExchangeProgrammePage, base: str) -> list[JSON | None]:
    """The partner countries."""
    return [country(link.country) for link in page.countries.all()]
