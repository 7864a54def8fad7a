"""Turns what has been touched into rows with a number, before anything is read.

Settlements follow each other: each takes what is noted, then waits for the one row of the shelf's
state and keeps it until it commits. So numbers become visible in their order, and a reader who has
come to N never misses a smaller one. Writers of content never wait for it.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from ...items.represent import served_language
from ...public.pages import STEP, public_pages
from ...public.translations import really_translated, with_grade
from ..models import Item, State
from ..notes.touched import Objects, Touched, chunks, take
from ..notes.triggers import EVERYTHING
from .release import release
from .signals import settled

Place = tuple[int, int]  # page id, site id
#: How many pages are looked at together.
TOGETHER = 500


def settle(everything: bool = False) -> int:
    """Bring the shelf up to date with all that is committed; the number of rows that changed.

    ``everything`` compares all pages with their rows, whatever has been noted.
    """
    with transaction.atomic():
        taken = take()
        touched = Touched.read(taken)
        state, _new = State.objects.select_for_update().get_or_create(pk=1)
        now = timezone.now()
        if state.due and state.due <= now:
            _expire(touched, state.due, now)
        if not any(vars(touched).values()) and not everything:
            return 0
        Site.clear_site_root_paths_cache()
        if EVERYTHING in taken or not state.release:
            state.release = release()
        settlement = _Settlement(state.number + 1, now, touched, everything)
        changed = settlement.run()
        if not state.sites.endswith(settlement.sites):
            state.sites = f"{state.number + 1} {settlement.sites}"
        if changed or touched.other:
            state.number += 1
            state.changed_at = now
            settled.send(State)
        state.due = _due(now)
        state.save()
        return changed


class _Settlement:
    def __init__(
        self, number: int, now: datetime.datetime, touched: Touched, everything: bool
    ) -> None:
        self.number, self.now, self.touched = number, now, touched
        self.everything = everything or touched.everything
        self.roots, self.sites = _roots()
        self.codes = set(Locale.objects.values_list("language_code", flat=True))
        #: Pages whose state or whose relatives' state is another.
        self.kin = touched.kin | relatives(_visible(touched.pages))
        self.changed = 0
        #: Pages of which others show something that is now different.
        self.different: set[int] = set()

    def run(self) -> int:
        if self.everything:
            ids = set(Page.objects.values_list("pk", flat=True))
            ids |= set(Item.objects.values_list("page_id", flat=True))
        else:
            ids = self.kin | relatives(self.touched.pages | self.touched.near)
        ordered = sorted(ids)
        for start in range(0, len(ordered), TOGETHER):
            self.look_at(ordered[start : start + TOGETHER])
        showing = self.touched.showing | showing_pages(self.different) | relatives(self.different)
        for part in chunks(showing):
            rows = Item.objects.filter(page_id__in=part, tombstone=False)
            self.changed += rows.exclude(seq=self.number).update(
                seq=self.number,
                changed_at=self.now,
                reason=Item.Reason.DEPENDENCY,
                payload=None,
            )
        return self.changed

    def look_at(self, ids: list[int]) -> None:
        """Compare pages with their rows, and write the rows that are different now."""
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
        asked = Page.objects.filter(pk__in=ids)
        public = set(public_pages(asked).values_list("pk", flat=True))
        real = set(really_translated(asked).values_list("pk", flat=True))
        stand: dict[Place, dict[str, Any]] = {}
        for pk in public & set(pages):
            page = pages[pk]
            for site in {site for site, path in self.roots if page.path.startswith(path)}:
                stand[pk, site] = _facts(page, pk in real)
        written = []
        for place in rows.keys() | stand.keys():
            row, facts = rows.get(place), stand.get(place)
            if facts is not None:
                made = self.shelve(place, row, facts)
            elif row is not None and not row.tombstone:
                made = self.close(row, pages.get(place[0]))
            else:
                made = None
            if made is not None:
                written.append(made)
        fields = [one.name for one in Item._meta.concrete_fields if not one.primary_key]
        Item.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["page_id", "site_id"],
            update_fields=[name for name in fields if name not in ("page_id", "site_id")],
        )
        self.changed += len(written)

    def shelve(self, place: Place, row: Item | None, facts: dict[str, Any]) -> Item | None:
        """The new row of a page that is public, None if nothing is new."""
        same = (
            row is not None
            and not row.tombstone
            and all(getattr(row, name) == value for name, value in facts.items())
        )
        if row is None or row.tombstone or row.reference != facts["reference"]:
            self.different.add(place[0])
        own = place[0] in self.touched.pages or self.touched.everything
        if same and not own and place[0] not in self.kin:
            return None
        reason = Item.Reason.DEPENDENCY
        if row is None or row.tombstone or own:
            reason = Item.Reason.PUBLISHED
        elif row.url_path != facts["url_path"]:
            reason = Item.Reason.MOVED
        before = (row.type, row.locale) if row else None
        return self.row(
            place,
            row,
            **facts,
            tombstone=False,
            reason=reason,
            refiled=bool(row and (row.refiled or before != (facts["type"], facts["locale"]))),
        )

    def close(self, row: Item, page: Page | None) -> Item:
        """The tombstone of a page that is no longer public."""
        self.different.add(row.page_id)
        values = {
            name: getattr(row, name)
            for name in (
                "type", "translation_key", "locale", "served", "state", "repeats", "url_path",
                "refiled",
            )
        }  # fmt: skip
        return self.row(
            (row.page_id, row.site_id),
            row,
            **values,
            reference="",
            tombstone=True,
            reason=self.why(row, page),
        )

    def why(self, row: Item, page: Page | None) -> str:
        """Why a page is no longer public on a site."""
        reasons = Item.Reason
        if page is None:
            return reasons.DELETED if row.locale in self.codes else reasons.LOCALE_REMOVED
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

    def row(self, place: Place, row: Item | None, **values: Any) -> Item:
        return Item(
            pk=row.pk if row else None,
            page_id=place[0],
            site_id=place[1],
            seq=self.number,
            changed_at=self.now,
            payload=None,
            **values,
        )


def _facts(page: Any, real: bool) -> dict[str, Any]:
    """What the row of a public page says beside its payload."""
    facts: dict[str, Any] = {
        "type": page.specific_class._meta.label if page.specific_class else "",
        "translation_key": page.translation_key,
        "locale": page.locale.language_code,
        "served": served_language(page),
        "state": page.grade,
        "repeats": not real,
        "url_path": page.url_path,
    }
    shown = "\0".join([page.title, *(str(value) for value in facts.values())])
    return {**facts, "reference": hashlib.md5(shown.encode()).hexdigest()}


def _visible(ids: set[int]) -> set[int]:
    """Those of these pages that are public, or were when the shelf was last settled."""
    found: set[int] = set()
    for part in chunks(ids):
        found |= set(public_pages(Page.objects.filter(pk__in=part)).values_list("pk", flat=True))
        rows = Item.objects.filter(page_id__in=part, tombstone=False)
        found |= set(rows.values_list("page_id", flat=True))
    return found


def relatives(ids: Iterable[int]) -> set[int]:
    """Pages with their versions in other languages, and the aliases of all of these.

    They close together and name each other.
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
        # Pages that are gone are known to the shelf alone.
        keys = Item.objects.filter(page_id__in=part).values("translation_key")
        found |= set(Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True))
    return found


def showing_pages(ids: set[int]) -> set[int]:
    """The pages that show the title or the address of one of these: by a reference, as parent."""
    if not ids:
        return set()
    touched = Touched()
    touched.show({Page: {str(pk) for pk in relatives(ids)}})
    found = touched.showing
    for part in chunks(ids):
        parents = Page.objects.filter(pk__in=part, numchild__gt=0)
        for path, depth in parents.values_list("path", "depth"):
            children = Page.objects.filter(path__startswith=path, depth=depth + 1)
            found |= set(children.values_list("pk", flat=True))
    return found


def _roots() -> tuple[list[Place], str]:
    """The sites with the paths below which their pages stand, one for each language.

    And a digest of all that addresses are made of besides.
    """
    found: list[Any] = []
    facts: list[Any] = list(Site.objects.order_by("pk").values_list())
    for site in Site.objects.select_related("root_page").order_by("pk"):
        family = Page.objects.filter(translation_key=site.root_page.translation_key)
        family = family.order_by("path")
        roots = list(family.values_list("path", "pk", "url_path", "locale__language_code"))
        found += [(site.pk, root[0]) for root in roots]
        facts += roots
    return found, hashlib.md5(repr(facts).encode()).hexdigest()


# The clock


def _dated() -> Iterable[tuple[Any, str, int]]:
    """Models that are shown or not by the day: (model, field, days from it to the change)."""
    for model in apps.get_models():
        for name, days in getattr(model, "shelf_dates", {}).items():
            yield model, name, days


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _due(now: datetime.datetime) -> datetime.datetime | None:
    """When the clock next changes what is public."""
    pages = Page.objects.filter(live=True, expire_at__gt=now)
    moments = [pages.aggregate(next=Min("expire_at"))["next"]]
    for model, name, days in _dated():
        day = timezone.localdate(now) - datetime.timedelta(days)
        later = model._default_manager.filter(**{f"{name}__gt": day})
        first = later.aggregate(next=Min(name))["next"]
        moments.append(first and _midnight(first + datetime.timedelta(days)))
    return min((moment for moment in moments if moment), default=None)


def _expire(touched: Touched, since: datetime.datetime, now: datetime.datetime) -> None:
    """Note what the clock has changed since a moment."""
    passed = Page.objects.filter(expire_at__gte=since, expire_at__lte=now)
    touched.near |= set(passed.values_list("pk", flat=True))
    objects: Objects = defaultdict(set)
    for model, name, days in _dated():
        shift = datetime.timedelta(days)
        rows = model._default_manager.filter(
            **{
                f"{name}__gte": timezone.localdate(since) - shift,
                f"{name}__lte": timezone.localdate(now) - shift,
            }
        )
        keys = {str(pk) for pk in rows.values_list("pk", flat=True)}
        if keys:
            touched.other = True
            touched.add(model, keys, objects)
    if objects:
        touched.show(objects)
