"""Public views that aren't Wagtail pages: missing translations, sitemap, robots.txt, error 500."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from home.models import ExitControl
from home.numbers import last_read
from partners.api.keepable import keepable_html
from partners.public.addresses import headless
from partners.public.pages import homes, pages_in_language
from partners.templatetags.kis_partners import language_versions


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """The site's address without a language: leads to a language that is there.

    To the first that the reader's browser asks for, else to that of the site, else to any.
    """
    site = Site.find_for_request(request)
    if site is None or headless():
        raise Http404
    found = homes([site.root_page.translation_key]).select_related("locale")
    there = {home.locale.language_code: home for home in found}
    for code in [*_asked_for(request), settings.LANGUAGE_CODE, *there]:
        if code in there:
            return HttpResponseRedirect(there[code].get_url(request))
    raise Http404


def _asked_for(request: HttpRequest) -> list[str]:
    """The languages of the site that a browser asks for, the best first."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    codes = [translation.get_language_from_request(request)] if request.COOKIES else []
    for code, _quality in accepted:
        with suppress(LookupError):
            codes.append(get_supported_language_variant(code))
    return codes


@require_safe
def page_versions(request: HttpRequest, key: UUID) -> HttpResponse:
    """A page that isn't translated into the active language, with links to its translations.

    Redirects to the page once it is translated.
    """
    pages = pages_in_language(Page.objects.filter(translation_key=key, alias_of__isnull=True))
    page = pages.select_related("locale").first()
    if page is None:
        raise Http404
    versions = language_versions(page)
    for version in versions:
        if version.code == translation.get_language():
            return HttpResponseRedirect(version.url)
    return keepable_html(render(request, "home/page_versions.html", {"versions": versions}))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages of the site with their other languages (sitemaps.org, with hreflang).

    With a query it would be made for each one anew, so whoever adds one is sent to that without.
    """
    if request.META.get("QUERY_STRING"):
        return HttpResponseRedirect(request.path)
    site = Site.find_for_request(request)
    if site is None or headless():
        raise Http404
    roots = site.root_page.get_translations(inclusive=True)
    groups: dict[UUID, list[Page]] = defaultdict(list)
    # Without aliases and mirrored pages, whose originals search engines find elsewhere.
    own = Q(alias_of=None, kis_mirroredpage=None)
    for root in roots:
        pages = pages_in_language(Page.objects.descendant_of(root, inclusive=True))
        for page in pages.filter(own).select_related("locale"):
            groups[page.translation_key].append(page)
    order = {code: place for place, (code, _name) in enumerate(settings.LANGUAGES)}
    for versions in groups.values():
        versions.sort(key=lambda page: order.get(page.locale.language_code, len(order)))
    response = render(
        request, "home/sitemap.xml", {"groups": groups.values()}, content_type="application/xml"
    )
    return keepable_html(response)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt`` (RFC 9309)."""
    lines = ["User-agent: *"]
    if headless():
        lines.append("Disallow: /")
    else:
        lines += ["Disallow: /admin/", "Disallow: /embed/"]
        lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def fault(language: str, control: ExitControl, style: str = "") -> str:
    """The page for a fault in a language, made without the database.

    With a ``style`` it loads nothing and needs no site that answers.
    """
    with translation.override(language):
        context: dict[str, Any] = {
            "language": language,
            "exit": control,
            "numbers": last_read(language),
            "style": style,
        }
        return render_to_string("500.html", context)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error 500, in the reader's language, made without the database."""
    language = translation.get_language_from_request(request, check_path=True)
    text = fault(language, ExitControl.for_site(None, language))
    return HttpResponse(text, status=500, headers={"Content-Language": language})
