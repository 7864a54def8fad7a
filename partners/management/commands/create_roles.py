"""``manage.py create_roles``: groups for editing, translating, approving and administration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ...roles.creation import create_roles


class Command(BaseCommand):
    help = (
        "Creates the groups of an editorial team, one for the translators of each language, and a "
        "workflow for approval. Run again, it covers new languages, and changes nothing that was "
        "changed in the admin."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for role in create_roles():
            if role.group:
                self.stdout.write(role.group.name)
