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

LISTING = "pages/?type=kis_partners.PartnerPage&fields=*&limit=20"
OURS, STOCK = f"/api/v2/{LISTING}", f"/stock/{LISTING}"
ROUNDS = 5


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


def listing_queries() -> list[int]:
    return [queries(OURS), queries(STOCK)]


def detail_queries() -> list[int]:
    pk = ask(OURS).json()["items"][0]["id"]
    return [queries(f"/api/v2/pages/{pk}/"), queries(f"/stock/pages/{pk}/")]


def listing_seconds() -> list[list[float]]:
    """Asked again in a version, for the first time in one, in which nothing is known yet, and a
    view that does nothing, in turns."""
    from partners.delivery import shelf

    body = Path(os.environ["BENCHMARK_BODIES"]) / "listing"
    body.write_bytes(ask(OURS).content)

    def first() -> None:
        shelf._last = None
        ask(OURS)

    works = (lambda: ask(OURS), first, lambda: ask("/trivial/listing"))
    return [[seconds(work) for work in works] for _time in range(100)]


def computed() -> dict[str, Any]:
    """A listing without payloads, and stock's, in turns."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from partners.delivery import shelf
    from partners.delivery.models import Item

    def empty() -> None:
        Item.objects.update(payload=None)
        # Whatever empties a row makes a new version.
        shelf._last = None

    ask(OURS), ask(STOCK)
    empty()
    asked = []
    for page in ("", "&offset=20"):
        with CaptureQueriesContext(connection) as found:
            ask(OURS + page)
        asked.append(sum(one["sql"] not in ("BEGIN", "COMMIT") for one in found))
    pairs = []
    for _round in range(ROUNDS):
        empty()
        pairs.append((seconds(lambda: ask(OURS)), seconds(lambda: ask(STOCK))))
    return {"seconds": pairs, "queries": asked}


def publish() -> list[list[float]]:
    """(seconds with triggers, without, of the settlement), in turns."""
    from django.db import transaction
    from wagtail.models import Page

    from partners.delivery import triggers
    from partners.delivery.settle import settle
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
        from .content import build

        build(int(number))
        print("null")
    else:
        print(json.dumps(globals()[name]()))


if __name__ == "__main__":
    main()
