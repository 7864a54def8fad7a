"""The search page, and suggestions while typing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners.api.keepable import keepable_html
from partners.search.query import plain_words
from search.results import FACETS, Results, find_results, typed_pages

#: The length in characters after which a query is cut off.
LONGEST = 200


def method() -> str:
    """The method of the form: "post" keeps queries out of addresses, logs and histories."""
    return getattr(settings, "SEARCH_METHOD", "post")


def sent_data(request: HttpRequest) -> QueryDict:
    """The data of the form, from the body or the address according to :func:`method`."""
    return request.POST if method() == "post" else request.GET


# Exempt, because the view changes nothing, and a CSRF token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def search_page(request: HttpRequest) -> HttpResponse:
    """The form, with results if there is a query."""
    sent = sent_data(request)
    query = " ".join(sent.get("q", "").replace("\x00", " ").split())[:LONGEST]
    chosen = {name: sent.get(name, "") for name in FACETS}
    number = sent.get("page", "")
    results: Results | None = None
    if plain_words(query):
        page_number = (
            int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
        )
        results = find_results(request, query, get_language() or "de", chosen, page_number)
    context: dict[str, Any] = {
        "query": query,
        "results": results,
        "chosen": {name: value for name, value in chosen.items() if value},
        "method": method(),
        "is_unreadable": "q" in sent and results is None,
        "longest": LONGEST,
        "is_search": True,
    }
    response = render(request, "search/page.html", context)
    if not request.GET and request.method != "POST":
        return keepable_html(response)
    add_never_cache_headers(response)
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def typing(request: HttpRequest) -> JsonResponse:
    """Suggestions for a query while it is typed: ``{"pages": [{"title", "url"}]}``."""
    query = sent_data(request).get("q", "").replace("\x00", " ")[:LONGEST]
    pages = typed_pages(request, query, get_language() or "de") if plain_words(query) else []
    return JsonResponse({"pages": [{"title": one.title, "url": one.url} for one in pages]})
