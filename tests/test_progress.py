"""How far commands are: on a terminal, elsewhere, and with ``--verbosity 0``."""

import io
from pathlib import Path

import pytest
from django.core.management import BaseCommand, call_command
from django.core.management.base import OutputWrapper

from partners.management import progress
from partners.management.progress import Progress
from partners.models import Person

COMMANDS = Path(progress.__file__).parents[1]
#: Those that are short, or whose steps nobody can count before.
SHORT = {"create_roles"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def run(out, verbosity=1, seconds=2.0, things=20):
    """What is written while each of some things takes so long."""
    command, clock = BaseCommand(stderr=out), Clock()
    with Progress(command, verbosity, "pages", clock) as told:
        for _thing in told.each(range(things)):
            clock.now += seconds
    return out.getvalue()


def test_a_terminal_has_one_line_that_renews_itself():
    written = run(Terminal())
    lines = written.split(progress.RENEW)
    assert lines[:3] == ["", "1 of 20 pages, 5 %, 38 s left", "2 of 20 pages, 10 %, 36 s left"]
    assert lines[-1] == "" and "\n" not in written


def test_elsewhere_there_is_a_plain_line_now_and_then():
    assert run(io.StringIO()).splitlines() == [
        "5 of 20 pages, 25 %, 30 s left",
        "10 of 20 pages, 50 %, 20 s left",
        "15 of 20 pages, 75 %, 10 s left",
    ]


@pytest.mark.parametrize("out", [io.StringIO, Terminal])
def test_nothing_is_said_where_nobody_wants_to_know(out):
    assert run(out(), verbosity=0) == ""
    assert run(out(), seconds=0.04) == ""


def test_long_times_and_many_things_are_readable():
    assert "1 of 2,000 pages, 0 %, 17 h left" in run(Terminal(), seconds=30, things=2000)
    assert "1 of 200 pages, 0 %, 66 min left" in run(Terminal(), seconds=20, things=200)


def test_a_number_without_an_end():
    out, clock = Terminal(), Clock()
    told = Progress(BaseCommand(stderr=out), 1, "items read", clock)
    clock.now = 2
    told(1200)
    assert out.getvalue() == f"{progress.RENEW}1,200 items read"


def test_a_line_is_no_longer_than_a_terminal():
    out, clock = Terminal(), Clock()
    told = Progress(BaseCommand(stderr=out), 1, "pages", clock)
    clock.now = 2
    told(1, 2, "x" * 200)
    assert len(out.getvalue()) <= progress.WIDTH + len(progress.RENEW)


def test_every_command_that_may_take_long_says_how_far_it_is():
    for path in COMMANDS.rglob("management/commands/*.py"):
        if path.stem not in {"__init__", *SHORT}:
            assert "Progress(" in path.read_text(), path


@pytest.mark.parametrize("name, what", [("reconcile", "items"), ("forget_person", "tables")])
def test_a_command_writes_it_to_stderr(db, monkeypatch, name, what):
    monkeypatch.setattr(progress, "SILENT", 0.0)
    monkeypatch.setattr(progress, "SOON", 0.0)
    monkeypatch.setattr(OutputWrapper, "isatty", lambda self: True)
    out, told = io.StringIO(), io.StringIO()
    of = [Person.objects.first().pk] if name == "forget_person" else []
    call_command(name, *of, stdout=out, stderr=told)
    assert f" {what}, 0 %" in told.getvalue() and told.getvalue().endswith(progress.RENEW)
    assert progress.RENEW not in out.getvalue()
