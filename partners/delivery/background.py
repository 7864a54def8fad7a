"""Tasks that nobody waits for, with or without a queue."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any

from django.db import connection
from django_tasks import task_backends
from django_tasks.backends.immediate import ImmediateBackend


class Background:
    """Enqueues a task, or runs it in a thread where the queue would run it at once.

    Of the same task with the same argument one thread runs, and at most one more waits: it will
    see all changes until it begins. ``task`` must not raise.
    """

    def __init__(self, task: Any) -> None:
        self.task = task
        self.entrance = threading.Lock()
        self.waiting: set[tuple[Hashable, ...]] = set()
        self.running: dict[tuple[Hashable, ...], threading.Lock] = {}

    def start(self, *args: Any) -> None:
        """Have the task run with these arguments, soon."""
        if not isinstance(task_backends[self.task.backend], ImmediateBackend):
            self.task.enqueue(*args)
            return
        with self.entrance:
            if args in self.waiting:
                return
            self.waiting.add(args)
            lock = self.running.setdefault(args, threading.Lock())
        name = f"kis-{self.task.name}"
        threading.Thread(target=self._run, args=(lock, args), name=name, daemon=True).start()

    def _run(self, lock: threading.Lock, args: tuple[Any, ...]) -> None:
        with lock:
            with self.entrance:
                self.waiting.discard(args)
            try:
                self.task.call(*args)
            finally:
                connection.close()
