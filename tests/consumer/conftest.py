"""A foreign site that has the wheel, and a source to read from: the demo site, a process too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.conftest import demo_folder, server

__all__ = ["demo_folder", "django", "server"]

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).parent / "site"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def run(built, tmp_path_factory):
    """Run a command in the foreign site, which has the wheel and nothing else of this project."""
    folder = tmp_path_factory.mktemp("elsewhere")
    [wheel] = built.glob("*.whl")
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
