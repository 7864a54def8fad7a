"""``manage.py export_po``: write translations as PO files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Page

from ...po.outgoing import file_name, select_translations, to_po, to_zip
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Writes translations as PO files for Poedit, Weblate and the like: all of a language, or "
        "those of a page. What no person has read is marked as fuzzy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", help='a code ("sk"), or "all"')
        parser.add_argument("target", help="a folder, or a file whose name ends in .zip")
        parser.add_argument("--page", type=int, help="the id of a page: only what belongs to it")
        parser.add_argument(
            "--below", action="store_true", help="with --page: the pages below it, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        page = None
        if options["page"] is not None:
            page = Page.objects.filter(pk=options["page"]).first()
            if page is None:
                raise CommandError(f"There is no page {options['page']}.")
        language = "" if options["language"] == "all" else options["language"]
        found = list(select_translations(language, page, options["below"]))
        if not found:
            raise CommandError("There are no such translations.")
        target = Path(options["target"])
        if target.suffix == ".zip":
            target.write_bytes(to_zip(found))
        else:
            with Progress(self, options["verbosity"], "files") as progress:
                for translation in progress.each(found):
                    folder = target / translation.target_locale.language_code
                    folder.mkdir(parents=True, exist_ok=True)
                    path = folder / file_name(translation)
                    path.write_text(str(to_po(translation)), encoding="utf-8")
        self.stdout.write(f"{len(found)} files")
