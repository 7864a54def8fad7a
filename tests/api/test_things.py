"""What public cooperations show, each with an address of its own."""

import datetime
import json

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model

from kis_wagtail.api import router
from partners.api.payload import neutral_request
from partners.delivery.answers.things import ThingsAPIViewSet
from partners.models import Consent, CooperationPage, Organisation, Person, Topic
from tests.languages import LANGUAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_shelf_and_pages")]

ALL = ["de", *LANGUAGES]


def ask(path, status=200, **query):
    answer = Client().get(f"/api/v2/{path}", query, follow=True)
    assert answer.status_code == status, answer.content
    return answer.json()


def listed(name, **query):
    return ask(f"{name}/", limit=100, **query)["items"]


def names(name, field="name", **query):
    return {one[field] for one in listed(name, **query)}


def shown():
    """What the items of all cooperations show: by endpoint, key and language."""
    found = {"topics": {}, "organisations": {}, "people": {}}

    def add(name, value):
        if value:
            found[name][value["translation_key"], value["locale"]] = value

    for item in listed("cooperations"):
        for topic in item["topics"]:
            add("topics", topic)
        for contact in item["contacts"]:
            add("people", {name: part for name, part in contact.items() if name != "side"})
            add("organisations", contact["organisation"])
        for value in [item.get("organisation"), *item.get("members", [])]:
            add("organisations", value)
        for value in item.get("organisations", []):
            add("organisations", value)
    return found


def plain(thing):
    return {name: one for name, one in thing.items() if name not in ("id", "meta", "cooperations")}


@pytest.fixture
def person():
    """A contact person of a page in all languages, with details and a consent for all of them."""
    person = Person.objects.filter(locale__language_code="de").order_by("pk").first()
    Person.objects.filter(pk=person.pk).update(
        name="Erika Mustermann", email="erika@example.org", phone="0341 000"
    )
    Consent.objects.create(
        person=person, name=True, contact=True, photo=True, api=True, evidence="Brief",
        given_on=timezone.localdate() - datetime.timedelta(days=2),
    )  # fmt: skip
    return person


def test_what_is_listed_is_what_cooperations_show(person):
    for name, values in shown().items():
        assert values, name
        given = {(one["translation_key"], one["locale"]): plain(one) for one in listed(name)}
        assert given == values, name


def test_a_thing_has_its_translations_and_the_number_of_its_cooperations():
    for name, parameter in (
        ("topics", "topic"), ("organisations", "organisation"), ("people", "person")
    ):  # fmt: skip
        things = listed(name, locale="de")
        for one in things:
            for code in ALL:
                query = {parameter: one["translation_key"], "locale": code, "limit": 0}
                asked = ask("cooperations/", **query)["meta"]["total_count"]
                assert one["cooperations"][code] == asked, (name, code)
                version = one["meta"]["translations"][code]
                there = ask(version["detail_url"].partition("/api/v2/")[2])
                assert (there["locale"], there["id"]) == (code, version["id"])
                assert there["translation_key"] == one["translation_key"]
                assert there["meta"]["translations"] == one["meta"]["translations"]
            assert one["meta"]["translations"]["de"]["state"] == "source"
        assert any(number for one in things for number in one["cooperations"].values())


def test_countries_have_names_in_all_languages_and_the_number_of_cooperations():
    found = {one["code"]: one for one in ask("countries/")["items"]}
    assert found["SK"]["names"] == {
        "de": "Slowakei", "en": "Slovakia", "sk": "Slovensko", "lv": "Slovākija",
    }  # fmt: skip
    for code, one in found.items():
        for language in ALL:
            query = {"country": code, "locale": language, "limit": 0}
            asked = ask("cooperations/", **query)["meta"]["total_count"]
            assert one["cooperations"][language] == asked
    assert [one["code"] for one in ask("countries/", locale="sk")["items"]] == sorted(found)
    CooperationPage.objects.filter(locale__language_code="sk").update(live=False)
    assert ask("countries/", locale="sk")["items"] == []
    assert ask("countries/", 404, locale="xx")["parameter"] == "locale"
    assert ask("countries/", 400, topic="a")["parameter"] == "topic"


def test_languages_are_strict_or_stand_in():
    topic = Topic.objects.filter(locale__language_code="sk").order_by("pk").first()
    source = Topic.objects.get(translation_key=topic.translation_key, locale__language_code="de")
    topic.unpublish()
    assert topic.name not in names("topics", locale="sk")
    assert source.name in names("topics", locale="sk", fallback="lv,de") | names(
        "topics", locale="sk", fallback="de"
    )
    one = ask("topics/find/", translation_key=topic.translation_key, locale="sk", fallback="de")
    assert (one["id"], one["meta"]["translations"]["sk"]) == (source.pk, None)
    ask("topics/find/", 404, translation_key=topic.translation_key, locale="sk")
    ask(f"topics/{topic.pk}/", 404)
    assert ask("topics/find/", id=source.pk)["name"] == source.name
    assert ask("topics/find/", 400)["detail"]
    assert ask("topics/", 400, fallback="de")["parameter"] == "fallback"
    assert names("topics", locale="de", min_state="source") == names("topics", locale="de")
    assert names("topics", locale="sk", min_state="source") == set()


def test_things_are_filtered_and_sorted_by_what_everybody_sees():
    found = listed("organisations", kind="intervention", locale="de")
    assert found and {one["kind"] for one in found} == {"intervention"}
    ordered = [one["name"] for one in listed("topics", locale="lv", order="-name")]
    assert len(ordered) == 7 and ordered != sorted(ordered)
    assert {*ordered} == names("topics", locale="lv")
    few = ask("topics/", fields="_,name", limit=2, locale="de")
    assert [*few["items"][0]] == ["name"] and few["meta"]["next"]
    only = listed("people", fields="_,organisation(name)", locale="de")
    assert [*only[0]] == ["organisation"] and [*only[0]["organisation"]] == ["name"]


@pytest.mark.parametrize("name", ["name", "email", "phone", "photo", "name__gte", "email__in"])
def test_nobody_is_found_by_what_they_keep_to_themselves(person, name):
    assert ask("people/", 400, **{name: "Erika Mustermann"})["parameter"] == name
    assert ask("people/", 400, order="email")["parameter"] == "order"
    assert ask("people/", 400, search="Erika")["parameter"] == "search"


def details(person):
    (one,) = listed("people", translation_key=person.translation_key, locale="sk")
    return one["name"], one["email"], one["phone"]


def test_a_person_has_details_only_while_they_consent_to_passing_on(person):
    consent = Consent.objects.get(person=person)
    whole = ("Erika Mustermann", "erika@example.org", "0341 000")
    assert details(person) == whole
    for fields in (
        {"withdrawn_on": timezone.localdate()},
        {"api": False},
        {"given_on": timezone.localdate() + datetime.timedelta(days=1)},
        {"valid_until": timezone.localdate() - datetime.timedelta(days=1)},
    ):
        Consent.objects.filter(pk=consent.pk).update(**fields)
        assert details(person) == (None, None, None), fields
        assert "Mustermann" not in json.dumps(listed("people"))
        consent.save()
        assert details(person) == whole
    Consent.objects.filter(pk=consent.pk).update(contact=False)
    assert details(person) == ("Erika Mustermann", None, None)
    consent.delete()
    assert details(person) == (None, None, None)


def test_what_no_public_cooperation_shows_is_not_there(kis_page):
    alone = Topic.objects.create(name="Allein")
    outside = Organisation.objects.create(name="Draußen", country="IS")
    nobody = Person.objects.create(role="Niemand", organisation=outside)
    assert alone.name not in names("topics") and nobody.role not in names("people", "role")
    page = kis_page("triade")
    page.topics.create(topic=alone)
    page.contacts.create(person=nobody, side="own")
    page.save_revision()  # A draft shows nothing.
    assert alone.name not in names("topics") and nobody.role not in names("people", "role")
    ask(f"topics/{alone.pk}/", 404)
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()
    assert alone.name in names("topics") and nobody.role in names("people", "role")
    assert outside.name in names("organisations")  # It stands beside the person.
    assert "IS" not in {one["code"] for one in ask("countries/")["items"]}
    page.unpublish()
    assert alone.name not in names("topics") and nobody.role not in names("people", "role")
    assert outside.name not in names("organisations")
    ask(f"people/{nobody.pk}/", 404)


def test_a_language_without_cooperations_has_no_things():
    assert names("topics", locale="lv")
    CooperationPage.objects.filter(locale__language_code="lv").update(live=False)
    for name in ("topics", "organisations", "people"):
        assert listed(name, locale="lv") == []
        assert all(one["meta"]["translations"]["lv"] is None for one in listed(name))


def test_what_an_editor_changes_is_there_at_once():
    client = Client()
    first = client.get("/api/v2/topics/?locale=de")
    again = client.get("/api/v2/topics/?locale=de", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    topic = Topic.objects.filter(locale__language_code="de").first()
    Topic.objects.filter(pk=topic.pk).update(name="Neu benannt")
    again = client.get("/api/v2/topics/?locale=de", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and "Neu benannt" in again.content.decode()


@pytest.mark.parametrize("name", ["topics", "organisations", "people", "countries"])
def test_many_take_as_many_statements_as_few(name, kis_page):
    def statements(number):
        page = kis_page("triade")
        for _one in range(number):
            page.topics.create(topic=Topic.objects.create(name=f"Thema {number}"))
            organisation = Organisation.objects.create(name="Verein", country="IS")
            person = Person.objects.create(role="Rolle", organisation=organisation)
            page.contacts.create(person=person, side="own")
        with TestCase.captureOnCommitCallbacks(execute=True):
            page.save_revision().publish()
        ask("pages/", limit=1)
        with CaptureQueriesContext(connection) as queries:
            ask(f"{name}/")
        return len([one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]])

    few = statements(1)
    assert statements(8) == few <= 13


def test_a_site_has_an_endpoint_for_things_of_its_own(kis_page):
    """Any model that a :class:`Target` is registered for; without translations, too."""

    class FilesAPIViewSet(ThingsAPIViewSet):
        model = get_document_model()
        name = "files"
        columns = ("title",)

    document = get_document_model().objects.create(title="Gesetz", file="gesetz.pdf", file_size=9)
    request = neutral_request(kis_page("start").get_site(), router)
    asked = FilesAPIViewSet.as_view({"get": "listing_view"}, detail=False)
    assert document.pk not in {one["id"] for one in asked(request).data["items"]}
    page = kis_page("triade")
    page.basis_document = document
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()
    request = neutral_request(kis_page("start").get_site(), router)
    request.GET = QueryDict("title=Gesetz")
    (one,) = asked(request).data["items"]
    assert (one["id"], one["title"], one["filename"]) == (document.pk, "Gesetz", "Gesetz.pdf")
    # What isn't words is in the translations at once.
    assert one["cooperations"] == {"de": 1, "en": 1, "sk": 1, "lv": 1}
    assert "translations" not in one["meta"]
    request.GET = QueryDict("locale=de")
    assert asked(request).data["parameter"] == "locale"
