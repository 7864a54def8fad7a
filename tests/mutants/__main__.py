"""Chooses faults and the tests for each, has them tried by two processes, counts and lists."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import astuple
from pathlib import Path

from tests.mutants.operators import Mutant, mutants

#: What must not be wrong: who sees what, what follows, what is noted, and what comes in.
MODULES = """
public/pages public/sql public/translations models/people items/richtext items/references
roles/rights translating/cascades translating/neutral_values translating/drafts
translating/link_targets translating/stream_values translating/signal_handlers delivery/shelf/settle delivery/shelf/version delivery/notes/touched
delivery/notes/triggers delivery/answers/cache delivery/answers/feed delivery/answers/cursor
delivery/answers/readers delivery/answers/recipes delivery/answers/views api/pagination api/filters
api/language content/loader po/incoming po/check
""".split()
#: Hundreds of questions each, which other tests ask as well.
LEFT_OUT = {"tests/api/test_bad_inputs.py", "tests/api/test_openapi.py"}
#: Whose tests may see a fault: those of the modules' own rooms and of what stands on them.
ROOMS = "public items models roles translating api delivery po content mirror".split()
#: Seconds' worth of tests that a fault is tried on at the most, and processes that try.
MOST, WORKERS = float(os.environ.get("MOST", "20")), int(os.environ.get("WORKERS", "2"))
#: Triggers are in the database before any test begins, and these tests live by them.
TRIGGERS, TRIGGERED = "partners/delivery/notes/triggers.py", "tests/delivery/test_notes.py"
FOLDER = Path("var/mutants")
MAP = FOLDER / "map.json"


def digest(*paths: str) -> str:
    found = [Path(path) for path in paths]
    text = b"".join(path.read_bytes() for path in found if path.exists())
    return hashlib.sha256(text).hexdigest()[:16]


def test_files() -> list[str]:
    paths = [path for room in ROOMS for path in Path("tests", room).glob("test_*.py")]
    paths.append(Path("tests/site/test_closed_html.py"))
    return sorted({str(path) for path in paths} - LEFT_OUT)


def pytest(*arguments: str, lane: str = "", **environment: str) -> subprocess.Popen[bytes]:
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "tests.mutants.plugin"]
    env = {**os.environ, "KIS_LANE": f"{os.environ.get('KIS_LANE', '')}m{lane}", **environment}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *arguments], env=env,
        stdout=subprocess.DEVNULL if lane else None,
    )  # fmt: skip


def covered(sources: list[str]) -> dict:
    """Which tests run which lines, by test file; only those files are run that something has
    changed in since the last time, in themselves or in what they ran."""
    known = json.loads(MAP.read_text()) if MAP.exists() else {"files": {}, "imported": {}}
    files = known["files"]
    stale = [
        path for path in test_files()
        if path not in files or files[path]["digest"] != digest(path, "tests/conftest.py")
        or any(digest(source) != of for source, of in files[path]["sources"].items())
    ]  # fmt: skip
    for left in FOLDER.glob("traced*.json"):
        left.unlink()
    parts = [part for part in (stale[place::WORKERS] for place in range(WORKERS)) if part]
    places = [FOLDER / f"traced{place}.json" for place in range(len(parts))]
    tracing = [
        pytest(*part, lane=str(place), KIS_TRACED=json.dumps({"sources": sources, "to": str(to)}))
        for place, (part, to) in enumerate(zip(parts, places, strict=True))
    ]
    for process, part, to in zip(tracing, parts, places, strict=True):
        process.wait()
        traced, root = json.loads(to.read_text()), f"{Path.cwd()}/"
        for path in part:
            files[path] = {"digest": digest(path, "tests/conftest.py"), "sources": {},
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
    return known


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
    """A fault with the tests that run its line, those of its own room first, the quick before."""
    names: dict[str, float] = {}
    lines = range(mutant.lines[0], mutant.lines[1] + 1)
    for path, of in known["files"].items():
        for line in lines:
            for name in of["lines"].get(mutant.path, {}).get(str(line), ()):
                names[name] = of["seconds"].get(name, 1.0)
        if mutant.path == TRIGGERS and path == TRIGGERED:
            names.update(of["seconds"])
    room = Path(mutant.path).parts[1]
    ordered = sorted(names, key=lambda name: (f"tests/{room}" not in name, names[name], name))
    tests, taken = [], 0.0
    for name in ordered:
        if not tests or taken + names[name] <= MOST:
            tests.append(name)
            taken += names[name]
    alone = mutant.function is None or not set(lines).isdisjoint(
        known["imported"].get(mutant.path, ())
    )
    return {"number": number, "mutant": astuple(mutant), "tests": tests, "alone": alone,
            "limit": int(20 + 8 * taken)}  # fmt: skip


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = os.environ.get("MODULES", "").split() or MODULES
    sources = [f"partners/{name}.py" for name in wanted]
    known = covered([f"partners/{name}.py" for name in MODULES])
    everything = [one for source in sources for one in mutants(Path(source))]
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout
    sample = int(os.environ.get("SAMPLE") or len(everything))
    tried = chosen(everything, sample, os.environ.get("SEED") or head.strip())
    jobs = [job(number, one, known) for number, one in enumerate(tried)]
    jobs_folder = FOLDER / "jobs"
    shutil.rmtree(jobs_folder, ignore_errors=True)
    jobs_folder.mkdir()
    (jobs_folder / "jobs.json").write_text(json.dumps(jobs))
    files = sorted({name.partition("::")[0] for one in jobs for name in one["tests"]})
    workers = [pytest(*files, lane=str(n), KIS_MUTANTS=str(jobs_folder)) for n in range(WORKERS)]
    for worker in workers:
        worker.wait()
    return report(tried, jobs, jobs_folder)


def report(tried: list[Mutant], jobs: list[dict], folder: Path) -> int:
    explained = Path(__file__).with_name("explained.txt").read_text("utf-8")
    count: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for number, (mutant, of) in enumerate(zip(tried, jobs, strict=True)):
        outcome = json.loads((folder / str(number) / "outcome.json").read_text())
        survived = outcome["survived"] or not of["tests"]
        excused = survived and f"{mutant.path} | {mutant.change}\n" in explained
        for place in (mutant.path, "all"):
            count[place][0] += 1
            count[place][1] += not survived
            count[place][2] += excused
        if survived and not excused:
            print(f"{mutant.path}:{mutant.lines[0]}: {mutant.change} ({len(of['tests'])} tests)")
    for place, (number, killed, excused) in sorted(count.items()):
        print(f"{killed:4} of {number - excused:4} seen, {excused:3} change nothing: {place}")
    number, killed, excused = count["all"]
    score = 100 * killed / max(1, number - excused)
    print(f"{score:.1f} % (without what is explained: {100 * killed / max(1, number):.1f} %)")
    return score < float(os.environ.get("BOUND", "85"))


if __name__ == "__main__":
    sys.exit(main())
