"""Chooses faults and the tests for each, has them tried by two processes, counts and lists."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import re
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
    "api public": """
        public/pages public/sql public/files public/references
        api/pagination api/filters api/language
        """,
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
JOBS = FOLDER / "jobs"
#: With a short time, tests marked as slow take no part.
MINUTES = float(os.environ.get("MINUTES", "0"))
MAP = FOLDER / ("short.json" if MINUTES else "map.json")
ONLY = ["-m", "not slow"] if MINUTES else []
#: The share of the faults that tests have to see.
BOUND = float(os.environ.get("BOUND", "0.85"))


def digest(*paths: str) -> str:
    found = [Path(path) for path in paths]
    text = b"".join(path.read_bytes() for path in found if path.exists())
    return hashlib.sha256(text).hexdigest()[:16]


def test_files(rooms: list[str]) -> list[str]:
    paths = [path for room in rooms for path in Path("tests", room).glob("test_*.py")]
    return sorted({str(path) for path in paths} - LEFT_OUT)


def made_of(path: str) -> list[str]:
    """Files that decide which tests a file has and where they come to, beside what they try."""
    beside = [*Path("tests").glob("*.py"), *Path(path).parent.glob("*.py")]
    helpers = sorted(str(one) for one in beside if not one.name.startswith("test_"))
    return [path, "requirements.lock", *helpers]


def pytest(*arguments: str, lane: int, **environment: str) -> subprocess.Popen[bytes]:
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.mutants.plugin"]
    env = {**os.environ, "KIS_LANE": f"{os.environ.get('KIS_LANE', '')}m{lane}", **environment}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "pytest", *options, *ONLY, *arguments]
    with log_of(lane).open("wb") as log:
        return subprocess.Popen(command, env=env, stdout=log, stderr=log)


def log_of(lane: int) -> Path:
    return FOLDER / f"{lane}.log"


def covered(tests: list[str], sources: list[str], until: float) -> dict:
    """Which of the tests run which lines, by test file; only those files are run that something
    has changed in since the last time, in themselves or in what they ran.

    Tests for which there is no time take no part, and are run the next time."""
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
    traced = [{"sources": sources, "to": str(to), "until": until} for to in places]
    tracing = [
        pytest(*part, lane=place, KIS_TRACED=json.dumps(traced[place]))
        for place, part in enumerate(parts)
    ]
    for place, (process, part, to) in enumerate(zip(tracing, parts, places, strict=True)):
        if process.wait():  # Such a test is not believed when it fails with one.
            print(f"Tests fail without a fault:\n{log_of(place).read_text()[-2000:]}")
        found, root = json.loads(to.read_text()), f"{Path.cwd()}/"
        for path in part:
            made = digest(*made_of(path)) if found["whole"] else ""
            files[path] = {"digest": made, "sources": {},
                           "seconds": {}, "lines": defaultdict(dict)}  # fmt: skip
        for name, taken in found["seconds"].items():
            files[name.partition("::")[0]]["seconds"][name] = taken
        for source, lines in found["lines"].items():
            source = source.removeprefix(root)
            for line, names in lines.items():
                for name in names:
                    if (path := name.partition("::")[0]) in part:
                        files[path]["lines"][source].setdefault(line, []).append(name)
                        files[path]["sources"][source] = digest(source)
        imported = found["imported"].items()
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


def is_named_as(test: str, module: str) -> bool:
    """Whether the file of a test bears a word of a module's name: test_neutral, neutral_values."""
    words = re.findall("[a-z]+", Path(test.partition("::")[0]).stem.removeprefix("test_"))
    return any(one.rstrip("s") in module for one in words)


def job(number: int, mutant: Mutant, known: dict) -> dict:
    """A fault with the tests that run its line: those of its own room first, in it the files that
    are named as the module is, then those of its part, of each test one case before another, the
    quick before the slow.

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
            not name.startswith(room), not name.startswith(tuple(own)),
            not is_named_as(name, module), rank[name], name,
        ),
    )  # fmt: skip
    tests, taken = [], 0.0
    for name in ordered:
        if not tests or taken + names[name] <= MOST:
            tests.append(name)
            taken += names[name]
    return {"number": number, "mutant": astuple(mutant), "alone": alone,
            "tests": {name: round(names[name], 3) for name in tests}}  # fmt: skip


def main() -> int:
    began = time.time()
    FOLDER.mkdir(parents=True, exist_ok=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    seed = os.environ.get("SEED") or head.strip()
    names = os.environ.get("MODULES", "").split() or MODULES
    rooms = os.environ.get("ROOMS", "").split() or ROOMS
    if MINUTES:
        weights = [len(all_mutants(of.split())) for of in PARTS.values()]
        [part] = random.Random(seed).choices(list(PARTS), weights)
        names, rooms = PARTS[part].split(), part.split()
        print(f"Faults in {', '.join(names)}, on the tests of {' and '.join(rooms)}, by {seed}")
    known = explained()
    everything = [one for one in all_mutants(names) if one.title not in known]
    tried = chosen(everything, int(os.environ.get("SAMPLE") or len(everything)), seed)
    if os.environ.get("AGAIN"):
        tried = survivors(everything)
    tests = [path for path in test_files(rooms) if not MINUTES or path not in SLOW]
    if MINUTES:  # Which tests the time suffices for is another matter with each commit.
        random.Random(seed).shuffle(tests)
    until = began + 30 * MINUTES if MINUTES else math.inf
    lines = covered(tests, [f"partners/{name}.py" for name in MODULES], until)
    jobs = [job(number, one, lines) for number, one in enumerate(tried)]
    shutil.rmtree(JOBS, ignore_errors=True)
    JOBS.mkdir()
    (JOBS / "jobs.json").write_text(json.dumps(jobs))
    files = sorted({name.partition("::")[0] for one in jobs for name in one["tests"]})
    more = {
        "KIS_MUTANTS": str(JOBS),
        "KIS_UNTIL": str(began + 60 * MINUTES if MINUTES else math.inf),
    }
    workers = [pytest(*files, lane=number, **more) for number in range(WORKERS)]
    for number, worker in enumerate(workers):
        if worker.wait():
            sys.exit(f"Faults could not be tried:\n{log_of(number).read_text()[-3000:]}")
    left_out = len(all_mutants(names)) - len(everything)
    print(f"{left_out} of {left_out + len(everything)} faults are explained and not tried")
    return report(jobs, len(tried) == len(everything) and not MINUTES, each=MINUTES > 0)


def explained() -> set[str]:
    """The titles of the faults that nobody can see, or a slower leg alone."""
    lines = Path(__file__).with_name("explained.txt").read_text("utf-8").splitlines()
    return {line.rpartition(" | ")[0] for line in lines}


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
    """Print what became of the faults; 1 where fewer were seen than have to be, or none tried."""
    count: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    found = outcomes(jobs)
    for mutant, outcome in found:
        survived = outcome["survived"]
        for place in (mutant.path, "all"):
            count[place][0] += 1
            count[place][1] += not survived
        if each or survived:
            what = "NOT SEEN" if survived else "seen"
            print(f"{what}: {mutant.path}:{mutant.lines[0]}: {mutant.change}")
        for name in outcome["wrong"]:
            print(f"fails without a fault, too, in this order: {name}")
    for place, (number, killed) in sorted(count.items()):
        print(f"{killed:4} of {number:4} seen: {place}")
    number, killed = count["all"]
    score, needed = killed / max(1, number), number * BOUND
    if not whole:  # A sample may be below the bound by chance, one time in twenty.
        needed = next(n for n in range(number + 1) if chance(number, n) >= 0.05)
    print(f"{100 * score:.1f} % seen; the bound is {100 * BOUND:.0f} %")
    print(f"{'by it' if whole else 'less what may be chance'}, {math.ceil(needed)} have to be seen")
    return not found or killed < needed


def chance(number: int, seen: int) -> float:
    """How likely it is that so few of a sample are seen, or fewer, where :data:`BOUND` is met."""
    ways = range(seen + 1)
    return sum(math.comb(number, n) * BOUND**n * (1 - BOUND) ** (number - n) for n in ways)


if __name__ == "__main__":
    sys.exit(main())
