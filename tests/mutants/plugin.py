"""Part of pytest: which tests run which line, and whether they see a fault.

A fault inside a function is tried in a child of a process that has everything ready: the code of
the function is replaced where it lives, so whoever refers to it runs the fault. One that counts
while modules are imported needs a process of its own.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.operators import Mutant

#: A job: the fault, the tests to run and for how many seconds at the most.
JOBS, TRACED = os.environ.get("KIS_MUTANTS"), os.environ.get("KIS_TRACED")
ALONE = os.environ.get("KIS_MUTANT")
#: How many faults are tried even when the time is over, and for how many seconds more.
FEW, MORE = 8, 45
#: How many bytes of memory a test may take that runs a fault.
MEMORY = 4 * 2**30
SURVIVED, KILLED, BROKEN, NOT_FOUND = 0, 1, 8, 9
current: Mutant | None = None
coverage, seconds, imported, caches = None, {}, {}, []

if ALONE:
    current = Mutant(*json.loads(ALONE))
    stock = SourceFileLoader.get_code

    def get_code(loader, name):
        is_it = Path(loader.path).resolve() == Path(current.path).resolve()
        return current.compiled() if is_it else stock(loader, name)

    SourceFileLoader.get_code = get_code
elif TRACED:
    from coverage import Coverage

    coverage = Coverage(include=json.loads(TRACED)["sources"], data_file=None)
    coverage.start()


def pytest_collection_finish():
    if coverage:
        coverage.switch_context("-")
        for path in coverage.get_data().measured_files():
            imported[path] = coverage.get_data().lines(path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    if coverage and item.config.stash.get(ready, False):
        coverage.switch_context(item.nodeid)
        for cache in caches:  # Who needs what another test has had remembered, comes to it, too.
            cache.cache_clear()
    if coverage and time.time() > json.loads(TRACED)["until"]:
        item.session.shouldstop = "the time for the map is over"
    begin = time.process_time()
    result = yield
    seconds[item.nodeid] = time.process_time() - begin
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    yield
    if current and current.path.endswith("triggers.py") and "django_db_setup" in item.fixturenames:
        from partners.delivery.notes import triggers

        triggers.install()  # Those of the database were made without the fault.


ready = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    if not JOBS and not coverage:
        return None
    first = next(item for item in session.items if "django_db_setup" in item.fixturenames)
    # Made for the first, the database stays for all. What was made for its file or its folder goes,
    # if one of another folder, or else of another file, comes next.
    others = [item for item in session.items if item is not first]
    others.sort(key=lambda item: (item.path.parent == first.path.parent, item.path == first.path))
    runtestprotocol(first, log=False, nextitem=others[0])
    session.config.stash[ready] = True
    caches.extend(remembering())
    if JOBS:
        work(session)
    return True if JOBS else None


def pytest_sessionfinish(session):
    if coverage:
        coverage.stop()
        data = coverage.get_data()
        lines = {path: data.contexts_by_lineno(path) for path in data.measured_files()}
        found = {
            "lines": lines,
            "imported": imported,
            "seconds": seconds,
            "whole": not session.shouldstop,
        }
        Path(json.loads(TRACED)["to"]).write_text(json.dumps(found))


def work(session):
    """Take jobs until there are none, and write down what became of each."""
    from django.db import connections

    items = {item.nodeid: item for item in session.items}
    trusted: set[str] = set()
    connections.close_all()
    database = Path(connections["default"].settings_dict["NAME"])
    template = shutil.copyfile(database, database.with_suffix(".template"))
    for job in json.loads(Path(JOBS, "jobs.json").read_text()):
        number, mutant = job["number"], Mutant(*job["mutant"])
        over = time.time() - float(os.environ["KIS_UNTIL"])
        if over > (0 if number >= FEW else MORE):
            break
        try:
            Path(JOBS, str(number)).mkdir()
        except FileExistsError:
            continue  # Another worker has it.
        tests = [items[name] for name in job["tests"] if name in items]
        outcome, by = NOT_FOUND, ""
        wrong = []
        while not job["alone"]:
            outcome, by = forked(mutant, tests, job["tests"], template, database)
            if by not in items or by in trusted:
                break
            so_far = tests[: tests.index(items[by]) + 1]
            if forked(None, so_far, job["tests"], template, database)[0] == SURVIVED:
                trusted.add(by)
                break
            # A test that fails without the fault says nothing about it.
            wrong.append(by)
            tests.remove(items[by])
        if outcome == NOT_FOUND and tests:
            limit = 60 + 20 * sum(job["tests"].values())
            outcome, by = alone(mutant, [item.nodeid for item in tests], limit)
        text = json.dumps({"survived": outcome != KILLED, "by": by, "wrong": wrong})
        Path(JOBS, str(number), "outcome.json").write_text(text)


def forked(mutant, tests, taken, template, database):
    """Try tests in a child; a fault may run for ever, wait for ever, or take all there is."""
    shutil.copyfile(template, database)
    for beside in ("-wal", "-shm"):
        Path(f"{database}{beside}").unlink(missing_ok=True)
    here, there = os.pipe()
    if child := os.fork():
        os.close(there)
        with os.fdopen(here) as pipe:
            by = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status != BROKEN, f"{mutant}\n{by}"
        return (status, by) if status >= 0 else (KILLED, f"signal {-status}")
    status = BROKEN
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1), os.dup2(nothing, 2)
        status = tried(mutant, tests, taken, there)
    except BaseException:
        os.write(there, traceback.format_exc().encode())
    finally:
        os._exit(status)


def tried(mutant, tests, taken, pipe):
    global current
    current = mutant
    if mutant and not in_place(mutant):
        return NOT_FOUND
    for item, following in zip(tests, [*tests[1:], *tests[-1:]], strict=True):
        # Seconds of work, however busy the machine, and where nothing works, of waiting.
        signal.setitimer(signal.ITIMER_PROF, 5 + 5 * taken[item.nodeid])
        signal.alarm(int(60 + 20 * taken[item.nodeid]))
        if any(one.failed for one in runtestprotocol(item, log=False, nextitem=following)):
            os.write(pipe, item.nodeid.encode())
            return KILLED
    return SURVIVED


def in_place(mutant):
    """Give every function that has this code the one with the fault."""

    def inner(code):
        yield code
        for one in code.co_consts:
            if isinstance(one, CodeType):
                yield from inner(one)

    gc.unfreeze()  # Otherwise nobody sees what was loaded before the tests.
    name, line = mutant.function
    fits = [one for one in inner(mutant.compiled())
            if (one.co_qualname, one.co_firstlineno) == (name, line)]  # fmt: skip
    found = [  # Without isinstance(), which asks lazy objects what they are.
        one for one in gc.get_objects()
        if type(one) is FunctionType and one.__code__.co_filename == fits[0].co_filename
        and (one.__code__.co_qualname, one.__code__.co_firstlineno) == (name, line)
    ]  # fmt: skip
    try:
        for one in found:
            one.__code__ = fits[0]
    except ValueError:  # It refers to more or fewer names around it.
        return False
    for cache in remembering():  # What was remembered was made without the fault.
        cache.cache_clear()
    return bool(found)


def remembering():
    gc.unfreeze()
    return [
        one for one in gc.get_objects()
        if type(one) is functools._lru_cache_wrapper and one.__module__.startswith("partners")
    ]  # fmt: skip


def alone(mutant, tests, limit):
    given = [mutant.path, mutant.number, mutant.lines, mutant.function, mutant.change]
    lane = f"{os.environ.get('KIS_LANE', '')}alone"
    environment = {**os.environ, "KIS_MUTANT": json.dumps(given), "KIS_LANE": lane}
    environment.pop("KIS_MUTANTS")
    options = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", __name__]
    command = [sys.executable, "-m", "pytest", *options, "--tb=no", "-rfE", *tests]
    try:
        run = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return KILLED, "time"
    # A fault may break the import of a module, but a test that isn't there tells nothing.
    assert "ERROR: not found" not in run.stdout + run.stderr, run.stderr
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    by = failed[0].split(" ", 1)[1].split(" - ")[0] if failed else "import"
    return (SURVIVED if run.returncode == 0 else KILLED), by
