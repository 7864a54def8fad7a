"""Computed fields of a site's own page types: never stale, stored where the type says how."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from rest_framework.fields import CharField, Field
from wagtail import blocks
from wagtail.api import APIField
from wagtail.models import Page, PageViewRestriction, get_page_models

from kis_wagtail.api import router
from partners import kinds
from partners.api import computed, payload
from partners.delivery.checks import check_computed_fields
from partners.delivery.models import Failure, Item, State
from partners.delivery.notes import triggers
from partners.delivery.shelf import version
from partners.delivery.shelf.items import is_stored
from partners.items import shapes
from partners.items.represent import Value
from partners.models import CooperationIndexPage, PartnerPage
from tests.delivery.test_host import BROKEN, Asker, Broken

OWN = ("latest", "shouted", "asker")
SAID = {"latest": ["kis_partners.PartnerPage"], "shouted": [], "asker": []}


def forget():
    payload._serializer_class.cache_clear()
    computed._momentary.clear()
    version._last = None


@pytest.fixture
def host(monkeypatch, kis_page):
    """A page type with a property, a method and a careless serializer, and a page of it."""

    def latest(page):
        pages = PartnerPage.objects.child_of(page).live().public().order_by("-pk")
        return list(pages.values_list("title", flat=True))

    fields = [
        *CooperationIndexPage.api_fields,
        "latest",
        APIField("shouted"),
        APIField("asker", serializer=Asker(source="*")),
    ]
    monkeypatch.setattr(CooperationIndexPage, "latest", property(latest), raising=False)
    monkeypatch.setattr(
        CooperationIndexPage, "shouted", lambda page: page.title.upper(), raising=False
    )
    monkeypatch.setattr(CooperationIndexPage, "api_fields", fields)
    forget()
    yield kis_page("triade").get_parent()
    forget()


@pytest.fixture(params=["computed", "listed"])
def either(host, request, monkeypatch):
    """The page, of a type that says nothing, and of one that says what its fields depend on."""
    if request.param == "listed":
        monkeypatch.setattr(CooperationIndexPage, "shelf_computed", SAID, raising=False)
        forget()
    return host, request.param == "listed"


def is_kept(page):
    return Item.objects.filter(page_id=page.pk, payload__isnull=False).exists()


def asked(page, **headers):
    return Client(headers=headers).get(f"/api/v2/pages/{page.pk}/")


def test_a_computed_field_is_never_stale(either, kis_page):
    page, listed = either
    partner = kis_page("triade")

    def latest(query=""):
        return Client().get(f"/api/v2/pages/{page.pk}/{query}").json()["latest"]

    for query in ("", "?rich_text_format=text"):
        PageViewRestriction.objects.all().delete()
        Page.objects.filter(pk=partner.pk).update(live=True)
        before = latest(query)
        assert partner.title in before and latest(query) == before
        partner.title += " neu"
        partner.save_revision().publish()
        assert partner.title in latest(query)
        Page.objects.filter(pk=partner.pk).update(live=False)
        assert partner.title not in latest(query)
        Page.objects.filter(pk=partner.pk).update(live=True)
        assert partner.title in latest(query)
        PageViewRestriction.objects.create(page=partner.page_ptr, restriction_type="login")
        assert partner.title not in latest(query)
    Page.objects.get(pk=partner.pk).delete()
    assert latest() == [title for title in before if title not in partner.title]
    assert is_kept(page) == listed


def test_what_the_clock_changes_is_not_stale_either(either, kis_page):
    page, _listed = either
    partner = kis_page("triade")
    moment = timezone.now()
    Page.objects.filter(pk=partner.pk).update(expire_at=moment + datetime.timedelta(hours=1))
    assert partner.title in asked(page).json()["latest"]
    Page.objects.filter(pk=partner.pk).update(live=False, expire_at=moment)
    assert partner.title not in asked(page).json()["latest"]


def test_such_an_answer_is_made_each_time_and_sent_to_who_does_not_know_it(host, monkeypatch):
    """Its value changes where no database is: only who makes it again can know."""
    words = ["one"]
    monkeypatch.setattr(CooperationIndexPage, "latest", property(lambda page: words[0]))
    forget()
    first = asked(host)
    assert first.json()["latest"] == "one"
    assert first.headers["Cache-Control"] == "public, no-cache"
    tag = first.headers["ETag"]
    assert asked(host, **{"if-none-match": tag}).status_code == 304
    words[0] = "two"
    again = asked(host, **{"if-none-match": tag})
    assert (again.status_code, again.json()["latest"]) == (200, "two")
    listing = f"/api/v2/pages/?type=kis_partners.CooperationIndexPage&fields=*&id={host.pk}"
    for query in ("", "&rich_text_format=text"):
        words[0] = "one"
        assert Client().get(listing + query).json()["items"][0]["latest"] == "one"
        words[0] = "two"
        assert Client().get(listing + query).json()["items"][0]["latest"] == "two"
    assert not is_kept(host)


def test_caches_on_the_way_ask_for_it_each_time(host, settings):
    """However long they may keep other answers."""
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "SHARED_SECONDS": 3600}
    answers = [Client().get(f"/api/v2/{path}") for path in (f"pages/{host.pk}/", "locales/")]
    assert [one.headers["Cache-Control"] for one in answers] == [
        "public, no-cache", "public, max-age=0, s-maxage=3600",
    ]  # fmt: skip


def test_an_answer_without_the_field_is_kept(host, django_assert_num_queries):
    path = f"/api/v2/pages/?child_of={host.get_parent().pk}"
    first = Client().get(path)
    assert "latest" not in first.json()["items"][0]
    with django_assert_num_queries(1):
        assert Client().get(path).content == first.content


def test_nobody_sees_who_else_has_asked(either, editor):
    page, _listed = either
    asked = f"False None /api/v2/pages/{page.pk}/"
    for query in ("", "&rich_text_format=text"):
        first = editor.get(f"/api/v2/pages/{page.pk}/?locale=de{query}")
        assert first.json()["asker"] == asked
        again = Client().get(f"/api/v2/pages/{page.pk}/?locale=de{query}")
        assert again.json()["asker"] == asked


def test_the_feed_has_it_as_it_is_when_it_is_read(either, api, kis_page):
    page, listed = either
    partner = kis_page("triade")

    def changes(since=""):
        found, more = [], True
        while more:
            answer = api(f"changes/?limit=500{since and '&since='}{since}")
            found += [one for one in answer["changes"] if one["id"] == page.pk]
            since, more = answer["meta"]["next"], answer["meta"]["has_more"]
        return found, since

    [first], since = changes()
    assert partner.title in first["item"]["latest"]
    # Its own change has a number, unseen where nothing can be compared.
    CooperationIndexPage.objects.filter(pk=page.pk).update(lead="Neu")
    [change], since = changes(since)
    assert change["item"]["lead"] == "Neu"
    CooperationIndexPage.objects.filter(pk=page.pk).update(slug="umgezogen")
    Page.objects.filter(pk=partner.pk).update(title="Ein neuer Name")
    found, since = changes(since)
    assert "Ein neuer Name" in found[0]["item"]["latest"]
    Page.objects.filter(pk=partner.pk).update(title="Noch ein neuer Name")
    found, since = changes(since)
    if listed:
        assert "Noch ein neuer Name" in found[0]["item"]["latest"]
        # The type's other pages have the same bytes.
        PartnerPage.objects.filter(pk=partner.pk).update(basis_note="Neu")
        assert changes(since)[0] == []
    assert Item.objects.filter(page_id=page.pk, digest="").exists() != listed


def test_feeds_for_readers_know_fields_by_name_alone(host):
    assert Client().get("/feeds/de/atom.xml").status_code == 200


def test_a_type_can_be_kept_off_the_shelf(db, monkeypatch, kis_page):
    page = kis_page("triade")
    asked(page)
    assert is_kept(page)
    monkeypatch.setattr(PartnerPage, "shelf_stored", False, raising=False)
    forget()
    # What was stored before isn't served.
    Item.objects.filter(page_id=page.pk).update(payload="{}")
    answer = asked(page)
    assert answer.json()["title"] == page.title
    assert answer.headers["Cache-Control"] == "public, no-cache"
    forget()


def test_such_an_item_that_failed_comes_back(host, monkeypatch, api):
    fields = [*CooperationIndexPage.api_fields, APIField("broken", serializer=Broken(source="*"))]
    monkeypatch.setattr(CooperationIndexPage, "api_fields", fields)
    forget()
    BROKEN.add(host.pk)
    try:
        api(f"pages/{host.pk}/", 404)
        assert Failure.objects.get().page_id == host.pk
    finally:
        BROKEN.clear()
    Failure.objects.update(retry_at=timezone.now())
    api(f"pages/{host.pk}/", 404)
    State.objects.update(due=timezone.now())
    assert api(f"pages/{host.pk}/")["broken"] == "whole"
    assert not Failure.objects.exists()


@pytest.mark.parametrize("model", get_page_models(), ids=lambda model: model._meta.label)
def test_everything_of_the_plugin_is_stored(model):
    assert is_stored(model._meta.label, router)
    names = computed.computed_names(payload.whole_serializer(model._meta.label, router))
    assert names <= computed.declared(model).keys()


class Shouting(blocks.CharBlock):
    def get_api_representation(self, value, context=None):
        return value.upper()


class Whispering(blocks.CharBlock):
    def represent(self, raw, context):
        return raw.lower()


class Name(CharField):
    pass


# An API field that a site gives its type, with what it needs there, and whether it is computed.
FIELDS = [
    ("title", {}, False),
    (APIField("headline", serializer=CharField(source="title")), {}, False),
    (APIField("headline", serializer=Name(source="title")), {}, True),
    (APIField("headline", serializer=CharField(source="shout")), {"shout": str}, True),
    (APIField("owner_name", serializer=CharField(source="owner.username")), {}, True),
    (APIField("by", serializer=CharField(source="owner")), {}, True),
    ("owner_id", {}, False),
    ("owner", {}, False),
    ("full_url", {}, True),
    ("colour", {"colour": "red"}, False),
    ("colour", {"colour": property(str)}, True),
    (APIField("made", serializer=Value(lambda page, references: 1, shapes.Count)), {}, True),
]


@pytest.mark.parametrize(("field", "attributes", "is_computed"), FIELDS)
def test_what_is_no_field_of_the_model_is_computed(monkeypatch, field, attributes, is_computed):
    for name, value in attributes.items():
        monkeypatch.setattr(PartnerPage, name, value, raising=False)
    monkeypatch.setattr(PartnerPage, "api_fields", [*PartnerPage.api_fields, field])
    forget()
    assert is_stored("kis_partners.PartnerPage", router) != is_computed
    assert not kinds.problems()
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("block", [Shouting, Whispering])
def test_a_block_with_its_own_code_is_computed(monkeypatch, block):
    stream = PartnerPage._meta.get_field("body").stream_block
    within = blocks.StructBlock([("lines", blocks.ListBlock(block()))])
    monkeypatch.setitem(stream.child_blocks, "own", within)
    forget()
    assert not is_stored("kis_partners.PartnerPage", router)
    monkeypatch.setattr(PartnerPage, "shelf_computed", {"body": []}, raising=False)
    forget()
    assert is_stored("kis_partners.PartnerPage", router)
    monkeypatch.undo()
    forget()


class Count(Field):
    def to_representation(self, page):
        return Group.objects.count()


def test_a_model_that_no_answer_shows_can_be_depended_on(monkeypatch, kis_page):
    fields = [*PartnerPage.api_fields, APIField("groups", serializer=Count(source="*"))]
    monkeypatch.setattr(PartnerPage, "api_fields", fields)
    monkeypatch.setattr(PartnerPage, "shelf_computed", {"groups": ["auth.Group"]}, raising=False)
    forget()
    triggers.install()
    page = kis_page("triade")
    before = asked(page).json()["groups"]
    assert is_kept(page)
    Group.objects.create(name="Neu")
    assert asked(page).json()["groups"] == before + 1
    monkeypatch.undo()
    forget()
    triggers.install()


WRONG = [
    ({"latest": ["kis_partners.Nobody"]}, "'kis_partners.Nobody', there is no such model"),
    ({"latest": ["nobody"]}, "'nobody', there is no such model"),
    ({"latest": [3]}, "3, there is no such model"),
    ({"latest": ["kis_delivery.Note"]}, "it is the shelf itself"),
    ({"latest": "kis_partners.PartnerPage"}, "which is no list"),
    ({"newest": []}, "'newest' isn't in api_fields"),
]


@pytest.mark.parametrize(("said", "fault"), WRONG)
def test_what_is_said_wrongly_is_an_error_and_nothing_is_stored(host, monkeypatch, said, fault):
    monkeypatch.setattr(CooperationIndexPage, "shelf_computed", said, raising=False)
    forget()
    [error] = check_computed_fields(None)
    assert error.id == "kis_delivery.E001" and fault in error.msg and "api_fields" in error.hint
    assert not is_stored("kis_partners.CooperationIndexPage", router)
    monkeypatch.setattr(CooperationIndexPage, "shelf_computed", SAID)
    assert not check_computed_fields(None)
