"""Pages and files with a password: Wagtail's views, with the limits of signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from wagtail.documents.views.serve import authenticate_with_password as wagtail_collection
from wagtail.models import CollectionViewRestriction, PageViewRestriction
from wagtail.views import authenticate_with_password as wagtail_page

from signin import limits
from signin.views import refusal

TEMPLATE = "signin/page_password.html"


@never_cache
def page(request: HttpRequest, page_view_restriction_id: int, page_id: int) -> HttpResponseBase:
    """The password of a page; attempts for its versions in all languages are counted together."""
    restriction = get_object_or_404(
        PageViewRestriction.objects.select_related("page"), pk=page_view_restriction_id
    )
    whose = f"page {restriction.page.translation_key}"
    return _counted(request, whose, wagtail_page, page_view_restriction_id, page_id)


@never_cache
def collection(request: HttpRequest, restriction_id: int) -> HttpResponseBase:
    """The password of a collection of files."""
    restriction = get_object_or_404(CollectionViewRestriction, pk=restriction_id)
    whose = f"collection {restriction.collection_id}"
    return _counted(request, whose, wagtail_collection, restriction_id)


def _counted(request: HttpRequest, whose: str, view: Any, *args: int) -> HttpResponseBase:
    if request.method != "POST":
        answer: HttpResponseBase = view(request, *args)
        return answer
    counted = limits.by_name(
        request, limits.PAGE_PASSWORD_OF_PAGE, limits.PAGE_PASSWORDS, whose
    )  # fmt: skip
    try:
        limits.begin(counted)
    except limits.TooMany as refused:
        back = request.POST.get("return_url", "")
        if not url_has_allowed_host_and_scheme(back, request.get_host(), request.is_secure()):
            back = ""
        return refusal(request, refused, TEMPLATE, back=back)
    answer = view(request, *args)
    if answer.status_code == 302:
        limits.take_back(counted)
    return answer


page_urls = [
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        page,
        name="signin_page_password",
    ),
]
collection_urls = [
    path(
        "authenticate_with_password/<int:restriction_id>/",
        collection,
        name="signin_collection_password",
    ),
]
