"""What reports in JUnit's format say of their tests: how many ran, and how many were skipped.

``python -m tests.junit REPORT…`` prints the total. With ``--ran REPORT`` it fails where no test
of a report ran, and, with ``CI=true``, where one was skipped that names a program that is missing.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

# How a test begins the reason for which it is skipped when something isn't installed.
MISSING = ("there is no", "there are no", "not installed")


def totals(report: Path) -> Counter[str]:
    """The numbers of a report: tests, failures, errors, skipped."""
    total: Counter[str] = Counter()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        for name in ("tests", "failures", "errors", "skipped"):
            total[name] += int(suite.get(name, 0))
    return total


def missing(report: Path) -> list[str]:
    """The reasons of a report for which tests were skipped because something isn't installed."""
    reasons = (
        element.get("message", "").removeprefix("Skipped: ")
        for element in ElementTree.parse(report).getroot().iter("skipped")
    )
    return sorted({reason for reason in reasons if reason.startswith(MISSING)})


def fault(report: Path, in_ci: bool) -> str:
    """Why a leg with this report has failed although its command has not; empty if it hasn't."""
    if not report.exists():
        return "there is no report"
    total = totals(report)
    if total["tests"] <= total["skipped"]:
        return "no test ran"
    if in_ci and (reasons := missing(report)):
        return "left out: " + "; ".join(reasons)
    return ""


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--ran"]:
        why = fault(Path(arguments[1]), os.environ.get("CI") == "true")
        if why:
            print(f"This leg has failed: {why}")
        return bool(why)
    # The leg of a report that isn't there has failed already.
    reports = [Path(name) for name in arguments if Path(name).exists()]
    total: Counter[str] = sum(map(totals, reports), Counter())
    bad = total["failures"] + total["errors"]
    passed = total["tests"] - bad - total["skipped"]
    print(f"{passed} passed, {bad} failed, {total['skipped']} skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
