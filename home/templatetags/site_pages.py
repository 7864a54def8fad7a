"""The pages that stand around every page: menu and footer."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language
from wagtail.models import Page

from home.models import HomePage, StandardPage
from partners.public import public_pages

register = template.Library()


def _home() -> Page | None:
    pages = HomePage.objects.filter(locale__language_code=get_language())
    return public_pages(pages).first()


@register.simple_tag
def home_page() -> Page | None:
    """The home page of the active language."""
    return _home()


@register.simple_tag
def menu_pages() -> list[Page]:
    """The pages of the menu, in the editor's order."""
    home = _home()
    if home is None:
        return []
    children: Any = public_pages(home.get_children())
    return list(children.in_menu())


@register.simple_tag
def legal_pages() -> list[Page]:
    """Imprint, privacy, accessibility and easy language, in that order."""
    home = _home()
    if home is None:
        return []
    order = list(StandardPage.Purpose)
    pages = public_pages(StandardPage.objects.descendant_of(home)).exclude(purpose="text")
    return sorted(pages, key=lambda page: order.index(page.purpose))
