"""Tags for templates that show pages of several languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from babel import Locale as Language
from django import template
from django.conf import settings
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from .. import jsonld
from ..api.linked import item_payload
from ..models import CooperationIndexPage
from ..public import public_pages
from ..translation import TranslationState, translation_state

register = template.Library()


@dataclass(frozen=True)
class LanguageVersion:
    """A page in one language. ``name`` is the language's name in itself."""

    code: str
    name: str
    url: str
    current: bool


@register.simple_tag
def language_versions(page: Page) -> list[LanguageVersion]:
    """The languages a page can be read in, in the order of the site's languages."""
    found = {
        version.locale.language_code: version
        for version in public_pages(page.get_translations(inclusive=True))
        .filter(alias_of__isnull=True)
        .select_related("locale")
    }
    # A preview shows a page that isn't public yet.
    found.setdefault(page.locale.language_code, page)
    return [
        LanguageVersion(
            code=code,
            name=Language.parse(code, sep="-").get_display_name() or code,
            url=found[code].full_url or "",
            current=found[code].pk == page.pk,
        )
        for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
        if code in found
    ]


@register.simple_tag(name="translation_state")
def state_of(page: Page) -> TranslationState:
    """How far the translation of a page is."""
    return translation_state(page)


@register.simple_tag(takes_context=True)
def foreign_lang(context: dict[str, Any], item: Any) -> str:
    """The language of a snippet, where it differs from that of the page it stands on."""
    page = context.get("page") or context.get("self")
    code = item.locale.language_code
    return "" if page is not None and page.locale_id == item.locale_id else code


@register.simple_tag(takes_context=True)
def json_ld(context: dict[str, Any], page: Page) -> SafeString:
    """A page in the vocabulary of schema.org, for machines that read the HTML.

    It says what the API says to everybody; a preview has none, because its page isn't public.
    """
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        return mark_safe("")
    script = json_script(jsonld.document(item_payload(page.specific, request)))
    return mark_safe(script.replace("application/json", "application/ld+json", 1))


@register.filter
def is_cooperation_index(page: Page) -> bool:
    """Whether a page lists cooperations."""
    return issubclass(page.specific_class, CooperationIndexPage)


@register.filter
def may_have_cooperations(page: Page) -> bool:
    """Whether a list of cooperations can be created below a page."""
    return CooperationIndexPage.can_create_at(page.specific)
