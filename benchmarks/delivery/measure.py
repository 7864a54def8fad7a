"""What is measured inside one process: ``python -m benchmarks.delivery.measure WHAT`` → JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit
from weakref import ReferenceType

import django

LISTING = "pages/?type=kis_partners.PartnerPage&limit=20&fields=*"
OURS = f"/api/v2/{LISTING}"
NEXT = f"{OURS}&offset=20"
#: A word that four pages have.
SEARCHED = f"{LISTING}&search=00003"
SEARCH = f"/api/v2/{SEARCHED}"
# Stock Wagtail gives no more of what a page refers to than it is asked for.
NESTED = (
    "topics(topic(*)),contacts(side,person(*,organisation(*))),organisation(*),"
    "related(page_to(html_url,translation_key,locale))"
)
#: Stock Wagtail as it comes, with prefetched relations, and that with orjson; see ``urls``.
RIVALS = ("stock", "prefetched", "orjson")
ROUNDS = 15
#: What ours says besides: how far a translation is, and what to call a page's kind.
OURS_ALONE = {"language"}


def rival_listing(name: str) -> str:
    return f"/{name}/{LISTING},{NESTED}"


def rival_search(name: str) -> str:
    return f"/{name}/{SEARCHED.replace('fields=*', f'fields=*,{NESTED}')}"


def rival_page(name: str, pk: int) -> str:
    return f"/{name}/pages/{pk}/?fields=*,{NESTED}"


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


def statements(path: str) -> int:
    """How many a question takes, without those that begin and end a transaction."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        ask(path)
    return sum(not one["sql"].startswith(("BEGIN", "COMMIT")) for one in found)


def first_pk() -> int:
    return int(ask(OURS).json()["items"][0]["id"])


def in_turns(rounds: int, *paths: str, before: Any = None) -> list[list[float]]:
    """The seconds of each question, in turns, after all of them were asked."""
    for _time in range(2):
        [ask(path) for path in paths]
    found = []
    for _round in range(rounds):
        if before:
            before()
        found.append([seconds(lambda path=path: ask(path)) for path in paths])
    return found


def listing() -> dict[str, Any]:
    """Seconds for the first time in a version, again, and of the rivals; the statements of each."""
    check_fields([OURS, *map(rival_listing, RIVALS)])
    paths = [OURS, OURS, *map(rival_listing, RIVALS)]
    found = in_turns(ROUNDS, *paths, before=new_version)
    return {"seconds": found, "statements": all_statements(paths)}


def detail() -> dict[str, Any]:
    """The same of one page."""
    pk = first_pk()
    ours = f"/api/v2/pages/{pk}/"
    rivals = [rival_page(name, pk) for name in RIVALS]
    check_fields([ours, *rivals])
    paths = [ours, ours, *rivals]
    found = in_turns(3 * ROUNDS, *paths, before=new_version)
    return {"seconds": found, "statements": all_statements(paths)}


def all_statements(paths: list[str]) -> list[int]:
    """Those of each question in a new version; the second is asked for the third time then."""
    new_version()
    first = statements(paths[0])
    ask(paths[0])
    return [first, *map(statements, paths[1:])]


def check_fields(paths: list[str]) -> None:
    """Whether rivals give the same JSON, with the fields and the words that ours has.

    Ours alone says how far a translation is. Stock writes relations with rows between, so the
    words are compared and not their places.
    """
    bodies = [ask(path).content for path in paths]
    for name, body in zip(RIVALS[1:], bodies[2:], strict=True):
        same = json.loads(body.replace(f"/{name}/".encode(), b"/stock/"))
        assert same == json.loads(bodies[1]), f"{name} differs from stock"
    ours, stock = (json.loads(body) for body in bodies[:2])
    pairs = zip(ours.get("items", [ours]), stock.get("items", [stock]), strict=True)
    for mine, theirs in pairs:
        alone = set(mine["meta"]) - set(theirs["meta"])
        assert alone <= OURS_ALONE, alone
        assert set(theirs["meta"]) <= set(mine["meta"]), set(theirs["meta"]) - set(mine["meta"])
        assert set(mine) == set(theirs), set(mine) ^ set(theirs)
        lacking = words(mine) - words(theirs)
        assert not lacking, lacking


def words(value: Any, name: str = "") -> set[Any]:
    """The texts and numbers of an item, but for addresses, blocks' ids and what ours has alone."""
    if isinstance(value, dict):
        inner = [(one, name) for name, one in value.items() if name not in {"language", "state"}]
        return set().union(*(words(one, name) for one, name in inner))
    if isinstance(value, list):
        return set().union(*(words(one, name) for one in value))
    return set() if value in (None, "") or name.endswith("url") else {value}


def publication() -> dict[str, int]:
    """The statements of the first questions after a page was published in four languages."""
    from partners.models import PartnerPage

    pages = PartnerPage.objects.filter(
        translation_key=PartnerPage.objects.order_by("pk")[0].translation_key
    )
    feed = f"/api/v2/changes/?since={everything_read()}"
    found = {}
    for name, path in (("listing", OURS), ("feed", feed)):
        for page in pages:
            page.title = f"Partner {perf_counter()}"
            page.save_revision().publish()
        found[name] = statements(path)
    return found


def everything_read() -> str:
    """The cursor of who has read the whole feed."""
    cursor = ""
    while True:
        meta = ask(f"/api/v2/changes/?limit=500{cursor and f'&since={cursor}'}").json()["meta"]
        cursor = meta["next"]
        if not meta["has_more"]:
            return str(cursor)


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


def trivial() -> dict[str, Any]:
    """A listing that is asked again, and a view that gives the same bytes, in turns."""
    body = Path(os.environ["BENCHMARK_BODIES"]) / "listing"
    body.write_bytes(ask(OURS).content)
    return {"seconds": in_turns(100, OURS, "/trivial/listing")}


def computed() -> dict[str, Any]:
    """A listing without payloads, the first in a version and the next, and the rivals'."""
    from partners.delivery.models import Item

    def empty() -> None:
        # Only what has been filled: thousands of rows written again would be measured as well.
        Item.objects.exclude(payload=None).update(payload=None)
        new_version()

    found = in_turns(ROUNDS, OURS, NEXT, *map(rival_listing, RIVALS), before=empty)
    empty()
    return {"seconds": found, "statements": [statements(path) for path in (OURS, NEXT)]}


#: Near words and words of four languages, which a search must compare with many.
LONG_QUERY = "schlaegt beratungsstele interventionszentrm kooperationspartnr násilie aizsardzība"


def html_addresses() -> dict[str, str]:
    """A page of a cooperation, the list that it is in, and the home page."""
    page = urlsplit(ask(OURS).json()["items"][0]["meta"]["html_url"]).path
    above = page.rstrip("/").rpartition("/")[0]
    return {"a page": page, "a list": f"{above}/", "the home page": f"/{page.split('/')[1]}/"}


def search_statements() -> int:
    """Those of a search in a new version, of which the items are stored."""
    ask(SEARCH)
    new_version()
    ask(OURS)
    return statements(SEARCH)


def dearest() -> dict[str, list[float]]:
    """What strangers can ask for that costs most, by name: median of CPU seconds, statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def made(path: str) -> Any:
        return lambda number: client().get(f"{path}?{number}")

    asked = {f"{name}, made": made(path) for name, path in html_addresses().items()}
    asked["the site map with a query"] = made("/sitemap.xml")
    asked["a listing of 100 with all fields"] = made("/api/v2/pages/?fields=*&limit=100&x=")
    asked["a search for six near words"] = lambda number: client().post(
        "/de/search/", {"q": f"{LONG_QUERY} {number}"}
    )
    asked["an address that leads nowhere"] = made("/de/nowhere/")
    found = {}
    for name, ask_it in asked.items():
        for number in range(3):
            ask_it(number)
        taken = []
        for number in range(10, 10 + ROUNDS):
            began = process_time()
            ask_it(number)
            taken.append(process_time() - began)
        with CaptureQueriesContext(connection) as queries:
            ask_it(ROUNDS + 10)
        found[name] = [median(taken), len(queries)]
    return found


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


def publish_one() -> dict[str, Any]:
    """Publishing one page by this site and by stock Wagtail, in turns: seconds and statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from partners.delivery.notes import triggers
    from partners.models import PartnerPage

    pk = PartnerPage.objects.order_by("pk")[0].pk

    def work() -> None:
        page = PartnerPage.objects.get(pk=pk)
        page.title = f"Partner {perf_counter()}"
        page.save_revision().publish()

    def measured() -> tuple[float, int]:
        work()
        taken = min(seconds(work) for _time in range(3))
        with CaptureQueriesContext(connection) as found:
            work()
        return taken, len(found)

    times, counts = [], []
    for _round in range(9):
        ours = measured()
        triggers.remove()
        with stock_publishing(PartnerPage):
            stock = measured()
        triggers.install()
        times.append([ours[0], stock[0]])
        counts.append([ours[1], stock[1]])
    return {"seconds": times, "statements": counts[-1]}


@contextmanager
def stock_publishing(model: Any) -> Iterator[None]:
    """The pages of a model as stock Wagtail keeps them: none of this project's signal handlers, and
    Wagtail's search in the fields themselves."""
    from unittest.mock import patch

    from django.db.models import signals
    from django.test import override_settings
    from modelsearch.signal_handlers import post_save_signal_handler
    from wagtail.models import Page
    from wagtail.search.index import SearchField
    from wagtail.signals import page_published, published

    own = ("kis_", "partners", "signin", "search", "home")
    used = (published, page_published, signals.pre_save, signals.post_save, signals.m2m_changed)
    fields = [*Page.search_fields, *map(SearchField, ("lead", "body", "activities"))]
    backends = {"default": {"BACKEND": "wagtail.search.backends.database"}}
    with ExitStack() as stack:
        stack.enter_context(override_settings(WAGTAILSEARCH_BACKENDS=backends))
        stack.enter_context(patch.object(model, "search_fields", fields))
        for signal in used:
            stock = [
                row for row in signal.receivers if not _function(row[1]).__module__.startswith(own)
            ]
            stack.enter_context(patch.object(signal, "receivers", stock))
            stack.callback(signal.sender_receivers_cache.clear)
            signal.sender_receivers_cache.clear()
        signals.post_save.connect(post_save_signal_handler, sender=model)
        yield


def _function(receiver: Any) -> Any:
    return receiver() if isinstance(receiver, ReferenceType) else receiver


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
