"""``manage.py send_webhooks``: tells other sites what has changed; by schedule, every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ....management.progress import Progress
from ...send import due, forget_old, send


class Command(BaseCommand):
    help = (
        "Tells other sites what has changed, tries again what they haven't taken, and deletes the "
        "log of more than 30 days ago. To be run by schedule."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        taken = 0
        with Progress(self, options["verbosity"], "webhooks") as progress:
            for pk in due():
                taken += send(pk, progress)
        forget_old()
        self.stdout.write(f"{taken} webhooks sent." if taken else "Nothing to send.")
