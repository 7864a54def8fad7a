"""``manage.py load_content``: load a content package (see ``partners.content``)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from wagtail.models import Page

from ...conf import conf
from ...content import PackageError, load
from ...content.describe import describe, names
from ...content.loader import write_po_files
from ..progress import Progress


class Command(BaseCommand):
    help = "Loads a content package: pages, snippets, documents and their translations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = conf().content
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            default=default,
            help="the folder of the package; by default KIS_PARTNERS['CONTENT']",
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="replace what editors and translators have changed, too",
        )
        parser.add_argument(
            "--parent", type=int, help="id of the page that top pages of the package go below"
        )
        parser.add_argument(
            "--partial",
            action="store_true",
            help="load translations that are incomplete, too, and say what is missing",
        )
        parser.add_argument(
            "--write-po",
            action="store_true",
            help="write the strings that the PO files lack, and load nothing",
        )

        parser.add_argument(
            "--describe",
            nargs="*",
            metavar="TYPE",
            help="say what fields, choices and blocks a type takes (kis_partners.PartnerPage), or "
            "the choices of a field (kis_partners.Organisation.country); without a type, list all",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["describe"] is not None:
            self.describe(options["describe"])
            return
        root = options["path"]
        if root is None:
            raise CommandError("Name the folder of a package, or set KIS_PARTNERS['CONTENT'].")
        parent = self.parent(options["parent"])
        try:
            with Progress(self, options["verbosity"], "items") as progress:
                if options["write_po"]:
                    todo = write_po_files(Path(root), parent=parent, progress=progress)
                else:
                    report = load(
                        Path(root),
                        overwrite=options["overwrite"],
                        parent=parent,
                        progress=progress,
                        partial=options["partial"],
                    )
        except PackageError as error:
            count = len(error.problems)
            raise CommandError(
                f"{error}\nNothing was loaded: {count} problem{'s' * (count > 1)}."
            ) from error
        if options["write_po"]:
            self.stdout.write(f"PO files written, {todo} strings to translate.")
            return
        for line in report.kept:
            self.stdout.write(self.style.WARNING(f"Kept: {line}"))
        for gap in report.gaps:
            self.stdout.write(self.style.WARNING(f"Missing: {gap}"))
        if not report.changed:
            self.stdout.write("Nothing changed.")
            return
        self.stdout.write(
            f"{len(report.created)} created, {len(report.updated)} updated, "
            f"{len(report.unchanged)} unchanged, {len(report.translated)} translations."
        )

    def describe(self, wanted: list[str]) -> None:
        with translation.override("en"):
            try:
                found = [list(describe(name)) for name in wanted] or [names()]
            except LookupError as error:
                raise CommandError(str(error.args[0])) from error
            self.stdout.write("\n\n".join("\n".join(lines) for lines in found))

    def parent(self, pk: int | None) -> Page | None:
        if pk is None:
            return None
        page = Page.objects.filter(pk=pk).first()
        if page is None:
            raise CommandError(f"There is no page with the id {pk}.")
        return page.specific
