"""Template tags and filters: languages, states of translations, cooperations, linked data."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from babel import Locale as Language
from babel.dates import format_date
from babel.languages import get_official_languages
from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy
from wagtail.coreutils import get_content_languages
from wagtail.models import Page, Site

from .. import kinds
from ..api.payload import item_payload
from ..files.properties import UnreadableError, properties
from ..files.renditions import rendition_of
from ..items import jsonld
from ..items.links import paths
from ..models import CooperationIndexPage, CooperationPage
from ..models.list_filter import CooperationList
from ..public.pages import pages_in_language
from ..public.translations import TranslationState, Untranslated, translation_state, untranslated
from ..site import brand, network
from ..words.interface import language_of
from ..words.languages import language

register = template.Library()


@dataclass(frozen=True)
class LanguageVersion:
    """A language version of a page. ``name`` is the name of the language in itself."""

    code: str
    name: str
    url: str
    current: bool


# What PDF (ISO 32000, 14.3.3) calls them.
PROPERTIES = {
    "Title": pgettext_lazy("property of a file", "Title"),
    "Author": pgettext_lazy("property of a file", "Author"),
    "Subject": pgettext_lazy("property of a file", "Subject"),
    "Keywords": pgettext_lazy("property of a file", "Keywords"),
    "Creator": pgettext_lazy("property of a file", "Written with"),
    "Producer": pgettext_lazy("property of a file", "Made into a PDF with"),
    "CreationDate": pgettext_lazy("property of a file", "Created"),
    "ModDate": pgettext_lazy("property of a file", "Changed"),
}


@register.simple_tag
def file_properties(document: Any) -> dict[str, str]:
    """What a document's PDF file says of itself, by name; nothing for a file that can't be read."""
    try:
        found = properties(document)
    except UnreadableError:
        return {}
    return {str(PROPERTIES.get(name, name)): value for name, value in found.items()}


@register.simple_tag
def shown_image(image: Any, spec: str, **attributes: Any) -> str:
    """The ``<img>`` of a rendition by Wagtail's filter spec; empty where none can be made."""
    rendition = rendition_of(image, spec)
    return rendition.img_tag(attributes) if rendition else ""


@register.simple_tag
def language_versions(page: Page) -> list[LanguageVersion]:
    """The public language versions of a page, in the order of the site's languages."""
    found = {
        version.locale.language_code: version
        for version in pages_in_language(page.get_translations(inclusive=True))
        .filter(alias_of__isnull=True)
        .select_related("locale")
    }
    # The page itself, even if it isn't public: for previews.
    if page.alias_of_id is None and page.pk not in {version.pk for version in found.values()}:
        found.setdefault(page.locale.language_code, page)
    return [
        LanguageVersion(
            code=code,
            name=Language.parse(code, sep="-").get_display_name() or code,
            url=found[code].full_url or "",
            current=found[code].pk == page.pk,
        )
        for code in get_content_languages()
        if code in found
    ]


class PageState:
    """The state of a page's translation, and its parts in the language of the source."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def translation(self) -> TranslationState:
        return translation_state(self.page)

    @cached_property
    def rest(self) -> Untranslated:
        if self.translation.state == "partial":
            return untranslated(self.page)
        return Untranslated(self.translation.source_locale, 0, frozenset())

    @property
    def in_source_language(self) -> str:
        """ "in German", in the active language."""
        words = language(self.rest.source_locale).in_words
        return gettext(words) if words else gettext("in the original language")

    @property
    def source_lang(self) -> str:
        """The code of the source's language if it isn't that of the page, else empty."""
        code = self.translation.source_locale
        return "" if code == self.page.locale.language_code else code

    def lang_of(self, path: str) -> str:
        """The code of a field's or block's language if it isn't that of the page, else empty."""
        return self.rest.source_locale if path in self.rest.fields else ""


@register.simple_tag(name="translation_state")
def state_of(page: Page) -> PageState:
    """The state of a page's translation."""
    return PageState(page)


@register.simple_tag
def lang_of(state: PageState, field: str, block: Any = None) -> str:
    """A ``lang`` attribute for a field, or a block of it, that isn't in the page's language."""
    code = state.lang_of(f"{field}.{block.id}" if block else field)
    return format_html(' lang="{}"', code) if code else ""


@register.filter
def marked(words: Any) -> SafeString:
    """Interface words in HTML, marked with ``lang="en"`` if the active language lacks them.

    For the content of elements: ``{{ _("Search")|marked }}``, or a label from Python.
    """
    code = language_of(words)
    if code:
        return format_html('<span lang="{}">{}</span>', code, str(words))
    return conditional_escape(str(words))


@register.simple_tag
def lang_of_words(words: Any) -> str:
    """The ``lang`` attribute of :func:`marked`, for elements with text alone (``option``)."""
    code = language_of(words)
    return format_html(' lang="{}"', code) if code else ""


@register.filter
def long_date(day: datetime.date | None) -> str:
    """A day in words, in the active language: "25. novembra 2026", "2026. gada 25. novembris"."""
    if day is None:
        return ""
    if isinstance(day, datetime.datetime):
        day = timezone.localtime(day)
    code = get_language() or "en"
    return format_date(day, "long", locale="en_GB" if code == "en" else code.replace("-", "_"))


@register.filter
def native_language(country: str) -> str:
    """The code of a country's first official language, for official names; empty if unknown."""
    found = get_official_languages(country) if country else ()
    return str(found[0]).replace("_", "-") if found else ""


@register.simple_tag
def document_label(page: CooperationPage, document: Any) -> str:
    """What a document is to its page ("flyer"), in the active language; empty where none says it.

    It stands before a title in another language, so that readers know what they would open.
    """
    for relation, path in paths(type(page)):
        is_of_page = path.owner is None and path.target.loads == "document"
        if is_of_page and getattr(page, f"{relation.name}_id", None) == document.pk:
            field: Any = page._meta.get_field(relation.name)
            return str(field.verbose_name)
    return ""


@register.filter
def language_name(code: str) -> str:
    """The name of a document's language in the active one; empty where there is none."""
    return Language.parse(get_language() or "en", sep="-").languages.get(code, "")


@register.filter
def readable(value: Any) -> Any:
    """A value of a fact in the active language: a day in words, any other as it is."""
    return long_date(value) if isinstance(value, datetime.date) else value


@register.simple_tag(name="brand")
def brand_of_site() -> brand.Brand:
    """The colours and the logo of the site."""
    return brand.brand()


@register.simple_tag(takes_context=True)
def other_language(context: dict[str, Any], code: str) -> str:
    """The code of a language if it isn't that of the page, else empty."""
    page = context.get("page") or context.get("self")
    return "" if page is not None and page.locale.language_code == code else code


@register.simple_tag
def cooperations_below(page: Page) -> CooperationList | None:
    """The first page of a list of cooperations, in the editor's order; None for other pages."""
    if not issubclass(page.specific_class, CooperationIndexPage):
        return None
    return CooperationList(page.specific.public_cooperations(), {}, by_kind=False)


@register.inclusion_tag("kis_partners/includes/network.html", takes_context=True)
def network_drawing(
    context: dict[str, Any], cooperations: list[CooperationPage], total: int
) -> dict[str, Any]:
    """The drawing of the network: the site's own organisation and cooperations around it.

    ``total`` are all cooperations; below the drawing stands how many more there are.
    """
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    around = [
        network.Cooperation(
            page.title,
            page.url,
            page.kind,
            page.kind_name,
        )
        for page in cooperations
    ]
    drawing = network.draw(site.site_name if site else "", around)
    return {"drawing": drawing, "more": total - len(around)}


@register.simple_tag(takes_context=True)
def foreign_lang(context: dict[str, Any], item: Any) -> str:
    """The code of a snippet's language if it isn't that of the page, else empty."""
    page = context.get("page") or context.get("self")
    if page is not None and page.locale_id == item.locale_id:
        return ""
    return item.locale.language_code


@register.simple_tag(takes_context=True)
def json_ld(context: dict[str, Any], page: Page) -> SafeString:
    """A page as JSON-LD in a ``script`` element; empty in previews.

    Made from the item of the API, so it has only public content.
    """
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        return mark_safe("")
    known = getattr(request, "public_page", None) == page.pk and request.public_item()
    item = json.loads(known) if known else item_payload(page.specific, request)
    script = json_script(jsonld.page_document(item, kinds.linked_data()))
    return mark_safe(script.replace("application/json", "application/ld+json", 1))


@register.filter
def is_cooperation_index(page: Page) -> bool:
    """Whether a page lists cooperations."""
    return issubclass(page.specific_class, CooperationIndexPage)


@register.filter
def may_have_cooperations(page: Page) -> bool:
    """Whether Wagtail allows a list of cooperations below a page."""
    return CooperationIndexPage.can_create_at(page.specific)
