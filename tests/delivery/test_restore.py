"""A rehearsal of docs/operators.md: back up, wipe, restore, by the database's own tools."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import PageViewRestriction

from partners.care.withdrawn import close_others, what_is_public
from partners.models import Consent, PartnerPage, Person
from tests.prepared import copy_postgresql, copy_site


class SQLite:
    def __init__(self, folder):
        self.path, self.backup = folder / "db.sqlite3", folder / "backup.sqlite3"
        copy_site(self.path, folder / "media")
        self.url = f"sqlite:///{self.path}"

    def dump(self):
        with sqlite3.connect(self.path) as database:
            database.execute("VACUUM INTO ?", [str(self.backup)])
        database.close()

    def restore(self):
        for beside in ("", "-wal", "-shm"):
            Path(f"{self.path}{beside}").unlink(missing_ok=True)
        shutil.copyfile(self.backup, self.path)

    def drop(self):
        pass


class PostgreSQL:
    def __init__(self, folder):
        server = connection.settings_dict
        self.name, self.backup = f"{server['NAME']}_rehearsal", folder / "backup.dump"
        copy_postgresql(connection, self.name, folder / "media")
        self.server = f"postgres://{server['USER']}@{server['HOST']}:{server['PORT'] or 5432}"
        self.url = f"{self.server}/{self.name}"

    def run(self, *command):
        subprocess.run(command, check=True, capture_output=True)

    def dump(self):
        self.run("pg_dump", "--format=custom", f"--file={self.backup}", f"--dbname={self.url}")

    def restore(self):
        self.drop()
        self.run("psql", self.server + "/postgres", "-c", f'CREATE DATABASE "{self.name}"')
        self.run("pg_restore", "--no-owner", f"--dbname={self.url}", str(self.backup))

    def drop(self):
        self.run("psql", self.server + "/postgres", "-c", f'DROP DATABASE "{self.name}"')


@pytest.mark.slow
def test_what_was_withdrawn_stays_so_and_readers_go_on_or_start_over(tmp_path, db):
    database = {"sqlite": SQLite, "postgresql": PostgreSQL}[connection.vendor](tmp_path)

    def step(name):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.delivery.rehearsal", name, str(tmp_path)],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.test",
                "DATABASE_URL": database.url,
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads((tmp_path / f"{name}.json").read_text())

    try:
        before = step("before")
        assert before["named at first"] == ["Erika Mustermann", "Max Beispiel"]
        assert "Erika Mustermann" not in before["named"]
        database.dump()
        after = step("after")
        assert after["status"] == 200 and after["named"] == []
        assert after["page"] in after["gone"]

        database.restore()
        # The one who had withdrawn before the backup isn't named; readers go on with nothing new.
        moved = step("moved")
        assert (moved["status"], moved["ids"], moved["gone"]) == (200, [], [])

        restored = step("restored")
        assert restored["behind"] == ["Max Beispiel"]
        assert restored["with the old cursor"] == 410
        assert restored["status"] == 200 and restored["named"] == []
        assert restored["ids"] and after["page"] not in restored["ids"]
    finally:
        database.drop()


@pytest.fixture
def page():
    return PartnerPage.objects.filter(locale__language_code="de").order_by("pk").first()


def test_nothing_is_closed_where_nothing_was_withdrawn(db, tmp_path, page, capsys):
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    call_command("keep_withdrawn", tmp_path / "public.json", "--write")
    call_command("keep_withdrawn", tmp_path / "public.json")
    assert capsys.readouterr().out.splitlines()[1:] == []
    page.refresh_from_db()
    assert page.live
    text = (tmp_path / "public.json").read_text()
    assert page.title not in text and not (tmp_path / "public.json.new").exists()


def test_what_was_made_private_is_unpublished_where_it_is_public_again(db, page):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    listed = what_is_public()
    restriction.delete()
    closed = close_others(listed)
    assert f"{page.title} (de)" in closed.pages
    page.refresh_from_db()
    assert not page.live


def test_a_consent_that_the_list_does_not_name_ends(db):
    listed = what_is_public()
    person = Person.objects.first()
    Consent.objects.create(person=person, name=True, evidence="x")
    assert close_others(listed).consents == 1
    assert not Consent.holding().filter(person=person).exists()


def test_who_was_forgotten_is_named_by_number(db, tmp_path):
    person = Person.objects.order_by("pk").first()
    listed = {**what_is_public(), "forgotten": [str(person.translation_key)]}
    (tmp_path / "public.json").write_text(json.dumps(listed))
    with pytest.raises(CommandError, match=f"{person.pk}"):
        call_command("keep_withdrawn", tmp_path / "public.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"layout": 1, "pages": []}'])
def test_a_file_that_is_no_such_list_changes_nothing(db, tmp_path, page, text):
    (tmp_path / "public.json").write_text(text)
    with pytest.raises(CommandError):
        call_command("keep_withdrawn", tmp_path / "public.json")
    page.refresh_from_db()
    assert page.live
