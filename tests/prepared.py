"""A database that holds KIS's content, and its files: made once, copied by each run of tests.

It lies in ``var/prepared``, under a digest of what it is made from: the content, the migrations,
the code that writes it, and the versions of all packages. On PostgreSQL the database is a template,
and only its files lie there.

``python -m tests.prepared`` makes that for SQLite, if it is missing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote as quote_url

ROOT = Path(__file__).resolve().parents[1]
PREPARED = ROOT / "var" / "prepared"
# The lock file has another Django for newer Pythons.
PYTHON = f"{sys.version_info.major}{sys.version_info.minor}"
# What decides how a fresh database looks after ``migrate`` and ``load_content``.
MADE_FROM = [
    "requirements.lock",
    "kis_wagtail/content/**/*",
    "kis_wagtail/settings/base.py",
    "*/**/migrations/*.py",
    *("*/models.py", "*/apps.py", "*/wagtail_hooks.py", "partners/kinds.py", "partners/conf.py"),
    *(f"partners/{room}/**/*.py" for room in ("content", "items", "models", "po", "public")),
    *(f"partners/{room}/**/*.py" for room in ("roles", "search", "translating", "words")),
    # Triggers and rows; the collations of SQLite; what has changed in a source.
    *("partners/delivery/*.py", "partners/delivery/notes/*.py", "partners/delivery/shelf/*.py"),
    *("partners/api/collation.py", "partners/desk/source_changes.py"),
    *("kis_wagtail/management/commands/demo.py", "tests/prepared.py"),
]


def digest() -> str:
    """What the prepared database is made from, in 16 characters."""
    made_from = hashlib.sha256()
    for path in sorted({path for pattern in MADE_FROM for path in ROOT.glob(pattern)}):
        if path.is_file():
            made_from.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
            made_from.update(path.read_bytes())
    return made_from.hexdigest()[:16]


def copy_site(database: Path | str, media: Path | str) -> None:
    """Copy the prepared SQLite database to a file, and what it refers to into a folder."""
    with _alone():
        folder = _folder("sqlite")
        if not folder.exists():
            with _making(folder) as new:
                _make(f"sqlite:///{new / 'db.sqlite3'}", new / "media")
        # What an interrupted run has left beside its database belongs to no copy.
        for beside in ("-wal", "-shm", "-journal"):
            Path(f"{database}{beside}").unlink(missing_ok=True)
        shutil.copyfile(folder / "db.sqlite3", database)
        shutil.copytree(folder / "media", media, dirs_exist_ok=True)


def copy_postgresql(connection: Any, name: str, media: Path | str) -> None:
    """Make a PostgreSQL database with this name as a copy of the prepared one, and its files."""
    quote, server = connection.ops.quote_name, connection.settings_dict
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    prefix = f"kis_prepared_{checkout}_{PYTHON}_"
    template = prefix + digest()
    with _alone(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        there = {row[0] for row in cursor.fetchall()}
        folder = _folder("postgresql")
        if template not in there or not folder.exists():
            for old in there:
                cursor.execute(f"DROP DATABASE {quote(old)}")
            cursor.execute(f"CREATE DATABASE {quote(template)}")
            login = f"{server['USER']}:{quote_url(server['PASSWORD'], safe='')}"
            address = f"{server['HOST']}:{server['PORT'] or 5432}"
            with _making(folder) as new:
                _make(f"postgres://{login}@{address}/{template}", new / "media")
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(name)}")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}")
        shutil.copytree(folder / "media", media, dirs_exist_ok=True)


def _folder(kind: str) -> Path:
    return PREPARED / f"{kind}-{PYTHON}-{digest()}"


@contextmanager
def _alone() -> Iterator[None]:
    """While it lasts, no other run makes or copies the prepared site."""
    PREPARED.mkdir(parents=True, exist_ok=True)
    with (PREPARED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _making(folder: Path) -> Iterator[Path]:
    """A new folder, which takes the place of older ones of its kind once all is in it."""
    kind = folder.name.rpartition("-")[0]
    for old in PREPARED.glob(f"*{kind}-*"):
        shutil.rmtree(old)
    new = folder.with_name(f"unfinished-{folder.name}")
    new.mkdir()
    yield new
    new.rename(folder)


def _make(database: str, media: Path) -> None:
    """Migrate and fill a database that did not exist before, in one process."""
    done = subprocess.run(
        [sys.executable, "-c", _MAKE],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.dev",
            "DATABASE_URL": database,
            "MEDIA_ROOT": str(media),
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"No site could be prepared for the tests:\n{done.stderr}")


_MAKE = """
import django
django.setup()
from kis_wagtail.management.commands.demo import fill
fill(verbosity=0)
# The legal pages are published, as they are once somebody has filled them in.
from home.models import StandardPage
for page in StandardPage.objects.filter(live=False).order_by("path"):
    page.get_latest_revision().publish()
"""


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        copy_site(Path(folder, "db.sqlite3"), Path(folder, "media"))
