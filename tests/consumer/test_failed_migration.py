"""A migration that fails, in processes of their own: what was published is served, no more."""

import json
import os
import subprocess
import sys

from tests.prepared import ROOT, copy_site

ASK = """
import django
django.setup()
import json, sys
from django.test import Client
from wagtail.models import Page
page = Page.objects.filter(locale__language_code="de", depth=4).order_by("pk").first()
if "unpublish" in sys.argv:
    page.unpublish()
paths = [f"/api/v2/pages/{page.pk}/", "/api/v2/pages/?limit=100", "/api/v2/changes/?limit=500"]
answers = [Client(raise_request_exception=False).get(path) for path in paths]
listed = page.pk in [item["id"] for item in answers[1].json()["items"]]
print(json.dumps([answers[0].status_code, listed, answers[2].status_code]))
"""


def test_what_is_unpublished_after_it_is_not_served(tmp_path):
    database = tmp_path / "db.sqlite3"
    copy_site(database, tmp_path / "media")

    def run(*command, **environment):
        env = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{database}",
            "MEDIA_ROOT": str(tmp_path / "media"),
            "DJANGO_SETTINGS_MODULE": "tests.consumer.failing.settings",
        }
        return subprocess.run(
            [sys.executable, "-W", "ignore", *command],
            env={**env, **environment}, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip

    def ask(*arguments):
        done = run("-c", ASK, *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    assert ask() == [200, True, 200]
    failed = run("manage.py", "migrate", FAIL="1")
    assert failed.returncode and "this migration fails" in failed.stderr
    assert ask() == [200, True, 503]
    assert ask("unpublish") == [404, False, 503]
    told = run("manage.py", "check", "--database", "default").stderr
    assert "kis_delivery.W001" in told and "kis_delivery.W003" in told
    again = run("manage.py", "migrate")
    assert again.returncode == 0, again.stderr
    assert ask() == [404, False, 200]
    assert "kis_delivery" not in run("manage.py", "check", "--database", "default").stderr
    gone = run("manage.py", "migrate", "kis_delivery", "zero")
    assert gone.returncode == 0, gone.stderr
