"""Somebody who follows a document to the letter: applies its blocks to a fresh Wagtail project."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import polib
import psycopg

from tests.consumer.conftest import ROOT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: The first line of a block that goes into a file: its name, and whether it is added at the end.
NAMED = re.compile(r"^(?:#|<!--) (\S+?)(, at the end)?(?: -->)?\n")
#: The files that documents change.
FILES = ("mysite/settings/base.py", "mysite/urls.py")
SERVER = "http://127.0.0.1:8000"
#: What isn't run as it stands: the wheel is there already, and a server would take a port.
NOT_RUN = ("wagtail start ", "cd ", "python -m pip install ", "python manage.py runserver")
#: Pages as a visitor gets them, after being led to them; signed in with a second argument.
ASKING = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
addresses, signing_in, settings.DEBUG = json.loads(sys.argv[1])
if signing_in:
    assert client.post("/admin/login/", signing_in).status_code == 302
answers = []
for address in addresses:
    answer = client.get(address, follow=True)
    body = b"".join(answer) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    answers.append(f"{answer.status_code} {kind}\\n{body.decode(errors='replace')}")
print(json.dumps(answers))
"""


class Newcomer:
    """A fresh project in ``folder``; ``said`` is each command of a document and its output."""

    def __init__(self, folder: Path, wheel: Path, database: str = "") -> None:
        self.folder, self.database = folder, database
        self.said: list[tuple[str, str]] = []
        folder.mkdir()
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DJANGO_SETTINGS_MODULE": "mysite.settings.dev",
            "PYTHONPATH": str(wheel),
            "DJANGO_SUPERUSER_USERNAME": "newcomer",
            "DJANGO_SUPERUSER_EMAIL": "newcomer@example.org",
            "DJANGO_SUPERUSER_PASSWORD": "a long word for a test",
        }
        self.run("-m", "wagtail.bin.wagtail", "start", "mysite", str(folder))
        self.originals = {name: (folder / name).read_text() for name in FILES}
        if database:
            self.write(
                "mysite/settings/local.py",
                "import environ\n\nfrom .base import INSTALLED_APPS\n\n"
                f"DATABASES = {{'default': environ.Env.db_url_config({database!r})}}\n"
                "INSTALLED_APPS += ['django.contrib.postgres']\n",
            )

    def run(self, *arguments: str, status: int = 0, given: str | None = None) -> str:
        """The output of a Python process in the project."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            input=given,
        )
        assert done.returncode == status, f"{arguments}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def manage(self, *arguments: str, status: int = 0, given: str | None = None) -> str:
        """The output of a command of the project."""
        return self.run("manage.py", *arguments, status=status, given=given)

    def asked(self, *addresses: str, debug: bool = True, signing_in: Any = None) -> list[str]:
        """For each address the status and the type of its answer in a line, then the body."""
        given = json.dumps([addresses, signing_in, debug])
        answers: list[str] = json.loads(self.run("-c", ASKING, given).splitlines()[0])
        return answers

    def signed_in(self, *addresses: str) -> list[str]:
        """The same for the user that was created."""
        name, password = (
            self.environment[f"DJANGO_SUPERUSER_{what}"] for what in ("USERNAME", "PASSWORD")
        )
        return self.asked(*addresses, signing_in={"username": name, "password": password})

    def translate(self, texts: Mapping[str, str]) -> None:
        """Fill the PO files of the content package with texts, and load them."""
        self.manage("load_content", "--write-po")
        for path in (self.folder / "content/po/sk").glob("*.po"):
            po = polib.pofile(str(path))
            for entry in po:
                entry.msgstr = texts[entry.msgid]
            po.save(str(path))
        self.manage("load_content")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the first place of a text in a file."""
        path = self.folder / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Afterwards, database and files are as they were."""
        files = {name: (self.folder / name).read_text() for name in FILES}
        database, copy = self.folder / "db.sqlite3", self.folder / "kept.sqlite3"
        name = urlsplit(self.database).path[1:]
        if self.database:
            self._on_server(f"CREATE DATABASE {name}_kept TEMPLATE {name}")
        elif database.exists():
            shutil.copy(database, copy)
        try:
            yield
        finally:
            if self.database:
                self._on_server(f"DROP DATABASE {name} WITH (FORCE)")
                self._on_server(f"ALTER DATABASE {name}_kept RENAME TO {name}")
            elif copy.exists():
                shutil.move(copy, database)
            else:
                database.unlink(missing_ok=True)
            for one, text in files.items():
                self.write(one, text)

    def _on_server(self, statement: str) -> None:
        server = urlunsplit(urlsplit(self.database)._replace(path="/postgres"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement.encode())

    def dump(self) -> bytes:
        """The database: SQL of PostgreSQL, the file of SQLite, whose search index is no SQL."""
        if not self.database:
            with closing(sqlite3.connect(self.folder / "db.sqlite3")) as connection:
                connection.execute("VACUUM")
            return (self.folder / "db.sqlite3").read_bytes()
        options = ["--inserts", "--no-owner", "--no-privileges", "--dbname", self.database]
        done = subprocess.run(["pg_dump", *options], capture_output=True, text=True, check=True)
        # Commands of psql, which isn't what reads it.
        lines = (line for line in done.stdout.splitlines() if line[:1] != "\\")
        return "\n".join(lines).encode()

    def restore(self, dump: bytes) -> None:
        """Fill an empty database with a dump."""
        if not self.database:
            (self.folder / "db.sqlite3").write_bytes(dump)
            return
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(dump)

    def begin_again(self) -> None:
        """Undo what documents have changed in settings and addresses."""
        for name, text in self.originals.items():
            self.write(name, text)

    def follow(
        self, document: str, since: str = "", until: str = "", commands: bool = True
    ) -> None:
        """Apply the blocks of a document, in their order; ``said`` is what its commands say.

        ``since`` and ``until`` are the beginnings of headings between which they stand. Without
        ``commands``, only files are changed.
        """
        text = (ROOT / "docs" / document).read_text()
        start = text.index(f"\n## {since}") if since else 0
        end = text.index(f"\n## {until}") if until else len(text)
        self.said = []
        for kind, block in BLOCK.findall(text[start:end]):
            if commands or kind != "sh":
                self.apply(kind, block)

    def apply(self, kind: str, block: str) -> None:
        if kind == "sh":
            lines = block.splitlines()
            asking = [line for line in lines if line.startswith("curl ")]
            self.said += [(line, self.line(line)) for line in lines if line not in asking]
            if asking:
                addresses = [line.split("'")[1].removeprefix(SERVER) for line in asking]
                self.said += zip(asking, self.asked(*addresses), strict=True)
            return
        named = NAMED.match(block)
        assert named, f"a block that names no file:\n{block}"
        name, at_the_end = named.groups()
        path, block = self.folder / name, block[named.end() :]
        if kind == "diff":
            path.write_text(changed(path.read_text(), block))
        elif at_the_end:
            path.write_text(f"{path.read_text()}\n{block}")
        else:
            assert not path.exists()
            self.write(name, block)

    def line(self, line: str) -> str:
        if line.startswith(NOT_RUN):
            return ""
        words = shlex.split(line)
        assert words[:2] == ["python", "manage.py"], line
        if words[2] == "createsuperuser":
            words.append("--noinput")
        return self.manage(*words[2:])


def changed(text: str, difference: str) -> str:
    """A text with the lines of a difference taken out and put in, where they follow each other."""
    lines, place = text.splitlines(), 0
    for line in difference.splitlines():
        sign, words = line[0], line[1:]
        if sign == "+":
            lines.insert(place, words)
            place += 1
            continue
        found = [one.strip() for one in lines].index(words.strip(), place)
        if sign == "-":
            del lines[found]
            place = found
        else:
            place = found + 1
    return "\n".join(lines) + "\n"
