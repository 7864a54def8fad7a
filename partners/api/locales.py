"""The endpoint ``/locales/``: the languages of the site with their names and numbers of pages."""

from __future__ import annotations

from typing import Any

from babel import Locale as Language
from babel import UnknownLocaleError
from django.db.models import Count, Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale, Site

from ..items import shapes
from ..public.translations import STATES, in_own_words, with_grade
from .endpoint import ListOnly


class LocalesAPIViewSet(ListOnly):
    """Every language that is there: its name in itself, its direction, its public pages by state.

    A language is there while its home page is, in its own words.
    """

    model = Locale
    name = "locales"
    #: The type of an item.
    shape = shapes.Locale

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        return {"format", "_"}

    def listing_view(self, request: Request) -> Response:
        self.check_known(self.listing_parameters(self.model))
        counts: dict[str, dict[str, int]] = {
            code: dict.fromkeys(STATES, 0) for code in get_content_languages()
        }
        site = Site.find_for_request(request)
        is_home = Q(translation_key=site.root_page.translation_key if site else None)
        pages = with_grade(in_own_words(self.public_pages)).order_by()
        grades: QuerySet[Any, Any] = pages.values_list("locale__language_code", "grade")
        there = set()
        for code, grade, number, home in grades.annotate(
            number=Count("pk"), home=Count("pk", filter=is_home)
        ):
            counts.setdefault(code, dict.fromkeys(STATES, 0))[grade] = number
            there |= {code} if home else set()
        items = [
            {**described(code), "pages": states} for code, states in counts.items() if code in there
        ]
        return Response({"meta": {"total_count": len(items)}, "items": items})


def described(code: str) -> dict[str, str]:
    """A language: its code, its name in itself, and its direction."""
    try:
        language = Language.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return {"code": code, "name": code, "direction": "ltr"}
    name = language.get_display_name() or code
    return {"code": code, "name": name, "direction": language.text_direction}
