"""What is published: the client alone, and what the package index shows."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile

import pytest

from tests.consumer.conftest import ROOT

LINKS = re.compile(r"\]\((?!https?:|#)([^)]*)\)")


def metadata(wheel):
    files = zipfile.ZipFile(wheel)
    [name] = [name for name in files.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(files.read(name))


@pytest.mark.parametrize("name", ["kis_wagtail", "kis_wagtail_client"])
def test_the_long_description_leads_to_nothing_that_the_index_lacks(built, name):
    [wheel] = built.glob(f"{name}-*.whl")
    about = metadata(wheel)
    text = about.get_payload()
    assert about["Description-Content-Type"] == "text/markdown" and len(text) > 500
    assert not LINKS.findall(text)
    assert about.get_all("Project-URL") is None


def test_files_that_it_names_are_in_the_source_distribution(built):
    [wheel] = built.glob("kis_wagtail-*.whl")
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as files:
        there = {name.partition("/")[2] for name in files.getnames()}
    named = set(re.findall(r"\(`([\w/.-]+\.md|LICENSE)`\)", metadata(wheel).get_payload()))
    assert "docs/install.md" in named and named <= there


def test_with_an_address_links_are_absolute(tmp_path):
    home = "https://git.example.org/kis"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    environment = {**os.environ, "PROJECT_URL": home + "/"}
    subprocess.run(build, cwd=ROOT, check=True, env=environment)
    about = metadata(next(tmp_path.glob("*.whl")))
    text = about.get_payload()
    assert f"[Installing the plugin]({home}/blob/main/docs/install.md)" in text
    assert f"]({home}/raw/main/docs/images/page-lv.png)" in text and not LINKS.findall(text)
    assert f"Source, {home}" in about.get_all("Project-URL")


def test_the_example_of_the_client_runs_where_nothing_else_is(built, server, tmp_path):
    [wheel] = built.glob("kis_wagtail_client-*.whl")
    uv = [sys.executable, "-m", "uv"]
    python = tmp_path / "empty/bin/python"
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, tmp_path / "empty"], check=True)
    subprocess.run([*uv, "pip", "install", "-q", "--python", python, wheel], check=True)
    names = "import importlib.metadata as m; print(*{d.name for d in m.distributions()})"
    there = subprocess.run([python, "-c", names], check=True, capture_output=True, text=True)
    assert set(there.stdout.split()) == {
        *("kis-wagtail-client", "requests"),
        *("certifi", "charset-normalizer", "idna", "urllib3"),
    }
    text = (ROOT / "docs/consumers.md").read_text("utf-8")
    [example] = [one for one in re.findall(r"```python\n(.*?)```", text, re.S) if "Mirror(" in one]
    example = example.replace("http://127.0.0.1:8000", server)
    done = subprocess.run(
        [python, "-c", example], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert "/sk/" in done.stdout and (tmp_path / "copy.sqlite3").exists()
