"""Starts what is measured, measures it part by part, and prints ratios."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

import orjson

from benchmarks.delivery.measure import OURS, STOCK, stock_page
from tests.processes import servers

ROUNDS, SECONDS, CONNECTIONS = 9, 1, 64
#: So that no worker gets all connections, which then wait for one of two cores.
SHARED = "--worker-connections 40"
JSON = "benchmarks.delivery.measure"


@dataclass
class Bench:
    """A site of a size on a database, with a server that caches answers and one that doesn't."""

    folder: Path
    database: str
    size: int
    environment: dict[str, str]
    cached: int = 0
    uncached: int = 0
    nginx: int = 0
    pids: dict[str, list[int]] = field(default_factory=dict)

    def inside(self, what: str) -> Any:
        """Measure something in a process of its own, see ``measure``."""
        done = subprocess.run(
            [sys.executable, "-m", JSON, what],
            cwd=servers.ROOT,
            env={
                **os.environ,
                **self.environment,
                "CACHE_URL": "locmemcache://",
                "BENCHMARK_UNCACHED": "1",
            },
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return json.loads(done.stdout)


def get(port: int, path: str, **headers: str) -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path, headers={"Host": "127.0.0.1", **headers})
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


def rate(port: int, path: str, seconds: float = SECONDS, **headers: str) -> float:
    """Answers per second that a server gives to wrk; each must be a success."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    text = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"),
            *("-H", "Host: 127.0.0.1", *options, f"http://127.0.0.1:{port}{path}"),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in text:
        raise RuntimeError(text)
    found = re.search(r"Requests/sec:\s*([\d.]+)", text)
    assert found is not None, text
    rest()
    return float(found[1])


def rest() -> None:
    """Wait until the servers have nothing left to do.

    They still answer what nobody waits for any more; the next turn must not pay for it.
    """
    for _time in range(400):
        before = worked()
        sleep(0.3)
        if worked() - before < 0.02:
            return
    raise TimeoutError("The servers don't come to rest")


def worked() -> float:
    """The processor time of all that this process has started, in seconds."""
    ticks, pids = 0, [os.getpid()]
    for pid in pids:
        with suppress(FileNotFoundError):
            folder = Path(f"/proc/{pid}")
            pids += map(int, (folder / f"task/{pid}/children").read_text().split())
            ticks += sum(map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def compare(
    name: str,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    goal: str,
    rounds: int = ROUNDS,
) -> None:
    """Let two systems take turns, and print the ratio of what they give."""
    pairs = [(ours(), theirs()) for _round in range(rounds)]
    ratios = [one / other for one, other in pairs]
    print(
        f"  {name:44} {median(one for one, _other in pairs):9.1f} : "
        f"{median(other for _one, other in pairs):9.1f}  = {median(ratios):7.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f})   goal {goal}",
        flush=True,
    )


def say(name: str, value: Any, goal: str) -> None:
    print(f"  {name:44} {value}   goal {goal}", flush=True)


def listing(bench: Bench) -> None:
    """A listing of 20 with all fields, from the shelf, without a cache of answers."""
    get(bench.uncached, OURS)
    compare(
        "listing of 20 from the shelf : stock, answers/s",
        lambda: rate(bench.uncached, OURS),
        # Long enough for each of its threads to answer several times.
        lambda: rate(bench.uncached, STOCK, 15),
        "≥ 100",
        rounds=5,
    )
    say("  its queries : stock's", bench.inside("listing_queries"), "≤ 3")


def detail(bench: Bench) -> None:
    """One page with all fields, from the shelf, without a cache of answers."""
    pk = json.loads(get(bench.uncached, OURS)[2])["items"][0]["id"]
    compare(
        "detail from the shelf : stock, answers/s",
        lambda: rate(bench.uncached, f"/api/v2/pages/{pk}/"),
        lambda: rate(bench.uncached, stock_page(pk), 4),
        "≥ 60",
    )
    found = bench.inside("detail_seconds")
    ours, stock = (1000 * median(column) for column in zip(*found, strict=True))
    ratio = median(theirs / mine for mine, theirs in found)
    say("  stock : ours, in process, ms", f"{stock:.1f} : {ours:.2f} = {ratio:.0f}", "none")
    say("  its queries : stock's", bench.inside("detail_queries"), "≤ 2")


def cached(bench: Bench) -> None:
    """Answers from the cache, and 304, against a view that does nothing, and nginx with a file."""
    path = OURS
    _status, headers, body = get(bench.cached, path)
    (bench.folder / "bodies/listing").write_bytes(body)
    trivial = "/trivial/listing"
    compare(
        "listing from the cache : trivial view, answers/s",
        lambda: rate(bench.cached, path),
        lambda: rate(bench.cached, trivial),
        "≥ 0.8",
    )
    compare(
        "listing from the cache : nginx with a file",
        lambda: rate(bench.cached, path),
        lambda: rate(bench.nginx, "/listing"),
        "none",
    )
    tag = headers["ETag"]
    assert get(bench.cached, path, **{"If-None-Match": tag})[0] == 304
    compare(
        "304 : trivial view, answers/s",
        lambda: rate(bench.cached, path, **{"If-None-Match": tag}),
        lambda: rate(bench.cached, trivial),
        "≥ 0.9",
    )


def computed(bench: Bench) -> None:
    """A listing of 20 whose items nobody has asked for since they changed."""
    found = bench.inside("computed")
    for place, name in enumerate(("the first in a version", "the next")):
        pairs = [(row[2], row[place]) for row in found["seconds"]]
        ratios = [stock / ours for stock, ours in pairs]
        milliseconds = [1000 * median(column) for column in zip(*pairs, strict=True)]
        say(
            f"stock : listing of 20 computed, {name}, ms",
            "{:.0f} : {:.0f}".format(*milliseconds)
            + f" = {median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})",
            "≥ 8",
        )
    say("  its queries, first in a version : then", found["queries"], "≤ 10")


def pages(bench: Bench) -> None:
    """The last page of a listing against the first."""
    first = OURS
    total = json.loads(get(bench.uncached, first)[2])["meta"]["total_count"]
    last = f"{first}&offset={max(0, min(10_000, total) - 20)}"
    get(bench.uncached, last)
    compare(
        "first page : last page, answers/s",
        lambda: rate(bench.uncached, first),
        lambda: rate(bench.uncached, last),
        "≤ 1.3",
    )
    found = bench.inside("listing_seconds")
    again, first_time, nothing = (1000 * median(column) for column in zip(*found, strict=True))
    times = median(ours / theirs for ours, _first, theirs in found)
    say(
        "listing : trivial view, in process, ms",
        f"{again:.2f} : {nothing:.2f} = {times:.1f}",
        "≤ 1.3 × that of 6",
    )
    say("  for the first time in a version, ms", f"{first_time:.2f}", "none")


def sync(bench: Bench) -> None:
    """Everything by the feed, from the shelf as it stands."""
    workers = bench.pids["uncached"]
    given, read, sizes = [], [], []
    for _round in range(10):
        began, bodies, cursor = perf_counter(), [], ""
        while True:
            body = get(bench.uncached, f"/api/v2/changes/?limit=500{cursor}")[2]
            bodies.append(body)
            # The cursor stands at the beginning, so that the next page can be asked for at once.
            head = orjson.loads(body[: body.index(b"}") + 1] + b"}")["meta"]
            if not head["has_more"]:
                break
            cursor = f"&since={head['next']}"
        given.append(perf_counter() - began)
        number = sum(len(orjson.loads(body)["changes"]) for body in bodies)
        read.append(perf_counter() - began)
        sizes.append(max(memory(pid) for pid in workers))
    for name, seconds in (("", given), (", and parsed", read)):
        rates = [number / one for one in seconds]
        say(
            f"initial sync of {number} items{name}, items/s",
            f"first {rates[0]:.0f}, then {median(rates[1:]):.0f} "
            f"({min(rates[1:]):.0f} to {max(rates[1:]):.0f})",
            "none" if name else "≥ 5,000",
        )
    say("  a worker after each time, MB", " ".join(f"{one:.0f}" for one in sizes), "flat")


def publish(bench: Bench) -> None:
    """Publishing one page in four languages, with the triggers and without, and the settlement."""
    found = bench.inside("publish")
    ratios = [ours / theirs for ours, theirs, _settled in found]
    say(
        "publish in 4 languages : without triggers",
        f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
        "≤ 1.5",
    )
    settled = [(ours + settled) / theirs for ours, theirs, settled in found]
    say("  with the settlement behind it", f"{median(settled):.2f}", "none")


def weight(bench: Bench) -> None:
    """The memory of a worker that has served the shelf, against one that has served stock pages."""
    ours = bench.pids["cached"]
    for _time in range(2):
        rate(bench.cached, OURS)
    with ExitStack() as stack:
        server = servers.gunicorn(bench.folder, "stock", bench.environment, 2)
        stack.enter_context(servers.running(server))
        # The first requests of a process take longer than wrk waits.
        for _time in range(4):
            get(server.port, STOCK)
        rate(server.port, STOCK, 15)
        stock = max(memory(pid) for pid in server.children())
    most = max(memory(pid) for pid in ours)
    say("memory of a worker : stock, MB", f"{most:.0f} : {stock:.0f}", "≤ stock + 40")


def memory(pid: int) -> float:
    """What a process holds for itself and shares, in MB (RSS)."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s*(\d+) kB", text)
    assert found is not None
    return int(found[1]) / 1000


PARTS = [listing, detail, cached, computed, pages, sync, publish, weight]


@contextmanager
def prepared(database: str, size: int) -> Iterator[Bench]:
    """The site with its servers; everything is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="kis-benchmark-"))
        stack.callback(shutil.rmtree, folder)
        (folder / "bodies").mkdir()
        environment = servers.production(folder, BENCHMARK_BODIES=str(folder / "bodies"))
        environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.delivery.settings"
        environment["GUNICORN_CMD_ARGS"] = SHARED
        if database == "postgresql":
            cluster = stack.enter_context(servers.postgresql())
            environment["DATABASE_URL"] = cluster.create(socket=True)
        else:
            environment["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
        bench = Bench(folder, database, size, environment)
        servers.manage(environment, "migrate", "-v0")
        servers.manage(environment, "collectstatic", "--noinput", "-v0")
        bench.inside(f"build:{size}")
        cache = "locmemcache://"
        if database == "postgresql":
            redis = stack.enter_context(servers.running(servers.redis_server(folder)))
            cache = f"rediscache://127.0.0.1:{redis.port}/0"
        for name, without in (("cached", "0"), ("uncached", "1")):
            more = {"CACHE_URL": cache, "BENCHMARK_UNCACHED": without}
            server = servers.gunicorn(folder, name, {**environment, **more}, 2)
            stack.enter_context(servers.running(server))
            setattr(bench, name, server.port)
            status, _headers, body = get(server.port, OURS)
            assert status == 200, body
            bench.pids[name] = server.children()
        bench.nginx = servers.free_port()
        folder.chmod(0o755)
        configuration = (
            f"server {{ listen 127.0.0.1:{bench.nginx}; root {folder}/bodies; "
            "default_type application/json; }"
        )
        stack.enter_context(servers.running(servers.nginx(folder, configuration, bench.nginx)))
        yield bench


def main() -> None:
    names = {part.__name__: part for part in PARTS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*names, []], help="by default all")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--size", type=int, default=500, help="cooperations in each language")
    options = parser.parse_args()
    print(f"{options.database}, {options.size} cooperations × 4 languages", flush=True)
    began = perf_counter()
    with prepared(options.database, options.size) as bench:
        print(f"  (ready after {perf_counter() - began:.0f} s)", flush=True)
        for name in options.parts or names:
            names[name](bench)


if __name__ == "__main__":
    main()
