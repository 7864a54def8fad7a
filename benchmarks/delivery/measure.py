"""What is measured inside one process: ``python -m benchmarks.delivery.measure WHAT`` → JSON."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import django

LISTING = "pages/?type=kis_partners.PartnerPage&limit=20&fields=*"
OURS = f"/api/v2/{LISTING}"
NEXT = f"{OURS}&offset=20"
# Stock Wagtail gives no more of what a page refers to than it is asked for.
NESTED = (
    "topics(topic(*)),contacts(side,person(*,organisation(*))),related(page_to(html_url)),"
    "organisation(*)"
)
STOCK = f"/stock/{LISTING},{NESTED}"
ROUNDS = 15


@cache
def client() -> Any:
    """One client, whose first request builds the middleware."""
    from django.test import Client

    return Client(headers={"host": "127.0.0.1"})


def ask(path: str) -> Any:
    answer = client().get(path)
    assert answer.status_code == 200, answer.content[:500]
    return answer


def seconds(work: Any) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def queries(path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _time in range(2):
        ask(path)
    with CaptureQueriesContext(connection) as found:
        ask(path)
    return len(found)


def stock_page(pk: int) -> str:
    return f"/stock/pages/{pk}/?fields=*,{NESTED}"


def listing_queries() -> list[int]:
    return [queries(OURS), queries(STOCK)]


def detail_queries() -> list[int]:
    pk = ask(OURS).json()["items"][0]["id"]
    return [queries(f"/api/v2/pages/{pk}/"), queries(stock_page(pk))]


def detail_seconds() -> list[list[float]]:
    """One page from the shelf, and by stock Wagtail, in turns."""
    pk = ask(OURS).json()["items"][0]["id"]
    paths = f"/api/v2/pages/{pk}/", stock_page(pk)
    for _time in range(3):
        [ask(path) for path in paths]
    return [[seconds(lambda path=path: ask(path)) for path in paths] for _time in range(50)]


def new_version() -> None:
    """Begin one in which nothing is known but what no change of a page changes."""
    from django.db.models import F

    from partners.delivery.models import State

    State.objects.update(number=F("number") + 1)


def listing_seconds() -> list[list[float]]:
    """Asked again in a version, for the first time in one, and a view that does nothing, in
    turns."""
    body = Path(os.environ["BENCHMARK_BODIES"]) / "listing"
    body.write_bytes(ask(OURS).content)

    found = []
    for _time in range(100):
        again = seconds(lambda: ask(OURS))
        new_version()
        first = seconds(lambda: ask(OURS))
        found.append([again, first, seconds(lambda: ask("/trivial/listing"))])
    return found


def computed() -> dict[str, Any]:
    """A listing without payloads, the first in a version and the next, and stock's, in turns."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from partners.delivery.models import Item

    def empty() -> None:
        # Only what has been filled: thousands of rows written again would be measured as well.
        Item.objects.exclude(payload=None).update(payload=None)
        new_version()

    # What a process learns once, such as the numbers of types, is known.
    for _time in range(2):
        empty()
        ask(OURS), ask(STOCK)
    empty()
    asked = []
    for path in (OURS, NEXT):
        with CaptureQueriesContext(connection) as found:
            ask(path)
        asked.append(sum(not one["sql"].startswith(("BEGIN", "COMMIT")) for one in found))
    rounds = []
    for _round in range(ROUNDS):
        empty()
        rounds.append([seconds(lambda path=path: ask(path)) for path in (OURS, NEXT, STOCK)])
    return {"seconds": rounds, "queries": asked}


def publish() -> list[list[float]]:
    """(seconds with triggers, without, of the settlement), in turns."""
    from django.db import transaction
    from wagtail.models import Page

    from partners.delivery.notes import triggers
    from partners.delivery.shelf.settle import settle
    from partners.models import PartnerPage

    pages = PartnerPage.objects.filter(
        translation_key=PartnerPage.objects.order_by("pk")[0].translation_key
    )

    def work() -> None:
        with transaction.atomic():
            for page in pages:
                page.title = f"Partner {perf_counter()}"
                page.save_revision().publish()

    settle()
    work()
    assert Page.objects.exists()
    found = []
    for _round in range(9):
        triggers.install()
        ours = seconds(work)
        settled = seconds(settle)
        triggers.remove()
        found.append([ours, seconds(work), settled])
    triggers.install()
    return found


def main() -> None:
    django.setup()
    name, _colon, number = sys.argv[1].partition(":")
    if name == "build":
        from benchmarks.delivery.content import build

        build(int(number))
        print("null")
    else:
        print(json.dumps(globals()[name]()))


if __name__ == "__main__":
    main()
