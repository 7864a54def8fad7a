"""Settlements: notes become rows, before anything is read from the shelf.

A row that is new, gone or filed elsewhere gets the number of the settlement. A row whose item may
have changed becomes a suspect, without its payload: :mod:`shelf.suspects` makes the item, and gives
it a number if its bytes are others. So nobody sees a change of what isn't public.

Settlements follow each other. Each takes the notes that are committed, then locks the one row of
the shelf's state until it commits. So numbers become visible in their order, and a reader that has
come to a number never misses a smaller one. Editors never wait for a settlement.

Where a table has no triggers, changes of it are not noted. A settlement that sees this closes the
shelf, as :mod:`notes.triggers` does before migrations. One that compares everything, with all
triggers in place, opens it.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from ...items.represent import served_language
from ...public.pages import STEP, public_pages
from ...public.translations import in_own_words, with_grade
from ..models import CLOSED, Item, State
from ..notes import triggers
from ..notes.touched import Objects, Touched, chunks, pages_below, take_notes
from . import failures
from .release import release
from .signals import settled

logger = logging.getLogger(__name__)

#: What opens a closed shelf again.
REOPEN = "Run manage.py migrate to its end, or manage.py reconcile."
#: The ids of a page and of a site on which it is public, or was.
PageOnSite = tuple[int, int]
#: How many pages are compared at a time.
BATCH = 500
#: The columns by which feeds choose pages: a row where they change is another one to readers.
FILED_BY = ("type", "locale", "repeats")


def settle(everything: bool = False) -> int:
    """Bring the shelf up to date with all that is committed; gives how many rows may have changed.

    ``everything`` compares all pages with their rows, whatever has been noted.
    """
    with transaction.atomic():
        taken = take_notes()
        touched = Touched.from_notes(taken)
        state, new = State.objects.select_for_update().get_or_create(pk=1)
        if new:  # Rows of a state that is lost may be out of date, and have its numbers.
            touched.add_everything()
            state.number = Item.objects.aggregate(newest=Max("touched"))["newest"] or 0
        now, tables = timezone.now(), set()
        if state.due and state.due <= now:
            tables = _add_changes_by_clock(touched, state.due, now)
            touched.retranslated |= failures.take_due(now)
        touched.add_computed(taken, tables)
        touched.closed_or_opened |= _below_opened_or_closed_homes(touched)
        if not touched and not everything:
            return 0
        Site.clear_site_root_paths_cache()
        if lacking := triggers.missing():
            state.release = CLOSED
            logger.error("The shelf is closed: no triggers on %s. %s", ", ".join(lacking), REOPEN)
        elif new or triggers.EVERYTHING in taken:
            state.release = release()
        failing, retry_at = failures.failing(touched.changed)
        settlement = _Settlement(state.number + 1, now, touched, everything, failing)
        changed = settlement.run()
        if not state.sites.endswith(settlement.sites_digest):
            state.sites = f"{state.number + 1} {settlement.sites_digest}"
        if changed or touched.new_number:
            state.number += 1
            settled.send(State)
        moments = [_next_change_by_clock(now), retry_at]
        state.due = min((moment for moment in moments if moment), default=None)
        state.save()
        return changed


class _Settlement:
    """One settlement: compares pages with their rows and writes those that differ."""

    def __init__(
        self,
        number: int,
        now: datetime.datetime,
        touched: Touched,
        everything: bool,
        failing: set[int],
    ) -> None:
        self.number, self.now, self.touched = number, now, touched
        #: Pages whose items can't be made, and those of them that would be public.
        self.failing = failing
        self.unavailable: set[int] = set()
        self.everything = everything or touched.all_pages
        self.roots, self.sites_digest = _site_roots()
        self._families: dict[frozenset[int], set[int]] = {}
        self.languages = set(Locale.objects.values_list("language_code", flat=True))
        #: Pages whose item shows a translation that has changed: it is made again.
        self.translations_changed = self.families(
            touched.retranslated | _public_now_or_before(touched.changed)
        )
        self.changed = 0
        #: Pages whose item may have changed, although the columns of their rows are the same.
        self.suspected: set[int] = set()
        #: Pages that were opened or closed, or whose title, address or state of translation
        #: changed: whatever names them is made again.
        self.renamed: set[int] = set()

    def run(self) -> int:
        """Write all rows that differ or may differ; gives how many."""
        if self.everything:
            ids = set(Page.objects.values_list("pk", flat=True))
            ids |= set(Item.objects.values_list("page_id", flat=True))
        else:
            ids = self.translations_changed | self.families(
                self.touched.changed | self.touched.closed_or_opened
            )
        ordered = sorted(ids)
        for start in range(0, len(ordered), BATCH):
            self.compare(ordered[start : start + BATCH])
        renamed = self.families(self.renamed)
        naming = pages_naming(self.renamed, renamed) | renamed
        for part in chunks(self.suspected | self.touched.referring | naming):
            rows = Item.objects.filter(page_id__in=part, tombstone=False)
            rows = rows.exclude(touched=self.number)
            self.changed += rows.filter(digest="").update(**self.numbered(), payload=None)
            self.changed += rows.exclude(digest="").update(
                touched=self.number, suspect=True, payload=None
            )
        return self.changed

    def families(self, ids: set[int]) -> set[int]:
        """:func:`translation_families` of these pages, read once: mostly a single one has changed,
        and the same family is compared, made again and named by others."""
        key = frozenset(ids)
        if key not in self._families:
            self._families[key] = translation_families(ids)
        return self._families[key]

    def numbered(self) -> dict[str, Any]:
        """The columns of a row that gets the number of this settlement."""
        return {"seq": self.number, "touched": self.number, "changed_at": self.now}

    def compare(self, ids: list[int]) -> None:
        """Compare pages with their rows, and write the rows that differ."""
        rows = {
            (row.page_id, row.site_id): row
            for row in Item.objects.filter(page_id__in=ids).defer("payload")
        }
        pages = {
            page.pk: page
            for page in with_grade(Page.objects.filter(pk__in=ids)).select_related(
                "locale", "alias_of__locale", "content_type"
            )
        }
        compared = Page.objects.filter(pk__in=ids)
        public = set(public_pages(compared).values_list("pk", flat=True))
        self.unavailable |= public & self.failing
        public -= self.failing
        translated = set(in_own_words(compared).values_list("pk", flat=True))
        columns: dict[PageOnSite, dict[str, Any]] = {}
        for pk in public & set(pages):
            page = pages[pk]
            for site in {site for site, path in self.roots if page.path.startswith(path)}:
                columns[pk, site] = _columns(page, repeats=pk not in translated)
        written = []
        for place in rows.keys() | columns.keys():
            row, own_columns = rows.get(place), columns.get(place)
            if own_columns is not None:
                new = self.public_row(place, row, own_columns)
            elif row is not None and not row.tombstone:
                new = self.tombstone(row, pages.get(place[0]))
            else:
                new = None
            if new is not None:
                written.append(new)
        fields = [one.name for one in Item._meta.concrete_fields if not one.primary_key]
        Item.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["page_id", "site_id"],
            update_fields=[name for name in fields if name not in ("page_id", "site_id")],
        )
        self.changed += len(written)

    def public_row(
        self, place: PageOnSite, row: Item | None, columns: dict[str, Any]
    ) -> Item | None:
        """The new row of a public page, None if its columns are up to date."""
        if row is None or row.tombstone or row.reference != columns["reference"]:
            self.renamed.add(place[0])
        if row is not None and not row.tombstone:
            if all(getattr(row, name) == value for name, value in columns.items()):
                changed = place[0] in self.touched.changed | self.translations_changed
                if changed or self.touched.all_pages:
                    self.suspected.add(place[0])
                return None
            if row.digest and all(getattr(row, name) == columns[name] for name in FILED_BY):
                for name, value in columns.items():
                    setattr(row, name, value)
                row.touched, row.suspect, row.payload = self.number, True, None
                return row
        before = (row.type, row.locale) if row else None
        return self.new_row(
            place,
            row,
            **columns,
            **self.numbered(),
            tombstone=False,
            refiled=bool(row and (row.refiled or before != (columns["type"], columns["locale"]))),
        )

    def tombstone(self, row: Item, page: Page | None) -> Item:
        """The tombstone of a page that is no longer public."""
        self.renamed.add(row.page_id)
        kept = {
            name: getattr(row, name)
            for name in (
                "type", "translation_key", "locale", "served", "state", "repeats", "url_path",
                "refiled",
            )
        }  # fmt: skip
        return self.new_row(
            (row.page_id, row.site_id),
            row,
            **kept,
            **self.numbered(),
            reference="",
            tombstone=True,
            reason=self.reason_of_closing(row, page),
        )

    def reason_of_closing(self, row: Item, page: Page | None) -> str:
        """Why a page is no longer public on a site; without ``page``, it is deleted."""
        reasons = Item.Reason
        if row.page_id in self.unavailable:
            return reasons.UNAVAILABLE
        if page is None:
            return reasons.DELETED if row.locale in self.languages else reasons.LOCALE_REMOVED
        expired = page.expire_at is not None and page.expire_at <= self.now
        if not page.live or expired:
            return reasons.EXPIRED if page.expired or expired else reasons.UNPUBLISHED
        roots = [path for site, path in self.roots if site == row.site_id]
        if not roots:
            return reasons.SITE_REMOVED
        if not page.path.startswith(tuple(roots)):
            return reasons.MOVED
        above = [page.path[:end] for end in range(STEP, len(page.path) + 1, STEP)]
        if PageViewRestriction.objects.filter(page__path__in=above).exists():
            return reasons.RESTRICTED
        return reasons.SOURCE_CLOSED

    def new_row(self, place: PageOnSite, row: Item | None, **columns: Any) -> Item:
        """A row without payload, in place of ``row``."""
        pk = row.pk if row else None
        return Item(pk=pk, page_id=place[0], site_id=place[1], **columns)


def _columns(page: Any, repeats: bool) -> dict[str, Any]:
    """The columns of a public page's row that are read from the page."""
    columns: dict[str, Any] = {
        "type": (page.specific_class or Page)._meta.label,
        "translation_key": page.translation_key,
        "locale": page.locale.language_code,
        "served": served_language(page),
        "state": page.grade,
        "repeats": repeats,
        "url_path": page.url_path,
    }
    named = "\0".join([page.title, *(str(value) for value in columns.values())])
    return {**columns, "reference": hashlib.md5(named.encode()).hexdigest()}


def _public_now_or_before(ids: set[int]) -> set[int]:
    """Those of these pages that are public, or were at the last settlement."""
    found: set[int] = set()
    for part in chunks(ids):
        found |= set(public_pages(Page.objects.filter(pk__in=part)).values_list("pk", flat=True))
        rows = Item.objects.filter(page_id__in=part, tombstone=False)
        found |= set(rows.values_list("page_id", flat=True))
    return found


def _below_opened_or_closed_homes(touched: Touched) -> set[int]:
    """The pages below home pages that are public now and were not, or the other way round."""
    keys = Site.objects.values("root_page__translation_key")
    ids = touched.changed | touched.retranslated | touched.closed_or_opened
    homes = set(
        Page.objects.filter(translation_key__in=keys, depth__gt=1).values_list("pk", flat=True)
    )
    if not (homes := homes & translation_families(homes & ids)):
        return set()
    found = public_pages(Page.objects.filter(pk__in=homes)).values_list("pk", flat=True)
    rows = Item.objects.filter(page_id__in=homes, tombstone=False)
    return pages_below(set(found) ^ set(rows.values_list("page_id", flat=True)))


def translation_families(ids: Iterable[int]) -> set[int]:
    """Pages with their versions in other languages, and the aliases of all of these.

    The items of a family name each other, and its pages are closed together.
    """
    found = set(ids)
    for part in chunks(set(ids)):
        chosen = Page.objects.filter(pk__in=part)
        originals = chosen.exclude(alias_of=None).values("alias_of__translation_key")
        family = Page.objects.filter(
            Q(translation_key__in=chosen.values("translation_key"))
            | Q(translation_key__in=originals)
        )
        found |= set(family.values_list("pk", flat=True))
        found |= set(
            Page.objects.filter(alias_of__in=family.values("pk")).values_list("pk", flat=True)
        )
        # The translation keys of deleted pages are only on the shelf.
        keys = Item.objects.filter(page_id__in=part).values("translation_key")
        found |= set(Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True))
    return found


def pages_naming(ids: set[int], families: set[int]) -> set[int]:
    """The pages whose items have title or address of one of these pages; with their families.

    These are the pages that refer to one of a family, and the children of a page itself.
    """
    if not ids:
        return set()
    touched = Touched()
    touched.add_referring({Page: {str(pk) for pk in families}})
    found = touched.referring
    for part in chunks(ids):
        parents = Page.objects.filter(pk__in=part, numchild__gt=0)
        for path, depth in parents.values_list("path", "depth"):
            children = Page.objects.filter(path__startswith=path, depth=depth + 1)
            found |= set(children.values_list("pk", flat=True))
    return found


def _site_roots() -> tuple[list[tuple[int, str]], str]:
    """The root pages of all sites in all languages, as (site id, path).

    The second value is a digest of everything that addresses of pages begin with.
    """
    roots: list[tuple[int, str]] = []
    digested: list[Any] = list(Site.objects.order_by("pk").values_list())
    for site in Site.objects.select_related("root_page").order_by("pk"):
        family = Page.objects.filter(translation_key=site.root_page.translation_key)
        family = family.order_by("path")
        versions = list(family.values_list("path", "pk", "url_path", "locale__language_code"))
        roots += [(site.pk, version[0]) for version in versions]
        digested += versions
    return roots, hashlib.md5(repr(digested).encode()).hexdigest()


# Changes by the clock: pages expire, and consents begin or end on a day


def _dated_models() -> Iterable[tuple[Any, str, int]]:
    """The date fields that decide what is shown, as (model, field, days from date to change)."""
    for model in apps.get_models():
        for name, days in getattr(model, "shelf_dates", {}).items():
            yield model, name, days


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _next_change_by_clock(now: datetime.datetime) -> datetime.datetime | None:
    """When the clock next changes what is public, None if it won't."""
    pages = Page.objects.filter(live=True, expire_at__gt=now)
    moments = [pages.aggregate(next=Min("expire_at"))["next"]]
    for model, name, days in _dated_models():
        day = timezone.localdate(now) - datetime.timedelta(days)
        later = model._default_manager.filter(**{f"{name}__gt": day})
        first = later.aggregate(next=Min(name))["next"]
        moments.append(first and _midnight(first + datetime.timedelta(days)))
    return min((moment for moment in moments if moment), default=None)


def _add_changes_by_clock(
    touched: Touched, since: datetime.datetime, now: datetime.datetime
) -> set[str]:
    """Add what the clock has changed between two moments, as if it had been noted.

    Gives the tables of the objects that it has changed, except pages.
    """
    tables = set()
    expired = Page.objects.filter(expire_at__gte=since, expire_at__lte=now)
    touched.closed_or_opened |= set(expired.values_list("pk", flat=True))
    objects: Objects = defaultdict(set)
    for model, name, days in _dated_models():
        shift = datetime.timedelta(days)
        rows = model._default_manager.filter(
            **{
                f"{name}__gte": timezone.localdate(since) - shift,
                f"{name}__lte": timezone.localdate(now) - shift,
            }
        )
        keys = {str(pk) for pk in rows.values_list("pk", flat=True)}
        if keys:
            touched.new_number = True
            tables.add(model._meta.db_table)
            touched.add(model, keys, objects)
    touched.add_referring(objects)
    return tables
