from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ....management.progress import Progress
from ...reconcile import reconcile


class Command(BaseCommand):
    help = (
        "Compares the shelf of published items with the pages, repairs it and says what differed. "
        "To be run at every start of a new release, and by schedule."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new-epoch",
            action="store_true",
            help="end all cursors of the feed: readers begin again; after a backup was restored",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(self, options["verbosity"], "items") as progress:
            repairs = reconcile(new_epoch=options["new_epoch"], progress=progress)
        for table in repairs.triggers:
            self.stdout.write(f"Changes of {table} were not noted.")
        if repairs.rows:
            self.stdout.write(f"{repairs.rows} rows were not as their pages are.")
        if repairs.items:
            self.stdout.write(f"{len(repairs.items)} items were not as their pages are.")
        if not (repairs.triggers or repairs.rows or repairs.items):
            self.stdout.write("The shelf is as the pages are.")
