"""Pages as the API gives them to everybody, with all their fields: one builder for every output."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from wagtail.api.utils import get_full_url
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page

from ..library import Library
from ..models.pages import CooperationPage
from .language import Wanted

EVERYTHING = [("*", False, None)]


def whole_pages(pages: Any) -> list[Any]:
    """Pages as their own types; those of cooperations come with one statement for all kinds."""
    from .views import KIND_NAMES, specific

    related = pages.select_related("locale", "alias_of__locale")
    whole: list[Any] = []
    others: dict[int, Any] = {}
    for page in related.select_related(*(f"cooperationpage__{kind}" for kind in KIND_NAMES)):
        if issubclass(page.specific_class, CooperationPage):
            whole.append(specific(page))
        else:
            others[page.pk] = page
    for page in pages.filter(pk__in=others).specific() if others else ():
        page.locale, page.alias_of = others[page.pk].locale, others[page.pk].alias_of
        whole.append(page)
    return whole


def payloads(
    pages: Iterable[Any],
    request: Any,
    public: QuerySet[Page],
    router: WagtailAPIRouter | None = None,
    base: str | None = None,
) -> dict[int, dict[str, Any]]:
    """Whole items by id, in no language that was asked for.

    ``pages`` are specific; ``public`` are those that may be named. Everything they refer to is
    loaded together. Without a ``router`` their addresses in the API are null. ``base`` is the
    address of the site, where that is known already.
    """
    from .views import PagesAPIViewSet

    router = router or WagtailAPIRouter("")
    if base is None:
        base = get_full_url(request, "/").rstrip("/")
    library = Library(base=base, pages=public)
    context = {
        "base_queryset": public,
        "request": request,
        "router": router,
        "view": SimpleNamespace(wanted=Wanted(), seen_types={}),
        "library": library,
    }
    serializers: dict[Any, Any] = {}
    found = {}
    for page in pages:
        kind = type(page)
        if kind not in serializers:
            serializers[kind] = PagesAPIViewSet._get_serializer_class(
                router, kind, EVERYTHING, show_details=True
            )(context=context)
        found[page.pk] = serializers[kind].to_representation(page)
    made: dict[int, dict[str, Any]] = library.resolve(found)
    return made
