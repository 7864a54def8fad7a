"""A site's own views beside the API, and its own fields in items."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from rest_framework.fields import Field
from wagtail.api import APIField
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from partners.api import payload
from partners.checks import check_left_triggers
from partners.delivery.checks import check_failures
from partners.delivery.models import Failure, Item, Note, State
from partners.delivery.notes import triggers
from partners.delivery.shelf import version
from partners.models import Organisation, PartnerPage


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
        return f"{request.user.is_authenticated} {request.GET.get('locale')} {request.path}"


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
    asked = f"False None /api/v2/pages/{page.pk}/"
    assert editor.get(f"/api/v2/pages/{page.pk}/?locale=de").json()["asker"] == asked
    assert Client().get(f"/api/v2/pages/{page.pk}/").json()["asker"] == asked
    with override_settings(KIS_PARTNERS_RELEASE="another"):  # Made for each answer.
        listing = Client().get("/api/v2/pages/?type=kis_partners.PartnerPage&fields=asker").json()
        assert asked in {item["asker"] for item in listing["items"]}
        assert editor.get(f"/api/v2/pages/{page.pk}/?locale=de").json()["asker"] == asked


class Broken(Field):
    """A field that fails for one page, while ``BROKEN`` has it."""

    def to_representation(self, page):
        if page.pk in BROKEN:
            raise ZeroDivisionError("no such day")
        return "whole"


BROKEN = set()


@pytest.fixture
def broken(monkeypatch, kis_page):
    """A page whose item can't be made, until ``BROKEN`` is empty."""
    fields = [*PartnerPage.api_fields, APIField("broken", serializer=Broken(source="*"))]
    monkeypatch.setattr(PartnerPage, "api_fields", fields)
    payload._serializer_class.cache_clear()
    version._last = None
    page = kis_page("triade")
    BROKEN.add(page.pk)
    Item.objects.update(payload=None)
    yield page
    BROKEN.clear()
    payload._serializer_class.cache_clear()
    version._last = None


# From the shelf the first two, from the pages the others.
QUERIES = ["", "&fields=*", "&rich_text_format=text&fields=*", "&format=jsonld"]


@pytest.mark.parametrize("query", QUERIES)
def test_an_item_that_fails_is_left_out_and_stops_no_other(broken, api, query):
    path = f"/api/v2/cooperations/?limit=100&locale=de&type=kis_partners.PartnerPage{query}"
    answers = [Client().get(path) for _time in "ab"]
    for answer in answers:
        assert answer.status_code == 200
        whole = answer.json()
        urls = [
            one.get("url") or one["meta"]["html_url"]
            for one in whole.get("items") or whole["itemListElement"]
        ]
        assert not [url for url in urls if "triade" in url]
        assert [url for url in urls if "polizei" in url]
    api(f"pages/{broken.pk}/", 404)
    api(f"pages/{broken.pk}/?rich_text_format=text", 404)


def test_the_feed_takes_it_back_and_has_it_again_as_soon_as_it_can(broken, api, caplog):
    BROKEN.clear()
    since = api("changes/?limit=500")["meta"]["next"]
    BROKEN.add(broken.pk)
    PartnerPage.objects.filter(pk=broken.pk).update(purpose="Neu")
    api("changes/?limit=500&since=" + since)
    told = api("changes/?limit=500&since=" + since)
    [change] = [one for one in told["changes"] if one["id"] == broken.pk]
    assert (change["action"], change["reason"]) == ("delete", "unavailable")
    [said] = [one for one in caplog.records if str(broken.pk) in one.getMessage()]
    assert "no such day" in str(said.exc_info[1])
    [warning] = check_failures(None, databases=["default"])
    assert warning.id == "kis_delivery.W002" and "no such day" in warning.msg
    call_command("reconcile")
    # Its time comes, and it still fails.
    since = told["meta"]["next"]
    Failure.objects.update(retry_at=timezone.now())
    State.objects.update(due=timezone.now())
    api("changes/?limit=500&since=" + since)
    assert Failure.objects.get().attempts == 2
    # Its time comes, and the fault is mended.
    BROKEN.clear()
    Failure.objects.update(retry_at=timezone.now())
    api("changes/?limit=500&since=" + since)
    State.objects.update(due=timezone.now())
    changes = api("changes/?limit=500&since=" + since)["changes"]
    [change] = [one for one in changes if one["id"] == broken.pk]
    assert change["item"]["broken"] == "whole"
    Page.objects.filter(pk=broken.pk).update(title="Anders")
    api(f"pages/{broken.pk}/")
    assert not Failure.objects.exists()


def test_a_page_that_was_mended_by_its_editor_is_there_at_once(broken, api):
    api(f"pages/{broken.pk}/", 404)
    BROKEN.clear()
    broken.save_revision().publish()
    assert api(f"pages/{broken.pk}/")["broken"] == "whole"


def test_a_fault_of_the_storage_passes(api, kis_page, monkeypatch):
    page = kis_page("polizeidirektion-leipzig")
    image = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    Organisation.objects.filter(pk=page.organisation_id).update(logo=image)
    made = "wagtail.images.models.AbstractImage.get_rendition"

    def away(*arguments):
        raise OSError("the storage is away")

    with monkeypatch.context() as context:
        context.setattr(made, away)
        assert api(f"pages/{page.pk}/")["organisation"]["logo"] is None
    Failure.objects.update(retry_at=timezone.now())
    api(f"pages/{page.pk}/")
    State.objects.update(due=timezone.now())
    assert api(f"pages/{page.pk}/")["organisation"]["logo"]


def test_a_page_whose_type_is_gone_is_a_plain_page(api, kis_page):
    page = kis_page("triade")
    gone = ContentType.objects.create(app_label="removed", model="page")
    Page.objects.filter(pk=page.pk).update(content_type=gone)
    assert api(f"pages/{page.pk}/")["meta"]["type"] is None
    api("changes/?limit=500")
    call_command("reconcile")


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
