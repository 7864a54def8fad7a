"""Another site's copy of the demo site: killed again and again, and shown in the foreign site."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time

import pytest

from partners.client import Mirror
from tests.consumer.conftest import ROOT, django

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


SLOVAK_ROOT = """
import django
django.setup()
from wagtail.models import Locale, Site
Locale.objects.get_or_create(language_code="en")
slovak, _ = Locale.objects.get_or_create(language_code="sk")
page = Site.objects.get().root_page.copy_for_translation(slovak)
page.save_revision().publish()
"""
SHOWN = """
import django
django.setup()
import json
from django.test import Client
from kis_partners.mirror.models import MirroredPage
pages = MirroredPage.objects.select_related("locale")
keys = {}
for page in pages:
    keys.setdefault(str(page.translation_key), []).append(page.locale.language_code)
page = pages.filter(locale__language_code="sk").first()
html = Client().get(page.url).content.decode()
print(json.dumps({
    "module": MirroredPage.__module__,
    "titles": sorted(page.title for page in pages),
    "together": sorted(map(sorted, keys.values())),
    "canonical": f'<link rel="canonical" href="{page.source_url}">' in html,
    "words": "pochádza z iného webového sídla" in html,
}))
"""
CLOSING = """
import sys
import django
django.setup()
from wagtail.models import Page
Page.objects.get(translation_key=sys.argv[1], locale__language_code="de").unpublish()
"""


def test_a_foreign_site_shows_the_cooperations_and_takes_down_what_is_closed(
    server, demo_folder, run
):
    django(run, "migrate", "--verbosity", "0")
    assert "No changes detected" in django(run, "makemigrations", "--check", "--dry-run")
    run("-c", SLOVAK_ROOT)
    with Mirror(f"{server}/api/v2/", ":memory:", types=["kis_partners.CooperationPage"]) as mirror:
        mirror.sync()
        there = [item for item in mirror.items() if item.locale in ("en", "sk")]
    out = django(run, "mirror", server, "--copy", "copy.sqlite3")
    assert out == f"{len(there)} created, 0 changed, 0 removed\n"
    shown = json.loads(run("-c", SHOWN))
    assert shown["module"] == "kis_partners.mirror.models"
    assert shown["titles"] == sorted(item.data["title"] for item in there)
    assert ["en", "sk"] in shown["together"]
    assert shown["canonical"] and shown["words"]
    assert django(run, "mirror", server, "--copy", "copy.sqlite3") == "Nothing changed.\n"
    key = there[0].translation_key
    closing = [sys.executable, "-c", CLOSING, key]
    subprocess.run(closing, cwd=ROOT, env=_environment(demo_folder), check=True)
    number = sum(item.translation_key == key for item in there)
    out = django(run, "mirror", server, "--copy", "copy.sqlite3")
    assert out == f"0 created, 0 changed, {number} removed\n"
