"""The search page of each language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners.search.query import plain_words
from search.results import FACETS, Results, beginnings, find

# The longest query that is read, in characters.
LONGEST = 200


def method() -> str:
    """How the form is sent: "post" keeps the words out of addresses, logs and histories."""
    return getattr(settings, "SEARCH_METHOD", "post")


def asked(request: HttpRequest) -> QueryDict:
    """What a form of the search page has sent, by the method that the site has set."""
    return request.POST if method() == "post" else request.GET


# Nothing is changed and nobody is signed in here, so a token would only need a cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form and, once something has been asked, the results."""
    sent = asked(request)
    query = " ".join(sent.get("q", "").replace("\x00", " ").split())[:LONGEST]
    chosen = {name: sent.get(name, "") for name in FACETS}
    number = sent.get("page", "")
    results: Results | None = None
    if plain_words(query):
        page_number = (
            int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
        )
        results = find(request, query, get_language() or "de", chosen, page_number)
    context: dict[str, Any] = {
        "query": query,
        "results": results,
        "chosen": {name: value for name, value in chosen.items() if value},
        "method": method(),
        "is_unreadable": "q" in sent and results is None,
        "longest": LONGEST,
        "is_search": True,
    }
    return render(request, "search/page.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def typing(request: HttpRequest) -> JsonResponse:
    """The pages that fit what has been typed so far: ``{"pages": [{"title", "url"}]}``."""
    query = asked(request).get("q", "").replace("\x00", " ")[:LONGEST]
    pages = beginnings(request, query, get_language() or "de") if plain_words(query) else []
    return JsonResponse({"pages": [{"title": one.title, "url": one.url} for one in pages]})
