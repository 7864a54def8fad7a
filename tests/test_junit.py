"""A leg of ``.ci/run`` that tested nothing isn't green, and the tests' copy follows its sources."""

from __future__ import annotations

import pytest

from tests import prepared
from tests.junit import fault, main

PASSED = '<testcase name="a" />'
NO_PHP = (
    '<testcase name="b"><skipped message="there is no php: apt-get install php-cli" /></testcase>'
)
ELSEWHERE = '<testcase name="c"><skipped message="one kind of database is enough" /></testcase>'


@pytest.fixture
def report(tmp_path):
    def write(*cases):
        skipped = sum("skipped" in case for case in cases)
        numbers = f'tests="{len(cases)}" failures="0" errors="0" skipped="{skipped}"'
        path = tmp_path / "report.xml"
        path.write_text(
            f"<testsuites><testsuite {numbers}>{''.join(cases)}</testsuite></testsuites>"
        )
        return path

    return write


def test_a_leg_in_which_no_test_ran_has_failed(report, tmp_path):
    assert fault(tmp_path / "none.xml", in_ci=False) == "there is no report"
    assert fault(report(), in_ci=False) == "no test ran"
    assert fault(report(NO_PHP, ELSEWHERE), in_ci=False) == "no test ran"
    assert fault(report(PASSED, NO_PHP), in_ci=False) == ""


def test_in_ci_nothing_is_skipped_for_want_of_a_program(report):
    assert fault(report(PASSED, ELSEWHERE), in_ci=True) == ""
    assert "php" in fault(report(PASSED, NO_PHP, ELSEWHERE), in_ci=True)


def test_the_last_line_counts_all_tests(report, capsys):
    assert main([str(report(PASSED, PASSED, NO_PHP))] * 2) == 0
    assert capsys.readouterr().out == "4 passed, 0 failed, 2 skipped\n"


def test_another_content_or_migration_makes_another_site(tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "ROOT", tmp_path)
    seen = {prepared.digest()}
    for path in (
        "kis_wagtail/content/de/start.yaml",
        "home/migrations/0001_initial.py",
        "partners/delivery/migrations/0001_initial.py",
        "partners/content/loader.py",
        "requirements.lock",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("new")
        seen.add(prepared.digest())
    assert len(seen) == 6
    (tmp_path / "README.md").write_text("new")
    assert prepared.digest() in seen
