"""``manage.py remove_kis_partners``: takes the plugin out of a site; see docs/leaving.md."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from wagtail.models import Page

from ...leaving.inventory import Inventory, named, obstacles, our_apps
from ...leaving.removal import remove
from ..progress import Progress


class Command(BaseCommand):
    help = (
        "Says what the site has of this plugin, asks, and removes it from the database: tables, "
        "triggers, groups and workflow of create_roles, permissions, content types. Without "
        "--pages it only says what there is."
    )
    # Its tables may be those of another release.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--pages",
            choices=["keep", "delete"],
            help="what becomes of pages: plain ones with title and address, or none",
        )
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor not in ("sqlite", "postgresql"):
            raise CommandError("The plugin knows SQLite and PostgreSQL.")
        found = Inventory()
        self._say(found)
        if hindering := obstacles():
            raise CommandError(
                "Nothing can be removed yet. Models of this site derive from the plugin's or refer "
                f"to them: {', '.join(hindering)}. Take these out first, with a migration."
            )
        if not options["pages"]:
            self.stdout.write("Nothing was removed. Run this with --pages keep or --pages delete.")
            return
        delete = options["pages"] == "delete"
        if not options["yes"] and not self._agreed(delete):
            self.stdout.write("Nothing was removed.")
            return
        with Progress(self, options["verbosity"], "pages") as progress:
            remove(found, delete, progress.each)
        self.stdout.write(
            "Removed. Now take the plugin out of settings and addresses, then run manage.py "
            "migrate and manage.py update_index."
        )

    def _say(self, found: Inventory) -> None:
        write = self.stdout.write
        write(f"Apps: {', '.join(one.name for one in our_apps())}")
        types = Page.objects.filter(pk__in=found.pages).values_list("content_type__model")
        counted = Counter(name for (name,) in types)
        each = ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))
        write(f"Pages, each language counted: {len(found.pages)}{f' ({each})' if each else ''}")
        if found.needed:
            write(
                f"{len(found.needed)} of them stay as plain pages in any case: pages of other "
                "types are below them, or a site begins there."
            )
        for name, number in found.rows:
            write(f"{name}: {number}")
        for group in found.groups:
            write(f"Group: {group}, which {found.members(group)} accounts are in")
        if found.workflows:
            write(f"Workflow: {named(found.workflows)}; choose another one for pages that need one")
        if found.limited:
            write(
                f"Limited to languages until now, then not any more: {named(found.limited)}. Look "
                "through the permissions of these groups first."
            )
        write("Images, documents, languages, accounts and everything of other apps stay.")

    def _agreed(self, delete: bool) -> bool:
        what = "Pages are deleted" if delete else "Pages become plain ones, their texts are gone"
        self.stdout.write(f"{what}. There is no way back but a backup.")
        return input("Type yes to remove all of it: ").strip().casefold() == "yes"
