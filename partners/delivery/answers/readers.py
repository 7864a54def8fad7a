"""Feeds for readers, one per language: Atom (RFC 4287) with tombstones (RFC 6721), JSON Feed 1.1.

They name the newest changes of public pages. Of a page that is no longer public an Atom feed says
which entry it was and when it went, and nothing else. The id of an entry is derived from
translation key and language, so it outlives moves, new addresses and a new database.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import escape
from django.utils.module_loading import import_string
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe
from wagtail.coreutils import get_content_languages
from wagtail.models import Page, Site

from ...api.keepable import keepable
from ...conf import conf
from ...public.addresses import page_address
from ...public.pages import public_pages
from ..models import Item
from ..shelf.items import make_payloads
from ..shelf.rows import site_rows
from ..shelf.suspects import newest_change
from ..shelf.version import site_id_for, version_for

#: How many entries a feed has, tombstones among them.
LENGTH = 50
#: When a feed without entries has changed.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


@dataclass(frozen=True)
class Entry:
    """A page of the feed; without ``page``, it is no longer public."""

    id: str
    changed_at: datetime
    page: Page | None
    url: str = ""

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.page.title if self.page else ""

    @property
    def summary(self) -> str:
        """The search description or the lead of the page, as plain text."""
        page: Any = self.page
        shown = {getattr(field, "name", field) for field in getattr(page, "api_fields", [])}
        # What is computed may be another at any moment.
        lead = page.lead if "lead" in shown & {field.name for field in page._meta.fields} else ""
        return str(page.search_description or lead or "")


@dataclass(frozen=True)
class Changes:
    """The newest changes of a site in one language; ``url`` is the address of the feed."""

    title: str
    language: str
    home: str
    url: str
    changed_at: datetime
    entries: list[Entry]


class AtomFeed(Atom1Feed):
    """Django's Atom feed with tombstones."""

    def root_attributes(self) -> dict[str, str]:
        attributes: dict[str, str] = {**super().root_attributes(), "xmlns:at": TOMBSTONES}
        return attributes

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["changed_at"]
        return moment

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for entry in self.feed["gone"]:
            when = rfc3339_date(entry.changed_at)
            handler.addQuickElement("at:deleted-entry", None, {"ref": entry.id, "when": when})


@require_safe
def atom(request: HttpRequest, language: str) -> HttpResponse:
    """The Atom feed of a language; 404 for one that the site doesn't have."""
    changes = _changes(request, language)
    feed = AtomFeed(
        title=changes.title,
        link=changes.home,
        description=None,
        language=changes.language,
        author_name=changes.title,
        feed_url=changes.url,
        feed_guid=changes.url,
        changed_at=changes.changed_at,
        gone=[entry for entry in changes.entries if entry.page is None],
    )
    for entry in changes.entries:
        if entry.page is not None:
            feed.add_item(
                title=entry.title,
                link=entry.url,
                description=escape(entry.summary),
                unique_id=entry.id,
                pubdate=entry.page.first_published_at,
                updateddate=entry.changed_at,
            )
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return _described(response, language)


@require_safe
def json_feed(request: HttpRequest, language: str) -> HttpResponse:
    """The JSON Feed of a language; JSON Feed has no tombstones."""
    changes = _changes(request, language)
    items = []
    for entry in changes.entries:
        if entry.page is not None:
            item = {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.summary or entry.title,
                "date_modified": rfc3339_date(entry.changed_at),
            }
            if entry.page.first_published_at:
                item["date_published"] = rfc3339_date(entry.page.first_published_at)
            items.append(item)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": changes.title,
        "home_page_url": changes.home,
        "feed_url": changes.url,
        "language": changes.language,
        "authors": [{"name": changes.title}],
        "items": items,
    }
    response = JsonResponse(
        document, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False}
    )
    return _described(response, language)


def _described(response: HttpResponse, language: str) -> HttpResponse:
    response["Content-Language"] = language
    response["Surrogate-Key"] = "api listings"
    return keepable(response)


def _changes(request: HttpRequest, language: str) -> Changes:
    site = Site.find_for_request(request)
    if site is None or language not in get_content_languages():
        raise Http404
    _compare_suspects(request)
    base = f"{request.scheme}://{request.get_host()}"
    with override(language):
        root = public_pages(
            Page.objects.filter(
                translation_key=site.root_page.translation_key, locale__language_code=language
            )
        ).first()
        home = page_address(root, base) if root else f"{base}/"
        entries = _entries(site.pk, language, base)
        title = gettext("Changes: %(site)s") % {"site": site.site_name or site.hostname}
        return Changes(
            title=title,
            language=language,
            home=home,
            url=f"{base}{request.path}",
            changed_at=entries[0].changed_at if entries else NEVER,
            entries=entries,
        )


def _compare_suspects(request: HttpRequest) -> None:
    """Entries are dated and ordered by changes of items, so these are compared first."""
    version = version_for(request)
    if version.usable and conf().api_router:
        router = import_string(conf().api_router)
        site = site_id_for(request)
        newest_change(version, site, lambda rows: make_payloads(rows, request, router))


def _entries(site: int, language: str, base: str) -> list[Entry]:
    """The newest changes, newest first."""
    rows = list(_changed_rows(site, language)[:LENGTH])
    living = [row.page_id for row in rows if not row.tombstone]
    # A page may have been closed after the settlement that its row is of.
    public: Any = public_pages(Page.objects.filter(pk__in=living))
    pages = {page.pk: page for page in public.specific()}
    return [
        Entry(
            id=uuid.uuid5(row.translation_key, row.locale).urn,
            changed_at=row.changed_at,
            page=None if row.tombstone else pages[row.page_id],
            url="" if row.tombstone else page_address(pages[row.page_id], base),
        )
        for row in rows
        if row.tombstone or row.page_id in pages
    ]


def _changed_rows(site: int, language: str) -> QuerySet[Item]:
    """The rows of entries, newest first.

    Entries are named after translation key and language. A tombstone is left out where another page
    has both: the entry isn't gone.
    """
    rows = site_rows(site).filter(locale=language, repeats=False)
    living = rows.filter(tombstone=False, translation_key=OuterRef("translation_key"))
    tombstones = rows.filter(~Exists(living), tombstone=True)
    return (rows.filter(tombstone=False) | tombstones).order_by("-seq", "page_id")


def feeds() -> Any:
    """The URL patterns; the site includes them outside of ``i18n_patterns`` below ``feeds/``."""
    return [
        path("<str:language>/atom.xml", atom, name="kis_feed_atom"),
        path("<str:language>/feed.json", json_feed, name="kis_feed_json"),
    ]
