"""``manage.py missing_translations``: texts that the admin shows in English for want of others."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kis_wagtail import admin_texts


class Command(BaseCommand):
    help = "Lists the texts of installed packages that the admin shows untranslated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", action="append", choices=admin_texts.languages(), help="only this one"
        )
        parser.add_argument("--texts", action="store_true", help="list every text, too")
        parser.add_argument(
            "--collect",
            action="store_true",
            help="bring kis_wagtail/admin_locale up to date with the installed packages first",
        )

    def handle(self, **options: Any) -> None:
        for language in options["language"] or admin_texts.languages():
            if options["collect"]:
                admin_texts.collect(language)
            texts = admin_texts.missing(language)
            self.stdout.write(f"{language}: {len(texts)} missing")
            for (app, area), number in sorted(admin_texts.areas(texts).items()):
                self.stdout.write(f"  {number:5} {app} {area}")
                for text in texts if options["texts"] else ():
                    if (text.app, text.area) == (app, area):
                        self.stdout.write(f"        {text.entry.msgid}")
