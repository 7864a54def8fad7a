"""Where a chooser of pages opens: at the closest page that all pages to choose from are below."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse_lazy
from wagtail.admin.views.chooser import BrowseView, page_models_from_string
from wagtail.models import Locale, Page
from wagtail.rich_text.feature_registry import FeatureRegistry

from ..models.page_chooser import URL_NAME


def first_page(page_types: str) -> int | None:
    """The id of the page to open for types like "home.HomePage,kis_partners.PartnerPage".

    Pages count that are in the source language of the site, and below a home page.
    """
    try:
        models = page_models_from_string(page_types)
    except (ValueError, LookupError):
        return None
    pages = Page.objects.filter(locale=Locale.get_default(), depth__gt=2)
    if Page not in models:
        pages = pages.type(*models)
    return pages.first_common_ancestor().pk if pages.exists() else None


class BrowseFromWork(BrowseView):
    """Wagtail's list of pages to choose from, with this first page."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        start = parent_page_id or first_page(request.GET.get("page_type") or "wagtailcore.page")
        return super().get(request, start)


def urls() -> list[Any]:
    view = BrowseFromWork.as_view()
    address = "choose-page-from-work/"
    return [path(address, view, name=URL_NAME), path(f"{address}<int:parent_page_id>/", view)]


def open_links_there(features: FeatureRegistry) -> None:
    """Have the chooser for links in rich text open there, too."""
    link = features.plugins_by_editor["draftail"]["link"]
    link.data["chooserUrls"]["pageChooser"] = reverse_lazy(URL_NAME)
