"""``manage.py write_outage_pages``: what a server in front shows while the site is away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Site

from home import numbers
from home.models import EmergencyNumberWords, ExitControl
from home.views import fault
from partners.site import brand


class Command(BaseCommand):
    help = (
        "Writes a page for each language, de.html and so on, that says whom to call while the site "
        "is away. A server in front shows them, see examples/nginx/kis.conf; write them again when "
        "emergency numbers have changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Where they are written.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        found = finders.find("site.css")
        style = (Path(str(found)).read_text("utf-8") if found else "") + brand.style()
        site = Site.objects.filter(is_default_site=True).first()
        words = numbers.in_order(EmergencyNumberWords.objects.all())
        pages = {}
        for code, _name in settings.LANGUAGES:
            numbers.remember(code, [row for row in words if row.language == code])
            control = ExitControl.for_site(site, code)
            pages[f"{code}.html"] = fault(code, control, style)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in pages.items():
                # A server never sees half of a page.
                new = folder / f".{name}"
                new.write_text(text, "utf-8")
                new.replace(folder / name)
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror or error}") from error
        self.stdout.write(f"{', '.join(pages)} written to {folder}.")
