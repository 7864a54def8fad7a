"""``manage.py search_concepts``: the concepts of the search that lead to no public page.

With ``--skos ADDRESS`` the concepts themselves as SKOS in JSON-LD, with addresses below that one.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...public.pages import public_pages
from ...search.concepts import as_skos, concepts
from ...search.ranked import query_of, ranked
from ..progress import Progress


class Command(BaseCommand):
    help = "Lists the concepts of the search that lead to no public page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--skos", metavar="ADDRESS", help="write all concepts as JSON-LD")

    def handle(self, *args: Any, skos: str | None = None, **options: Any) -> None:
        if skos:
            self.stdout.write(json.dumps(as_skos(skos), ensure_ascii=False, indent=1))
            return
        pages, found = public_pages(), concepts().values()
        with Progress(self, options["verbosity"], "concepts") as progress:
            for done, one in enumerate(found):
                progress(done, len(found), one.name)
                term = next(iter(one.terms.values()))[0]
                if not ranked(pages, query_of(pages, term)):
                    self.stdout.write(f"{one.name}: {term}")
