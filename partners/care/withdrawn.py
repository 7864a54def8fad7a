"""What is public, kept outside of the database, so that a backup brings nothing back.

A backup is older than what was withdrawn after it. So a list of what is public is written often, to
another place than backups; after a backup was restored, all that the list doesn't name is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from ..models import Consent, ForgettingReceipt, Person
from ..public.pages import public_pages

#: The layout of the list.
LAYOUT = 1


@dataclass
class Closed:
    """What a list did not name: titles of pages, numbers of consents, and the people who were
    forgotten after the backup, whose names it has brought back."""

    pages: list[str] = field(default_factory=list)
    consents: int = 0
    forgotten: list[int] = field(default_factory=list)


def what_is_public() -> dict[str, Any]:
    """Keys of the pages and consents that count now, and of the people who were forgotten."""
    live = Page.objects.filter(live=True, depth__gt=1).select_related("locale").order_by("pk")
    public = _public()
    consents = Consent.holding().order_by("pk")
    receipts = ForgettingReceipt.objects.order_by("pk")
    return {
        "layout": LAYOUT,
        "written": timezone.now().isoformat(),
        "pages": [_key(page) for page in live if page.pk in public],
        # Of private sections: published, and not for everybody.
        "private": [_key(page) for page in live if page.pk not in public],
        "consents": [
            f"{key}.{pk}" for key, pk in consents.values_list("person__translation_key", "pk")
        ],
        "forgotten": sorted({str(key) for key in receipts.values_list("person_key", flat=True)}),
    }


def _public() -> set[int]:
    return set(public_pages().values_list("pk", flat=True))


def _key(page: Page) -> str:
    return f"{page.translation_key}.{page.locale.language_code}"


@transaction.atomic
def close_others(
    listed: dict[str, Any], progress: Callable[[int, int], None] = lambda done, total: None
) -> Closed:
    """Unpublish pages and end consents that a list doesn't name.

    ``progress`` is told of the number of pages that were looked at, and of all. Raises
    ``ValueError`` for what is no such list; nothing is changed then.
    """
    if listed.get("layout") != LAYOUT or not isinstance(listed.get("pages"), list):
        raise ValueError("this is no list that keep_withdrawn --write has written")
    closed = Closed()
    pages, consents = set(listed["pages"]), set(listed["consents"])
    known = set(map(str, ForgettingReceipt.objects.values_list("person_key", flat=True)))
    for consent in Consent.holding().select_related("person"):
        if f"{consent.person.translation_key}.{consent.pk}" not in consents:
            consent.withdrawn_on = timezone.localdate()
            consent.save(update_fields=["withdrawn_on"])
            closed.consents += 1
    private, public = set(listed["private"]), _public()
    live = Page.objects.filter(live=True, depth__gt=1).select_related("locale").specific()
    for done, page in enumerate(live):
        progress(done, len(live))
        if _key(page) in pages or (_key(page) in private and page.pk not in public):
            continue
        # A source takes its translations along, so they may be closed by now.
        page.refresh_from_db(fields=["live"])
        if page.live:
            page.unpublish()
            closed.pages.append(f"{page.title} ({page.locale.language_code})")
    people = Person.objects.filter(translation_key__in=set(listed["forgotten"]) - known)
    closed.forgotten = sorted(people.values_list("pk", flat=True))
    return closed
