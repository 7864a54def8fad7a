"""The client against this site, whose requests are answered in the transaction of the test."""

from __future__ import annotations

import sqlite3
import uuid

import pytest
import requests
from wagtail.models import PageViewRestriction

from partners.client import Mirror, Refused, Unreachable
from partners.client.mirror import _check
from partners.delivery.models import State
from partners.models import Consent, Person
from tests.django_http import session

API = "http://localhost/api/v2/"


@pytest.fixture
def http(db):
    made, adapter = session()
    made.adapter = adapter
    yield made
    made.close()


@pytest.fixture
def mirror(http, tmp_path):
    """Opens mirrors of the site; the copy is a file."""
    opened = []

    def make(path="copy.sqlite3", **options):
        options = {"session": http, "patience": 5.0, **options}
        opened.append(Mirror(API, tmp_path / path, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def publish(page, title):
    page.title = title
    page.save_revision().publish()


def test_a_first_sync_brings_everything_and_a_second_nothing(mirror, http):
    copy = mirror(page_size=7)
    first = copy.sync()
    assert first.restarted and first.pages > 3
    assert first.upserted == len(list(copy.items())) == len({item.id for item in copy.items()})
    assert {item.locale for item in copy.items()} == {"de", "en", "sk", "lv"}
    assert not copy.verify()
    http.adapter.asked.clear()
    assert not copy.sync().changed
    assert not copy.sync().changed
    assert http.adapter.asked[-1][1] == 304


def test_items_are_chosen_by_language_type_and_key(mirror, kis_page):
    copy, page = mirror(), kis_page("triade", "sk")
    copy.sync()
    [item] = copy.items(locale="sk", translation_key=str(page.translation_key))
    assert (item.id, item.type, item.data["title"]) == (page.pk, page._meta.label, page.title)
    assert copy.get(page.pk) == item
    assert copy.get(0) is None
    assert item in list(copy.items(type=page._meta.label))


def test_changes_arrive_and_what_is_closed_goes(mirror, kis_page):
    copy, page, other = mirror(), kis_page("triade"), kis_page("triade", "lv")
    copy.sync()
    publish(page, "Ein neuer Titel")
    other.unpublish()
    done = copy.sync()
    assert not done.restarted and done.deleted == 1
    assert copy.get(page.pk).data["title"] == "Ein neuer Titel"
    assert copy.get(other.pk) is None
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    copy.sync()
    assert copy.get(page.pk) is None
    assert not copy.verify()


def test_what_is_gone_is_not_left_in_the_file(mirror, kis_page, tmp_path):
    copy, page = mirror(), kis_page("triade")
    publish(page, "Etwas, das zurückgezogen wird")
    copy.sync()
    page.unpublish()
    copy.sync()
    copy.close()
    assert "zurückgezogen" not in (tmp_path / "copy.sqlite3").read_bytes().decode("utf-8", "ignore")


@pytest.mark.slow
def test_a_sync_that_ends_in_the_middle_goes_on_there(mirror, http, kis_page):
    copy = mirror(page_size=5, patience=0)
    http.adapter.faults = []
    whole = copy.http.get

    def twice(*arguments):
        if len(http.adapter.asked) == 2:
            raise KeyboardInterrupt
        return whole(*arguments)

    copy.http.get = twice
    with pytest.raises(KeyboardInterrupt):
        copy.sync()
    assert len(list(copy.items())) == 10 and not copy.complete
    again = mirror(page_size=6)
    kis_page("triade").unpublish()
    http.adapter.asked.clear()
    again.sync()
    assert "since=" in http.adapter.asked[0][0]
    assert again.complete and not again.verify()


def test_two_processes_on_one_copy_disturb_each_other_in_nothing(mirror):
    one, two = mirror(page_size=4), mirror(page_size=9)
    whole = one.http.get

    def meanwhile(*arguments):
        answer = whole(*arguments)
        one.http.get = whole
        two.sync()
        return answer

    one.http.get = meanwhile
    one.sync()
    assert not one.verify()


def test_after_a_restored_backup_the_copy_is_compared_with_everything(mirror, kis_page):
    copy = mirror()
    copy.sync()
    page = kis_page("triade")
    page.unpublish()
    State.objects.update(epoch=uuid.uuid4())
    done = copy.sync()
    assert done.restarted and done.deleted >= 1
    assert copy.get(page.pk) is None
    assert copy.complete and not copy.verify()


def test_a_damaged_cursor_begins_anew_and_other_refusals_are_raised(mirror, tmp_path):
    copy = mirror()
    copy.sync()
    with sqlite3.connect(tmp_path / "copy.sqlite3") as raw:
        raw.execute("UPDATE state SET cursor = 'damaged'")
    raw.close()
    assert copy.sync().restarted
    with pytest.raises(Refused, match="locale: unknown language: xx") as refusal:
        mirror("other.sqlite3", locales=["xx"]).sync()
    assert (refusal.value.status, refusal.value.parameter) == (400, "locale")


def test_filters_choose_and_other_filters_begin_anew(mirror):
    copy = mirror(types=["kis_partners.CooperationPage"], locales=["sk", "lv"])
    copy.sync()
    assert {item.locale for item in copy.items()} == {"sk", "lv"}
    kinds = {item.type for item in copy.items()}
    assert "kis_partners.PartnerPage" in kinds and "home.HomePage" not in kinds
    assert not copy.verify()
    copy.close()
    fewer = mirror(locales=["lv"])
    assert fewer.sync().restarted
    assert {item.locale for item in fewer.items()} == {"lv"}
    assert not fewer.verify()


def test_aliases_only_on_request(mirror, kis_page):
    page = kis_page("triade")
    alias = page.create_alias(parent=page.get_parent(), update_slug="wiederholt")
    without, with_them = mirror("a.sqlite3"), mirror("b.sqlite3", with_aliases=True)
    without.sync()
    with_them.sync()
    assert with_them.get(alias.pk)
    assert not without.verify() and not with_them.verify()


def test_things_are_copied_for_who_wants_them_and_go_when_they_are_closed(mirror, tmp_path):
    copy, person = mirror(with_things=True, page_size=30), Person.objects.order_by("pk").first()
    Person.objects.filter(pk=person.pk).update(name="Erika Mustermann")
    consent = Consent.objects.create(person=person, name=True, api=True, evidence="Brief")
    copy.sync()
    assert {one.type for one in copy.things()} == {
        *("kis_partners.Topic", "kis_partners.Organisation", "kis_partners.Person"),
    }
    chosen = {"type": "kis_partners.Person", "translation_key": str(person.translation_key)}
    assert [one.data["name"] for one in copy.things(**chosen, locale="sk")] == ["Erika Mustermann"]
    assert not copy.sync().changed
    consent.withdrawn_on = consent.given_on
    consent.save()
    assert copy.sync().upserted >= 4
    assert {one.data["name"] for one in copy.things(**chosen)} == {None}
    assert b"Mustermann" not in (tmp_path / "copy.sqlite3").read_bytes()
    person.unpublish()
    copy.sync()
    assert not [*copy.things(**chosen)]
    assert not copy.verify()
    without = mirror()
    assert without.sync().restarted
    assert not [*without.things()] and [*without.items()]


@pytest.mark.parametrize(
    "things",
    [
        {}, [1], [{"action": "upsert", "id": 1, "type": "a.B"}],
        [{"action": "upsert", "id": 1, "type": "a.B", "item": {"id": 2}}],
        [{"action": "upsert", "id": 1, "type": "a.B", "item": {"id": 1, "locale": 5}}],
        [{"action": "delete", "id": 1}], [{"action": "gone", "id": 1, "type": "a.B"}],
        [{"action": "delete", "id": True, "type": "a.B"}],
    ],
)  # fmt: skip
def test_what_is_no_change_of_a_thing_is_not_believed(things):
    answer = {"meta": {"next": "a", "has_more": False}, "changes": [], "things": things}
    with pytest.raises(Unreachable):
        _check(answer, None, API)


def test_another_site_has_another_copy(mirror, tmp_path):
    mirror()
    with pytest.raises(ValueError, match="copy of http://localhost"):
        Mirror("http://localhost:1/api/v2/", tmp_path / "copy.sqlite3")


def test_verify_says_what_differs(mirror, tmp_path, kis_page):
    copy, page = mirror(), kis_page("triade")
    copy.sync()
    with sqlite3.connect(tmp_path / "copy.sqlite3") as raw:
        raw.execute("DELETE FROM item WHERE id = ?", [page.pk])
        first = raw.execute("SELECT min(id) FROM item").fetchone()[0]
        raw.execute("UPDATE item SET data = '{}' WHERE id = ?", [first])
        raw.execute("INSERT INTO item VALUES (999999, 'a.B', 'de', 'x', '{}', 1)")
    raw.close()
    found = copy.verify()
    assert (found.missing, found.surplus, found.different) == ([page.pk], [999999], [first])


LATER = {"Retry-After": "0"}
AT = {"Retry-After": "Mon, 05 Jan 2026 12:00:00 +0000"}  # Has passed.


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        (503, LATER),
        (429, AT),
        (502, {"Retry-After": "soon"}),
        (200, {}, b'{"meta": {'),
        requests.ConnectionError("reset by peer"),
        requests.ReadTimeout("too slow"),
        requests.exceptions.ChunkedEncodingError("cut off"),
    ],
    ids=str,
)
def test_what_fails_for_the_moment_is_asked_again(mirror, http, fault):
    copy = mirror()
    http.adapter.faults = [fault]
    assert copy.sync().upserted
    assert not copy.verify()


def test_patience_has_an_end(mirror, http):
    copy = mirror(patience=0.2)
    http.adapter.faults = [(503, {"Retry-After": "3600"})]
    with pytest.raises(Unreachable, match="answers 503"):
        copy.sync()
