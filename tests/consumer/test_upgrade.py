"""Databases of each released version go forward to this one.

``tests/data/releases`` has for each version and each database a dump of the site that
``docs/install.md`` ends with, translated into Slovak, and what its API gave. Before a version is
released,

    KIS_RELEASE=1.2.0 pytest tests/consumer/test_upgrade.py

adds its own, which then stays as it is.
"""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from tests.consumer.conftest import ROOT
from tests.consumer.test_wheel import SLOVAK

RELEASES = ROOT / "tests/data/releases"
ASKED = ("/api/v2/cooperations/?locale=sk&order=title", "/api/v2/pages/?limit=20&order=id")


#: The databases that there are: the kind and the version.
DUMPS = sorted(tuple(path.stem.split("-")[::-1]) for path in RELEASES.glob("*.gz"))


@pytest.fixture(scope="module")
def project(newcomer):
    """A project with the settings and addresses of ``docs/install.md``, and an empty database."""
    newcomer.follow("install.md", commands=False)
    return newcomer


def files(newcomer, version):
    """The dump of a version, and what its API gave."""
    kind = "postgresql" if newcomer.database else "sqlite"
    return RELEASES / f"{version}-{kind}.gz", RELEASES / f"{version}-{kind}.json"


def comparable(value):
    """A value of JSON with moments in UTC, in which later versions write them."""
    if isinstance(value, dict):
        return {name: comparable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if isinstance(value, str) and value[10:11] == "T":
        with suppress(ValueError):
            return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


def answers(newcomer):
    """The items of the API."""
    found = []
    for answer in newcomer.asked(*ASKED):
        status, body = answer.split("\n", 1)
        assert status.startswith("200 "), answer
        found.append(json.loads(body)["items"])
    return found


if "KIS_RELEASE" in os.environ:

    def test_a_version_is_released(project):
        dump, given = files(project, os.environ["KIS_RELEASE"])
        RELEASES.mkdir(exist_ok=True)
        with project.kept():
            project.manage("migrate", "--verbosity", "0")
            project.manage("load_content", "--partial")
            project.translate(SLOVAK)
            project.manage("create_roles")
            project.manage("createsuperuser", "--noinput")
            project.manage("reconcile")
            items = json.dumps(answers(project), ensure_ascii=False, indent=1)
            given.write_text(f"{items}\n", "utf-8")
            dump.write_bytes(gzip.compress(project.dump(), mtime=0))


@pytest.mark.parametrize("newcomer, version", DUMPS, indirect=["newcomer"], scope="module")
def test_its_database_goes_forward(project, version):
    dump, given = files(project, version)
    before = json.loads(given.read_text("utf-8"))
    with project.kept():
        project.restore(gzip.decompress(dump.read_bytes()))
        project.manage("migrate", "--verbosity", "0")
        assert "No changes detected" in project.manage("makemigrations", "--check", "--dry-run")
        project.manage("reconcile")
        project.manage("update_index", "--verbosity", "0")
        assert "no issues" in project.manage("check", "--database", "default")
        for old, new in zip(before, answers(project), strict=True):
            assert [one["id"] for one in new] == [one["id"] for one in old]
            for one, other in zip(comparable(old), comparable(new), strict=True):
                # Later versions may add fields.
                assert {name: other[name] for name in one if name != "meta"} == {
                    name: value for name, value in one.items() if name != "meta"
                }
                assert one["meta"].items() <= other["meta"].items()
        screens = project.signed_in("/admin/", "/admin/pages/")
        assert [one.split()[0] for one in screens] == ["200"] * 2
