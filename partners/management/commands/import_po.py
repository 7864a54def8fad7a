"""``manage.py import_po``: import PO files, and report each entry that was not taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from ...po.archive import MAX_UPLOAD_BYTES
from ...po.incoming import FileReport, read_upload
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Brings in PO files that export_po wrote: .po files, zips of them or folders. Each file "
        "is one transaction: what fits is taken, what doesn't is told; a file that doesn't belong "
        "here changes nothing. Texts wait in the translation editor until they are published "
        "there. Fails if anything was not taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--language", default="", help="take files in this language only")
        parser.add_argument("--user", help="the name of the user who has translated")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace what persons have translated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = None
        if options["user"]:
            users = get_user_model()._default_manager
            user = users.filter(**{get_user_model().USERNAME_FIELD: options["user"]}).first()
            if user is None:
                raise CommandError(f"There is no user {options['user']}.")
        reports: list[FileReport] = []
        with (
            translation.override("en"),
            Progress(self, options["verbosity"], "files") as progress,
        ):
            paths = _files(options["files"])
            for path in progress.each(paths):
                with path.open("rb") as file:
                    data = file.read(MAX_UPLOAD_BYTES + 1)
                reports += read_upload(
                    str(path),
                    data,
                    user=user,
                    language=options["language"],
                    overwrite=options["overwrite"],
                )
        for report in reports:
            self._tell(report)
        bad = sum(not report.is_fine for report in reports)
        taken = sum(report.taken + report.confirmed for report in reports)
        self.stdout.write(f"{taken} texts taken from {len(reports)} files")
        if bad:
            raise CommandError(f"{bad} files were not taken, or not all of them.")

    def _tell(self, report: FileReport) -> None:
        if report.refused:
            self.stderr.write(f"{report.name}: {report.refused}")
        for remark in report.remarks:
            self.stderr.write(
                f"{report.name}:{remark.line}: {remark.context}: {remark.message}: {remark.text!r}"
            )


def _files(given: list[Path]) -> list[Path]:
    found = []
    for path in given:
        if not path.exists():
            raise CommandError(f"There is no such file: {path}")
        found += sorted(path.rglob("*.po")) if path.is_dir() else [path]
    return found
