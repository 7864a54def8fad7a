"""After each commit no worker answers with what was before, whatever is killed meanwhile."""

from __future__ import annotations

import http.cookiejar
import json
import os
import random
import re
import signal
import threading
import time
import urllib.parse
import urllib.request

import pytest

from .conftest import QUERIES
from .editor import HOST

ACTIONS, ROUNDS = 40, 20


@pytest.fixture
def readers(crowd):
    """Threads that read all the time, so that answers are made and kept at every moment."""
    ended = threading.Event()
    broken = []

    def read(worker):
        source = random.Random(worker)
        while not ended.is_set():
            path = source.choice([*QUERIES, "changes/", "pages/4/", "pages/7/"])
            coding = source.choice(["gzip", "br", "identity"])
            time.sleep(0.03)
            try:
                answer = crowd.ask(worker, path, Accept_Encoding=coding)
            except OSError:
                continue
            if answer.status >= 500:
                broken.append((path, answer.status, answer.body[:200]))

    threads = [threading.Thread(target=read, args=(number % 2,)) for number in range(2)]
    for thread in threads:
        thread.start()
    yield broken
    ended.set()
    for thread in threads:
        thread.join()


def test_no_answer_is_older_than_the_last_commit(crowd, readers):
    for _action in range(ACTIONS):
        done = crowd.editor("act")
        try:
            crowd.check()
        except AssertionError as error:
            raise AssertionError(f"after {done}: {error}") from error
    assert readers == []


def test_an_editor_who_is_killed_has_published_all_or_nothing(crowd, readers):
    pk = crowd.editor("pages")[0]
    source = random.Random(2)
    for number in range(ROUNDS):
        child = crowd.editor("fork", "write_on", pk, 10, f"Abbruch {number}")
        time.sleep(0.1 + source.random() * 0.5)
        os.kill(child, signal.SIGKILL)
        crowd.editor("wait", child)
        crowd.check(3)
        title = crowd.editor("titles")[str(pk)]
        for worker in (0, 1):
            assert json.loads(crowd.ask(worker, f"pages/{pk}/").body)["title"] == title
            assert crowd.replay(worker)[pk]["title"] == title
    assert readers == []


def test_a_worker_that_is_killed_loses_nothing(crowd, readers):
    source = random.Random(3)
    for number in range(ROUNDS):
        crowd.editor("act")
        time.sleep(source.random() * 0.1)
        for pid in crowd.workers[number % 2].children():
            os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        crowd.check(3)


def test_a_database_that_stops_at_once_loses_nothing(crowd, cluster, readers):
    pk = crowd.editor("pages")[0]
    for number in range(3):
        crowd.editor("retitle", pk, f"Vor dem Ausfall {number}")
        child = crowd.editor("fork", "write_on", pk, 20, f"Ausfall {number}")
        time.sleep(0.5 + number / 5)
        cluster.stop("immediate")
        with_none = crowd.ask(0, "pages/?limit=100&fields=*")
        cluster.start()
        crowd.editor("wait", child)
        assert with_none.status >= 500
        assert "no-store" in with_none.headers["Cache-Control"]
        crowd.check()


def sign_in(port):
    """An opener that is signed in to the admin, as over HTTPS."""
    jar = http.cookiejar.CookieJar()

    class Cookies(urllib.request.HTTPCookieProcessor):
        """Sends the cookies, although this connection isn't encrypted."""

        def http_request(self, request):
            held = "; ".join(f"{one.name}={one.value}" for one in jar)
            if held:
                request.add_header("Cookie", held)
            return request

    opener = urllib.request.build_opener(Cookies(jar))
    opener.addheaders = [
        ("Host", HOST), ("X-Forwarded-Proto", "https"), ("Referer", f"https://{HOST}/admin/login/")
    ]  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    form = opener.open(f"{base}/admin/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    data = {"csrfmiddlewaretoken": token, "username": "erika", "password": "geheim"}
    request = urllib.request.Request(
        f"{base}/admin/login/?next=/robots.txt", urllib.parse.urlencode(data).encode()
    )
    handler = [
        one for one in opener.handlers if isinstance(one, urllib.request.HTTPRedirectHandler)
    ]
    for one in handler:
        one.redirect_request = lambda *ignored: None
    with pytest.raises(urllib.error.HTTPError) as answer:
        opener.open(request)
    assert answer.value.code == 302
    assert any(cookie.name == "sessionid" for cookie in jar)
    return lambda path: opener.open(f"{base}{path}")


def test_without_redis_everything_is_right_and_the_admin_works(crowd, redis, readers):
    crowd.check()
    redis.stop(signal.SIGTERM)  # It comes back with all that it holds now.
    for _action in range(10):
        crowd.editor("act")
        crowd.check(3)
    admin = sign_in(crowd.workers[0].port)
    pk = crowd.editor("pages")[0]
    for path in ("", f"pages/{pk}/edit/", "snippets/", f"pages/{pk}/"):
        assert admin(f"/admin/{path}").status == 200
    redis.start()
    for _action in range(10):
        crowd.editor("act")
        crowd.check(3)
    assert readers == []


def test_numbers_become_visible_in_their_order(crowd, cluster, readers):
    """Writers with open transactions, settling readers, and one who only goes forward."""
    import psycopg

    seconds = 20
    pages = crowd.editor("pages")[:3]
    children = [crowd.editor("fork", "write_on", pk, seconds, f"Zugleich {pk}") for pk in pages]
    columns = "SELECT page_id, site_id, seq FROM kis_delivery_item"
    seen, newest, steps = {}, -1, 0
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end + 1:
            rows = connection.execute(f"{columns} WHERE seq > %s", [newest]).fetchall()
            for page, site, seq in rows:
                seen[page, site] = max(seen.get((page, site), -1), seq)
            newest = max([newest, *seen.values()])
            steps += bool(rows)
        for child in children:
            assert crowd.editor("wait", child) == 0
        crowd.check()
        rows = connection.execute(f"{columns} WHERE seq > %s", [newest]).fetchall()
        seen |= {(page, site): seq for page, site, seq in rows}
        assert steps > 4
        assert seen == {(page, site): seq for page, site, seq in connection.execute(columns)}
    assert readers == []


def test_what_commits_late_has_the_higher_number(crowd, cluster):
    """One settlement waits for another, and a writer for neither."""
    import psycopg

    first, second = crowd.editor("pages")[:2]
    crowd.check(3)
    since = [crowd.cursors[worker] for worker in (0, 1)]
    answers = {}

    def read(worker):
        answers[worker] = crowd.ask(worker, f"changes/?since={since[worker]}&limit=500")

    write = "UPDATE wagtailcore_page SET title = %s WHERE id = %s"
    with (
        psycopg.connect(cluster.url()) as late,
        psycopg.connect(cluster.url()) as holder,
    ):
        late.execute(write, ["Spät", first])
        crowd.editor("retitle", second, "Früh")
        holder.execute("SELECT * FROM kis_delivery_state FOR UPDATE")
        threads = [threading.Thread(target=read, args=(0,))]
        threads[0].start()
        time.sleep(0.5)
        assert not answers, "a settlement did not wait for the one before it"
        late.commit()
        threads.append(threading.Thread(target=read, args=(1,)))
        threads[1].start()
        time.sleep(0.5)
        holder.rollback()
        for thread in threads:
            thread.join()
    found = [
        {
            change["id"]: change["item"]["title"]
            for change in json.loads(answers[one].body)["changes"]
        }
        for one in (0, 1)
    ]
    assert found[0][second] == found[1][second] == "Früh"
    assert found[1][first] == "Spät"
    for worker in (0, 1):
        crowd.cursors[worker] = json.loads(answers[worker].body)["meta"]["next"]
        for change in json.loads(answers[worker].body)["changes"]:
            crowd.copies[worker][change["id"]] = change["item"]
        assert crowd.replay(worker)[first]["title"] == "Spät"
    crowd.check()
