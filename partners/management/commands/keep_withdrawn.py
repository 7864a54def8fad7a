"""``manage.py keep_withdrawn``: what was withdrawn stays so when a backup is restored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...care.withdrawn import close_others, what_is_public
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "With --write, writes to a file which pages and consents count now, without names and "
        "texts: run it by schedule, and keep the file where backups are not. Without it, ends and "
        "unpublishes whatever the file doesn't name: run it after a backup was restored, before "
        "anybody is let in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--write", action="store_true", help="write the file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if options["write"]:
            # A file that is written halfway would close what it doesn't name any more.
            new = path.with_name(f"{path.name}.new")
            new.write_text(json.dumps(what_is_public()), encoding="utf-8")
            new.replace(path)
            return
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))
            with Progress(self, options["verbosity"], "pages") as progress:
                closed = close_others(listed, progress)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"As of {listed['written']}: {closed.consents} consents ended.")
        for title in closed.pages:
            self.stdout.write(f"Unpublished: {title}")
        if closed.forgotten:
            people = ", ".join(map(str, closed.forgotten))
            raise CommandError(
                f"Forgotten after the backup: {people}. Run manage.py forget_person for each."
            )
