"""The frame of every public page: menus, languages, exit control, emergency numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from babel import Locale as Language
from django import template
from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Subquery
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from wagtail.models import Page, Site

from home import numbers
from home.contact import ContactValues, contact_of, linked_data, values_of
from home.models import EmergencyNumberWords, ExitControl, HomePage, StandardPage
from partners.delivery.shelf.version import kept_version
from partners.public.pages import pages_in_language
from partners.public.translations import foreign
from partners.templatetags.kis_partners import LanguageVersion, language_versions
from partners.words import countries

register = template.Library()

T = TypeVar("T")


@dataclass(frozen=True)
class NumbersOfCountry:
    """The emergency numbers of one country, in the active language."""

    country: str
    words: list[EmergencyNumberWords]


class Frame:
    """The contents of the frame; each property is queried when a template first uses it.

    What is the same on all pages of a language is queried once for a version of the content.
    """

    def __init__(self, page: Page | None, request: Any) -> None:
        self.page = page
        self.request = request
        self.language = get_language() or settings.LANGUAGE_CODE

    @cached_property
    def _known(self) -> dict[str, Any]:
        """What is known of the frame of a language while the content stays the same."""
        version = kept_version(self.request)
        if version is None:
            return {}
        key = "frame", self.request.get_host(), self.language
        return version.known.get(key) or version.remember(key, {"language": self.language})

    def _once(self, name: str, query: Callable[[], T]) -> T:
        known = self._known
        if name not in known:
            known[name] = query()
        found: T = known[name]
        return found

    @cached_property
    def _pages(self) -> list[Any]:
        """The public pages of every frame, in the order of the tree.

        Each has ``purpose``, as a :class:`StandardPage`, ``is_home``, ``language``, and
        ``title_lang`` for a title that isn't translated.
        """
        return self._once("pages", self._query_pages)

    def _query_pages(self) -> list[Any]:
        homes = HomePage.objects.filter(locale__language_code=self.language).order_by("pk")
        is_home = Q(homepage__isnull=False)
        is_legal = Q(standardpage__isnull=False) & ~Q(standardpage__purpose="text")
        in_menu = Q(show_in_menus=True, depth=Subquery(homes.values("depth")[:1]) + 1)
        wanted = is_home | Q(is_legal | in_menu, locale__language_code=self.language)
        pages = pages_in_language(Page.objects.filter(wanted)).annotate(
            purpose=F("standardpage__purpose"),
            is_home=ExpressionWrapper(is_home, BooleanField()),
            language=F("locale__language_code"),
            title_lang=foreign("title"),
        )
        return list(pages.order_by("path"))

    def _paths_above(self, page: Page) -> list[str]:
        return [page.path[: page.steplen * depth] for depth in range(1, page.depth)]

    @cached_property
    def home(self) -> Page | None:
        """The home page of the active language."""
        homes = (page for page in self._pages if page.is_home and page.language == self.language)
        return min(homes, key=lambda page: page.pk, default=None)

    @cached_property
    def _inside(self) -> list[Any]:
        """The pages of the frame below the home page."""
        home = self.home
        return [page for page in self._pages if home and page.is_descendant_of(home)]

    @cached_property
    def menu(self) -> list[Page]:
        """The pages of the menu, in the editor's order."""
        return [page for page in self._inside if page.show_in_menus and page.is_child_of(self.home)]

    @cached_property
    def legal(self) -> list[Any]:
        """Imprint, privacy, accessibility, easy language and traces, in that order."""
        order = [purpose for purpose in StandardPage.Purpose if purpose != "text"]
        pages = [page for page in self._inside if page.purpose in order]
        return sorted(pages, key=lambda page: order.index(page.purpose))

    @cached_property
    def traces(self) -> Page | None:
        """The page about removing the traces of a visit."""
        return next((page for page in self.legal if page.purpose == "traces"), None)

    @cached_property
    def exit(self) -> ExitControl:
        """The exit control."""
        return self._once("exit", self._query_exit)

    def _query_exit(self) -> ExitControl:
        site = Site.find_for_request(self.request) if self.request else None
        return ExitControl.for_site(site, self.language)

    @cached_property
    def contact(self) -> ContactValues | None:
        """How the team of the site is reached, in the active language."""
        return self._once("contact", self._query_contact)

    def _query_contact(self) -> ContactValues | None:
        site = Site.find_for_request(self.request) if self.request else None
        return values_of(contact_of(site))

    @cached_property
    def breadcrumbs(self) -> list[Page]:
        """The pages above this one, from the home page down; none on the home page itself."""
        if self.home is None or self.page is None or not self.page.pk:
            return []
        above = [path for path in self._paths_above(self.page) if path.startswith(self.home.path)]
        found = {page.path: page for page in self._pages}
        if rest := set(above) - found.keys():
            others = pages_in_language(Page.objects.filter(path__in=rest))
            found |= {page.path: page for page in others.annotate(title_lang=foreign("title"))}
        return [found[path] for path in above if path in found]

    @property
    def _shown(self) -> Page | None:
        """The page, or else the home page of its language, or of any."""
        homes = (page for page in self._pages if page.is_home)
        return self.page or self.home or next(homes, None)

    @cached_property
    def versions(self) -> list[LanguageVersion]:
        """The public versions of the page, or else those of the home page."""
        page = self._shown
        if page is None:
            return []
        if self.page is None:
            return self._once("versions", lambda: language_versions(page))
        return language_versions(page)

    @cached_property
    def languages(self) -> list[LanguageVersion]:
        """The page in each language that is there; the view ``page_versions`` for missing ones."""
        page = self._shown
        if page is None:
            return []
        found = {version.code: version for version in self.versions}
        there = {page.language for page in self._pages if page.is_home}
        return [
            found.get(code) or self._not_yet(page, code)
            for code, _name in settings.LANGUAGES
            if code in there
        ]

    def _not_yet(self, page: Page, code: str) -> LanguageVersion:
        with override(code):
            url = reverse("page_versions", args=[page.translation_key])
        name = Language.parse(code, sep="-").get_display_name() or code
        return LanguageVersion(code=code, name=name, url=url, current=False)

    @cached_property
    def emergency(self) -> list[NumbersOfCountry]:
        """Emergency numbers that have words in the active language, by country."""
        return self._once("emergency", self._query_emergency)

    def _query_emergency(self) -> list[NumbersOfCountry]:
        rows = numbers.in_order(EmergencyNumberWords.objects.filter(language=self.language))
        numbers.remember(self.language, rows)
        return [
            NumbersOfCountry(countries.name(code), list(group))
            for code, group in groupby(rows, key=lambda row: row.emergency_number.country)
        ]

    @cached_property
    def first_numbers(self) -> list[EmergencyNumberWords]:
        """The emergency numbers at the top of the page, of the first country in the list."""
        return numbers.first(words for group in self.emergency for words in group.words)


@register.simple_tag(takes_context=True)
def numbers_found(context: dict[str, Any], query: str) -> list[EmergencyNumberWords]:
    """The emergency numbers in the active language that a search asks for, by their digits in any
    grouping or by words of their names; no statement of its own."""
    frame = site_frame(context)
    return numbers.asked_for((one for group in frame.emergency for one in group.words), query)


@register.simple_tag(takes_context=True)
def site_frame(context: dict[str, Any]) -> Frame:
    """The frame of the page that a template shows."""
    return Frame(context.get("page"), context.get("request"))


@register.simple_tag(takes_context=True)
def contact_json_ld(context: dict[str, Any]) -> SafeString:
    """How the team is reached, as a ``script`` element with JSON-LD; empty without a contact."""
    frame: Frame = context["frame"]
    if not frame.contact or not frame.home:
        return mark_safe("")
    script = json_script(linked_data(frame.contact, frame.home.full_url or ""))
    return mark_safe(script.replace("application/json", "application/ld+json", 1))
