"""What the clock opens and closes, while nobody writes anything."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from partners.models import Consent

KEY = "landesjugendpfarramt-sachsen"


@pytest.fixture
def later(monkeypatch):
    """Lets time pass."""
    begin = timezone.now()

    def inner(**passed):
        now = begin + timedelta(**passed)
        monkeypatch.setattr(timezone, "now", lambda: now)

    return inner


def status(page):
    return Client().get(f"/api/v2/pages/{page.pk}/").status_code


def changes(since=""):
    answer = Client().get(f"/api/v2/changes/?limit=500{since and f'&since={since}'}").json()
    return answer["changes"], answer["meta"]["next"]


def test_a_page_expires_without_a_command(kis_page, later):
    page, other = kis_page("triade"), kis_page("fachtagungen")
    for one, hours in ((page, 1), (other, 3)):
        Page.objects.filter(pk=one.pk).update(expire_at=timezone.now() + timedelta(hours=hours))
    assert (status(page), status(other)) == (200, 200)
    _all, since = changes()
    later(hours=2)
    assert (status(page), status(other)) == (404, 200)
    told, since = changes(since)
    assert ("delete", page.pk, "expired") in [
        (one["action"], one["id"], one.get("reason")) for one in told
    ]
    later(hours=4)
    assert status(other) == 404
    assert other.pk in [one["id"] for one in changes(since)[0]]


@pytest.fixture
def named(kis_page):
    """A page with somebody whose name a consent may open, and a record of such a consent."""
    page = kis_page(KEY)
    person = page.contacts.first().person
    person.name = "Erika Mustermann"
    person.save_revision().publish()

    def inner(**fields):
        Consent.objects.create(person=person, name=True, api=True, evidence="Brief", **fields)
        return page

    return inner


def shows(page):
    return "Erika Mustermann" in Client().get(f"/api/v2/pages/{page.pk}/").content.decode()


def test_a_consent_ends_after_its_last_day(named, later):
    today = timezone.localdate()
    page = named(given_on=today, valid_until=today + timedelta(days=1))
    assert shows(page)
    later(days=1)
    assert shows(page)
    later(days=2)
    assert not shows(page)


def test_a_consent_begins_with_its_first_day(named, later):
    page = named(given_on=timezone.localdate() + timedelta(days=2))
    assert not shows(page)
    later(days=1)
    assert not shows(page)
    later(days=2)
    assert shows(page)
