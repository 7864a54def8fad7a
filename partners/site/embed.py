"""The list of cooperations for other organisations' sites: an HTML fragment, a frame, and oEmbed.

All have only texts and links. They are the same for everyone and set no cookie. The fragment loads
nothing, the frame one style sheet.
"""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from wagtail.api.v2.utils import BadRequestError
from wagtail.models import Site

from ..api.cooperations import cooperation_filters
from ..api.errors import BadParameter, UnknownParameter
from ..api.keepable import keepable_html
from ..models import CooperationIndexPage
from ..models.list_filter import loaded
from ..public import redirects
from ..public.pages import pages_in_language
from ..public.translations import has_unreviewed

# Seconds for which other sites may cache a fragment, and so show a page that isn't public any more.
MAX_AGE = 300
WIDTH = 600
#: The parameters beside the filters; "_" keeps caches from answering.
OWN = ("locale", "limit", "_")
#: How many cooperations a fragment has at the most.
MOST = 200
#: No frame is higher, in pixels; its content scrolls.
MOST_HEIGHT = 1600
#: Anyone may frame a frame, which has nothing but a style sheet of this site.
FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


def _for_everyone(view: Any) -> Any:
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            response = view(request)
        except BadRequestError as error:
            response = _text(str(error), 400)
        response["Access-Control-Allow-Origin"] = "*"
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return keepable_html(response)

    return require_safe(answer)


def _lists() -> list[Any]:
    pages: Any = pages_in_language(CooperationIndexPage.objects.filter(alias_of__isnull=True))
    return list(pages.select_related("locale"))


def _chosen(page: Any, query: dict[str, str]) -> list[Any]:
    """The cooperations of a list that a query asks for; raises ``BadParameter``."""
    found, known = page.public_cooperations(), cooperation_filters()
    for name, text in query.items():
        if name in known:
            found = known[name].narrowed(found, name, text)
        elif name not in OWN:
            raise UnknownParameter(name, {*known, *OWN})
    limit = query.get("limit", str(MOST))
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= MOST):
        raise BadParameter("limit", f"takes a number from 1 to {MOST}")
    return loaded(list(found.values_list("pk", flat=True)[: int(limit)]))


def _fragment(page: Any, cooperations: list[Any], request: HttpRequest) -> str:
    """A list as HTML, in the active language, which is that of the page."""
    site = Site.find_for_request(request)
    context = {
        "list": page,
        "language": page.locale.language_code,
        "cooperations": cooperations,
        "unreviewed": has_unreviewed(cooperations),
        "source": site.site_name if site else "",
    }
    return render_to_string("kis_partners/embed.html", context)


def _asked(request: HttpRequest, template: str = "") -> HttpResponse:
    """The fragment that a request asks for, within a template."""
    query = {name: values[0] for name, values in request.GET.lists()}
    if twice := [name for name, values in request.GET.lists() if len(values) > 1]:
        raise BadParameter(twice[0], "is there more than once; give it one value")
    code = query.get("locale", settings.LANGUAGE_CODE)
    known = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    if code not in known:
        raise BadParameter("locale", f"there is no such language; known are {', '.join(known)}.")
    page = next((page for page in _lists() if page.locale.language_code == code), None)
    with translation.override("en"):
        cooperations = _chosen(page, query) if page else []
    if page is None:
        return _text(f"locale: there is no public list in the language '{code}'.", 404)
    with translation.override(code):
        html = _fragment(page, cooperations, request)
        if template:
            html = render_to_string(template, {"list": page, "language": code, "fragment": html})
        return HttpResponse(html, headers={"Content-Language": code})


@_for_everyone
def cooperations(request: HttpRequest) -> HttpResponse:
    """``/embed/cooperations/?locale=sk``: the cooperations in a language as an HTML fragment.

    Without ``locale``, the language of the site. The filters of ``/cooperations/`` in the API, such
    as ``kind`` and ``topic``, choose among them, ``limit`` says how many at the most. 400 for what
    can't be read, 404 without a public list in the language.
    """
    return _asked(request)


@_for_everyone
def frame(request: HttpRequest) -> HttpResponse:
    """``/embed/frame/``: the same as a page that any site may show in a frame, light or dark."""
    response: Any = _asked(request, "kis_partners/embed_frame.html")
    if response.status_code == 200:
        response["Content-Security-Policy"] = FRAME_POLICY
        response.xframe_options_exempt = True
    framed: HttpResponse = response
    return framed


@_for_everyone
def oembed(request: HttpRequest) -> HttpResponse:
    """The frame of a list of cooperations, for its address (oEmbed 1.0, type "rich").

    A frame, since WordPress and others take nothing else from sites that they don't know, and keep
    what they took: what is withdrawn leaves the frame, and would stay in a copy. A site without the
    address of the frame answers with title and provider alone (type "link").

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
        "type": "link",
        "title": page.title,
        "provider_name": site.site_name if site else "",
        "provider_url": site.root_url if site else "",
        "cache_age": MAX_AGE,
    }
    with suppress(NoReverseMatch):
        source = request.build_absolute_uri(reverse("embed_frame"))
        width = min(limits["maxwidth"] or WIDTH, WIDTH)
        height = min(_height(_chosen(page, {}), width), limits["maxheight"] or MOST_HEIGHT)
        html = format_html(
            '<iframe src="{}?locale={}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
            *(source, page.locale.language_code, page.title, width, height),
        )
        answer |= {"type": "rich", "html": html, "width": width, "height": height}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _height(cooperations: list[Any], width: int) -> int:
    """About how high a frame of this width is, in pixels, at letters of 16 pixels."""
    letters = max((width - 60) // 8, 10)
    lines = 3.0
    for one in cooperations:
        lines += 0.5 + ceil(len(one.title) / letters) + ceil(len(one.lead) / letters)
        lines += 1 if one.period_text else 0
    return ceil(lines * 26) + 40


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
