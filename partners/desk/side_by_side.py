"""The newest drafts of a page in two languages, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from ..roles.rights import may
from .listings import has_translations


def _readable(request: HttpRequest, pk: int) -> tuple[Page, list[Page]]:
    """A page and its translations, for users who may edit one of them; others are refused."""
    page = get_object_or_404(Page, pk=pk, depth__gt=1)
    others = list(page.get_translations().select_related("locale").order_by("locale"))
    if not any(may(request.user, "change", one) for one in (page, *others)):
        raise PermissionDenied
    return page, others


@xframe_options_sameorigin
def draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """The newest draft of a page in one language, for a frame of the screen."""
    page, _others = _readable(request, page_id)
    newest: Any = page.specific.get_latest_revision_as_object()
    answer: HttpResponse = newest.make_preview_request(request, newest.default_preview_mode)
    return answer


def side_by_side(request: HttpRequest, page_id: int) -> HttpResponse:
    """The screen with a page and its translation; ``?with=`` is the language code of the latter."""
    page, others = _readable(request, page_id)
    code = request.GET.get("with")
    other = next((one for one in others if one.locale.language_code == code), None)
    context = {"page": page, "others": others, "shown": [page, other or next(iter(others), None)]}
    return TemplateResponse(request, "kis_partners/admin/side_by_side.html", context)


def buttons(page: Page, user: Any, view_name: str = "", **kwargs: Any) -> Iterator[Button]:
    """A button in the menu of a page that has translations."""
    if not page.is_root() and has_translations(page, user):
        url = reverse("kis_partners_side_by_side", args=[page.pk])
        yield Button(_("Languages side by side"), url, icon_name="view", priority=65)


def urls() -> list[Any]:
    return [
        path("side-by-side/<int:page_id>/", side_by_side, name="kis_partners_side_by_side"),
        path("side-by-side/<int:page_id>/draft/", draft, name="kis_partners_draft"),
    ]
