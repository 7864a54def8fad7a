"""Migrations: one for each app at its beginning, and the way of a database from before them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

ROOT = Path(__file__).resolve().parents[1]
APPS = {
    "home": "home",
    "signin": "signin",
    "kis_partners": "partners",
    "kis_delivery": "partners/delivery",
    "kis_mirror": "partners/mirror",
    "kis_webhooks": "partners/webhooks",
}
#: What the table of migrations holds where all of them had run before these were laid.
BEFORE = {
    "home": ["0001_initial", "0002_german_numbers"],
    "signin": ["0001_rules", "0002_attempts"],
    "kis_partners": [
        *("0001_initial", "0002_labels_without_names", "0003_groups_by_superusers"),
        *("0004_forgetting_receipts", "0005_one_source", "0006_translation_grades"),
        "0007_lost_targets",
    ],
}


@pytest.mark.parametrize("label", APPS)
def test_an_app_begins_with_one_migration(label):
    firsts = MigrationLoader(None).graph.root_nodes(label)
    assert firsts == [(label, "0001_initial")]


@pytest.mark.parametrize("label", APPS)
def test_migrations_name_no_module_of_the_plugin(label):
    """In the wheel it has another import name."""
    for path in (ROOT / APPS[label] / "migrations").glob("0*.py"):
        imported = [
            name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([alias.name for alias in node.names] + [getattr(node, "module", "")])
        ]
        assert not [name for name in imported if name and name.startswith(("partners", "kis_p"))]


def test_a_database_from_before_is_told_that_its_tables_are_there(db):
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app__in=BEFORE, name="0001_initial").delete()
    for label, names in BEFORE.items():
        for name in names:
            recorder.record_applied(label, name)
    call_command("migrate", "--fake-initial", "--verbosity", "0")
    for label in BEFORE:
        call_command("migrate", label, "--prune", "--verbosity", "0")
    loader = MigrationLoader(connection)
    for label in BEFORE:
        ours = {name for app, name in loader.disk_migrations if app == label}
        applied = set(recorder.migration_qs.filter(app=label).values_list("name", flat=True))
        assert applied == ours
    call_command("migrate", "--check", "--verbosity", "0")
