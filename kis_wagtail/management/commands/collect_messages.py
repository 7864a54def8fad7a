"""``manage.py collect_messages``: interface texts into the catalogues, and these compiled."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kis_wagtail import catalogues


class Command(BaseCommand):
    help = (
        "Brings the catalogues of all languages up to date with the sources and the installed "
        "packages, and compiles them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--compile-only", action="store_true", help="only compile; needs no GNU gettext"
        )

    def handle(self, **options: Any) -> None:
        if not options["compile_only"]:
            catalogues.collect()
        catalogues.compile_all()
