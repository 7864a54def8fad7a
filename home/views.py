"""Public views that aren't Wagtail pages: missing translations, sitemap, robots.txt, error 500."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from home.models import ExitControl
from partners.public.addresses import headless
from partners.public.pages import public_pages
from partners.templatetags.kis_partners import language_versions


@require_safe
def page_versions(request: HttpRequest, key: UUID) -> HttpResponse:
    """A page that isn't translated into the active language, with links to its translations.

    Redirects to the page once it is translated.
    """
    pages = public_pages(Page.objects.filter(translation_key=key, alias_of__isnull=True))
    page = pages.select_related("locale").first()
    if page is None:
        raise Http404
    versions = language_versions(page)
    for version in versions:
        if version.code == translation.get_language():
            return HttpResponseRedirect(version.url)
    return render(request, "home/page_versions.html", {"versions": versions})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages of the site with their other languages (sitemaps.org, with hreflang)."""
    site = Site.find_for_request(request)
    if site is None or headless():
        raise Http404
    roots = site.root_page.get_translations(inclusive=True)
    groups: dict[UUID, list[Page]] = defaultdict(list)
    # Without aliases and mirrored pages, whose originals search engines find elsewhere.
    own = Q(alias_of=None, kis_mirroredpage=None)
    for root in roots:
        pages = public_pages(Page.objects.descendant_of(root, inclusive=True))
        for page in pages.filter(own).select_related("locale"):
            groups[page.translation_key].append(page)
    order = [code for code, _name in settings.LANGUAGES]
    for versions in groups.values():
        versions.sort(key=lambda page: order.index(page.locale.language_code))
    return render(
        request, "home/sitemap.xml", {"groups": groups.values()}, content_type="application/xml"
    )


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


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error 500, in the reader's language, made without the database."""
    language = translation.get_language_from_request(request, check_path=True)
    with translation.override(language):
        context: dict[str, Any] = {
            "language": language,
            "exit": ExitControl.for_site(None, language),
        }
        return render(None, "500.html", context, status=500)
