from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ....management.progress import Progress
from ... import purge


class Command(BaseCommand):
    help = (
        "Tells HTTP caches what has changed, and again what they could not be told before. To be "
        "run by schedule, since it also notices what the clock has changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not purge.is_configured():
            raise CommandError("Set WAGTAILFRONTENDCACHE first.")
        try:
            with Progress(self, options["verbosity"], "pages") as progress:
                count = purge.purge(progress)
        except purge.PurgeFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"{count} pages purged." if count else "Nothing has changed.")
