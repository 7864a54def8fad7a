"""Django's runner, which also leaves a report with the numbers of its tests, and needs some."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

from django.test.runner import DiscoverRunner


class ReportingRunner(DiscoverRunner):
    """Writes the report to the file that ``JUNIT_XML`` names, in the format of JUnit."""

    def suite_result(self, suite, result, **kwargs):
        if path := os.environ.get("JUNIT_XML"):
            numbers = {
                "tests": result.testsRun,
                "failures": len(result.failures) + len(result.unexpectedSuccesses),
                "errors": len(result.errors),
                "skipped": len(result.skipped),
            }
            report = {name: str(number) for name, number in numbers.items()}
            Path(path).write_bytes(ElementTree.tostring(ElementTree.Element("testsuite", report)))
        # Where no test is found, none has failed.
        return super().suite_result(suite, result, **kwargs) or int(not result.testsRun)
