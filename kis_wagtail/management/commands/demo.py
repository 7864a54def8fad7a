"""``manage.py demo``: the whole site on this machine, with KIS's content."""

from __future__ import annotations

import gc
import os
import secrets
from argparse import ArgumentParser
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Site

OURS = ("home", "partners", "signin")


def fill(**options: Any) -> None:
    """Migrate the database, and load KIS's content into it; options are those of load_content."""
    # Thousands of models are made: with fewer collections, that takes a seventh less time.
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    migrations = MigrationExecutor(connection)
    if not migrations.loader.applied_migrations:
        # Ours last: whatever comes after them makes their models anew, too, which takes a fifth
        # more time.
        ours = {app.label for app in apps.get_app_configs() if app.name.startswith(OURS)}
        last = migrations.loader.graph.leaf_nodes()
        migrations.migrate([leaf for leaf in last if leaf[0] not in ours])
    call_command("migrate", verbosity=0)
    call_command("load_content", **options)
    gc.set_threshold(*usual)


class Command(BaseCommand):
    help = "Migrates, loads KIS's content, creates an editor and serves the site on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="127.0.0.1:8000", help="host:port to serve on")
        parser.add_argument("--no-serve", action="store_true", help="stop before serving")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Migrating, and loading the content …")
        fill(stdout=self.stdout, stderr=self.stderr)
        call_command("create_roles", stdout=StringIO())
        host, _colon, port = options["address"].rpartition(":")
        self.set_address(host, int(port))
        call_command("reconcile", stdout=self.stdout)
        self.create_editor()
        base = f"http://{options['address']}"
        self.stdout.write(f"\nSite   {base}/")
        self.stdout.write(f"Admin  {base}/admin/")
        self.stdout.write(f"API    {base}/api/v2/pages/?locale=lv\n\n")
        if not options["no_serve"]:
            call_command("runserver", options["address"], use_reloader=False)

    def set_address(self, host: str, port: int) -> None:
        """Links of the demo lead to the demo, or to the front end that shows its pages, unless
        somebody has set the site up otherwise."""
        if settings.FRONT_END:
            front_end = urlsplit(settings.FRONT_END)
            host, port = front_end.hostname or host, front_end.port or 80
        Site.objects.filter(is_default_site=True, hostname__in=["localhost", "127.0.0.1"]).update(
            hostname=host, port=port
        )
        Site.clear_site_root_paths_cache()

    def create_editor(self) -> None:
        """The account of the demo; its password is new only when the account is."""
        user_model = get_user_model()
        name = os.environ.get("KIS_EDITOR", "redaktion")
        if user_model.objects.filter(username=name).exists():
            self.stdout.write(f"Sign in as {name}, with the password of the first start.")
            return
        password = os.environ.get("KIS_EDITOR_PASSWORD") or secrets.token_urlsafe(12)
        user_model.objects.create_superuser(
            username=name, email=f"{name}@example.org", password=password
        )
        self.stdout.write(f"Sign in as {name}, password: {password}")
        if settings.DEBUG:
            self.stdout.write("(changepassword sets another one)")
