"""The frame of every public page: menus, languages, exit control, emergency numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from babel import Locale as Language
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override
from wagtail.models import Page, Site

from home.models import EmergencyNumberWords, ExitControl, HomePage, StandardPage
from partners.public.pages import public_pages
from partners.templatetags.kis_partners import LanguageVersion, language_versions
from partners.words import countries

register = template.Library()


@dataclass(frozen=True)
class NumbersOfCountry:
    """The emergency numbers of one country, in the active language."""

    country: str
    words: list[EmergencyNumberWords]


class Frame:
    """The contents of the frame; each property is queried when a template first uses it."""

    def __init__(self, page: Page | None, request: Any) -> None:
        self.page = page
        self.request = request
        self.language = get_language() or settings.LANGUAGE_CODE

    @cached_property
    def home(self) -> Page | None:
        """The home page of the active language."""
        pages = HomePage.objects.filter(locale__language_code=self.language)
        return public_pages(pages).first()

    @cached_property
    def menu(self) -> list[Page]:
        """The pages of the menu, in the editor's order."""
        if self.home is None:
            return []
        children: Any = public_pages(self.home.get_children())
        return list(children.in_menu())

    @cached_property
    def legal(self) -> list[Any]:
        """Imprint, privacy, accessibility, easy language and traces, in that order."""
        if self.home is None:
            return []
        order = list(StandardPage.Purpose)
        pages = public_pages(StandardPage.objects.descendant_of(self.home)).exclude(purpose="text")
        return sorted(pages, key=lambda page: order.index(page.purpose))

    @cached_property
    def traces(self) -> Page | None:
        """The page about removing the traces of a visit."""
        return next((page for page in self.legal if page.purpose == "traces"), None)

    @cached_property
    def exit(self) -> ExitControl:
        """The exit control."""
        site = Site.find_for_request(self.request) if self.request else None
        return ExitControl.for_site(site, self.language)

    @cached_property
    def breadcrumbs(self) -> list[Page]:
        """The pages above this one, from the home page down; none on the home page itself."""
        if self.page is None or self.page.pk is None or self.home is None:
            return []
        return list(public_pages(self.page.get_ancestors().descendant_of(self.home, True)))

    @cached_property
    def languages(self) -> list[LanguageVersion]:
        """The page in each language of the site; the view ``page_versions`` for missing ones."""
        page = self.page or self.home
        if page is None:
            return []
        found = {version.code: version for version in language_versions(page)}
        return [found.get(code) or self._not_yet(page, code) for code, _name in settings.LANGUAGES]

    def _not_yet(self, page: Page, code: str) -> LanguageVersion:
        with override(code):
            url = reverse("page_versions", args=[page.translation_key])
        name = Language.parse(code, sep="-").get_display_name() or code
        return LanguageVersion(code=code, name=name, url=url, current=False)

    @cached_property
    def emergency(self) -> list[NumbersOfCountry]:
        """Emergency numbers that have words in the active language, by country."""
        words = EmergencyNumberWords.objects.filter(language=self.language)
        rows = words.select_related("emergency_number").order_by(
            "emergency_number__position", "emergency_number__pk"
        )
        return [
            NumbersOfCountry(countries.name(code), list(group))
            for code, group in groupby(rows, key=lambda row: row.emergency_number.country)
        ]


@register.simple_tag(takes_context=True)
def site_frame(context: dict[str, Any]) -> Frame:
    """The frame of the page that a template shows."""
    return Frame(context.get("page"), context.get("request"))
