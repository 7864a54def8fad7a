"""``manage.py load_concepts FILE``: concepts of a thesaurus in SKOS become the editors' own.

JSON-LD is read as it is, Turtle and RDF/XML with rdflib. A concept is known by the end of its
address: one of the same name gets the labels that it lacks, and none is taken away. All is taken or
nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ...models import Concept, ConceptWords
from ...search.concepts import Concept as Read
from ...search.current import thesaurus
from ...search.index import languages
from ...search.skos import NotSkos, from_file
from ..progress import Progress


class Command(BaseCommand):
    help = "Loads concepts of the search from a thesaurus in SKOS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON-LD; with rdflib Turtle or RDF/XML, too")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, file: Path, dry_run: bool = False, **options: Any) -> None:
        try:
            found, left_out = from_file(file, languages())
        except NotSkos as error:
            raise CommandError("\n".join(map(str, error.args))) from error
        known = thesaurus().concepts
        names = known.keys() | {one.name for one in found}
        if unknown := [
            f"{one.name}: there is no broader concept {name}."
            for one in found
            for name in one.broader
            if name not in names
        ]:
            raise CommandError("\n".join(unknown))
        new = sum(one.name not in known for one in found)
        if not dry_run:
            with Progress(self, options["verbosity"], "concepts") as progress, transaction.atomic():
                for one in progress.each(found):
                    _store(one, known.get(one.name))
        for line in left_out:
            self.stderr.write(f"Left out, because it is no language of the site: {line}")
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{new} concepts {would}added, {len(found) - new} {would}joined with those that exist."
        )


def _store(read: Read, known: Read | None) -> None:
    """Store what the thesaurus doesn't have of a concept."""
    concept = Concept.objects.filter(name=read.name).first() or Concept(name=read.name)
    broader = [name for name in read.broader if not known or name not in known.broader]
    concept.broader = " ".join(dict.fromkeys([*concept.broader.split(), *broader]))
    rows = {row.language: row for row in concept.words.all()}
    for code in {**read.terms, **read.asks}:
        has = {*known.terms.get(code, ()), *known.asks.get(code, ())} if known else set()
        row = rows.get(code) or ConceptWords(language=code)
        for name, labels in (("terms", read.terms), ("asks", read.asks)):
            more = [label for label in labels.get(code, ()) if label not in has]
            setattr(row, name, "\n".join([*getattr(row, name).splitlines(), *more]))
        if row.terms or row.asks:
            rows[code] = row
    if not (rows or broader) and not concept.pk:
        return
    concept.words = list(rows.values())
    concept.save()
