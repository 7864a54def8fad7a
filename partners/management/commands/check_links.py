"""``manage.py check_links``: check the links to other sites now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...care.link_check import MAX_LINKS, SECONDS_ALL, check_links
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Follows the links to other sites that are in live pages and snippets, those first that "
        "were followed longest ago, and keeps what comes of it for the report. Nothing does this "
        "by itself: the other sites see that it is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=MAX_LINKS, help="so many addresses")
        parser.add_argument("--seconds", type=float, default=SECONDS_ALL, help="so long at most")

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(self, options["verbosity"], "links") as progress:
            result = check_links(options["limit"], options["seconds"], progress)
        self.stdout.write(
            f"{result.followed} followed, {result.failed} failed, {result.left} left for next time"
        )
