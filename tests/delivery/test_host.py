"""A site's own views beside the API, and its own fields in items."""

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from rest_framework.fields import Field
from wagtail.api import APIField
from wagtail.models import Page

from partners.api import payload
from partners.checks import check_left_triggers
from partners.delivery.models import Item, Note
from partners.delivery.notes import triggers
from partners.delivery.shelf import version
from partners.models import PartnerPage


@pytest.mark.urls("tests.delivery.host_urls")
def test_views_of_the_site_are_passed_on_untouched(db):
    first, second = (Client().get("/api/v2/counted/") for _time in "ab")
    assert first.json() != second.json()
    for name in ("Cache-Control", "ETag", "Last-Modified", "Surrogate-Key"):
        assert name not in first.headers
    personal = Client(headers={"authorization": "Bearer x"}).get("/api/v2/counted/")
    assert "Cache-Control" not in personal.headers


@pytest.mark.urls("tests.delivery.host_urls")
def test_a_view_that_tells_callers_apart_answers_each(db):
    answers = [
        Client(headers={"x-api-key": key}).get("/api/v2/keyed/").content for key in ("one", "two")
    ]
    assert answers == [b"for one, None", b"for two, None"]
    client = Client()
    client.cookies["who"] = "three"
    assert client.get("/api/v2/keyed/").content == b"for None, three"


@pytest.mark.urls("tests.delivery.host_urls")
def test_a_view_can_opt_in(db):
    first, second = (Client().get("/api/v2/kept/") for _time in "ab")
    assert first.json() == second.json() and first.headers["ETag"] == second.headers["ETag"]
    tag = first.headers["ETag"]
    assert Client().get("/api/v2/kept/", headers={"if-none-match": tag}).status_code == 304
    Page.objects.update(title="Neu")
    assert Client().get("/api/v2/kept/").json() != first.json()


@pytest.mark.urls("tests.delivery.host_urls")
def test_what_varies_by_something_else_is_not_kept(db):
    first, second = (Client().get("/api/v2/varied/") for _time in "ab")
    assert first.json() != second.json() and "ETag" not in first.headers


class Asker(Field):
    """A careless field: what it says depends on who asks."""

    def to_representation(self, page):
        request = self.context["request"]
        return f"{request.user.is_authenticated} {request.GET.get('locale')}"


@pytest.fixture
def careless(monkeypatch):
    fields = [*PartnerPage.api_fields, APIField("asker", serializer=Asker(source="*"))]
    monkeypatch.setattr(PartnerPage, "api_fields", fields)
    payload._serializer_class.cache_clear()
    version._last = None
    yield
    payload._serializer_class.cache_clear()
    version._last = None


def test_a_stored_item_is_made_for_nobody_in_particular(careless, editor, kis_page):
    page = kis_page("triade")
    Item.objects.filter(page_id=page.pk).update(payload=None)
    first = editor.get(f"/api/v2/pages/{page.pk}/?locale=de")
    assert first.json()["asker"] == "False None"
    assert Client().get(f"/api/v2/pages/{page.pk}/").json()["asker"] == "False None"


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no search path")
def test_content_is_written_under_any_search_path(db, kis_page):
    page = kis_page("triade")
    Note.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO ''")
        cursor.execute("UPDATE public.wagtailcore_page SET title = 'Neu' WHERE id = %s", [page.pk])
        cursor.execute("SET LOCAL search_path TO DEFAULT")
    assert Note.objects.filter(key=str(page.pk)).exists()


def test_triggers_of_a_shelf_that_was_taken_out_are_an_error(db, monkeypatch):
    assert not check_left_triggers(None, databases=["default"])
    monkeypatch.setattr(apps, "is_installed", lambda name: "delivery" not in name)
    [error] = check_left_triggers(None, databases=["default"])
    assert error.id == "kis_partners.E015" and "migrate kis_delivery zero" in error.hint
    triggers.remove()
    assert not check_left_triggers(None, databases=["default"])


def test_the_shelf_can_be_taken_out(db):
    triggers.remove()
    assert not triggers.installed()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_proc WHERE starts_with(proname, 'kis_deliv')")
            assert cursor.fetchone() == (0,)
    triggers.install()
    assert not triggers.missing()
