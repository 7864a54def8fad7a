"""A site with a user, image and document model of its own, models with the plugin's names,
languages that the plugin doesn't have, two sites, and the API at another address.

On PostgreSQL if ``DATABASE_URL`` or ``KIS_POSTGRESQL`` names a server.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3

import psycopg
import pytest

from tests.conftest import EXAMPLE
from tests.consumer.conftest import database, django

LANGUAGES = ["en-gb", "sk", "de-at", "pt-br", "ar"]
#: Whose foreign keys lead where, in the plugin's tables.
KEYS = {
    "kis_partners_documenttext": {"lab_paper"},
    "kis_partners_forgettingreceipt": {"accounts_user"},
    "kis_partners_networkpage": {"lab_paper"},
    "kis_partners_organisation": {"accounts_user", "lab_picture"},
    "kis_partners_partnerpage": {"lab_paper"},
    "kis_partners_person": {"accounts_user", "lab_picture"},
    "kis_partners_review": {"accounts_user"},
    "kis_partners_topic": {"accounts_user"},
    "kis_partners_translationrun": {"accounts_user"},
}
LATE = """
import os
os.environ.update(DJANGO_SETTINGS_MODULE="lab_faults", FAULT="last")
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
"""
STOCK = {"auth_user", "wagtailimages_image", "wagtaildocs_document"}


@pytest.fixture(scope="module")
def address():
    """The address of an empty database; "" for a file of SQLite."""
    named = os.environ.get("KIS_POSTGRESQL") or os.environ.get("DATABASE_URL", "")
    with database("postgresql" if named.startswith("postgres") else "sqlite") as url:
        yield url


@pytest.fixture(scope="module")
def lab(run, address):
    run.settings = "lab_settings"
    if address:
        run.environment["LAB_DATABASE"] = address
    assert "No changes detected" in django(run, "makemigrations", "--check", "--dry-run")
    django(run, "migrate", "--verbosity", "0")
    return run


@pytest.fixture(scope="module")
def probed(lab):
    return json.loads(lab("lab_probe.py"))


def test_foreign_keys_lead_to_the_models_of_the_site(lab, address):
    found: dict[str, set[str]] = {}
    for table, other in on_postgresql(address) if address else on_sqlite(lab):
        if table.startswith("kis_") and other in {*STOCK, *set().union(*KEYS.values())}:
            found.setdefault(table, set()).add(other)
    assert found == KEYS


def on_postgresql(address):
    with psycopg.connect(address) as connection:
        return connection.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text "
            "FROM pg_constraint WHERE contype = 'f'"
        ).fetchall()


def on_sqlite(lab):
    with sqlite3.connect(lab.folder / "site/lab.sqlite3") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
        return [
            (table, row[2])
            for table in tables
            if table.startswith("kis_")
            for row in connection.execute(f"PRAGMA foreign_key_list({table})")
        ]


def test_cooperations_are_there_in_each_language(probed):
    assert list(probed["listed"]) == LANGUAGES
    for code, items in probed["listed"].items():
        [[title, period, organisation]] = items
        assert title == ("With One" if code == "en-gb" else f"One {code}")
        assert "2005" in period and organisation == "Body of One"
    assert probed["listed"]["de-at"][0][1] == "seit Februar 2005"
    assert set(probed["pages"]) == {200}


def test_models_of_the_same_names_stand_beside_each_other(probed):
    assert set(probed["screens"].values()) == {200}
    assert {"lab.Person", "kis_partners.Person", "lab.Role"} <= set(probed["screens"])
    assert probed["networks"] == ["Alliance"]
    assert probed["uuid"]


def test_two_sites_have_pages_of_their_own(probed):
    assert probed["second"][0] == "With Two"
    assert not [title for title in probed["second"] if title.startswith("One")]


def test_the_api_answers_errors_wherever_it_stands(probed):
    assert probed["unknown"] == [404, "application/problem+json"]
    assert probed["broken"] == [500, "application/problem+json"]
    assert probed["elsewhere"] == [404, "text/html"]


def test_its_answers_and_the_feeds_are_kept_wherever_they_stand(probed):
    assert probed["unchanged"] == [304, 304]


def test_endpoints_and_views_of_the_site_stand_beside_it(probed):
    assert probed["weather"] == {"sun": True}
    assert probed["topics"] == ["Topic"]
    assert probed["description"] == 200 and probed["changes"]


def test_a_package_is_loaded_into_the_models_of_the_site(lab, probed):
    """The example package, as somebody writes it whose English is British."""
    folder = lab.folder / "example"
    shutil.copytree(EXAMPLE, folder)
    (folder / "en").rename(folder / "en-gb")
    description = folder / "package.yaml"
    description.write_text(description.read_text().replace("source: en", "source: en-gb"))
    said = django(lab, "load_content", str(folder), "--parent", str(probed["home"]))
    assert "created" in said
    assert "Nothing changed" in django(lab, "load_content", str(folder))
    read = "from lab.models import *; print(*Paper.objects.values_list('title', flat=True))"
    assert "timetable" in django(lab, "shell", "--no-imports", "-c", read).lower()


@pytest.mark.parametrize(
    ("fault", "number", "hint"),
    [
        ("last", "kis_partners.E007", "Put 'kis_partners' before them"),
        ("zones", "kis_partners.E016", "USE_TZ = True"),
        ("languages", "kis_partners.E008", "WAGTAIL_CONTENT_LANGUAGES = LANGUAGES"),
        ("locale", "kis_partners.E009", "LocaleMiddleware"),
        ("values", "kis_partners.E004", "a whole number"),
        ("folder", "kis_partners.E005", "leave the key out"),
    ],
)
def test_what_does_not_work_is_refused(lab, fault, number, hint):
    before = lab.settings, lab.environment
    lab.settings, lab.environment = "lab_faults", {**lab.environment, "FAULT": fault}
    try:
        with pytest.raises(AssertionError) as refused:
            django(lab, "check")
    finally:
        lab.settings, lab.environment = before
    said = str(refused.value)
    assert "ERRORS:" in said and f"({number})" in said and hint in said
    assert "Traceback" not in said


def test_a_site_whose_languages_would_limit_nobody_serves_no_request(lab):
    """A server of WSGI doesn't check."""
    with pytest.raises(AssertionError, match="Languages of groups limit nobody"):
        lab("-c", LATE)
