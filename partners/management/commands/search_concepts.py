"""``manage.py search_concepts``: the concepts of the search that lead to no public page.

With ``--skos ADDRESS`` the concepts themselves as SKOS in JSON-LD, with addresses below that one.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ...public.pages import public_pages
from ...search.current import thesaurus
from ...search.reach import without_page
from ...search.skos import as_skos
from ..progress import Progress


class Command(BaseCommand):
    help = "Lists the concepts of the search that lead to no public page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--skos", metavar="ADDRESS", help="write all concepts as JSON-LD")

    def handle(self, *args: Any, skos: str | None = None, **options: Any) -> None:
        found = list(thesaurus().concepts.values())
        if skos:
            self.stdout.write(json.dumps(as_skos(found, skos), ensure_ascii=False, indent=1))
            return
        code, done = settings.LANGUAGE_CODE, 0
        with Progress(self, options["verbosity"], "concepts") as progress:
            for number, some in without_page(found, public_pages(), code):
                done += number
                progress(done, len(found), "")
                for one in some:
                    self.stdout.write(f"{one.name}: {one.preferred(code)}")
