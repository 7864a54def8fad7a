"""The types of the API's nested values, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from django.apps import apps

from ..conf import conf
from ..public.translations import State
from .schema import also


def _organisation_kinds() -> dict[str, Any]:
    model: Any = apps.get_model("kis_partners", "Organisation")
    return {"enum": list(model.Kind.values)}


def _renditions() -> dict[str, Any]:
    return {"propertyNames": {"enum": list(conf().renditions)}}


Uuid = Annotated[str, also(format="uuid")]
Url = Annotated[str, also(format="uri")]
Day = Annotated[str, also(format="date")]
Moment = Annotated[str, also(format="date-time")]
Count = Annotated[int, also(minimum=0)]
Language = Annotated[str, also(description="A language tag by BCP 47.")]
RichText = Annotated[
    str, also(description="Rich text in the format that ?rich_text_format= asks for.")
]
PartialDate = Annotated[
    str,
    also(
        description="A date as exactly as it is known, by EDTF level 0.",
        pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$",
    ),
]


class PageRef(TypedDict):
    """Another page: enough to show a link and to fetch it."""

    id: int
    translation_key: Uuid
    type: str
    locale: Language
    title: str
    html_url: Url | None


class ReferenceMeta(TypedDict):
    type: str
    detail_url: Url
    html_url: Url | None


class PageReference(TypedDict):
    """Another page in the shape of Wagtail's API."""

    id: int
    meta: ReferenceMeta
    title: str


class ObjectRef(TypedDict):
    """An object that has no endpoint, by id and model."""

    id: Any
    type: str


class Document(TypedDict):
    """A file to download; ``size`` in bytes."""

    id: int
    title: str
    url: Url
    filename: str
    content_type: str
    size: Count | None


class Download(Document):
    """A file to download with the language it is in; ``size`` in bytes."""

    language: Language | None


class FocalPoint(TypedDict):
    """The part of an image that must stay visible: middle and size, each from 0 to 1."""

    x: float
    y: float
    width: float
    height: float


class Rendition(TypedDict):
    """An image in one size, in pixels."""

    url: Url
    width: Count
    height: Count


class Image(TypedDict):
    """An image: the standard size, and with ?renditions= the sizes that were asked for."""

    id: int
    url: Url
    width: Count
    height: Count
    alt: str
    credit: str
    focal_point: FocalPoint | None
    renditions: Annotated[dict[str, Rendition], _renditions]
    srcset: str


class CaptionedImage(Image):
    """An image in a text."""

    caption: str


class Country(TypedDict):
    """A country by ISO 3166-1 alpha-2, named in the language of the item."""

    code: Annotated[str, also(pattern="^[A-Z]{2}$")]
    name: str


class Address(TypedDict):
    street: str
    postal_code: str
    city: str
    country: Country | None


class Organisation(TypedDict):
    """An organisation; ``locale`` is the language that ``name`` is in."""

    translation_key: Uuid
    locale: Language
    name: str
    official_name: str
    short_name: str
    legal_form: str
    kind: Annotated[str, _organisation_kinds]
    website: str
    address: Address
    logo: Image | None


class Person(TypedDict):
    """A person by role, and what else they consent to have passed on."""

    translation_key: Uuid
    locale: Language
    role: str
    name: str | None
    email: str | None
    phone: str | None
    photo: Image | None
    organisation: Organisation | None


class _Side(TypedDict):
    side: Literal["own", "partner"]


class Contact(_Side, Person):
    """A contact person: the role, and what else they consent to have passed on."""


class Period(TypedDict):
    """Since and until: in words, as EDTF, and as the days for sorting."""

    text: str
    edtf: str | None
    since: PartialDate | None
    until: PartialDate | None
    earliest: Day | None
    latest: Day | None


class Topic(TypedDict):
    """What a cooperation is about; ``locale`` is the language that ``name`` is in."""

    translation_key: Uuid
    locale: Language
    name: str


class Link(TypedDict):
    """A link: its words, its address, and its page if it leads to one of this site."""

    title: str
    url: str | None
    page: PageRef | None


class LanguageFacts(TypedDict):
    """The requested language, the served language, and the state of the translation."""

    requested: Language | None
    served: Language
    fallback_from: Language | None
    state: State
    percent: Annotated[int, also(minimum=0, maximum=100)]
    reviewed: bool
    reviewed_at: Moment | None
    source_newer: bool


class Translation(TypedDict):
    """The version of a page in one language."""

    id: int
    state: State
    html_url: Url | None
    detail_url: Url


class ThingTranslation(TypedDict):
    """The version of a thing, such as a topic, in one language."""

    id: int
    state: State
    detail_url: Url


class CountryOfCooperations(TypedDict):
    """A country: its names, and how many public cooperations it takes part in, by language."""

    code: Annotated[str, also(pattern="^[A-Z]{2}$")]
    names: dict[str, str]
    cooperations: dict[str, Count]


class PagesByState(TypedDict):
    partial: Count
    machine: Count
    complete: Count
    source: Count


class Locale(TypedDict):
    """A language, named in itself, with the number of its public pages by state."""

    code: Language
    name: str
    direction: Literal["ltr", "rtl"]
    pages: PagesByState


class Total(TypedDict):
    total_count: Count


class Paging(TypedDict):
    """The number of items in all, and the addresses of the pages of the list beside this one.

    Of a search, ``matching_count`` items have the words themselves; those behind them are related.
    """

    total_count: Count
    matching_count: NotRequired[Count]
    next: Url | None
    previous: Url | None


class Problem(TypedDict):
    """The problem with a request, by RFC 9457; ``parameter`` is the name of the wrong one."""

    type: str
    title: str
    status: int
    detail: str
    parameter: NotRequired[str]
    message: str
