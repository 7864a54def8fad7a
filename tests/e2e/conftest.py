"""Real Chromium against a real server: ``manage.py demo`` in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USER, PASSWORD = "redaktion", "browser-tests-only"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-quic",
        ],
    }


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a demo site with a database of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "BASE_URL": f"http://{address}",
        "KIS_EDITOR": USER,
        "KIS_EDITOR_PASSWORD": PASSWORD,
    }
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--address", address],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        for _attempt in range(240):
            if process.poll() is not None:
                pytest.fail((folder / "log").read_text())
            try:
                urllib.request.urlopen(f"http://{address}/de/", timeout=5)
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail("the demo did not start:\n" + (folder / "log").read_text())
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def ask(server):
    """Asks the API of the demo."""

    def get(path):
        with urllib.request.urlopen(f"{server}/api/v2/{path}", timeout=30) as response:
            return json.load(response)

    return get


@pytest.fixture(scope="session")
def addresses(ask):
    """Every public page of the demo: {language: [address]}."""
    found: dict[str, list[str]] = {}
    for item in ask("pages/?limit=100")["items"]:
        found.setdefault(item["meta"]["locale"], []).append(item["meta"]["html_url"])
    assert sorted(found) == ["de", "en", "lv", "sk"]
    return found


@pytest.fixture
def admin(page, server):
    """A browser page that is signed in to the admin."""
    page.goto(f"{server}/admin/login/")
    page.fill("[name=username]", USER)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{server}/admin/")
    return page
