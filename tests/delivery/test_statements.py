"""How often an answer asks the database, and that it asks often enough."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from partners.delivery.models import Item
from partners.delivery.shelf import version
from partners.delivery.shelf.settle import settle
from partners.delivery.shelf.version import SharedQuestion, current_version
from tests.many import add_partners


def test_threads_that_ask_at_the_same_time_ask_once_and_see_what_was_committed_before():
    committed, going, may_go = [0], threading.Event(), threading.Event()
    questions = []

    def question(wanted):
        questions.append(sorted(wanted))
        seen = committed[0]
        going.set()
        may_go.wait(10)
        return seen

    shared = SharedQuestion(question)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shared.ask)
        going.wait(10)
        committed[0] = 1  # what the first may miss, and nobody else
        others = [pool.submit(shared.ask, want) for want in ("a", "b", None)]
        time.sleep(0.2)
        may_go.set()
        assert first.result(10) == 0
        assert [other.result(10) for other in others] == [1, 1, 1]
    assert questions == [[], ["a", "b"]]


def test_who_waits_asks_for_itself_where_another_has_failed():
    failures, may_go = [OSError("gone")], threading.Event()

    def question(_wanted):
        may_go.wait(10)
        if failures:
            raise failures.pop()
        return "there"

    shared = SharedQuestion(question)
    with ThreadPoolExecutor() as pool:
        threads = [pool.submit(shared.ask) for _thread in range(4)]
        time.sleep(0.2)
        may_go.set()
        found = [thread.exception(10) or thread.result(10) for thread in threads]
    assert sorted(map(str, found)) == ["gone", "there", "there", "there"]


def test_a_listing_takes_three_statements_and_a_detail_two(
    db, kis_page, django_assert_max_num_queries
):
    """What is asked again in a version takes two, and one where no cache keeps it."""
    client, pk = Client(), kis_page("triade").pk

    def ask(path, most):
        caches["default"].clear()
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200

    for path in (
        "/api/v2/cooperations/?locale=de",
        "/api/v2/cooperations/?locale=lv&fallback=en,de",
        "/api/v2/pages/?type=kis_partners.PartnerPage&fields=*",
    ):
        client.get(f"{path}&limit=20")
        for most in (3, 2, 1, 1):
            ask(f"{path}&limit=19", most)
    for path in (f"/api/v2/pages/{pk}/", f"/api/v2/cooperations/{pk}/?locale=de"):
        client.get(path)
        for most in (2, 1, 1):
            ask(path, most)


def test_a_listing_has_no_parent_whatever_its_title(api, kis_page, settings):
    page = kis_page("kooperationen")
    page.title = 'Ein "parent":{, und \\ "}]'
    page.save_revision().publish()
    question = "pages/?type=kis_partners.PartnerPage&fields=*"
    shelved = [api(question)["items"], api(f"{question}&limit=19")["items"]]
    detail = api(f"pages/{shelved[0][0]['id']}/")
    assert detail["meta"].pop("parent")["title"] == page.title
    settings.KIS_PARTNERS_RELEASE = "another"
    assert shelved == [api(question)["items"]] * 2 and detail in shelved[0]


@pytest.mark.parametrize(
    "question",
    [
        "pages/?locale=sk",
        "pages/?locale=lv&fallback=de,en&include_aliases=true",
        "pages/?min_state=machine",
        "pages/?type=kis_partners.PartnerPage,kis_partners.NetworkPage&locale=en",
        "pages/?type=kis_partners.CooperationPage",
        "cooperations/?locale=sk&fallback=de&min_state=complete",
    ],
)
def test_the_shelf_counts_what_the_pages_do(api, kis_page, question, settings):
    kis_page("triade", "sk").delete()
    shelved = api(question)["meta"]["total_count"]
    settings.KIS_PARTNERS_RELEASE = "another"
    assert shelved == api(question)["meta"]["total_count"] > 0


def test_one_statement_sees_every_change(kis_page, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CACHE_SLOTS": 0}
    page, other = kis_page("triade"), kis_page("polizeidirektion-leipzig")
    path = f"/api/v2/pages/{page.pk}/"
    client = Client()  # one, which has a middleware that remembers

    def titles():
        """As often as it takes until rows come with the version."""
        return {client.get(path).json()["title"] for _time in range(4)}

    assert titles() == {page.title}
    for title in ("Eins", "Zwei"):
        page.title = title
        page.save_revision().publish()
        assert titles() == {title}
    other.title = "Anderswo"
    other.save_revision().publish()
    assert titles() == {"Zwei"}
    page.unpublish()
    assert client.get(path).status_code == 404


def test_the_first_listing_of_a_version_only_counts_besides(kis_page):
    """What is known of sites and fields lasts, and answers beside a listing aren't made of it."""
    add_partners(kis_page("kooperationen"), 60)
    question = "/api/v2/pages/?type=kis_partners.PartnerPage&fields=*&order=-id&limit=20&offset="

    def asked(offset):
        Item.objects.update(payload=None)
        with CaptureQueriesContext(connection) as found:
            assert len(Client().get(f"{question}{offset}").json()["items"]) == 20
        beside = ("SAVEPOINT", "RELEASE")
        return [one["sql"] for one in found if not one["sql"].startswith(beside)]

    asked(0)
    page = kis_page("triade")
    page.title = "Neu"
    page.save_revision().publish()
    settle()
    first, second = asked(0), asked(20)
    assert len(second) <= 9 and len(first) == len(second) + 1
    assert [one for one in first if "COUNT" in one and "kis_delivery_item" in one]


def test_what_is_known_of_sites_lasts_until_one_changes(api, kis_page):
    page, site = kis_page("triade"), Site.objects.get(is_default_site=True)

    def address():
        return api(f"pages/{page.pk}/")["meta"]["html_url"]

    before = address()
    Site.objects.update(hostname="anders.example.org", port=443)
    settle()  # as another process might
    after = address()
    assert after.startswith("https://anders.example.org/") and before != after
    root = site.root_page.specific
    root.slug = "umgezogen"
    root.save_revision().publish()
    assert address() == after
    Site.objects.update(root_page=page.get_parent())
    assert address() == after.replace(f"/{page.get_parent().slug}/", "/")


def test_what_threads_want_of_two_sites_is_not_mixed(kis_page, settings, monkeypatch):
    """As if a thread that asks another site had come first: the question has room for one site."""
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CACHE_SLOTS": 0}
    page = kis_page("triade")
    default = Site.objects.get(is_default_site=True)
    other = Site.objects.create(hostname="other.example", root_page=kis_page("kooperationen"))
    path = f"/api/v2/pages/{page.pk}/"
    client = Client()  # one, which has a middleware that remembers

    def addresses():
        """Of the page by each site, as often as it takes until rows come with the version."""
        return [
            [client.get(path, headers={"host": host}).json()["meta"]["html_url"] for _ in range(4)]
            for host in ("testserver", "other.example")
        ]

    before = addresses()
    assert before[0][0] != before[1][0] and "other.example" in before[1][0]
    read, together = version._read_state, []

    def read_together(wanted):
        rows = read([version.WantedRows(default.pk, [page.pk]), *wanted])
        together.append([row[-1] for row in rows])
        return rows

    monkeypatch.setattr(version, "_read_state", read_together)
    assert addresses() == before
    assert [default.pk] in together and [other.pk] not in together


def test_while_the_shelf_cannot_be_settled_nothing_is_kept(kis_page, monkeypatch):
    def fail():
        raise RuntimeError

    page = kis_page("triade")
    path = f"/api/v2/pages/{page.pk}/"
    assert Client().get(path).json()["title"] == page.title
    monkeypatch.setattr(version, "settle", fail)
    monkeypatch.setattr(version.logger, "exception", lambda text: None)
    page.title = "Trotzdem neu"
    page.save_revision().publish()
    answer = Client().get(path)
    assert answer.json()["title"] == "Trotzdem neu"
    assert answer["Cache-Control"] == "private, no-store"
    assert Client().get("/api/v2/changes/").status_code == 503


def test_what_is_known_of_a_version_is_bounded(db, monkeypatch):
    monkeypatch.setattr("partners.delivery.shelf.version.MOST_KNOWN", 5)
    for number in range(1, 9):
        assert Client().get(f"/api/v2/pages/?title={number}").status_code == 200
        assert 0 < len(current_version().known) <= 5
