"""The readers' feeds: well-formed, exact, and silent about what is closed."""

from __future__ import annotations

import datetime
import re
import uuid

import feedparser
import pytest
from django.test import Client
from lxml import etree
from wagtail.models import PageViewRestriction, Site

from home.models import StandardPage
from partners.delivery.answers.readers import LENGTH, TOMBSTONES
from tests.languages import LANGUAGES

ATOM = "http://www.w3.org/2005/Atom"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def atom(language="de"):
    response = Client().get(f"/feeds/{language}/atom.xml")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo and feed.version == "atom10"
    return feed, etree.fromstring(response.content)


def json_feed(language="de"):
    response = Client().get(f"/feeds/{language}/feed.json")
    assert response["Content-Type"] == "application/feed+json"
    return response.json()


def entry_id(page):
    return uuid.uuid5(page.translation_key, page.locale.language_code).urn


def gone(root):
    return {one.get("ref"): one.get("when") for one in root.iter(f"{{{TOMBSTONES}}}deleted-entry")}


def test_a_site_without_a_name_is_called_by_its_host(db):
    site = Site.objects.get()
    assert site.site_name in atom()[0].feed.title
    Site.objects.update(site_name="", hostname="testserver")
    assert "testserver" in atom()[0].feed.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_atom_feed_has_what_the_standard_wants(db, kis_page, language):
    feed, root = atom(language)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{{{ATOM}}}{name}")) == 1, name
    links = {link["rel"]: link["href"] for link in feed.feed.links}
    assert links["self"] == f"http://testserver/feeds/{language}/atom.xml"
    assert links["alternate"] == f"http://testserver/{language}/"
    assert feed.entries and len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.id.startswith("urn:uuid:")
        assert entry.link.startswith(f"http://testserver/{language}/")
        assert MOMENT.fullmatch(entry.updated) and MOMENT.fullmatch(entry.published)
    page = kis_page("triade", language)
    [own] = [entry for entry in feed.entries if entry.id == entry_id(page)]
    assert own.title == page.title
    assert page.lead[:20] in own.summary


def test_a_text_that_the_api_does_not_give_is_no_summary(db, kis_page, monkeypatch):
    page = kis_page("triade")
    assert page.lead
    given = [one for one in page.api_fields if getattr(one, "name", one) != "lead"]
    monkeypatch.setattr(type(page), "api_fields", given)
    [own] = [one for one in json_feed()["items"] if one["id"] == entry_id(page)]
    assert own["content_text"] == (page.search_description or page.title)
    [own] = [one for one in atom()[0].entries if one.id == entry_id(page)]
    assert page.lead[:20] not in own.summary


def test_the_newest_change_comes_first_and_an_id_outlives_a_move(db, kis_page):
    atom()
    page = kis_page("triade")
    page.slug, page.title = "anderswo", "Neu & wichtig <hier>"
    page.save_revision().publish()
    feed, _root = atom()
    assert feed.entries[0].id == entry_id(page)
    assert feed.entries[0].title_detail.value == "Neu & wichtig <hier>"
    assert feed.entries[0].link.endswith("/anderswo/")
    moments = [entry.updated_parsed for entry in feed.entries]
    assert moments == sorted(moments, reverse=True)
    items = json_feed()["items"]
    assert items[0]["id"] == entry_id(page) and items[0]["title"] == page.title


def test_a_change_is_dated_whether_or_not_another_feed_was_read_since(db, kis_page):
    page, path = kis_page("triade"), "/api/v2/changes/?limit=500"

    def dated():
        [own] = [one for one in atom()[0].entries if one.id == entry_id(page)]
        return own.updated

    Client().get(path)
    before = dated()
    page.search_description = "Worum es geht"
    page.save_revision().publish()
    feed, _root = atom()
    assert feed.entries[0].id == entry_id(page) and dated() > before
    after = dated()
    Client().get(path)
    assert dated() == after


def test_of_what_is_closed_nothing_is_left_but_id_and_moment(db, kis_page):
    page, restricted = kis_page("triade"), kis_page("landesjugendpfarramt-sachsen")
    page.title = "Ein Titel, der zurückgezogen wird"
    page.save_revision().publish()
    atom()
    page.unpublish()
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    feed, root = atom()
    ids = {entry_id(page), entry_id(restricted)}
    assert set(gone(root)) >= ids and not ids & {entry.id for entry in feed.entries}
    for ref in ids:
        assert datetime.datetime.fromisoformat(gone(root)[ref]).tzinfo
    for one in root.iter(f"{{{TOMBSTONES}}}deleted-entry"):
        assert set(one.attrib) == {"ref", "when"} and not len(one) and not one.text
    whole = etree.tostring(root, encoding="unicode") + str(json_feed())
    for secret in (page.title, page.slug, restricted.title, restricted.slug):
        assert secret not in whole
    assert not ids & {item["id"] for item in json_feed()["items"]}


def test_a_page_that_comes_back_is_no_tombstone(db, kis_page):
    page = kis_page("triade")
    atom()
    copy_of = entry_id(page)
    parent, key, title = page.get_parent(), page.translation_key, page.title
    new = StandardPage(title=title, slug="neu-angelegt", translation_key=key, locale=page.locale)
    page.delete()
    assert copy_of in gone(atom()[1])
    parent.refresh_from_db()
    parent.add_child(instance=new)
    feed, root = atom()
    assert copy_of in {entry.id for entry in feed.entries}
    assert copy_of not in gone(root)


def test_a_json_feed_follows_its_rules(db):
    feed = json_feed("sk")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/feeds/sk/feed.json"
    assert feed["language"] == "sk" and feed["title"] and feed["authors"][0]["name"]
    assert 0 < len(feed["items"]) <= LENGTH
    for item in feed["items"]:
        assert isinstance(item["id"], str) and item["title"] and item["content_text"]
        assert item["url"].startswith("http://testserver/sk/")
        assert MOMENT.fullmatch(item["date_modified"])
        assert MOMENT.fullmatch(item["date_published"])


def test_a_feed_is_bounded_in_length_and_statements(db, kis_page, monkeypatch):
    atom()
    monkeypatch.setattr("partners.delivery.answers.readers.LENGTH", 3)
    feed, _root = atom("lv")
    assert len(feed.entries) == 3


def test_few_statements_make_a_feed(db, django_assert_max_num_queries):
    atom()
    Client().get("/feeds/de/feed.json")
    with django_assert_max_num_queries(20):
        Client().get("/feeds/en/atom.xml")


def test_a_feed_is_asked_for_conditionally(db, kis_page):
    path = "/feeds/de/atom.xml"
    first = Client().get(path)
    known = {"If-None-Match": first["ETag"]}
    assert Client().get(path, headers=known).status_code == 304
    assert first["Surrogate-Key"] == "api listings"
    kis_page("triade").unpublish()
    assert Client().get(path, headers=known).status_code == 200


def test_pages_link_the_feeds_of_their_language(db, kis_page):
    html = Client().get(kis_page("triade", "lv").url).content.decode()
    for name in ("atom.xml", "feed.json"):
        link = rf'<link rel="alternate" type="[^"]+" title="[^"]+" href="/feeds/lv/{name}">'
        assert re.search(link, html)


@pytest.mark.parametrize("path", ["xx/atom.xml", "de/rss.xml", "xx/feed.json"])
def test_there_is_no_other_feed(db, path):
    assert Client().get(f"/feeds/{path}").status_code == 404
