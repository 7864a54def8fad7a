"""``manage.py export_snapshot``: everything that the API gives at one moment, as a ZIP file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Site

from ....management.progress import Progress
from ...snapshot import SnapshotError, write_snapshot


class Command(BaseCommand):
    help = (
        "Writes everything that the API gives to everybody into a ZIP file, with the cursor to go "
        "on from. The same content makes the same file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file; one that is there is replaced")
        parser.add_argument("--site", help="the host name of the site, if not the default one")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        chosen = {"hostname": options["site"]} if options["site"] else {"is_default_site": True}
        site = Site.objects.select_related("root_page").filter(**chosen).first()
        if site is None:
            known = ", ".join(Site.objects.values_list("hostname", flat=True))
            raise CommandError(f"There is no such site. There are: {known}")
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}.")
        # Beside the file, so that it is whole or isn't there.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with (
                os.fdopen(handle, "wb") as file,
                Progress(self, options["verbosity"], "changes") as progress,
            ):
                manifest = write_snapshot(site, file, progress)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except SnapshotError as error:
            raise CommandError(f"No snapshot was written. {error}") from error
        finally:
            Path(name).unlink(missing_ok=True)
        counted = ", ".join(f"{number} {what}" for what, number in manifest["counts"].items())
        self.stdout.write(f"{path}: {counted}.")
