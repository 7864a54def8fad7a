"""Where not every change is sure to be noted, nothing that is stored is served."""

import logging

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations import Migration
from django.test import Client
from wagtail.models import Page
from wagtail_localize.models import Translation

from partners.delivery.checks import check_triggers
from partners.delivery.models import Note
from partners.delivery.notes import triggers
from partners.models import Topic
from partners.public.pages import public_pages

PLAN = [(Migration("0001_initial", "kis_partners"), False)]


def checks():
    return [message.id for message in check_triggers(None, databases=["default"])]


def feed(since=""):
    return Client().get(f"/api/v2/changes/?limit=500{since and '&since='}{since}")


def told(response):
    return {(one["action"], one["id"]) for one in response.json()["changes"]}


@pytest.fixture
def errors_are_expected(monkeypatch):
    monkeypatch.setattr(logging.getLogger("partners.delivery.shelf.settle"), "propagate", False)


def migrate_and_fail():
    """What Django sends before it migrates; after a migration that fails, it sends nothing."""
    emit_pre_migrate_signal(0, False, "default", plan=PLAN)


def test_after_a_failed_migration_answers_are_made_from_the_pages(db, kis_page):
    page = kis_page("triade")
    since, before = feed().json()["meta"]["next"], Client().get("/api/v2/pages/?limit=100")
    migrate_and_fail()
    Page.objects.filter(pk=page.pk).update(live=False)
    assert Client().get(f"/api/v2/pages/{page.pk}/").status_code == 404
    tag = before.headers["ETag"]
    after = Client().get("/api/v2/pages/?limit=100", headers={"if-none-match": tag})
    assert after.status_code == 200 and "no-store" in after.headers["Cache-Control"]
    assert page.pk in {item["id"] for item in before.json()["items"]}
    assert page.pk not in {item["id"] for item in after.json()["items"]}
    assert feed(since).status_code == 503 and int(feed(since).headers["Retry-After"]) > 0
    assert checks() == ["kis_delivery.W003", "kis_delivery.W001"]

    emit_post_migrate_signal(0, False, "default", plan=PLAN)
    assert ("delete", page.pk) in told(feed(since))
    assert Client().get("/api/v2/pages/").headers["ETag"]
    assert checks() == []


def test_a_table_without_triggers_closes_the_shelf(db, kis_page, errors_are_expected):
    page = kis_page("triade")
    since = feed().json()["meta"]["next"]
    table = Page._meta.db_table
    with connection.cursor() as cursor:
        for name, of in triggers.installed():
            if of == table:
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{name}"{on}')
    Page.objects.filter(pk=page.pk).update(live=False)
    Topic.objects.update(name="Anderes")  # The next change that is noted.
    assert Client().get(f"/api/v2/pages/{page.pk}/").status_code == 404
    assert feed(since).status_code == 503
    call_command("reconcile", verbosity=0)
    assert ("delete", page.pk) in told(feed(since))
    assert checks() == []


@pytest.mark.parametrize("slug", ["triade", "kooperationen"])
def test_a_page_whose_own_row_is_lost_stops_no_other_one(db, kis_page, caplog, slug):
    page, other = kis_page(slug), kis_page("polizeidirektion-leipzig")
    since = feed().json()["meta"]["next"]
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        table = page.specific_class._meta.db_table
        cursor.execute(f"DELETE FROM {table} WHERE {page.specific._meta.pk.column} = {page.pk}")
    Page.objects.filter(pk=other.pk).update(title="Anders")
    assert {("delete", page.pk), ("upsert", other.pk)} <= told(feed(since))
    assert Client().get(f"/api/v2/pages/{page.pk}/").status_code == 404
    assert feed().status_code == 200


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("wagtailcore.ReferenceIndex", "987654:1"),  # a content type that was removed
        ("wagtailcore.ReferenceIndex", "no number:1"),
        ("removed.Snippet", "1"),
        ("kis_partners.PartnerPage", "no number"),
        ("wagtail_localize.TranslationSource", "no uuid"),
    ],
)
def test_a_note_that_cannot_be_read_means_everything(db, kis_page, source, key):
    page, since = kis_page("triade"), feed().json()["meta"]["next"]
    Page.objects.filter(pk=page.pk).update(title="Anders")
    Note.objects.all().delete()  # as if nobody had noted it
    Note.objects.create(source=source, key=key)
    assert ("upsert", page.pk) in told(feed(since))
    assert not Note.objects.exists()


def test_what_stopping_a_translation_opens_and_closes_counts_for_its_aliases(kis_page, settings):
    """While the source is closed, a translation that is kept in step is closed, too."""
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    alias = slovak.specific.create_alias(update_slug="zrkadlo", parent=slovak.get_parent())
    kept = Translation.objects.filter(
        source__object_id=slovak.translation_key, target_locale=slovak.locale
    )
    Page.objects.filter(pk=german.pk).update(live=False)
    for enabled, status in ((True, 404), (False, 200), (True, 404)):
        kept.update(enabled=enabled)
        for pk in (slovak.pk, alias.pk):
            assert Client().get(f"/api/v2/pages/{pk}/").status_code == status, (enabled, pk)
            assert public_pages(Page.objects.filter(pk=pk)).exists() is (status == 200)
