"""``manage.py mirror https://www.example.org/``: create and update pages of another site."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page, Site

from ....client import Mirror, Refused, Unreachable
from ....management.progress import Progress
from ...sync import keep_in_step


class Command(BaseCommand):
    help = (
        "Shows the cooperations of another site as pages of this one, in each language that both "
        "have. Run it again and again: it changes what has changed and removes what is gone."
    )
    stealth_options = ("session",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the other site, or its API (https://…/api/v2/)")
        parser.add_argument(
            "--below",
            type=int,
            metavar="ID",
            help="the page that the pages stand below, each below its version in their language; "
            "the site's root page where none is named",
        )
        parser.add_argument(
            "--type",
            action="append",
            dest="types",
            help="a type of pages there (kis_partners.CooperationPage); can be repeated",
        )
        parser.add_argument(
            "--locale", action="append", dest="locales", help="a language; can be repeated"
        )
        parser.add_argument(
            "--copy",
            default=":memory:",
            metavar="FILE",
            help="keep what was read in this file, so that a run fetches only what has changed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"]
        if urlsplit(url).scheme not in ("http", "https"):
            raise CommandError(f"{url} is not an address that begins with https://")
        if urlsplit(url).path in ("", "/"):
            url = urljoin(url, "/api/v2/")
        copy = options["copy"]
        if copy != ":memory:" and not (folder := Path(copy).absolute().parent).is_dir():
            raise CommandError(f"--copy {copy}: there is no folder {folder}; make it first")
        try:
            with Mirror(
                url,
                copy,
                types=options["types"] or ["kis_partners.CooperationPage"],
                locales=options["locales"] or (),
                session=options.get("session"),
            ) as mirror:
                with Progress(self, options["verbosity"], "items read") as reading:
                    mirror.sync(reading)
                with Progress(self, options["verbosity"], "pages") as writing:
                    outcome = keep_in_step(mirror, self.parent(options["below"]), writing)
        except (Refused, Unreachable, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        for sentence in outcome.left_out:
            self.stderr.write(f"Left out: {sentence}")
        if outcome:
            self.stdout.write(
                f"{outcome.created} created, {outcome.changed} changed, {outcome.removed} removed"
            )
        else:
            self.stdout.write("Nothing changed.")

    def parent(self, pk: int | None) -> Page:
        """The page that mirrored pages are created below."""
        if pk is None:
            site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
            if site is None:
                raise CommandError("Name a page with --below: there is no default site.")
            return site.root_page
        try:
            return Page.objects.get(pk=pk)
        except Page.DoesNotExist as error:
            raise CommandError(f"--below: there is no page {pk}") from error
