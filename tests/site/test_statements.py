"""The dearest questions of strangers to the site's pages, counted in statements."""

import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.delivery.shelf.settle import settle
from partners.models import CooperationContact, CooperationPage, Person, RelatedCooperation
from partners.public.pages import public_pages
from tests.languages import LANGUAGES

#: Near words of four that are there, words of other languages, words that are there, no words.
QUERIES = [
    "schlaegt beratungsstele interventionszentrm kooperationspartnr",
    "Kooperatio Partnr Netzwrk Projekct Bratung Schtz Kindr Gewlt Tätr Hilf",
    "násilie ochrana detí spolupráca partneri",
    "bērnu aizsardzības tīkls sadarbība policija",
    "häusliche gewalt kinderschutz jugendpfarramt sachsen polizei",
    "'\"(){}:*&|!<->",
]


def statements(ask):
    with CaptureQueriesContext(connection) as found:
        answer = ask()
    kept = [one["sql"] for one in found if "SAVEPOINT" not in one["sql"]]
    return len(kept), answer


def pages():
    found = {}
    for page in public_pages().filter(depth__gt=1).order_by("pk"):
        found.setdefault((page.content_type_id, page.locale_id), page)
    return list(found.values())


def made(page):
    """How many statements it takes to make a page of which nothing is kept."""
    settle()
    for number in range(2):
        Client().get(f"{page.url}?{number}")
    taken, answer = statements(lambda: Client().get(f"{page.url}?{uuid.uuid4()}"))
    assert answer.status_code == 200
    return taken


@pytest.mark.slow
def test_a_page_of_any_type_is_made_by_at_most_12(db):
    """Once its version knows which page has the address, and what stands on every page."""
    taken = {page.url: made(page) for page in pages()}
    assert len(taken) > 20
    assert max(taken.values()) <= 12, taken


def test_the_first_time_in_a_version_takes_more(kis_page):
    """Wagtail finds a page in the tree with up to ten, and the item of the page is made."""
    page = kis_page("fachkraefteaustausch")
    settle()
    taken, answer = statements(lambda: Client().get(page.url))
    assert answer.status_code == 200 and taken <= 40


def test_a_page_with_many_people_and_relations_takes_as_many(kis_page):
    page = kis_page("fachkraefteaustausch")
    before = made(page)
    for person in Person.objects.filter(locale=page.locale):
        page.contacts.add(CooperationContact(person=person, side="own"))
    page.related.set([])
    for other in CooperationPage.objects.filter(locale=page.locale).exclude(pk=page.pk):
        page.related.add(RelatedCooperation(page_to=other))
    assert page.contacts.count() > 1 and page.related.count() > 5
    page.save_revision().publish()
    assert made(page) <= before + 5  # People are three, related cooperations two.


def test_an_address_that_leads_nowhere_takes_at_most_12(db):
    for language in LANGUAGES:
        asked, answer = statements(lambda language=language: Client().get(f"/{language}/none/"))
        assert answer.status_code == 404
        assert asked <= 12


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES)
def test_a_search_takes_at_most_12(db, query):
    """Once a version knows the frame of each language, and topics and words of the index."""
    cache.clear()
    for language in LANGUAGES:
        for known in ("Polizei", "Polisei"):
            Client().post(f"/{language}/search/", {"q": known})
        ask = lambda path, language=language: Client().post(  # noqa: E731
            f"/{language}/search/{path}", {"q": query}
        )
        asked, answer = statements(lambda ask=ask: ask(""))
        assert answer.status_code == 200
        assert asked <= 12, query
        assert statements(lambda ask=ask: ask("typing/"))[0] <= 12
