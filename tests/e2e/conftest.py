"""Real Chromium against a real server: ``manage.py demo`` in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.prepared import copy_site

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(process, url, log):
    """Until a server answers, whatever it answers; a server that dies is a failure."""
    for _attempt in range(240):
        if process.poll() is not None:
            pytest.fail(log.read_text())
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the server did not start:\n" + log.read_text())


@contextmanager
def serving(command, log, url, **environment):
    """A process that serves on 127.0.0.1, ended by its id."""
    with log.open("a") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(process, url, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def settings_of(folder):
    """Settings of the demo that keeps its database and its files in a folder."""
    return {
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
    }


def manage(folder, *command):
    """Run ``manage.py`` for the demo of a folder; gives what it prints."""
    environment = {**os.environ, **settings_of(folder)}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def demo(folder, from_nothing=False, **environment):
    """A demo site with a database of its own; gives its address."""
    address = f"127.0.0.1:{free_port()}"
    if not from_nothing:
        copy_site(folder / "db.sqlite3", folder / "media")
    with serving(
        [sys.executable, "manage.py", "demo", "--address", address],
        folder / "log",
        f"http://{address}/robots.txt",
        **{
            **settings_of(folder),
            "BASE_URL": f"http://{address}",
            "KIS_EDITOR": USER,
            "KIS_EDITOR_PASSWORD": PASSWORD,
            **environment,
        },
    ):
        yield f"http://{address}"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """Where the demo site keeps its database, its files and its log."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def server(demo_folder):
    """The address of a demo site."""
    with demo(demo_folder) as address:
        yield address


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


def at_rest(page):
    """Wait until the messages of the admin have faded in: axe would see the colours of a moment."""
    for messages in page.locator(".messages > ul").all():
        expect(messages).to_have_css("opacity", "1")


@pytest.fixture
def admin(page, server):
    """A browser page that is signed in to the admin."""
    page.goto(f"{server}/admin/login/")
    page.fill("[name=username]", USER)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{server}/admin/")
    return page
