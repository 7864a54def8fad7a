"""The Mirror against a server in a process of its own, killed again and again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest

from partners.client import Mirror

from ..e2e.conftest import ROOT

#: How often the process is killed.
KILLS = 25
SYNCING = """
import random, sys, time
import requests
from partners.client import Mirror

class Twice(requests.Session):
    "Asks some questions twice, as a proxy may that tries again."
    def get(self, *arguments, **options):
        if random.random() < 0.3:
            super().get(*arguments, **options)
        return super().get(*arguments, **options)

url, path, seed = sys.argv[1:]
random.seed(int(seed))
print("ready", flush=True)
while True:
    with Mirror(url, path, page_size=random.choice([1, 2, 3, 5, 8]), session=Twice()) as mirror:
        mirror.sync()
    if random.random() < 0.3:  # as after a restored backup
        import sqlite3
        with sqlite3.connect(path, timeout=60) as copy:
            copy.execute("UPDATE state SET cursor = 'damaged'")
        copy.close()
"""
EDITING = """
import os, random, sys
import django
django.setup()
from wagtail.models import Page
from partners.models import PartnerPage
random.seed(int(sys.argv[1]))
print("ready", flush=True)
while True:
    page = random.choice(list(PartnerPage.objects.all()))
    choice = random.random()
    if choice < 0.4 or not page.live:
        page.title = f"Titel {random.randrange(1000)}"
        page.save_revision().publish()
    else:
        page.unpublish()
"""


@pytest.fixture
def editing(server, demo_folder):
    """A process that publishes and takes down pages without a pause; ended by its id."""
    process = subprocess.Popen(
        [sys.executable, "-c", EDITING, "7"],
        cwd=ROOT,
        env=_environment(demo_folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def _environment(folder):
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
    }


def test_a_copy_is_right_however_often_its_process_is_killed(server, editing, tmp_path):
    url, path = f"{server}/api/v2/", tmp_path / "copy.sqlite3"
    rng, went_on = random.Random(11), 0
    for seed in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", SYNCING, url, str(path), str(seed)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.0, 0.6))
        assert process.poll() is None, "the sync has ended by itself"
        process.kill()
        process.wait()
        process.stdout.close()
        with Mirror(url, path) as mirror:
            went_on += not mirror.complete
    assert went_on, "no process was killed in the middle of a full sync"
    editing.kill()
    editing.wait()
    with Mirror(url, path) as mirror:
        assert not mirror.verify()
        assert mirror.complete and len(list(mirror.items())) > 30
