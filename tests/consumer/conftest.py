"""A foreign site that has the wheel, and a source to read from: the demo site, a process too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.e2e.conftest import demo_folder, server

__all__ = ["demo_folder", "django", "server"]

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).parent / "site"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True)
    subprocess.run([*build, "-t", "wheel"], cwd=ROOT / "clients/python", check=True)
    return folder


@pytest.fixture(scope="module")
def run(built, tmp_path_factory):
    """Run a command in the foreign site, which has the wheel and nothing else of this project."""
    folder = tmp_path_factory.mktemp("elsewhere")
    [wheel] = built.glob("kis_wagtail-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "packages")
    shutil.copytree(SITE, folder / "site")

    def call(*arguments):
        done = subprocess.run(
            [call.python, *arguments],
            cwd=folder / "site",
            env={**call.environment, "DJANGO_SETTINGS_MODULE": call.settings},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    call.folder, call.python, call.settings = folder, sys.executable, "settings"
    call.environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(folder / "packages"), str(folder / "site")]),
        "PYTHONWARNINGS": "error::DeprecationWarning:kis_partners",
    }
    return call


def django(run, *arguments):
    return run("-m", "django", *arguments)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def newcomer(request, built, tmp_path_factory):
    """A fresh project of somebody who has nothing but the wheel and the documents."""
    from tests.consumer.newcomer import Newcomer

    folder = tmp_path_factory.mktemp("newcomer")
    [wheel] = built.glob("kis_wagtail-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "packages")
    with database(request.param) as url:
        yield Newcomer(folder / "project", folder / "packages", url)


@contextmanager
def database(kind):
    """An empty database, as an address; for SQLite none, because a project has one of its own."""
    if kind == "sqlite":
        yield ""
        return
    server = os.environ.get("KIS_POSTGRESQL") or os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        pytest.skip("KIS_POSTGRESQL names no PostgreSQL")
    name = f"kis_foreign_{os.getpid()}"
    address = urlsplit(server)
    with psycopg.connect(urlunsplit(address._replace(path="/postgres")), autocommit=True) as one:
        one.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(address._replace(path=f"/{name}"))
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            one.execute(drop.format(sql.Identifier(name)))
