"""``docs/install.md``, followed to the letter in a fresh project, ends with a site that works."""

from __future__ import annotations

import json
import re

import pytest

from tests.consumer.conftest import ROOT
from tests.consumer.test_wheel import SLOVAK

ADDRESSES = [
    *("/", "/search/?query=shelter", "/django-admin/login/"),
    *("/api/v2/nothing/", "/api/v2/pages/999/", "/api/other/", "/media/images/guessed.png"),
    "/en/nothing/",
]
SCREENS = ["/admin/", "/admin/pages/", "/admin/snippets/", "/admin/images/", "/admin/groups/"]
#: A setting or name of a URLconf that the site has before.
SETTING = 'AUTHENTICATION_BACKENDS = ["mysite.own.Backend"]\n'
OWN = """
from django.contrib.auth.backends import BaseBackend
from django.http import HttpResponse


class Backend(BaseBackend):
    pass


def missing(request, exception):
    return HttpResponse("The site's own words", status=404)
"""
ADDING = """
import json, sys
from kis_partners.installing import with_apps, with_backends, with_middleware
functions = (with_apps, with_middleware, with_backends)
print(json.dumps([add(names) for add, names in zip(functions, json.loads(sys.argv[1]))]))
"""


@pytest.fixture(scope="module")
def installed(newcomer):
    """The project in which sections 1 to 6 were followed; ``answers`` are those of ``ADDRESSES``.

    It has a backend and a handler of its own before.
    """
    newcomer.write("mysite/own.py", OWN)
    newcomer.change("mysite/settings/base.py", "ROOT_URLCONF", f"{SETTING}ROOT_URLCONF")
    own = 'handler404 = "mysite.own.missing"'
    newcomer.change("mysite/urls.py", "urlpatterns = [", f"{own}\n\nurlpatterns = [")
    newcomer.follow("install.md", until="7.")
    newcomer.answers = newcomer.asked(*ADDRESSES, debug=False)
    newcomer.screens = newcomer.signed_in(*SCREENS)
    return newcomer


@pytest.fixture(scope="module")
def shelved(installed):
    """The same project with the shelf; ``first`` is what was said before."""
    backends = "from django.conf import settings; print(settings.AUTHENTICATION_BACKENDS)"
    installed.first, installed.backends = installed.said, installed.run("-c", backends)
    installed.migrations = installed.manage("makemigrations", "--check", "--dry-run")
    installed.follow("install.md", since="7.")
    installed.second = installed.said
    return installed


def test_it_ends_with_a_site_that_works(shelved):
    [check] = said(shelved.first, "manage.py check")
    assert "no issues" in check
    [roles] = said(shelved.first, "create_roles")
    assert roles.split() == ["Editing", "Approval", "Administration"]
    api, page, admin = said(shelved.first, "curl")
    assert api.startswith("200 application/json") and "Cooperation with Example Shelter" in api
    assert page.startswith("200 text/html") and "/static/css/mysite.css" in page
    assert "Example Shelter" in page and "application/ld+json" in page
    assert admin.startswith("200 text/html") and "password" in admin
    assert [one.split()[0] for one in shelved.screens] == ["200"] * len(SCREENS)
    assert "No changes detected" in shelved.migrations


def test_the_rest_of_the_site_is_as_it_was(shelved):
    home, search, login, nothing, page, other, file, words = shelved.answers
    assert home.startswith("200 text/html")
    assert search.startswith("200 text/html")
    assert login.startswith("200 text/html")
    assert nothing.startswith("404 application/problem+json")
    assert page.startswith("404 application/")
    assert other.startswith("404 ")
    assert file.startswith("404 ") and "own words" not in file
    assert "The site's own words" in words
    assert "'mysite.own.Backend', 'kis_partners" in shelved.backends


def test_then_with_the_shelf(shelved):
    [check] = said(shelved.second, "manage.py check")
    assert "no issues" in check
    changes, feed = said(shelved.second, "curl")
    assert changes.startswith("200 application/json")
    _status, body = changes.split("\n", 1)
    titles = [one["item"]["title"] for one in json.loads(body)["changes"] if one["item"]]
    assert "Cooperation with Example Shelter" in titles
    assert feed.startswith("200 application/atom+xml")


def test_helpers_add_what_is_missing_and_keep_the_rest(newcomer):
    lists = [
        ["own", "rest_framework", "wagtail.locales", "wagtail.admin", "wagtail", "after"],
        ["own.First", "own.LocaleMiddleware", "own.Last"],
        ["own.Backend", "django.contrib.auth.backends.ModelBackend", "own.Other"],
    ]
    made = json.loads(newcomer.run("-c", ADDING, json.dumps(lists)))
    assert made == [
        [
            *("own", "rest_framework", "kis_partners", "wagtail_localize"),
            *("wagtail_localize.locales", "wagtail.api.v2", "wagtail.admin", "wagtail", "after"),
        ],
        [*lists[1], "kis_partners.roles.middleware.LanguageMiddleware"],
        ["own.Backend", "kis_partners.roles.rights.LanguageBackend", "own.Other"],
    ]
    assert json.loads(newcomer.run("-c", ADDING, json.dumps(made))) == made


def test_it_takes_ten_minutes_to_read():
    """At 200 words a minute, those of code counted as others are."""
    assert len(re.findall(r"\w+", (ROOT / "docs/install.md").read_text())) < 2000


def said(lines, beginning):
    return [output for line, output in lines if beginning in line]


# Leaving: docs/leaving.md, in the same project

HOSTING = """
import django
django.setup()
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from home.models import HomePage
from wagtail.models import Page
index = Page.objects.get(slug="cooperation")
index.add_child(instance=HomePage(title="The site's own", slug="own"))
get_user_model().objects.get().groups.add(Group.objects.get(name="Editing"))
page = Page.objects.get(slug="example-shelter").specific
page.title = "A draft"
page.save_revision(user=get_user_model().objects.get(), log_action=True)
"""
LEFT = """
import django
django.setup()
import json
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Page, Task, Workflow
names = "SELECT name FROM sqlite_master WHERE name LIKE 'kis%'"
if connection.vendor == "postgresql":
    names = (
        "SELECT * FROM (SELECT relname FROM pg_class UNION SELECT proname FROM pg_proc UNION "
        "SELECT tgname FROM pg_trigger UNION SELECT conname FROM pg_constraint) AS one(name) "
        "WHERE name LIKE 'kis%'"
    )
with connection.cursor() as cursor:
    cursor.execute(names)
    there = [name for (name,) in cursor.fetchall()]
    cursor.execute("SELECT app FROM django_migrations WHERE app LIKE 'kis%'")
    there += [name for (name,) in cursor.fetchall()]
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA foreign_key_check")
        there += map(str, cursor.fetchall())
types = ContentType.objects.all()
there += [f"{one.app_label}.{one.model}" for one in types if one.app_label.startswith("kis")]
there += [one.codename for one in Permission.objects.all() if "kis" in one.content_type.app_label]
# What another app is about is said by the type of its rows.
for model in apps.get_models():
    for field in model._meta.local_fields:
        if field.related_model is ContentType:
            there += model.objects.filter(**{f"{field.name}__app_label__startswith": "kis"})
print(json.dumps({
    "there": [str(one) for one in there],
    "groups": sorted(Group.objects.values_list("name", flat=True)),
    "workflows": [*Workflow.objects.values_list("name", flat=True)],
    "tasks": [*Task.objects.values_list("name", flat=True)],
    "pages": {page.url_path: type(page.specific).__name__ for page in Page.objects.all()},
}))
"""


@pytest.fixture(scope="module")
def used(shelved):
    """The same project with translations, a draft, a member of a group and a page of its own."""
    shelved.translate(SLOVAK)
    shelved.run("-c", HOSTING)
    return shelved


@pytest.fixture(scope="module", params=["keep", "delete"])
def left(used, request):
    """What is found after the plugin was removed from the project."""
    pages = request.param
    with used.kept():
        told = used.manage("remove_kis_partners")
        refused = used.manage("remove_kis_partners", "--pages", pages, given="no\n")
        done = used.manage("remove_kis_partners", "--pages", pages, given="yes\n")
        used.begin_again()
        used.follow("leaving.md", since="Settings")
        addresses = ["/en/", "/en/cooperation/", "/en/cooperation/own/", "/sk/"]
        found = {
            "kept": pages == "keep",
            "told": told,
            "refused": refused,
            "done": done,
            "check": said(used.said, "manage.py check"),
            "answers": used.asked(*addresses),
            "screens": used.signed_in(*SCREENS, "/admin/reports/site-history/"),
            "migrations": used.manage("makemigrations", "--check", "--dry-run"),
            **json.loads(used.run("-c", LEFT)),
        }
    return found


def test_it_says_what_would_go_and_asks(left):
    for words in ("partnerpage", "Group: Editing", "organisations: ", "Workflow: Approval"):
        assert words in left["told"], left["told"]
    assert "Nothing was removed" in left["told"] and "Nothing was removed" in left["refused"]
    assert "Removed." in left["done"]


def test_nothing_of_it_is_left(left):
    assert left["there"] == []
    assert left["groups"] == ["Editors", "Moderators"]
    assert left["workflows"] == ["Moderators approval"]
    assert left["tasks"] == ["Moderators approval"]


def test_pages_are_plain_ones_or_gone(left):
    plain = {path for path, kind in left["pages"].items() if kind == "Page"}
    own = {path for path, kind in left["pages"].items() if kind == "HomePage"}
    assert "/home/cooperation/own/" in own and len(own) >= 2
    # Below the list is a page of the site.
    assert "/home/cooperation/" in plain
    assert ("/home/cooperation/example-shelter/" in plain) == left["kept"]
    assert any("utulok" in path for path in plain) == left["kept"]


def test_the_site_works_without_it(left):
    assert [one.split()[0] for one in left["answers"]] == ["200"] * 4
    assert [one.split()[0] for one in left["screens"]] == ["200"] * 6
    assert "No changes detected" in left["migrations"]
    [check] = left["check"]
    assert "no issues" in check
