"""What was measured, as a Markdown table, and which goals it reaches."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

#: Between these lines a file has the tables of the last run.
BEGIN, END = "<!-- bench -->", "<!-- end of bench -->"


@dataclass(frozen=True)
class Result:
    """One row: what two systems give, the ratios of all rounds, and the goal of their median."""

    work: str
    figure: str = ""
    ratios: Sequence[float] = ()
    #: ``≥ 100`` or ``≤ 1.3``; empty where there is none.
    goal: str = ""
    #: What the goal is held against where it is no ratio.
    value: float | None = None
    #: Its name in the picture; empty where it isn't drawn.
    drawn: str = ""

    @property
    def ratio(self) -> float | None:
        return median(self.ratios) if self.ratios else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is; None without one."""
        held = self.ratio if self.value is None else self.value
        if not self.goal or held is None:
            return None
        sign, bound = self.goal.split()
        limit = float(bound.replace(",", ""))
        return held >= limit if sign == "≥" else held <= limit

    def ratio_text(self) -> str:
        if self.ratio is None:
            return ""
        if len(self.ratios) == 1:
            return number(self.ratio)
        return f"{number(self.ratio)} ({number(min(self.ratios))}–{number(max(self.ratios))})"

    def goal_text(self) -> str:
        if self.reached is None:
            return ""
        return f"{self.goal}: {'reached' if self.reached else '**missed**'}"

    def line(self) -> str:
        return f"| {self.work} | {self.figure} | {self.ratio_text()} | {self.goal_text()} |"


def number(value: float) -> str:
    """With about three digits that count."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def pair(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return f"{number(median(ours))} : {number(median(theirs))}"


@dataclass(frozen=True)
class Run:
    """The results of a site: a number of cooperations on a database."""

    database: str
    size: int
    results: list[Result]

    @property
    def name(self) -> str:
        return f"{self.size:,} on SQLite" if self.database == "sqlite" else f"{self.size:,}"


def first_of(runs: Sequence[Run]) -> Run:
    """The run whose figures are told in full and drawn."""
    usual = [run for run in runs if (run.database, run.size) == ("postgresql", 500)]
    return [*usual, *runs][0]


def markdown(runs: Sequence[Run], rounds: int, slow_rounds: int) -> str:
    """Where and how it was measured, one run in full, and the ratios of the others beside it."""
    main = first_of(runs)
    lines = [
        conditions(main, rounds, slow_rounds),
        "",
        "| work, with the same fields | ours : theirs | ratio | goal |",
        "|---|---|---|---|",
        *(result.line() for result in main.results),
    ]
    others = [run for run in runs if run is not main]
    if others:
        lines += [
            "",
            f"| cooperations | {' | '.join(run.name for run in others)} |",
            "|---" * (len(others) + 1) + "|",
        ]
        found = [{result.work: result for result in run.results} for run in others]
        every = [main.results, *(run.results for run in others)]
        for work in dict.fromkeys(result.work for results in every for result in results):
            here = [one.get(work) for one in found]
            texts = [(one.ratio_text() or one.figure) if one else "" for one in here]
            if any(texts):
                lines.append(f"| {work} | {' | '.join(texts)} |")
    return "\n".join(lines) + "\n"


def conditions(run: Run, rounds: int, slow_rounds: int) -> str:
    day = date.today()
    database = (
        f"PostgreSQL {version('psql')} by its Unix socket, Redis {version('redis-server')}"
        if run.database == "postgresql"
        else "SQLite"
    )
    machine = ", ".join(
        (
            f"{os.cpu_count()} cores",
            processor(),
            f"{platform.system()} {platform.machine()}",
            f"Python {platform.python_version()}",
            "gunicorn with 2 workers",
            database,
        )
    )
    return (
        f"Measured by `make bench` on {day.day} {day:%B %Y} ({machine}; {run.size:,} cooperations "
        f"in each of 4 languages, 64 connections; medians of {rounds} rounds that take turns, of "
        f"{slow_rounds} for listings of stock, in brackets the smallest and the largest ratio; "
        "database, cache and load share the cores). “Prefetched” is stock Wagtail with "
        "`select_related` and `prefetch_related` for all that it shows and one statement for all "
        "translations, “with orjson” the same with an orjson renderer. The three give the same "
        "JSON; what ours has, they have, but for the state of translations."
    )


def processor() -> str:
    """The name of the processor, without what it says of its cores."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    found = re.search(r"model name\s*:\s*(.+)", text)
    return found[1].strip() if found else platform.processor() or "unknown processor"


def version(program: str) -> str:
    """The main version that a program says it has."""
    try:
        text = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        return ""
    found = re.search(r"(\d+)\.\d+", text)
    return found[1] if found else ""


def write_into(path: Path, text: str) -> None:
    """Put tables into a file in the place of the last ones."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{text}{END}{after}")
