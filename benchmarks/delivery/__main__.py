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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

import orjson

from benchmarks.delivery.measure import (
    OURS,
    RIVALS,
    SEARCH,
    rival_listing,
    rival_page,
    rival_search,
)
from benchmarks.delivery.picture import picture
from benchmarks.delivery.results import Result, Run, first_of, markdown, number, pair, write_into
from tests.processes import servers

SECONDS, CONNECTIONS = 1, 64
#: So that no worker gets all connections, which then wait for one of two cores.
SHARED = "--worker-connections 40"
JSON = "benchmarks.delivery.measure"
#: What rows call the three rivals.
NAMES = dict(
    zip(RIVALS, ("stock", "stock, prefetched", "stock, prefetched, with orjson"), strict=True)
)
#: How long a listing by each of them is asked for: each thread answers several times.
LISTING_SECONDS = dict(zip(RIVALS, (15, 8, 8), strict=True))


@dataclass
class Bench:
    """A site of a size on a database, with a server that caches answers and one that doesn't."""

    folder: Path
    database: str
    size: int
    environment: dict[str, str]
    rounds: int
    cached: int = 0
    uncached: int = 0
    nginx: int = 0
    pids: dict[str, list[int]] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)

    @property
    def slow_rounds(self) -> int:
        """How often what takes longest is measured."""
        return max(2, self.rounds * 5 // 9)

    def add(self, *results: Result) -> None:
        for result in results:
            print(f"  {result.line()}", flush=True)
        self.results += results

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
    if seconds > 120:
        raise TimeoutError(f"No answer from {path}")
    # None came in time, so it is asked for longer.
    return float(found[1]) or rate(port, path, 2 * seconds, **headers)


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


def warm(port: int, *paths: str) -> None:
    """Ask so often that each worker has answered: its first answers take longer than wrk waits."""
    for path in paths * 4:
        assert get(port, path)[0] == 200, path


def turns(rounds: int, *systems: Callable[[], float]) -> list[list[float]]:
    """What systems give that take turns; a column for each."""
    rows = [[system() for system in systems] for _round in range(rounds)]
    return [list(column) for column in zip(*rows, strict=True)]


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(above, below, strict=True)]


def compare(
    bench: Bench,
    work: str,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    goal: str = "",
    drawn: str = "",
) -> None:
    """Let two systems take turns, and note the ratio of what they give."""
    mine, other = turns(bench.rounds, ours, theirs)
    bench.add(Result(work, pair(mine, other), ratios(mine, other), goal, drawn=drawn))


def in_process(bench: Bench, work: str, columns: Sequence[Sequence[float]]) -> None:
    """Milliseconds in one process: the first time in a version and again, against each rival."""
    first, again, *rivals = ([1000 * one for one in column] for column in columns)
    for rival, name in zip(rivals, NAMES.values(), strict=True):
        for mine, when in ((first, "for the first time in a version"), (again, "again")):
            row = f"{work} {when} : {name}, in process, ms"
            drawn = f"{work} {when} : {name}" if name == NAMES["prefetched"] else ""
            bench.add(Result(row, pair(mine, rival), ratios(rival, mine), drawn=drawn))


def columns_of(found: Any) -> list[list[float]]:
    return [list(column) for column in zip(*found["seconds"], strict=True)]


def listing(bench: Bench) -> None:
    """A listing of 20 with all fields, from the shelf, without a cache of answers."""
    found = bench.inside("listing")
    first, again, stock, prefetched, _orjson = found["statements"]
    asked = {"stock": stock, "prefetched": prefetched, "orjson": prefetched}
    warm(bench.uncached, OURS, *map(rival_listing, RIVALS))
    ours, *rivals = turns(
        bench.slow_rounds,
        lambda: rate(bench.uncached, OURS),
        *(
            lambda name=name: rate(bench.uncached, rival_listing(name), LISTING_SECONDS[name])
            for name in RIVALS
        ),
    )
    for name, theirs in zip(RIVALS, rivals, strict=True):
        bench.add(
            Result(
                f"listing of 20 from the shelf : {NAMES[name]}, answers/s",
                f"{pair(ours, theirs)}, {again} : {asked[name]} statements",
                ratios(ours, theirs),
                "≥ 100" if name == "stock" else "",
                drawn=f"listing : {NAMES[name]}",
            )
        )
    in_process(bench, "listing", columns_of(found))
    bench.add(
        Result(
            "statements of that listing: first in a version, at last (held to the goal)",
            f"{first}, {again}",
            goal="≤ 3",
            value=again,
        )
    )


def detail(bench: Bench) -> None:
    """One page with all fields, from the shelf, without a cache of answers."""
    pk = json.loads(get(bench.uncached, OURS)[2])["items"][0]["id"]
    found = bench.inside("detail")
    first, again, stock, prefetched, _orjson = found["statements"]
    asked = {"stock": stock, "prefetched": prefetched, "orjson": prefetched}
    mine = f"/api/v2/pages/{pk}/"
    warm(bench.uncached, mine, *(rival_page(name, pk) for name in RIVALS))
    ours, *rivals = turns(
        bench.rounds,
        lambda: rate(bench.uncached, mine),
        *(lambda name=name: rate(bench.uncached, rival_page(name, pk), 3) for name in RIVALS),
    )
    for name, theirs in zip(RIVALS, rivals, strict=True):
        bench.add(
            Result(
                f"one page from the shelf : {NAMES[name]}, answers/s",
                f"{pair(ours, theirs)}, {again} : {asked[name]} statements",
                ratios(ours, theirs),
                "≥ 60" if name == "stock" else "",
                drawn=f"one page : {NAMES[name]}",
            )
        )
    in_process(bench, "one page", columns_of(found))
    bench.add(
        Result(
            "statements of that page: first in a version, at last (held to the goal)",
            f"{first}, {again}",
            goal="≤ 2",
            value=again,
        )
    )


def cached(bench: Bench) -> None:
    """Answers from the cache, and 304, against a view that does nothing, and nginx with a file."""
    _status, headers, body = get(bench.cached, OURS)
    (bench.folder / "bodies/listing").write_bytes(body)
    trivial = "/trivial/listing"
    compare(
        bench,
        "listing from the cache : a view that does nothing, answers/s",
        lambda: rate(bench.cached, OURS),
        lambda: rate(bench.cached, trivial),
        "≥ 0.8",
        drawn="kept listing : a view that does nothing",
    )
    compare(
        bench,
        "listing from the cache : nginx with the answer as a file, answers/s",
        lambda: rate(bench.cached, OURS),
        lambda: rate(bench.nginx, "/listing"),
    )
    tag = headers["ETag"]
    assert get(bench.cached, OURS, **{"If-None-Match": tag})[0] == 304
    compare(
        bench,
        "304 : a view that does nothing, answers/s",
        lambda: rate(bench.cached, OURS, **{"If-None-Match": tag}),
        lambda: rate(bench.cached, trivial),
        "≥ 0.9",
        drawn="304 : a view that does nothing",
    )


def html(bench: Bench) -> None:
    """Pages as HTML from the cache, and what strangers can ask for that costs most."""
    for place, (name, path) in enumerate(bench.inside("html_addresses").items()):
        (bench.folder / f"bodies/html-{place}").write_bytes(get(bench.cached, path)[2])
        compare(
            bench,
            f"{name} from the cache : a view that does nothing, answers/s",
            lambda path=path: rate(bench.cached, path),
            lambda place=place: rate(bench.cached, f"/trivial/html-{place}"),
            "≥ 0.8",
            drawn=f"{name} : a view that does nothing",
        )
    for name, (taken, statements) in bench.inside("dearest").items():
        text = f"{round(1000 * taken, 1)}, {statements:.0f} statements"
        bench.add(Result(f"{name}, ms of CPU", text, goal="≤ 100", value=1000 * taken))


#: What a listing whose items must be made is to be faster than each rival by.
MADE_GOALS = {"stock": "≥ 8", "prefetched": "≥ 4", "orjson": ""}


def computed(bench: Bench) -> None:
    """A listing of 20 whose items nobody has asked for since they changed."""
    found = bench.inside("computed")
    first, following, *rivals = ([1000 * one for one in column] for column in columns_of(found))
    for name, theirs in zip(RIVALS, rivals, strict=True):
        for ours, when, asked in zip(
            (first, following),
            ("first in a version", "the next in that version"),
            found["statements"],
            strict=True,
        ):
            bench.add(
                Result(
                    f"listing of 20, items made anew, {when} : {NAMES[name]}, in process, ms",
                    f"{pair(ours, theirs)}, {asked} statements",
                    ratios(theirs, ours),
                    MADE_GOALS[name],
                    drawn=f"made items : {NAMES[name]}" if ours is first else "",
                )
            )
    asked = max(found["statements"])
    bench.add(Result("their statements, at most", str(asked), goal="≤ 10", value=asked))


def pages(bench: Bench) -> None:
    """The last page of a listing against the first."""
    total = json.loads(get(bench.uncached, OURS)[2])["meta"]["total_count"]
    last = f"{OURS}&offset={max(0, min(10_000, total) - 20)}"
    get(bench.uncached, last)
    compare(
        bench,
        "first page of a listing : last, answers/s",
        lambda: rate(bench.uncached, OURS),
        lambda: rate(bench.uncached, last),
        "≤ 1.3",
    )
    again, nothing = ([1000 * one for one in row] for row in columns_of(bench.inside("trivial")))
    bench.add(Result(IN_PROCESS, pair(again, nothing), ratios(again, nothing)))


def search(bench: Bench) -> None:
    """A search in the API for a word that four pages have, without a cache of answers; stock's
    view asks the same index."""
    paths = SEARCH, rival_search("stock")
    warm(bench.uncached, *paths)
    mine, stock = turns(
        bench.slow_rounds, *(lambda path=path: rate(bench.uncached, path) for path in paths)
    )
    taken = bench.inside("search_statements")
    work = "a search that finds four : by stock's view, answers/s"
    figure = f"{pair(mine, stock)}, {taken} statements"
    bench.add(Result(work, figure, ratios(mine, stock), "≥ 20"))
    bench.add(
        Result("that search, answers/s", number(median(mine)), goal="≥ 150", value=median(mine))
    )


#: A row that grows with the number of cooperations if anything does.
IN_PROCESS = "listing : a view that does nothing, in process, ms"


def sync(bench: Bench) -> None:
    """Everything by the feed: while its items are made, and as it stands then."""
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
        items = sum(len(orjson.loads(body)["changes"]) for body in bodies)
        read.append(perf_counter() - began)
        sizes.append(max(memory(pid) for pid in workers))
    for name, taken, goal in (("", given, "≥ 5,000"), (", and parsed with orjson", read, "")):
        rates = [items / one for one in taken]
        bench.add(
            Result(
                f"everything by the feed{name}, items/s",
                f"{items:,} items: {number(rates[0])} while some are made, then "
                f"{number(median(rates[1:]))}",
                goal=goal,
                value=median(rates[1:]),
            )
        )
    text = f"{min(sizes):.0f} to {max(sizes):.0f}, {sizes[-1]:.0f} after the last"
    bench.add(Result("memory of a worker that gives all of it ten times, MB", text))


def publish(bench: Bench) -> None:
    """Publishing one page in four languages, with the triggers and without, and the settlement."""
    found = bench.inside("publish")
    ours, theirs, settled = ([1000 * one for one in row] for row in zip(*found, strict=True))
    work = "publishing a page in 4 languages : without the shelf, ms"
    bench.add(Result(work, pair(ours, theirs), ratios(ours, theirs), "≤ 1.5"))
    both = [one + other for one, other in zip(ours, settled, strict=True)]
    work = "the same with the settlement that the next question does : without"
    bench.add(Result(work, pair(both, theirs), ratios(both, theirs)))
    one = bench.inside("publish_one")
    ours, stock = ([1000 * second for second in row] for row in zip(*one["seconds"], strict=True))
    counted = " : ".join(map(str, one["statements"]))
    work = "publishing a page in one language : stock Wagtail with its own search, ms"
    figure = f"{pair(ours, stock)} ({counted} statements)"
    bench.add(Result(work, figure, ratios(ours, stock), "≤ 1.5"))
    asked = bench.inside("publication")
    text = f"listing {asked['listing']}, feed {asked['feed']}"
    bench.add(Result("statements of the first question after that", text))


def weight(bench: Bench) -> None:
    """The memory of a worker that has served the shelf, against one that has served stock pages."""
    ours = bench.pids["cached"]
    for _time in range(2):
        rate(bench.cached, OURS)
    with ExitStack() as stack:
        server = servers.gunicorn(bench.folder, "stock", bench.environment, 2)
        stack.enter_context(servers.running(server))
        warm(server.port, rival_listing("stock"))
        rate(server.port, rival_listing("stock"), 15)
        stock = max(memory(pid) for pid in server.children())
    most = max(memory(pid) for pid in ours)
    bench.add(
        Result(
            "memory of a worker : stock, MB",
            f"{most:.0f} : {stock:.0f}, {most - stock:+.0f}",
            goal="≤ 40",
            value=most - stock,
        )
    )


def memory(pid: int) -> float:
    """What a process holds for itself and shares, in MB (RSS)."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s*(\d+) kB", text)
    assert found is not None
    return int(found[1]) / 1000


PARTS = [listing, detail, search, cached, html, computed, pages, sync, publish, weight]


@contextmanager
def prepared(database: str, size: int, rounds: int) -> Iterator[Bench]:
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
        bench = Bench(folder, database, size, environment, rounds)
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


def measured(run: str, rounds: int, parts: Sequence[str]) -> Run:
    """A site such as ``500`` or ``500-sqlite``, measured part by part."""
    size, _dash, database = run.partition("-")
    found = {part.__name__: part for part in PARTS}
    began = perf_counter()
    with prepared(database or "postgresql", int(size), rounds) as bench:
        print(f"{run}: ready after {perf_counter() - began:.0f} s", flush=True)
        for name in parts or found:
            found[name](bench)
    print(f"{run}: done after {perf_counter() - began:.0f} s", flush=True)
    return Run(database or "postgresql", int(size), bench.results)


def growth(runs: Sequence[Run]) -> None:
    """Hold a listing in process with many cooperations against that with fewest."""
    few, *more = sorted(runs, key=lambda run: run.size)
    for run in more:
        pairs = [[one for one in each.results if one.work == IN_PROCESS] for each in (run, few)]
        if run.database == few.database and all(pairs):
            ((many,), (least,)) = pairs
            assert many.ratio and least.ratio
            times = many.ratio / least.ratio
            work = f"that with {run.size:,} cooperations : with {few.size:,}"
            text = f"{number(many.ratio)} : {number(least.ratio)}"
            place = run.results.index(many) + 1
            run.results.insert(place, Result(work, text, [times], "≤ 1.3"))


def main() -> None:
    names = [part.__name__ for part in PARTS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", default=["500"], help="500, 5000, 500-sqlite …")
    parser.add_argument("--parts", nargs="+", choices=names, default=[], help="by default all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--picture", type=Path, help="where to draw the ratios")
    parser.add_argument("--into", type=Path, help="a file whose tables to replace")
    options = parser.parse_args()
    runs = [measured(run, options.rounds, options.parts) for run in options.runs]
    growth(runs)
    text = markdown(runs, options.rounds, max(2, options.rounds * 5 // 9))
    if options.picture:
        main_run = first_of(runs)
        title = f"How many times as fast, with {main_run.name} cooperations in each language"
        options.picture.write_text(picture(title, main_run.results))
        text += f"\n![{title}]({options.picture})\n"
    print(f"\n{text}")
    if options.into:
        write_into(options.into, text)


if __name__ == "__main__":
    main()
