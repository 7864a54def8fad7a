"""A site with two workers that share nothing but PostgreSQL and Redis."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from . import servers
from .editor import HOST

#: Listings, searches, trees, languages: what a reader may ask, beside details and the feed.
QUERIES = [
    "pages/?limit=100&fields=*",
    "pages/?locale=sk,de&limit=100",
    "pages/?order=-title&limit=7&offset=3",
    "pages/?search=Zusammenarbeit",
    "pages/?search=Erika",
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

    def __init__(self, environment: dict[str, str], seed: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.editor", str(seed)],
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
        good, value = json.loads(self.process.stdout.readline())
        if not good:
            raise RuntimeError(value)
        return value

    def end(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def get(port: int, path: str, **headers: str) -> SimpleNamespace:
    """Ask a server for a path of the site; status, headers and body as they came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": HOST, **names})
        answer = connection.getresponse()
        return SimpleNamespace(status=answer.status, headers=answer.headers, body=answer.read())
    finally:
        connection.close()


class Crowd:
    """The site with its workers, an editor, and a reader of the feed for each worker."""

    def __init__(self, workers: list[servers.Server], editor: Process) -> None:
        self.workers, self.editor = workers, editor
        self.random = random.Random(1)
        self.cursors: dict[int, str] = {}
        self.copies: dict[int, dict[int, Any]] = {}

    def ask(self, worker: int, path: str, **headers: str) -> Any:
        return get(self.workers[worker].port, f"/api/v2/{path}", **headers)

    def check(self, asked: int = 5) -> None:
        """No answer is older than the last commit, and the feed tells all."""
        found = json.loads(self.editor("ask", "/api/v2/pages/?limit=100&include_aliases=true")[1])
        details = [f"pages/{item['id']}/" for item in found["items"]] + ["pages/999999/"]
        paths = self.random.sample(QUERIES, asked - 2) + self.random.sample(details, 2)
        for path in paths:
            status, text = self.editor("ask", f"/api/v2/{path}")
            for worker in range(len(self.workers)):
                answer = self.ask(worker, path)
                assert answer.status == status, (path, answer.body)
                differs(json.loads(answer.body), json.loads(text), path)
                tag = answer.headers.get("ETag")
                if status == 200:
                    again = self.ask(worker, path, If_None_Match=tag)
                    assert again.status == 304, path
        self.check_feeds()

    def check_feeds(self) -> None:
        whole = json.loads(self.editor("ask", "/api/v2/pages/?limit=100&fields=*")[1])
        assert whole["meta"]["total_count"] <= 100
        crawl = {item["id"]: item for item in whole["items"]}
        for worker in range(len(self.workers)):
            copy = self.replay(worker)
            assert copy.keys() == crawl.keys()
            for pk, item in crawl.items():
                whole = {**copy[pk], "meta": {one: copy[pk]["meta"][one] for one in item["meta"]}}
                differs({name: whole[name] for name in item}, item, f"feed {pk}")

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


@contextmanager
def workers(folder: Any, environment: dict[str, str], number: int = 2) -> Iterator[Any]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                servers.running(servers.gunicorn(folder, f"worker-{one}", environment))
            )
            for one in range(number)
        ]


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, cluster: servers.PostgreSQL, redis: servers.Server
) -> Iterator[Any]:
    """The environment of a site with KIS's content."""
    folder = tmp_path_factory.mktemp("site")
    environment = servers.production(
        folder, DATABASE_URL=cluster.url(), CACHE_URL=f"rediscache://127.0.0.1:{redis.port}/0"
    )
    servers.manage(environment, "migrate", "-v0")
    servers.manage(environment, "load_content", "-v0")
    servers.manage(environment, "collectstatic", "--noinput", "-v0")
    editor = Process({**environment, "DJANGO_SETTINGS_MODULE": "tests.processes.uncached"}, 0)
    editor("prepare")
    editor.end()
    yield SimpleNamespace(folder=folder, environment=environment)


@pytest.fixture(scope="session")
def crowd(site: Any) -> Iterator[Crowd]:
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "tests.processes.uncached"}
    with workers(site.folder, site.environment) as both:
        # The shelf is made by the workers' release, before a process of another one asks.
        assert get(both[0].port, "/api/v2/changes/").status == 200
        editor = Process(environment, 1)
        try:
            yield Crowd(both, editor)
        finally:
            editor.end()
