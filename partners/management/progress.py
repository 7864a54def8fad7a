"""How far a command is: a line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, TypeVar

from django.core.management.base import BaseCommand

T = TypeVar("T")
#: Told of the number of things done, of all of them (None: nobody knows), and of the one at hand.
Told = Callable[[int, "int | None", str], None]
#: In seconds: what takes less is done silently; how often a terminal, and a log, gets a line.
SILENT, SOON, SELDOM = 1.0, 0.1, 10.0
#: The widest that a line on a terminal gets.
WIDTH = 79
RENEW = "\r\x1b[K"


class Progress:
    """Writes to a command's ``stderr`` how far it is and how long it will take.

    Nothing is written with ``--verbosity 0``, nor of what takes less than a second.
    """

    def __init__(
        self,
        command: BaseCommand,
        verbosity: int,
        what: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.out: Any = command.stderr
        self.is_quiet = not verbosity
        self.what, self.clock = what, clock
        self.began = clock()
        self.is_terminal = bool(self.out.isatty())
        self.next_line = self.began + (SILENT if self.is_terminal else SELDOM)
        self.is_open = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave a terminal's line empty for what the command has to say."""
        if self.is_open:
            self.renew("")

    def __call__(self, done: int, total: int | None = None, name: str = "") -> None:
        now = self.clock()
        if self.is_quiet or now < self.next_line:
            return
        line = self.line(now, done, total)
        if self.is_terminal:
            self.next_line, self.is_open = now + SOON, True
            shown = " ".join(f"{line} {name}".split())
            self.renew(shown[:WIDTH])
        else:
            self.next_line = now + SELDOM
            self.out.write(line, style_func=str)

    def renew(self, text: str) -> None:
        self.out.write(f"{RENEW}{text}", style_func=str, ending="")
        self.out.flush()

    def line(self, now: float, done: int, total: int | None) -> str:
        if total is None:
            return f"{done:,} {self.what}"
        left = ""
        if done:
            seconds = (now - self.began) / done * (total - done)
            left = f", {_duration(seconds)} left"
        return f"{done:,} of {total:,} {self.what}, {100 * done // max(total, 1)} %{left}"

    def each(self, things: Iterable[T], total: int | None = None) -> Iterator[T]:
        """Give one thing after the other, and tell how many of them are done."""
        if total is None and isinstance(things, Sized):
            total = len(things)
        for done, thing in enumerate(things):
            self(done, total)
            yield thing


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 6000 else f"{round(seconds / 3600)} h"
