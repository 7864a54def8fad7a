"""The endpoint ``/site/``: what stands around every page, for front ends that show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NotRequired, TypedDict

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import override
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Site

from home import numbers
from home.contact import ContactValues, NamedCode, contact_of, values_of
from home.models import EmergencyNumberWords, ExitControl, StandardPage
from partners.api.endpoint import ListOnly
from partners.api.language import Wanted
from partners.api.locales import described
from partners.api.terms import Terms, terms
from partners.delivery.answers.views import FromShelf
from partners.items import shapes
from partners.items.deferred import Deferred
from partners.items.represent import page_ref
from partners.public.translations import in_own_words
from partners.words import countries


class LegalPage(TypedDict):
    """A page that every page links: imprint, privacy, accessibility, easy language, traces."""

    purpose: str
    page: shapes.PageRef


class ExitValues(TypedDict):
    """The link for leaving the site quickly. With a ``neutral_title``, tabs show nothing else."""

    target: shapes.Url
    label: str
    neutral_title: NotRequired[str]


class EmergencyNumberValues(TypedDict):
    """An emergency number in the words of a language. ``at_top``: before everything else."""

    number: str
    uri: shapes.Url
    name: str
    hours: NotRequired[str]
    country: NamedCode
    at_top: bool
    verified_on: shapes.Day | None


class Feeds(TypedDict):
    """What is new, for feed readers."""

    atom: shapes.Url
    json: shapes.Url


class SiteInLanguage(TypedDict):
    """What stands around every page of a language; ``language`` is its name in itself."""

    locale: shapes.Language
    language: str
    direction: Literal["ltr", "rtl"]
    name: str
    home: shapes.PageRef
    menu: list[shapes.PageRef]
    legal: list[LegalPage]
    exit: ExitValues
    emergency_numbers: list[EmergencyNumberValues]
    contact: ContactValues | None
    feeds: Feeds
    terms: Terms


class SiteAPIViewSet(FromShelf, ListOnly):
    """Menu, legal pages, exit control, emergency numbers and contact, in each language.

    A language is there while its home page is, in its own words.
    """

    model = Site
    name = "site"
    #: The type of an item.
    shape = SiteInLanguage

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        return {"locale", "format", "_"}

    def listing_view(self, request: Request) -> Response:
        self.check_known(self.listing_parameters(self.model))
        requested = Wanted.parse(request.GET).requested
        site = Site.find_for_request(request)
        items = self.items(site) if site else []
        items = [item for item in items if requested in (None, item["locale"])]
        return Response(
            {"meta": {"total_count": len(items)}, "items": self.references.resolve(items)}
        )

    def items(self, site: Site) -> list[dict[str, Any]]:
        """The site in each of its languages; nine statements at the most."""
        root = site.root_page
        framing = in_own_words(self.public_pages).filter(
            Q(translation_key=root.translation_key)
            | Q(show_in_menus=True, depth=root.depth + 1)
            | (Q(standardpage__isnull=False) & ~Q(standardpage__purpose="text"))
        )
        rows = list(
            framing.annotate(
                purpose=F("standardpage__purpose"), language=F("locale__language_code")
            )
            .order_by("path")
            .values_list(
                *("pk", "path", "translation_key", "show_in_menus", "depth", "purpose", "language"),
                named=True,
            )
        )
        exits = {row.language: row for row in ExitControl.objects.filter(site=site)}
        words = numbers.in_order(EmergencyNumberWords.objects.all())
        contact = contact_of(site)
        made = []
        for home in rows:
            if home.translation_key != root.translation_key:
                continue
            code = home.language
            below = [row for row in rows if row.path.startswith(home.path) and row != home]
            in_menu = [row for row in below if row.show_in_menus and row.depth == home.depth + 1]
            told = described(code)
            feeds = {name: f"kis_feed_{name}" for name in ("atom", "json")}
            with override(code):
                made.append(
                    {
                        "locale": code,
                        "language": told["name"],
                        "direction": told["direction"],
                        "name": site.site_name,
                        "home": self.reference(home.pk),
                        "menu": [self.reference(row.pk) for row in in_menu],
                        "legal": [
                            {"purpose": purpose, "page": self.reference(row.pk)}
                            for purpose in StandardPage.Purpose.values
                            for row in below
                            if row.purpose == purpose != "text"
                        ],
                        "exit": _exit(exits.get(code) or ExitControl(), code),
                        "emergency_numbers": number_values(
                            [row for row in words if row.language == code]
                        ),
                        "contact": values_of(contact),
                        "feeds": {
                            name: self.references.url(reverse(view, args=[code]))
                            for name, view in feeds.items()
                        },
                        "terms": terms(site.site_name),
                    }
                )
        return made

    def reference(self, pk: int) -> Deferred:
        """A page, as other items name it."""
        return Deferred(
            [("page", pk)], lambda family: page_ref((family or {}).get(""), self.references)
        )


def _exit(control: ExitControl, language: str) -> dict[str, str]:
    control = control.completed(language)
    title = {"neutral_title": control.neutral_title} if control.neutral_title else {}
    return {"target": control.target, "label": control.label, **title}


def number_values(words: Iterable[EmergencyNumberWords]) -> list[dict[str, Any]]:
    """Emergency numbers of a language as plain values."""
    words = list(words)
    first = numbers.first(words)
    return [
        {
            "number": one.emergency_number.number,
            "uri": one.emergency_number.uri,
            "name": one.name,
            **({"hours": one.hours} if one.hours else {}),
            "country": {
                "code": one.emergency_number.country,
                "name": countries.name(one.emergency_number.country),
            },
            "at_top": one in first,
            "verified_on": one.emergency_number.verified_on,
        }
        for one in words
    ]
