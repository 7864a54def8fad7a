"""A site with two workers that share nothing but PostgreSQL and Redis."""

from __future__ import annotations

import http.client
import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from tests.processes import servers
from tests.processes.editor import HOST

#: Listings, searches, trees, languages: what a reader may ask, beside details and the feed.
QUERIES = [
    "pages/?limit=100&fields=*",
    "pages/?locale=sk,de&limit=100",
    "pages/?order=-title&limit=7&offset=3",
    "pages/?search=Zusammenarbeit",
    "pages/?search=Erika&fields=*",
    "pages/?fields=title,contacts&type=kis_partners.PartnerPage",
    "cooperations/?limit=50&fields=*",
    "cooperations/?locale=lv&include_aliases=true",
    "cooperations/?search=Kinder&locale=en,de",
    "cooperations/?order=title",
    "images/",
    "documents/",
    "locales/",
]


def differs(found: Any, wanted: Any, where: str) -> None:
    """Fail with the place of the first difference."""
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        for name in found:
            differs(found[name], wanted[name], f"{where} {name}")
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for number, pair in enumerate(zip(found, wanted, strict=True)):
            differs(*pair, f"{where} {number}")
    else:
        assert found == wanted, where


class Process:
    """An editor's process, see ``editor``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.editor"],
            cwd=servers.ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *call: Any) -> Any:
        """Have something done; what goes wrong there is raised here."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], 300)[0]:
            raise TimeoutError(call)
        good, value = json.loads(self.process.stdout.readline())
        if not good:
            raise RuntimeError(value)
        return value

    def end(self) -> None:
        with self.process:
            assert self.process.stdin
            self.process.stdin.close()
            try:
                self.process.wait(30)
            finally:
                self.process.kill()


def get(
    port: int, path: str, form: dict[str, Any] | None = None, **headers: str
) -> SimpleNamespace:
    """Ask a server for a path of the site, or send it a form: status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        names = {"Host": HOST, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if form is None:
            connection.request("GET", path, headers=names)
        else:
            names["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(form), names)
        answer = connection.getresponse()
        return SimpleNamespace(status=answer.status, headers=answer.headers, body=answer.read())
    finally:
        connection.close()


class Crowd:
    """The site with its workers, an editor, and a reader of the feed for each worker."""

    def __init__(
        self, workers: list[servers.Server], editor: Process, environment: dict[str, str]
    ) -> None:
        self.workers, self.editor, self.environment = workers, editor, environment
        self.random = random.Random(1)
        self.cursors: dict[int, str] = {}
        self.copies: dict[int, dict[int, Any]] = {}
        self.seen: set[int] = set()
        self.session = editor("sign_in")

    def ask(self, worker: int, path: str, **headers: str) -> Any:
        return get(self.workers[worker].port, f"/api/v2/{path}", **headers)

    def admin(self, port: int, path: str, form: dict[str, Any] | None = None) -> Any:
        """The admin, as its editor uses it."""
        token = "0" * 32
        return get(
            port,
            f"/{path}",
            form and {**form, "csrfmiddlewaretoken": token},
            Cookie=f"sessionid={self.session}; csrftoken={token}",
        )

    def publish(self, worker: int, pk: int) -> int:
        """Publish the draft of a page in a worker; the status of the answer."""
        path = f"admin/bulk/wagtailcore/page/publish/?id={pk}&next=/admin/"
        answer = self.admin(
            self.workers[worker].port, path, {"include_descendants": "", "told": "1"}
        )
        return int(answer.status)

    def kill(self, worker: int) -> None:
        """End a worker at once; its server starts another."""
        [pid] = self.workers[worker].children()
        os.kill(pid, signal.SIGKILL)

    def title(self, pk: int) -> str:
        """The title of a page, on which everybody agrees."""
        title: str = self.editor("titles")[str(pk)]
        for worker in range(len(self.workers)):
            assert json.loads(self.ask(worker, f"pages/{pk}/").body)["title"] == title
            assert self.replay(worker)[pk]["title"] == title
        return title

    def check(self, asked: int = 3) -> None:
        """No answer is older than the last commit, and the feed tells all."""
        self.check_feeds()
        details = [f"pages/{pk}/" for pk in self.random.sample(sorted(self.seen), 2)]
        for path in [*self.random.sample(QUERIES, asked), *details]:
            status, text = self.editor("ask", f"/api/v2/{path}")
            for worker in range(len(self.workers)):
                answer = self.ask(worker, path)
                assert answer.status == status, (path, answer.body)
                differs(json.loads(answer.body), json.loads(text), path)
                if status == 200:
                    again = self.ask(worker, path, If_None_Match=answer.headers["ETag"])
                    assert (again.status, again.body) == (304, b""), path

    def check_feeds(self) -> None:
        """Who has replayed the feed has what a crawl gives."""
        whole = json.loads(self.editor("ask", "/api/v2/pages/?limit=100&fields=*")[1])
        assert whole["meta"]["total_count"] <= 100
        crawl = {item["id"]: item for item in whole["items"]}
        self.seen |= crawl.keys()
        for worker in range(len(self.workers)):
            copy = self.replay(worker)
            assert copy.keys() == crawl.keys()
            for pk, item in crawl.items():
                # Of a page, the feed has more than a listing.
                known = {**copy[pk], "meta": {one: copy[pk]["meta"][one] for one in item["meta"]}}
                differs({name: known[name] for name in item}, item, f"feed {pk}")

    def replay(self, worker: int) -> dict[int, Any]:
        """What a reader has who has applied the feed so far."""
        copy = self.copies.setdefault(worker, {})
        more = True
        while more:
            since = self.cursors.get(worker)
            limit = self.random.choice([3, 20, 100])
            path = f"changes/?limit={limit}" + (f"&since={since}" if since else "")
            answer = self.ask(worker, path)
            assert answer.status == 200, answer.body
            page = json.loads(answer.body)
            for change in page["changes"]:
                if change["action"] == "upsert":
                    copy[change["id"]] = change["item"]
                else:
                    copy.pop(change["id"], None)
            self.cursors[worker], more = page["meta"]["next"], page["meta"]["has_more"]
        return copy


@contextmanager
def held(cluster: servers.PostgreSQL, statement: str) -> Iterator[psycopg.Connection]:
    """Locks of another session, until the block ends."""
    with psycopg.connect(cluster.url()) as connection:
        connection.execute(statement)
        yield connection
        connection.rollback()


def wait_for_waiting(cluster: servers.PostgreSQL, number: int) -> None:
    """Until so many sessions wait for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        servers.until(
            lambda: connection.execute(query).fetchone() == (number,), f"{number} don't wait"
        )


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    with servers.running(servers.redis_server(tmp_path_factory.mktemp("redis"))) as server:
        yield server


@pytest.fixture(scope="session")
def cluster() -> Iterator[servers.PostgreSQL]:
    if names := servers.lacking():
        pytest.skip(f"not installed here: {', '.join(names)}")
    with servers.postgresql() as cluster:
        cluster.create()
        yield cluster


@pytest.fixture(scope="session")
def crowd(
    tmp_path_factory: pytest.TempPathFactory, cluster: servers.PostgreSQL, redis: servers.Server
) -> Iterator[Crowd]:
    """The site with KIS's content."""
    folder = tmp_path_factory.mktemp("site")
    environment = servers.production(
        folder,
        DATABASE_URL=cluster.url(),
        CACHE_URL=f"rediscache://127.0.0.1:{redis.port}/0",
        DJANGO_SETTINGS_MODULE="tests.processes.settings",
        MEDIA_LOCATION="/_media/",
    )
    with ExitStack() as stack:
        uncached = "tests.processes.uncached_settings"
        editor = Process({**environment, "DJANGO_SETTINGS_MODULE": uncached})
        stack.callback(editor.end)
        editor("prepare")
        both = [
            stack.enter_context(servers.running(servers.gunicorn(folder, name, environment)))
            for name in ("first", "second")
        ]
        # The shelf is made by the workers' release, before a process of another one asks.
        for worker in both:
            assert get(worker.port, "/api/v2/changes/").status == 200
        yield Crowd(both, editor, environment)


@pytest.fixture(scope="session")
def port(crowd: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx in front of both workers, with the example configuration."""
    ports = [worker.port for worker in crowd.workers]
    media = crowd.environment["MEDIA_ROOT"]
    server = servers.example_nginx(tmp_path_factory.mktemp("nginx"), ports, media)
    with servers.running(server):
        yield server.port


@pytest.fixture
def readers(crowd: Crowd) -> Iterator[list[Any]]:
    """Readers who ask all the time, so that answers are made and kept at every moment.

    The errors that they got.
    """
    ended = threading.Event()
    broken = []

    def read(worker: int) -> None:
        source = random.Random(worker)
        while not ended.wait(0.1):
            path = source.choice([*QUERIES, "changes/", "pages/4/", "pages/7/"])
            coding = source.choice(["gzip", "br", "identity"])
            try:
                answer = crowd.ask(worker, path, Accept_Encoding=coding)
            except OSError:
                continue
            if answer.status >= 500:
                broken.append((path, answer.status, answer.body[:200]))

    threads = [threading.Thread(target=read, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    try:
        yield broken
    finally:
        ended.set()
        for thread in threads:
            thread.join()
