"""``?order=`` by text: the collation of the requested language, also with cursors."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from wagtail.models import Page

from home.models import StandardPage
from partners.api.collation import InOrderOf
from partners.words.collation import order_key

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")

TITLES = {
    "de": ["Oslo", "Österreich", "Otto", "otto", "Otto", "Zypern"],
    "sk": ["Cena", "Čaj", "Daleko", "Ďalšie", "Hora", "Chata", "Šveice", "Zem", "Žena"],
    "lv": ["Čehija", "Daugava", "Ģimene", "Šveice", "Vācija"],
}


@pytest.fixture(params=TITLES)
def language(request, kis_page):
    home = kis_page("start", request.param)
    for number, title in enumerate(reversed(TITLES[request.param])):
        home.add_child(instance=StandardPage(title=title, slug=f"order-{number}"))
    return request.param


def path_of(link):
    return "pages/?" + urlsplit(link).query


@pytest.mark.slow
@pytest.mark.parametrize("down", ["", "-"])
@pytest.mark.parametrize("fields", ["", "&fields=purpose"])
def test_titles_are_in_the_order_of_the_language(api, language, down, fields):
    """Paging forwards and backwards gives the same order as a single page."""
    path = f"pages/?type=home.StandardPage&locale={language}&order={down}title{fields}"
    whole = [(item["title"], item["id"]) for item in api(f"{path}&limit=100")["items"]]
    titles = [title for title, _id in whole]
    assert set(titles) >= set(TITLES[language])
    assert titles == sorted(
        titles, key=lambda title: order_key(title, language), reverse=bool(down)
    )
    forward, backward, link = [], [], f"{path}&limit=2"
    while link:
        answer = api(link)
        forward += [(item["title"], item["id"]) for item in answer["items"]]
        last, link = link, answer["meta"]["next"] and path_of(answer["meta"]["next"])
    assert forward == whole
    link = last
    while link:
        answer = api(link)
        backward[:0] = [(item["title"], item["id"]) for item in answer["items"]]
        link = answer["meta"]["previous"] and path_of(answer["meta"]["previous"])
    assert backward == whole


def test_without_a_language_the_order_is_that_of_the_site(api, kis_page):
    kis_page("start").add_child(instance=StandardPage(title="Österreich", slug="oesterreich"))
    titles = [item["title"] for item in api("pages/?order=title&limit=100")["items"]]
    assert titles == sorted(titles, key=lambda title: order_key(title, "de"))


def test_a_language_that_the_database_does_not_know_has_the_order_of_all(db):
    sql = str(Page.objects.order_by(InOrderOf("title", "tlh")).query)
    assert '"und-x-icu"' in sql
    assert list(Page.objects.order_by(InOrderOf("title", "tlh")))


def test_a_database_without_collations_sorts_as_it_can(db, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "oracle")
    assert "COLLATE" not in str(Page.objects.order_by(InOrderOf("title", "de")).query)
