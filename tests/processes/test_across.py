"""After each commit no worker answers with what was before, whatever is killed meanwhile."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time

import psycopg
import pytest
from redis import Redis

from tests.processes import servers
from tests.processes.conftest import held, wait_for_waiting

ACTIONS = 25


def test_no_answer_is_older_than_the_last_commit(crowd, redis, readers):
    for _action in range(ACTIONS):
        done = crowd.editor("act")
        try:
            crowd.check()
        except AssertionError as error:
            raise AssertionError(f"after {done}: {error}") from error
    assert readers == []
    with Redis(port=redis.port) as cache:
        assert list(cache.scan_iter("*kis-answer-*"))


def test_who_asks_with_many_others_gets_nothing_older(crowd):
    """Threads of a worker share what they ask at the same time, never what was asked before."""
    pk = crowd.editor("pages")[0]
    path, ended = f"pages/{pk}/", threading.Event()
    known = {}

    def read():
        while not ended.is_set():
            crowd.ask(0, path, **known)

    threads = [threading.Thread(target=read) for _reader in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(40):
            crowd.editor("retitle", pk, f"Zu mehreren {number}")
            answer = crowd.ask(0, path, **known)
            assert answer.status == 200
            assert json.loads(answer.body)["title"] == f"Zu mehreren {number}"
            known["If_None_Match"] = answer.headers["ETag"]
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    crowd.check()


def test_a_session_that_forgets_its_statements_answers_too(crowd):
    """As behind a pooler that gives each transaction another session."""
    crowd.check()
    assert crowd.editor("version") == ["EXECUTE"]
    assert crowd.editor("version", "DEALLOCATE ALL") == ["EXECUTE", "SELECT"]
    assert crowd.editor("version") == ["SELECT"]


@pytest.mark.parametrize(
    ("worker", "lock"),
    [
        # Before the page is written, and when all is written but not committed.
        (0, "SELECT FROM wagtailcore_page WHERE id = {} FOR UPDATE"),
        (1, "LOCK wagtailcore_pagelogentry IN EXCLUSIVE MODE"),
    ],
)
def test_a_worker_that_is_killed_while_it_publishes_has_published_nothing(
    crowd, cluster, worker, lock
):
    pk = crowd.editor("pages")[0]
    before = crowd.title(pk)
    crowd.editor("draft", pk, f"Abbruch {worker}")

    def publish():
        with contextlib.suppress(OSError):  # Nobody answers any more.
            crowd.publish(worker, pk)

    with held(cluster, lock.format(pk)):
        thread = threading.Thread(target=publish)
        thread.start()
        wait_for_waiting(cluster, 1)
        crowd.kill(worker)
        thread.join()
    assert crowd.title(pk) == before
    crowd.check()
    assert crowd.publish(worker, pk) == 302
    assert crowd.title(pk) == f"Abbruch {worker}"
    crowd.check()


def test_a_worker_that_is_killed_while_it_settles_loses_nothing(crowd, cluster):
    pk = crowd.editor("pages")[0]
    crowd.check()
    crowd.editor("retitle", pk, "Nicht verloren")

    def read():
        with contextlib.suppress(OSError):
            crowd.ask(0, "changes/")

    with held(cluster, "SELECT FROM kis_delivery_state FOR UPDATE"):
        thread = threading.Thread(target=read)
        thread.start()
        wait_for_waiting(cluster, 1)
        crowd.kill(0)
        thread.join()
    assert crowd.title(pk) == "Nicht verloren"
    crowd.check()


def test_a_database_that_stops_at_once_loses_nothing(crowd, cluster, readers):
    pk = crowd.editor("pages")[0]
    for number in range(2):
        text = f"Ausfall {number}"
        child = crowd.editor("fork", "write_on", pk, 60, text)
        servers.until(
            lambda text=text: crowd.editor("titles")[str(pk)].startswith(text), "nothing is written"
        )
        cluster.stop(signal.SIGQUIT)
        without = crowd.ask(0, "pages/?limit=100&fields=*")
        assert without.status >= 500
        assert "no-store" in without.headers["Cache-Control"]
        cluster.start()
        crowd.editor("wait", child)
        assert crowd.title(pk).startswith(text)
        crowd.check()


def test_without_redis_everything_is_right_and_the_admin_works(crowd, redis, readers):
    def go_on():
        for _action in range(3):
            crowd.editor("act")
            crowd.check()

    crowd.check()
    redis.stop()  # It comes back with all that it holds now.
    go_on()
    pk = crowd.editor("pages")[0]
    for path in ("", f"pages/{pk}/edit/", f"pages/{pk}/history/", "images/"):
        assert crowd.admin(crowd.workers[0].port, f"admin/{path}").status == 200
    redis.start()
    go_on()
    redis.process.send_signal(signal.SIGSTOP)  # It takes connections, and says nothing.
    try:
        go_on()
    finally:
        redis.process.send_signal(signal.SIGCONT)
    assert readers == []


def test_numbers_become_visible_in_their_order(crowd, cluster, readers):
    """Writers with open transactions, readers who settle, and one who only goes forward.

    The last one reads as the feed does: while no row is suspect.
    """
    seconds = 15
    pages = crowd.editor("pages")[:3]
    children = [crowd.editor("fork", "write_on", pk, seconds, f"Zugleich {pk}") for pk in pages]
    end = time.monotonic() + seconds

    def settle(worker):
        while time.monotonic() < end:
            crowd.ask(worker, "locales/")
            crowd.ask(worker, "changes/?limit=1")

    threads = [threading.Thread(target=settle, args=(worker,)) for worker in (0, 1)]
    for thread in threads:
        thread.start()
    rows = "SELECT page_id, site_id, seq, suspect FROM kis_delivery_item"
    seen, newest, steps, missed = {}, -1, 0, set()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        while any(thread.is_alive() for thread in threads):
            found = list(connection.execute(rows))
            if any(suspect for _page, _site, _seq, suspect in found):
                continue
            now = {(page, site): seq for page, site, seq, _suspect in found}
            fresh = {place: seq for place, seq in now.items() if seq > newest}
            seen |= fresh
            missed |= {place for place, seq in now.items() if seen.get(place) != seq}
            newest = max([newest, *fresh.values()])
            steps += bool(fresh)
    for thread in threads:
        thread.join()
    for child in children:
        assert crowd.editor("wait", child) == 0
    assert steps > 4
    assert missed == set()
    assert readers == []
    crowd.check()


def test_what_commits_late_has_the_higher_number(crowd, cluster):
    """Nobody waits for a writer, and nobody misses what they write."""
    first, second = crowd.editor("pages")[:2]
    crowd.check()
    late = f"UPDATE wagtailcore_page SET title = 'Spät' WHERE id = {first}"
    with held(cluster, late) as writer:
        crowd.editor("retitle", second, "Früh")
        for worker in (0, 1):
            assert crowd.replay(worker)[second]["title"] == "Früh"
        writer.commit()
    assert crowd.title(first) == "Spät"
    crowd.check()


@pytest.mark.parametrize("reconciles", [False, True])
def test_a_settlement_waits_for_the_one_before_it(crowd, cluster, reconciles):
    """Otherwise both would give the same number, and who had read the first missed the second."""
    first, second = crowd.editor("pages")[:2]
    crowd.check()
    if reconciles:  # For there is something that no trigger has seen.
        title = f"UPDATE wagtailcore_page SET title = 'Aufgehalten' WHERE id = {first}"
        with held(cluster, f"SET session_replication_role = replica; {title}") as writer:
            writer.commit()
        before = threading.Thread(target=servers.manage, args=(crowd.environment, "reconcile"))
    else:
        crowd.editor("retitle", first, "Aufgehalten")
        before = threading.Thread(target=crowd.replay, args=(0,))
    after = threading.Thread(target=crowd.replay, args=(1,))
    with held(cluster, f"SELECT FROM kis_delivery_item WHERE page_id = {first} FOR UPDATE"):
        before.start()
        wait_for_waiting(cluster, 1)
        crowd.editor("retitle", second, "Überholt")
        after.start()
        wait_for_waiting(cluster, 2)
    before.join()
    after.join()
    assert crowd.title(first) == "Aufgehalten"
    assert crowd.title(second) == "Überholt"
    crowd.check()
