"""Topics, organisations and people in the feed, for who wants them there."""

import datetime
import json

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.delivery.models import State, Thing
from partners.models import Consent, CooperationPage, Person, Topic

NAMES = {
    "topics": "kis_partners.Topic",
    "organisations": "kis_partners.Organisation",
    "people": "kis_partners.Person",
}


class Mirror:
    """Another site that keeps things, by the feed alone."""

    def __init__(self, **query):
        self.query, self.since = {"include": "things", **query}, ""
        self.things, self.pages, self.told = {}, {}, []

    def sync(self):
        """Read the feed to its end; gives the changes of things."""
        self.told = []
        for _page in range(200):
            query = {**self.query, **({"since": self.since} if self.since else {})}
            answer = Client().get("/api/v2/changes/", query)
            assert answer.status_code == 200, answer.content
            data = answer.json()
            for kept, changes in ((self.pages, data["changes"]), (self.things, data["things"])):
                for change in changes:
                    if change["action"] == "upsert":
                        item = change["item"]
                        kept[change.get("type") or "", change["id"]] = item
                    else:
                        about = change["type"] if kept is self.things else ""
                        kept.pop((about, change["id"]), None)
            self.told += data["things"]
            self.since = data["meta"]["next"]
            if not data["meta"]["has_more"]:
                return self.told
        raise AssertionError("the feed doesn't come to an end")


def crawled(**query):
    found = {}
    for name, label in NAMES.items():
        answer = Client().get(f"/api/v2/{name}/", {"limit": 100, **query}).json()
        assert answer["meta"]["next"] is None
        found |= {(label, one["id"]): one for one in answer["items"]}
    return found


@pytest.fixture
def person(db):
    person = Person.objects.filter(locale__language_code="de").order_by("pk").first()
    Person.objects.filter(pk=person.pk).update(name="Erika Mustermann", email="e@example.org")
    Consent.objects.create(
        person=person, name=True, contact=True, api=True, evidence="Brief",
        given_on=timezone.localdate() - datetime.timedelta(days=2),
    )  # fmt: skip
    return person


@pytest.mark.parametrize("limit", [7, 500])
def test_who_follows_the_feed_has_the_things_that_are_listed(db, limit):
    mirror = Mirror(limit=limit)
    mirror.sync()
    assert mirror.things == crawled() and len(mirror.pages) > 50
    assert mirror.sync() == []


def test_without_being_asked_for_things_the_feed_has_none(db):
    answer = Client().get("/api/v2/changes/").json()
    assert "things" not in answer
    for text in ("thing", ""):
        refused = Client().get(f"/api/v2/changes/?include={text}")
        assert refused.status_code == 400 and refused.json()["parameter"] == "include"


def test_who_wants_things_later_gets_all_of_them(db):
    mirror = Mirror(limit=500)
    mirror.query.pop("include")
    mirror.since = Client().get("/api/v2/changes/?limit=500").json()["meta"]["next"]
    mirror.query["include"] = "things"
    mirror.sync()
    assert mirror.things == crawled() and mirror.pages == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"withdrawn_on": timezone.localdate()},
        {"api": False},
        {"valid_until": timezone.localdate() - datetime.timedelta(days=1)},
        {"name": False, "contact": False},
    ],
)
def test_a_consent_that_ends_is_told_to_who_has_the_person(person, fields):
    mirror = Mirror(limit=500)
    mirror.sync()
    assert "Mustermann" in json.dumps([*mirror.things.values()])
    Consent.objects.filter(person=person).update(**fields)
    told = mirror.sync()
    family = Person.objects.filter(translation_key=person.translation_key)
    assert {(one["action"], one["type"], one["id"]) for one in told} == {
        ("upsert", "kis_partners.Person", pk) for pk in family.values_list("pk", flat=True)
    }
    assert "Mustermann" not in json.dumps([*mirror.things.values(), *mirror.pages.values()])
    assert "e@example.org" not in json.dumps([*mirror.things.values()])
    assert mirror.things == crawled()


def test_what_nothing_public_shows_any_longer_is_deleted(person):
    mirror = Mirror(limit=500)
    mirror.sync()
    person.unpublish()
    told = mirror.sync()
    gone = {one["id"] for one in told if one["action"] == "delete"}
    family = set(
        Person.objects.filter(translation_key=person.translation_key).values_list("pk", flat=True)
    )
    assert family <= gone
    (one,) = [one for one in told if one["id"] == person.pk and one["action"] == "delete"]
    assert one == {
        "action": "delete", "id": person.pk, "type": "kis_partners.Person",
        "translation_key": str(person.translation_key), "locale": "de",
    }  # fmt: skip
    assert mirror.things == crawled()
    with TestCase.captureOnCommitCallbacks(execute=True):
        person.save_revision().publish()
    mirror.sync()
    assert mirror.things == crawled() and ("kis_partners.Person", person.pk) in mirror.things
    # Who begins now never learns of what was gone before.
    Topic.objects.filter(locale__language_code="sk").update(live=False)
    late = Mirror(limit=500)
    assert all(one["action"] == "upsert" for one in late.sync())
    assert late.things == crawled()


def test_closing_and_opening_pages_closes_and_opens_what_they_show(kis_page):
    mirror = Mirror(limit=500)
    mirror.sync()
    CooperationPage.objects.filter(locale__language_code="lv").update(live=False)
    mirror.sync()
    assert mirror.things == crawled() and mirror.things
    assert not any(one["locale"] == "lv" for one in mirror.things.values())
    CooperationPage.objects.all().update(live=False)
    mirror.sync()
    assert mirror.things == crawled() == {}
    CooperationPage.objects.all().update(live=True)
    mirror.sync()
    assert mirror.things == crawled() != {}


def test_one_language_is_followed(db):
    mirror = Mirror(limit=500, locale="sk")
    mirror.sync()
    assert mirror.things == crawled(locale="sk")
    topic = Topic.objects.filter(locale__language_code="sk").first()
    Topic.objects.filter(pk=topic.pk).update(name="Nový názov")
    assert {one["id"] for one in mirror.sync()} == {topic.pk}
    topic.unpublish()
    assert ("delete", topic.pk) in {(one["action"], one["id"]) for one in mirror.sync()}
    assert mirror.things == crawled(locale="sk")


def test_what_changes_nothing_public_is_not_told(person):
    mirror = Mirror(limit=500)
    mirror.sync()
    since = mirror.since
    Consent.objects.filter(person=person).update(evidence="Ein anderer Brief")
    Topic.objects.create(name="Allein")
    Person.objects.filter(pk=person.pk).update(phone="0341 999")
    Consent.objects.filter(person=person).update(contact=False)
    Consent.objects.filter(person=person).update(contact=True)
    Person.objects.filter(pk=person.pk).update(phone="")
    assert mirror.sync() == [] and mirror.since == since


def test_a_cursor_of_another_state_is_gone(db):
    mirror = Mirror(limit=500)
    Topic.objects.filter(pk=1).update(name="Neu")
    mirror.sync()
    Thing.objects.all().delete()
    Topic.objects.filter(pk=1).update(name="Wieder neu")
    mirror.sync()
    Topic.objects.filter(pk=1).update(name="Noch einmal")
    mirror.sync()
    Thing.objects.all().update(seq=0)
    Topic.objects.filter(pk=1).update(name="Zurück")
    answer = Client().get("/api/v2/changes/", {**mirror.query, "since": mirror.since})
    assert answer.status_code == 410


def test_a_comparison_of_an_older_state_is_refused(db, monkeypatch):
    """Otherwise it could undo what a later one has told."""
    Mirror(limit=500).sync()
    Topic.objects.filter(pk=1).update(name="Neu")
    client = Client()
    client.get("/api/v2/topics/")
    from partners.delivery.answers import followed

    compared = followed._compare

    def later(view):
        State.objects.update(number=view.version.number + 1)
        return compared(view)

    monkeypatch.setattr(followed, "_compare", later)
    answer = client.get("/api/v2/changes/?include=things")
    assert answer.status_code == 503 and answer.headers["Retry-After"]


def test_things_are_compared_once_for_a_version(db):
    mirror = Mirror(limit=500)
    mirror.sync()
    with CaptureQueriesContext(connection) as queries:
        Client().get("/api/v2/changes/", {**mirror.query, "since": mirror.since, "_": "1"})
    asked = [one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= 6, [one["sql"][:90] for one in asked]
