"""The pages and files that an anonymous visitor may see; every public output asks here."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone
from wagtail.models import (
    Page,
    PageViewRestriction,
    Site,
)
from wagtail_localize.models import Translation, TranslationSource

from ..conf import conf
from .sql import SQL, column
from .translations import in_own_words, untouched

STEP = Page.steplen
PAGE, RESTRICTION, TRANSLATION, SOURCE, SITE = (
    model._meta.db_table
    for model in (Page, PageViewRestriction, Translation, TranslationSource, Site)
)
# The path of an ancestor is the beginning of a page's path, so restrictions on ancestors are found
# by the unique index on paths, down to this depth. Where any page below this depth is restricted,
# all pages below it count as restricted.
CHECKED_DEPTH = 10


class AncestorPaths(Func):
    """The paths of a page or collection and its ancestors, down to CHECKED_DEPTH, for ``__in``.

    A single expression: Django copies the expressions of a condition whenever it is nested in
    another one, and copying one for each depth would take longer than the query.
    """

    steps = (f"SUBSTR(%(expressions)s, 1, {STEP * depth})" for depth in range(1, CHECKED_DEPTH + 1))
    template = f"({', '.join(steps)})"
    output_field = CharField()


def ancestor_paths(path: str) -> AncestorPaths:
    """For a subquery: the paths of an object of the outer query and of its ancestors.

    ``path`` is the look-up of its path.
    """
    return AncestorPaths(OuterRef(path))


_DEEP = f"""EXISTS (
    SELECT 1 FROM {RESTRICTION} r JOIN {PAGE} a ON a.id = r.page_id WHERE a.depth > {CHECKED_DEPTH}
)"""


def _ancestor_paths(path: str) -> str:
    return AncestorPaths.template % {"expressions": path}


def _published(page: str) -> str:
    """SQL condition: a page is live and not past its expiry."""
    expiry = column(page, "expire_at")
    return f"{column(page, 'live')} AND ({expiry} IS NULL OR {expiry} > {{now}})"


def _restricted(page: str) -> str:
    """SQL after FROM: the restrictions of a page and its ancestors, down to CHECKED_DEPTH."""
    return f"""{RESTRICTION} r JOIN {PAGE} a ON a.id = r.page_id
        WHERE a.path IN {_ancestor_paths(column(page, "path"))}"""


def _open(page: str = "") -> str:
    """SQL condition: a page is published and below no view restriction, whatever its source is.

    No alternatives with subqueries, so that databases can use anti-joins.
    """
    return f"""{_published(page)}
        AND NOT EXISTS (SELECT 1 FROM {RESTRICTION} r WHERE r.page_id = {column(page, "id")})
        AND NOT EXISTS (SELECT 1 FROM {_restricted(page)})
        AND ({column(page, "depth")} <= {CHECKED_DEPTH} OR NOT {_DEEP})"""


def _closed_source(page: str = "") -> str:
    """SQL after FROM: the sources of a page, as a translation, that aren't open."""
    return f"""{TRANSLATION} t JOIN {SOURCE} s ON s.id = t.source_id
        WHERE t.enabled
        AND s.object_id = {column(page, "translation_key")}
        AND t.target_locale_id = {column(page, "locale_id")}
        AND NOT EXISTS (
            SELECT 1 FROM {PAGE} p
            WHERE p.translation_key = s.object_id AND p.locale_id = s.locale_id AND {_open("p")}
        )"""


def _closed_home(page: str = "") -> str:
    """SQL after FROM: the home page above a page, unless it is one of the page's language, public.

    A home page is that of a site or its translation. Wagtail has no address for what stands below
    a translated home page that isn't public.
    """
    return f"""{SITE} i JOIN {PAGE} r ON r.id = i.root_page_id
        JOIN {PAGE} h ON h.translation_key = r.translation_key
        WHERE h.depth > 1 AND h.path IN {_ancestor_paths(column(page, "path"))} AND (
            h.locale_id <> {column(page, "locale_id")}
            OR (h.id <> r.id AND (NOT ({_published("h")}) OR EXISTS ({untouched("h")})))
        )"""


def _there(page: str = "") -> str:
    """SQL condition: a page is in the language of its home page, and a translation is begun."""
    return f"""NOT EXISTS (SELECT 1 FROM {_closed_home(page)})
        AND NOT EXISTS ({untouched(page)})"""


# As in Wagtail, the restrictions of an alias' original hold for the alias and the pages below it.
_WITH_SOURCE = f"""{_open()}
    AND NOT EXISTS (SELECT 1 FROM {_closed_source()})
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} m JOIN {PAGE} o ON o.id = m.alias_of_id
        JOIN {PAGE} a ON a.path IN {_ancestor_paths("o.path")}
        JOIN {RESTRICTION} r ON r.page_id = a.id
        WHERE m.path IN {_ancestor_paths(column("", "path"))}
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} m JOIN {PAGE} o ON o.id = m.alias_of_id
        WHERE m.path IN {_ancestor_paths(column("", "path"))}
        AND o.depth > {CHECKED_DEPTH} AND {_DEEP}
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} o WHERE o.id = {column("", "alias_of_id")} AND NOT ({_published("o")})
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} o, {_closed_source("o")} AND o.id = {column("", "alias_of_id")}
    )
    AND NOT EXISTS (
        SELECT 1 FROM {PAGE} o
        WHERE o.id = {column("", "alias_of_id")} AND EXISTS ({untouched("o")})
    )"""


def public_pages(queryset: QuerySet[Page] | None = None) -> QuerySet[Page]:
    """The pages that everybody may read at this moment.

    A page is public while it is live, not past its expiry, below no view restriction and below
    the public home page of its language, and as a translation not in the words of its source
    alone. A translation or an alias closes with the page it was made from, unless the site decides
    otherwise (``KIS_PARTNERS["CLOSE_TRANSLATIONS"]``). This is one condition in one statement,
    so it holds from the moment a change is committed.
    """
    pages = Page.objects.all() if queryset is None else queryset
    text = f"{_WITH_SOURCE if conf().close_translations else _open()} AND {_there()}"
    now = Value(timezone.now(), DateTimeField())
    return pages.filter(SQL(f"({text})", BooleanField(), now=now))


def pages_in_language(queryset: QuerySet[Page] | None = None) -> QuerySet[Page]:
    """The public pages that are there in their language: without aliases that repeat another."""
    return in_own_words(public_pages(queryset))


def homes(roots: Any = None) -> QuerySet[Page]:
    """The home pages of the languages that are there, by the site's roots as in ``reachable``."""
    keys = Site.objects.values("root_page__translation_key") if roots is None else roots
    return pages_in_language(Page.objects.filter(translation_key__in=keys))


def is_there(page: Page) -> bool:
    """Whether a page is in the language of its home page, and a translation is begun.

    That it isn't published or restricted doesn't count.
    """
    now = Value(timezone.now(), DateTimeField())
    condition = SQL(f"({_there()})", BooleanField(), now=now)
    return Page.objects.filter(condition, pk=page.pk).exists()


def site_pages(request: Any) -> QuerySet[Page]:
    """The public pages of the request's site, in all its languages."""
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    return reachable(public_pages(), [site.root_page.translation_key])


def reachable(queryset: QuerySet[Page] | None = None, roots: Any = None) -> QuerySet[Page]:
    """The pages below these root pages, by default those of all sites, in all their languages."""
    keys = Site.objects.values("root_page__translation_key") if roots is None else roots
    above = Page.objects.filter(translation_key__in=keys, path__in=ancestor_paths("path"))
    return (Page.objects.all() if queryset is None else queryset).filter(Exists(above))


def sources(page: Page) -> list[Page | None]:
    """The pages that a translation or an alias was made from, and closes with; two statements.

    None stands for a deleted page. Empty where the site keeps translations open.
    """
    if not conf().close_translations:
        return []
    family = [page, page.alias_of] if page.alias_of else [page]
    made_from = Q()
    for one in family:
        made_from |= Q(source__object_id=one.translation_key, target_locale_id=one.locale_id)
    translations = Translation.objects.filter(made_from, enabled=True)
    wanted = set(translations.values_list("source__object_id", "source__locale_id"))
    wanted |= {(original.translation_key, original.locale_id) for original in family[1:]}
    if not wanted:
        return []
    pages = Page.objects.filter(translation_key__in={key for key, _locale in wanted})
    found = {(one.translation_key, one.locale_id): one for one in pages}
    return [found.get(identity) for identity in wanted]


def is_published(page: Page | None) -> bool:
    """Whether a page is live and not past its expiry; its view restrictions don't count."""
    if page is None or not page.live:
        return False
    return page.expire_at is None or page.expire_at > timezone.now()
