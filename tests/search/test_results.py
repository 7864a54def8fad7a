"""Results of the index in both databases: the same as by the analyser alone."""

import json
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageViewRestriction
from wagtail.search.backends import get_search_backend

from benchmarks.search import make_pages
from home.models import StandardPage
from partners.models import Consent, Person
from partners.search.analysis import index_keys, query_terms
from partners.search.index import languages
from partners.search.query import search
from partners.search.ranked import query_of, ranked
from tests.api.test_language import leave_untranslated

GOLD = json.loads((Path(__file__).parents[1] / "data" / "search_gold.json").read_text("utf-8"))
DOCUMENTS = sorted({(case["locale"], case["document"]) for case in GOLD})
QUERIES = sorted({case["query"] for case in GOLD})


@pytest.fixture
def gold(db):
    """A page for each text of the gold set, all with one title."""
    pages = make_pages([(code, "Seite", text) for code, text in DOCUMENTS])
    get_search_backend().add_bulk(StandardPage, pages)
    return pages


def expected(query, join):
    """The numbers of the texts that match by the analyser alone."""
    readings = [(code, query_terms(query, code)) for code in languages()]
    return {
        number
        for number, (code, text) in enumerate(DOCUMENTS)
        for language, terms in readings
        if language == code and terms
        if join(not term.isdisjoint(keys()[number]) for term in terms)
    }


@cache
def keys():
    return [index_keys(text, code) for code, text in DOCUMENTS]


@pytest.mark.slow
@pytest.mark.parametrize(("operator", "join"), [("and", all), ("or", any)])
def test_every_database_gives_the_sets_that_the_analyser_says(gold, operator, join):
    places = {page.pk: number for number, page in enumerate(gold)}
    mine = StandardPage.objects.filter(pk__in=places)
    sizes = set()
    for query in QUERIES:
        results = search(mine, query, operator=operator)
        found = [places[page.pk] for page in results]
        assert len(found) == len(set(found)) == results.count()
        assert set(found) == expected(query, join), query
        sizes.add(len(found))
    assert len(sizes) > 5


def test_of_equal_pages_the_newest_comes_first_on_every_page_of_results(db):
    pages = make_pages([("de", "Wohnungsverweisung", "Gleicher Text.")] * 30)
    get_search_backend().add_bulk(StandardPage, pages)
    results = search(StandardPage.objects.all(), "Wohnungsverweisungen")
    newest = [page.pk for page in reversed(pages)]
    assert [page.pk for page in results] == newest
    assert [page.pk for start in range(0, 30, 7) for page in results[start : start + 7]] == newest


# Pages that are no longer public


@pytest.fixture
def outputs(api):
    """All outputs of searches for a word, for an anonymous reader, as one text."""
    client = Client()

    def ask(word):
        data = {"q": word}
        return "".join(
            [
                *(item["title"] for item in api(f"pages/?limit=50&search={word}")["items"]),
                *titles(client.post("/de/search/", data).content.decode()),
                *(one["title"] for one in client.post("/de/search/typing/", data).json()["pages"]),
            ]
        )

    return ask


def titles(html):
    return re.findall(r"<h3><a [^>]+>(.*?)</a>", html)


@pytest.mark.parametrize("how", ["restricted", "expired", "unpublished", "parent restricted"])
def test_a_page_that_closes_is_not_found_any_more(outputs, kis_page, how):
    page = kis_page("triade")
    page.title = "Quantenberatung"
    page.save_revision().publish()
    assert outputs("Quantenberatungen").count("beratung") >= 2
    if how == "expired":
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    elif how == "unpublished":
        page.unpublish()
    else:
        closed = page.get_parent() if how == "parent restricted" else page
        PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    assert outputs("Quantenberatungen") == outputs("Quantenb") == ""


def test_a_name_is_found_neither_before_nor_after_a_consent_ends(outputs, kis_page):
    page = kis_page("landesjugendpfarramt-sachsen")
    person = page.contacts.first().person
    Person.objects.filter(translation_key=person.translation_key).update(name="Erika Mustermann")
    scopes = dict.fromkeys(("name", "contact", "photo", "api"), True)
    consent = Consent.objects.create(person=person, evidence="Akte", **scopes)
    page.save_revision().publish()
    assert outputs("Mustermann") == ""
    assert "Mustermann" in Client().get(page.url).content.decode()
    consent.withdrawn_on = timezone.localdate()
    consent.save()
    assert outputs("Mustermann") == ""


def test_no_key_of_the_index_comes_from_a_name(db):
    names = {word for person in Person.objects.exclude(name="") for word in person.name.split()}
    keys = {key for name in names for code in languages() for key in index_keys(name, code)}
    pages = [page for page in Page.objects.specific() if hasattr(page, "search_keys")]
    held = {key for page in pages for key in page.search_keys().split()}
    assert keys and held and not keys & held


# Partial translations


def test_what_is_not_translated_is_found_by_the_rules_of_its_language(api, kis_page):
    page = kis_page("polizeidirektion-leipzig", "sk")

    def found(word):
        return page.pk in {
            item["id"]
            for item in api(f"pages/?locale=sk&limit=50&search={word}&search_operator=and")["items"]
        }

    assert not found("Polizeivollzugsdiensten")
    assert found("polícii")
    page = leave_untranslated(page, "body")
    assert found("Polizeivollzugsdiensten") and found("Vollzugsdienst")
    assert found("polícii"), "the title is translated"
    languages_of_word = {key[:2] for key in page.search_keys().split() if "vollzugsdienst" in key}
    assert languages_of_word == {"de"}


# The admin's files


@pytest.fixture
def shown(editor):
    def ask(name, query):
        return editor.get(reverse(name), {"q": query}).content.decode()

    return ask


@pytest.mark.parametrize("query", ["Fachtagungen", "tagung", "jaehrlicher", "Fachtag"])
def test_the_admin_finds_files_in_any_form(shown, query):
    get_document_model().objects.create(title="Jährliche Fachtagung", file="fachtagung.pdf")
    get_image_model().objects.create(title="Jährliche Fachtagung", file=get_test_image_file())
    for name in (
        "wagtaildocs:index",
        "wagtaildocs_chooser:choose_results",
        "wagtailimages:index",
        "wagtailimages_chooser:choose_results",
    ):
        assert "Jährliche Fachtagung" in shown(name, query), name
        assert "Jährliche Fachtagung" not in shown(name, "Datenschutz"), name


def test_suggestions_are_those_of_public_pages_alone(kis_page):
    """A word on pages that aren't public changes no answer; else readers could guess it."""
    from django.core.cache import cache

    from partners.public.pages import public_pages
    from partners.search.ranked import query_of, ranked
    from partners.search.suggest import near_words, spelled

    def suggestion():
        cache.clear()
        typed, pages = "Polizeidirektien", public_pages()
        near = near_words(typed, pages)
        found = [match.pk for match in ranked(pages, query_of(pages, typed, near=near))]
        titles = Page.objects.filter(pk__in=found).values_list("title", flat=True)
        return spelled(typed, near, [(title, "de") for title in titles])

    before = suggestion()
    assert before == "Polizeidirektion"
    page = kis_page("triade")
    page.title = "Polizeidirektien"
    page.save_revision().publish()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert suggestion() == before


@pytest.mark.parametrize(
    ("query", "first"),
    [("Tomate", "Am Ufer"), ("Tomaten", "Tomaten am Ufer"), ("tomaten", "Tomaten am Ufer")],
)
def test_words_as_they_are_typed_stand_before_their_forms(db, query, first):
    texts = [("de", "Tomaten am Ufer", "Wasser"), ("de", "Am Ufer", "Eine Tomate liegt hier.")]
    pages = make_pages(texts)
    get_search_backend().add_bulk(StandardPage, pages)
    found = ranked(Page.objects.all(), query_of(Page.objects.all(), query))
    titles = [next(one.title for one in pages if one.pk == match.pk) for match in found]
    assert titles[0] == first and len(titles) == 2
    assert {match.tier for match in found} == {0}


def test_words_of_closed_pages_crowd_out_no_suggestion(client, kis_page):
    """Near words are the nearest of public pages, however near those of closed pages are."""
    home = kis_page("start")
    open_page = home.add_child(instance=StandardPage(title="Grundstücksverwaltung", slug="offen"))

    def asked():
        return client.get("/api/v2/search/", {"search": "Grundstueksverwaltnug"}).json()

    before = asked()
    assert open_page.pk in {one["id"] for one in before["items"]}
    for number in range(5):
        title = f"Grundstueksverwaltnu{'aeiou'[number]}"
        page = home.add_child(instance=StandardPage(title=title, slug=f"zu-{number}"))
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert asked() == before
