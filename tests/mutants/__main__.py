"""Chooses faults and the tests for each, has them tried by two processes, counts and lists."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import astuple
from pathlib import Path

from tests.mutants.operators import Mutant, mutants

#: What must not be wrong: who sees what, what follows, what is noted, and what comes in. Beside
#: each part the rooms of the tests that stand for it.
PARTS = {
    "api public": "public/pages public/sql api/pagination api/filters api/language",
    "translating": """
        public/translations translating/cascades translating/neutral_values translating/drafts
        translating/link_targets translating/stream_values translating/signal_handlers
        """,
    "delivery": """
        delivery/shelf/settle delivery/shelf/suspects delivery/shelf/version
        delivery/notes/touched delivery/notes/triggers
        delivery/answers/cache delivery/answers/feed delivery/answers/cursor
        delivery/answers/readers delivery/answers/recipes delivery/answers/views
        """,
    "models items": "models/people items/richtext items/references",
    "roles": "roles/rights",
    "content": "content/loader",
    "po": "po/incoming po/check",
}
MODULES = [name for names in PARTS.values() for name in names.split()]
#: Whose tests may see a fault: those of the modules' own rooms and of what stands on them.
ROOMS = [*" ".join(PARTS).split(), "mirror", "site"]
#: Hundreds of questions each, which other tests ask as well.
LEFT_OUT = {"tests/api/test_bad_inputs.py", "tests/api/test_openapi.py"}
#: Slow ones about statements, sizes and every role, for which there is no time in a short run.
SLOW = {"tests/api/test_limits.py", "tests/api/test_queries.py", "tests/roles/test_roles.py"}
#: Seconds' worth of tests that a fault is tried on at the most, and processes that try.
MOST, WORKERS = float(os.environ.get("MOST", "60")), int(os.environ.get("WORKERS", "2"))
#: Triggers are in the database before any test begins, and these tests live by them.
TRIGGERS, TRIGGERED = "partners/delivery/notes/triggers.py", "tests/delivery/test_notes.py"
FOLDER = Path("var/mutants")
MAP, JOBS = FOLDER / "map.json", FOLDER / "jobs"
#: The share of the faults that tests have to see.
BOUND = 0.85


def digest(*paths: str) -> str:
    found = [Path(path) for path in paths]
    text = b"".join(path.read_bytes() for path in found if path.exists())
    return hashlib.sha256(text).hexdigest()[:16]


def test_files(rooms: list[str]) -> list[str]:
    paths = [path for room in rooms for path in Path("tests", room).glob("test_*.py")]
    return sorted({str(path) for path in paths} - LEFT_OUT)


def made_of(path: str) -> list[str]:
    return [path, "tests/conftest.py", str(Path(path).with_name("conftest.py"))]


def pytest(*arguments: str, lane: int, **environment: str) -> subprocess.Popen[bytes]:
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.mutants.plugin"]
    env = {**os.environ, "KIS_LANE": f"{os.environ.get('KIS_LANE', '')}m{lane}", **environment}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "pytest", *options, *arguments]
    with log_of(lane).open("wb") as log:
        return subprocess.Popen(command, env=env, stdout=log, stderr=log)


def log_of(lane: int) -> Path:
    return FOLDER / f"{lane}.log"


def covered(tests: list[str], sources: list[str]) -> dict:
    """Which of the tests run which lines, by test file; only those files are run that something
    has changed in since the last time, in themselves or in what they ran."""
    known = json.loads(MAP.read_text()) if MAP.exists() else {"files": {}, "imported": {}}
    files = known["files"]
    stale = [
        path for path in tests
        if path not in files or files[path]["digest"] != digest(*made_of(path))
        or any(digest(source) != of for source, of in files[path]["sources"].items())
    ]  # fmt: skip
    for left in FOLDER.glob("traced*.json"):
        left.unlink()
    parts = [part for part in (stale[place::WORKERS] for place in range(WORKERS)) if part]
    places = [FOLDER / f"traced{place}.json" for place in range(len(parts))]
    tracing = [
        pytest(*part, lane=place, KIS_TRACED=json.dumps({"sources": sources, "to": str(to)}))
        for place, (part, to) in enumerate(zip(parts, places, strict=True))
    ]
    for place, (process, part, to) in enumerate(zip(tracing, parts, places, strict=True)):
        if process.wait():  # Such a test is not believed when it fails with one.
            print(f"Tests fail without a fault:\n{log_of(place).read_text()[-2000:]}")
        traced, root = json.loads(to.read_text()), f"{Path.cwd()}/"
        for path in part:
            files[path] = {"digest": digest(*made_of(path)), "sources": {},
                           "seconds": {}, "lines": defaultdict(dict)}  # fmt: skip
        for name, taken in traced["seconds"].items():
            files[name.partition("::")[0]]["seconds"][name] = taken
        for source, lines in traced["lines"].items():
            source = source.removeprefix(root)
            for line, names in lines.items():
                for name in names:
                    if (path := name.partition("::")[0]) in part:
                        files[path]["lines"][source].setdefault(line, []).append(name)
                        files[path]["sources"][source] = digest(source)
        imported = traced["imported"].items()
        known["imported"] = {path.removeprefix(root): lines for path, lines in imported}
        MAP.write_text(json.dumps(known))
    return {**known, "files": {path: files[path] for path in tests}}


def chosen(everything: list[Mutant], number: int, seed: str) -> list[Mutant]:
    """Some of the faults, as many of each module as of another, as far as there are."""
    chance, by_path = random.Random(seed), defaultdict(list)
    for one in everything:
        by_path[one.path].append(one)
    for some in by_path.values():
        chance.shuffle(some)
    paths = sorted(by_path)
    chance.shuffle(paths)
    rounds = (by_path[path][turn] for turn in range(len(everything)) for path in paths
              if turn < len(by_path[path]))  # fmt: skip
    return [one for one, _number in zip(rounds, range(number), strict=False)]


def job(number: int, mutant: Mutant, known: dict) -> dict:
    """A fault with the tests that run its line: those of its own room first, then those of its
    part, of each test one case before another, the quick before the slow.

    What is done while modules are imported is tried on all tests that come to its file.
    """
    names: dict[str, float] = {}
    lines = range(mutant.lines[0], mutant.lines[1] + 1)
    alone = mutant.function is None or not set(lines).isdisjoint(
        known["imported"].get(mutant.path, ())
    )
    for path, of in known["files"].items():
        for line, by in of["lines"].get(mutant.path, {}).items():
            if alone or int(line) in lines:
                names.update((name, of["seconds"].get(name, 1.0)) for name in by)
        if mutant.path == TRIGGERS and path == TRIGGERED:
            names.update(of["seconds"])
    module = mutant.path.removeprefix("partners/").removesuffix(".py")
    room = f"tests/{module.partition('/')[0]}/"
    own = [
        f"tests/{one}/"
        for part, of in PARTS.items()
        if module in of.split()
        for one in part.split()
    ]
    case: Counter[str] = Counter()
    rank = {}
    for name in sorted(names, key=lambda name: (names[name], name)):
        case[of_all := name.partition("[")[0]] += 1
        rank[name] = case[of_all], names[name]
    ordered = sorted(
        names,
        key=lambda name: (
            not name.startswith(room), not name.startswith(tuple(own)), rank[name], name
        ),
    )  # fmt: skip
    tests, taken = [], 0.0
    for name in ordered:
        if not tests or taken + names[name] <= MOST:
            tests.append(name)
            taken += names[name]
    return {"number": number, "mutant": astuple(mutant), "tests": tests, "alone": alone,
            "limit": int(20 + 8 * taken)}  # fmt: skip


def main() -> int:
    began = time.time()
    FOLDER.mkdir(parents=True, exist_ok=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    seed, minutes = os.environ.get("SEED") or head.strip(), float(os.environ.get("MINUTES", "0"))
    names, rooms = os.environ.get("MODULES", "").split() or MODULES, ROOMS
    if minutes:
        weights = [len(all_mutants(of.split())) for of in PARTS.values()]
        [part] = random.Random(seed).choices(list(PARTS), weights)
        names, rooms = PARTS[part].split(), part.split()
        print(f"Faults in {', '.join(names)}, on the tests of {' and '.join(rooms)}, by {seed}")
    everything = all_mutants(names)
    tried = chosen(everything, int(os.environ.get("SAMPLE") or len(everything)), seed)
    if os.environ.get("AGAIN"):
        tried = survivors(everything)
    tests = [path for path in test_files(rooms) if not minutes or path not in SLOW]
    known = covered(tests, [f"partners/{name}.py" for name in MODULES])
    jobs = [job(number, one, known) for number, one in enumerate(tried)]
    shutil.rmtree(JOBS, ignore_errors=True)
    JOBS.mkdir()
    (JOBS / "jobs.json").write_text(json.dumps(jobs))
    files = sorted({name.partition("::")[0] for one in jobs for name in one["tests"]})
    more = {
        "KIS_MUTANTS": str(JOBS),
        "KIS_UNTIL": str(began + 60 * minutes if minutes else math.inf),
    }
    workers = [pytest(*files, lane=number, **more) for number in range(WORKERS)]
    for number, worker in enumerate(workers):
        if worker.wait():
            sys.exit(f"Faults could not be tried:\n{log_of(number).read_text()[-3000:]}")
    return report(jobs, len(tried) == len(everything), bool(minutes))


def all_mutants(names: list[str]) -> list[Mutant]:
    return [one for name in names for one in mutants(Path(f"partners/{name}.py"))]


def outcomes(jobs: list[dict]) -> list[tuple[Mutant, dict]]:
    """The faults that have been tried, and what became of them."""
    places = [(Mutant(*one["mutant"]), JOBS / str(one["number"]) / "outcome.json") for one in jobs]
    return [(one, json.loads(place.read_text())) for one, place in places if place.exists()]


def survivors(everything: list[Mutant]) -> list[Mutant]:
    """The faults that no test has seen the last time."""
    last = outcomes(json.loads((JOBS / "jobs.json").read_text()))
    unseen = {one.title for one, outcome in last if outcome["survived"]}
    return [one for one in everything if one.title in unseen]


def report(jobs: list[dict], whole: bool, each: bool) -> int:
    """Print what became of the faults; 1 where too many were not seen."""
    explained = Path(__file__).with_name("explained.txt").read_text("utf-8").splitlines()
    count: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    found = outcomes(jobs)
    for mutant, outcome in found:
        survived = outcome["survived"]
        excused = survived and any(line.startswith(f"{mutant.title} | ") for line in explained)
        for place in (mutant.path, "all"):
            count[place][0] += 1
            count[place][1] += not survived
            count[place][2] += excused
        if each or (survived and not excused):
            what = "changes nothing" if excused else "NOT SEEN" if survived else "seen"
            print(f"{what}: {mutant.path}:{mutant.lines[0]}: {mutant.change}")
        for name in outcome["wrong"]:
            print(f"fails without a fault, too, in this order: {name}")
    for place, (number, killed, excused) in sorted(count.items()):
        print(f"{killed:4} of {number - excused:4} seen, {excused:3} change nothing: {place}")
    number, killed, excused = count["all"]
    score = killed / max(1, number - excused)
    print(f"{100 * score:.1f} % (without what is explained: {100 * killed / max(1, number):.1f} %)")
    if whole:
        return score < BOUND
    return not found or chance(number - excused, number - excused - killed) < 0.01


def chance(number: int, unseen: int) -> float:
    """How likely it is that so many of a sample are unseen, or more, where :data:`BOUND` is met."""
    miss = 1 - BOUND
    ways = range(unseen, number + 1)
    return sum(math.comb(number, n) * miss**n * BOUND ** (number - n) for n in ways)


if __name__ == "__main__":
    sys.exit(main())
