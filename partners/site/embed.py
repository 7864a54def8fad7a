"""The list of cooperations for other organisations' sites: an HTML fragment, and oEmbed.

Both answers have only texts and links. They are the same for everyone, set no cookie and load
nothing.
"""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Site

from ..api.keepable import keepable_html
from ..models import CooperationIndexPage
from ..models.list_filter import loaded
from ..public import redirects
from ..public.pages import pages_in_language
from ..public.translations import has_unreviewed

# Seconds for which other sites may cache a fragment, and so show a page that isn't public any more.
MAX_AGE = 300
WIDTH = 600


def _for_everyone(view: Any) -> Any:
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = view(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return keepable_html(response)

    return require_safe(answer)


def _lists() -> list[Any]:
    pages: Any = pages_in_language(CooperationIndexPage.objects.filter(alias_of__isnull=True))
    return list(pages.select_related("locale"))


def _fragment(page: Any, request: HttpRequest) -> str:
    language = page.locale.language_code
    site = Site.find_for_request(request)
    with translation.override(language):
        cooperations = loaded(list(page.public_cooperations().values_list("pk", flat=True)))
        context = {
            "list": page,
            "language": language,
            "cooperations": cooperations,
            "unreviewed": has_unreviewed(cooperations),
            "source": site.site_name if site else "",
        }
        return render_to_string("kis_partners/embed.html", context)


@_for_everyone
def cooperations(request: HttpRequest) -> HttpResponse:
    """``/embed/cooperations/?locale=sk``: all cooperations in a language as an HTML fragment.

    Without ``locale``, the language of the site. 400 for a language that the site doesn't have, 404
    without a public list in the language.
    """
    code = request.GET.get("locale", settings.LANGUAGE_CODE)
    known = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    if code not in known:
        return _text(f"locale: there is no such language; known are {', '.join(known)}.", 400)
    for page in _lists():
        if page.locale.language_code == code:
            return HttpResponse(_fragment(page, request))
    return _text(f"locale: there is no public list in the language '{code}'.", 404)


@_for_everyone
def oembed(request: HttpRequest) -> HttpResponse:
    """The same fragment for the address of a list of cooperations (oEmbed 1.0, type "rich").

    Errors by the specification: 404 for an address that isn't that of a public list, 501 for a
    format other than JSON.
    """
    if request.GET.get("format", "json") != "json":
        return _text("format: only json is spoken here.", 501)
    wanted = request.GET.get("url", "")
    limits = {}
    for name, default in (("maxwidth", WIDTH), ("maxheight", None)):
        value = request.GET.get(name, "")
        if value and not (value.isascii() and value.isdigit() and len(value) < 6):
            return _text(f"{name}: a whole number of pixels is expected.", 400)
        limits[name] = int(value) if value else default
    lists = _lists()
    page = next((page for page in lists if _same(page.full_url, wanted)), None)
    if page is None and any(_same(page.full_url, wanted, host_only=True) for page in lists):
        former = redirects.page_behind(request, wanted)
        page = next((page for page in lists if page.pk == former), None)
    if page is None:
        return _text("url: this is not the address of a public list of cooperations.", 404)
    site = Site.find_for_request(request)
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": page.title,
        "provider_name": site.site_name if site else "",
        "provider_url": site.root_url if site else "",
        "cache_age": MAX_AGE,
        "html": _fragment(page, request),
        "width": min(limits["maxwidth"] or WIDTH, WIDTH),
        "height": limits["maxheight"],
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _same(address: str | None, wanted: str, *, host_only: bool = False) -> bool:
    try:
        ours, theirs = urlsplit(address or ""), urlsplit(wanted)
    except ValueError:
        return False
    if theirs.scheme not in ("http", "https"):
        return False
    if host_only:
        return ours.netloc == theirs.netloc
    return (ours.netloc, ours.path.rstrip("/")) == (theirs.netloc, theirs.path.rstrip("/"))


def _text(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
