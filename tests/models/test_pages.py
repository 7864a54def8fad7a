"""The public pages, and the rules that keep a site whole."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
from wagtail.test.utils import WagtailPageTestCase

from home.models import HomePage, StandardPage
from partners.models import (
    CooperationIndexPage,
    CooperationPage,
    ExchangeProgrammePage,
    NetworkPage,
    PartnerPage,
)
from tests.languages import LANGUAGES
from tests.many import add_partners
from tests.whole import WHOLE

KEYS = [
    "start", "kooperationen", "landesjugendpfarramt-sachsen", "polizeidirektion-leipzig",
    "netzwerk-haeusliche-gewalt", "netzwerk-kinderschutz", "fachkraefteaustausch",
    "fachtagungen", "impressum", "barrierefreiheit", "spuren",
]  # fmt: skip
COOPERATIONS = {PartnerPage, NetworkPage, ExchangeProgrammePage}


class TreeTest(WagtailPageTestCase):
    """The rules of Wagtail's page tree: allowed parents and children."""

    def test_the_tree(self):
        self.assertAllowedParentPageTypes(HomePage, {Page})
        self.assertAllowedSubpageTypes(HomePage, {StandardPage, CooperationIndexPage})
        self.assertAllowedSubpageTypes(StandardPage, {StandardPage})
        self.assertAllowedSubpageTypes(CooperationIndexPage, COOPERATIONS)
        for model in COOPERATIONS:
            self.assertAllowedParentPageTypes(model, {CooperationIndexPage})
            self.assertAllowedSubpageTypes(model, set())

    def test_what_kinds_have_in_common_is_no_page_of_its_own(self):
        self.assertFalse(CooperationPage.is_creatable)
        for model in COOPERATIONS:
            self.assertTrue(model.is_creatable)

    @pytest.mark.slow
    def test_one_list_of_cooperations_for_each_home_page(self):
        home = HomePage.objects.get(locale__language_code="de")
        self.assertFalse(CooperationIndexPage.can_create_at(home))
        HomePage.objects.get(locale__language_code="de").get_children().type(
            CooperationIndexPage
        ).first().delete()
        self.assertTrue(CooperationIndexPage.can_create_at(HomePage.objects.get(pk=home.pk)))

    @pytest.mark.slow
    def test_every_page_renders(self):
        previewed = set()
        for page in Page.objects.filter(depth__gt=1).specific():
            self.assertPageIsRenderable(page)
            alike = page.pk if WHOLE else (type(page), page.locale_id)
            if alike not in previewed:
                self.assertEqual(page.make_preview_request().status_code, 200)
            previewed.add(alike)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_page_type_in_every_language(kis_page, key, language):
    page = kis_page(key, language)
    response = Client().get(page.url)
    text = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in text
    assert f'<link rel="canonical" href="{page.full_url}">' in text
    for other in LANGUAGES:
        translated = kis_page(key, other)
        assert f'hreflang="{other}" href="{translated.full_url}"' in text
        assert f'<a href="{translated.full_url}" lang="{other}"' in text
    original = kis_page(key).full_url
    assert f'hreflang="x-default" href="{original}"' in text
    assert text.count("<h1>") == 1
    assert 'class="skip" href="#content"' in text and 'id="content"' in text


def test_a_page_that_is_not_translated_is_not_offered(kis_page):
    kis_page("triade", "sk").unpublish()
    page = kis_page("triade")
    text = Client().get(page.url).content.decode()
    head, body = text.split("</head>")
    assert 'hreflang="sk"' not in head and 'hreflang="lv"' in head
    address = f"/sk/versions/{page.translation_key}/"
    assert f'<a href="{address}" lang="sk"' in body


def test_the_switch_says_in_which_languages_a_page_is(kis_page):
    page = kis_page("triade")
    address = f"/sk/versions/{page.translation_key}/"
    assert Client().get(address).url == kis_page("triade", "sk").full_url
    kis_page("triade", "sk").unpublish()
    response = Client().get(address)
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert response.status_code == 200 and "ešte nie je k dispozícii" in main
    assert [link in main for link in (f'"{page.full_url}"', 'lang="lv"', 'lang="sk"')] == [
        True, True, False,
    ]  # fmt: skip
    for language in ("de", "en", "lv"):
        kis_page("triade", language).unpublish()
    assert Client().get(address).status_code == 404


def test_an_alias_says_that_it_is_not_a_translation(kis_page):
    """wagtail-localize can create aliases for pages without translation."""
    german, parent = kis_page("triade"), kis_page("kooperationen", "sk")
    kis_page("triade", "sk").delete()
    alias = german.copy_for_translation(parent.locale, alias=True)
    text = Client().get(alias.url).content.decode()
    assert f'<link rel="canonical" href="{german.full_url}">' in text
    assert 'hreflang="sk"' not in text.split("</head>")[0]
    assert '<main id="content" tabindex="-1" lang="de">' in text
    assert "ešte nie je k dispozícii" in text


def listed(url, query=None):
    """The titles in a list of cooperations, and the text of its page."""
    text = Client().get(url, query or {}).content.decode()
    return re.findall(r"<h3><a [^>]+>([^<]+)</a></h3>", text), text


def test_the_index_lists_by_kind_and_in_the_editors_order_if_wanted(kis_page):
    index = kis_page("kooperationen")
    titles = [page.title for page in index.get_children().order_by("path")]
    shown, text = listed(index.url)
    assert sorted(shown) == sorted(titles) and shown != titles and len(titles) == 9
    assert len(re.findall(r"<h2>", text)) == 3
    index.group_by_kind = False
    index.save_revision().publish()
    assert listed(index.url)[0] == titles


def test_the_index_is_filtered_without_a_script(kis_page):
    index = kis_page("kooperationen", "sk")
    everything, text = listed(index.url)
    assert "kis-overview" in text
    networks, text = listed(index.url, {"kind": "network"})
    assert 0 < len(networks) < len(everything) and 'value="network" selected' in text
    topic = re.search(r'<option value="(\d+)">[^<]*talking', text).group(1)
    both, _text = listed(index.url, {"kind": "network", "topic": topic})
    with_topic = {
        page.title
        for page in index.public_cooperations().specific()
        if page.kind == "network" and topic in {str(one.topic_id) for one in page.topics.all()}
    }
    assert set(both) == with_topic and 0 < len(both) < len(networks)
    kis_page("fachtagungen", "sk").unpublish()
    everything, _text = listed(index.url)
    none, text = listed(index.url, {"kind": "exchange", "topic": topic})
    assert none == [] and "nezodpovedá žiadna spolupráca" in text
    for bad in ({"kind": "nope"}, {"topic": "x" * 5000}, {"topic": "\0"}, {"kind": "ä'\""}):
        shown, text = listed(index.url, bad)
        assert shown == everything and "Takáto možnosť neexistuje" in text


def test_the_index_asks_as_often_for_many_as_for_few(kis_page):
    index = kis_page("kooperationen", "sk")
    counts = []
    for key in ("triade", "netzwerk-kinderschutz", "interventionsstellen"):
        Client().get(index.url)
        with CaptureQueriesContext(connection) as queries:
            Client().get(index.url)
        counts.append(len(queries))
        kis_page(key, "sk").unpublish()
    assert len(set(counts)) == 1 and counts[0] < 40


def test_a_long_list_has_pages_with_counts_and_asks_as_often(kis_page):
    index = kis_page("kooperationen", "de")
    for name in "abc":
        with CaptureQueriesContext(connection) as few:
            Client().get(index.url, {name: ""})
    add_partners(index, 60)
    for name in "abc":
        with CaptureQueriesContext(connection) as many:
            answer = Client().get(index.url, {name: ""})
    assert len(many) <= len(few)
    text = answer.content.decode()
    assert text.count("<h3><a") == 24 and "Seite 1 von 3" in text and "und 45 weitere" in text
    assert re.search(r'<option value="partner">[^<]* \(6\d\)</option>', text)
    seen = {*re.findall(r"<h3><a.*?</h3>", text)}
    for number in (2, 3):
        [address] = re.findall(r'rel="next" href="([^"]+)"', text)
        text = Client().get(address.replace("&amp;", "&")).content.decode()
        assert f"Seite {number} von 3" in text and "kis-overview" not in text
        seen |= {*re.findall(r"<h3><a.*?</h3>", text)}
    assert len(seen) == 69 and 'rel="next"' not in text
    for odd in ("0", "99", "x", "\0"):
        assert Client().get(index.url, {"page": odd}).status_code == 200
    text = Client().get("/de/").content.decode()
    assert "Alle 69 Kooperationen" in text


def test_a_page_that_does_not_exist_says_so_in_the_readers_language(db):
    for language, words in (("de", "nicht gefunden"), ("sk", "sa nenašla"), ("lv", "nav atrasta")):
        response = Client().get(f"/{language}/nope/")
        assert response.status_code == 404
        assert words in response.content.decode()


@pytest.mark.parametrize(("accept", "home"), [("lv", "/lv/"), ("sk", "/sk/"), ("fr", "/de/")])
def test_the_first_visit_follows_the_browser(db, accept, home):
    response = Client().get("/", headers={"Accept-Language": accept})
    assert response.status_code == 302 and response.url == home


def test_people_agree_on_how_long_it_lasts(kis_page):
    """The facts of a page are worded in the page's language."""
    words = {"de": "Seit Januar 2004", "en": "Since January 2004", "sk": "Od januára 2004",
             "lv": "Kopš 2004. gada janvāra"}  # fmt: skip
    for language, wording in words.items():
        page = kis_page("netzwerk-haeusliche-gewalt", language)
        assert wording in Client().get(page.url).content.decode()


def test_public_pages_set_no_cookie(kis_page):
    for key in KEYS:
        assert not Client().get(kis_page(key).url).cookies


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Zuletzt aktualisiert: 5. März 2026"),
        ("en", "Last updated: 5 March 2026"),
        ("sk", "Posledná aktualizácia: 5. marca 2026"),
        ("lv", "Pēdējoreiz atjaunināts: 2026. gada 5. marts"),
    ],
)
def test_when_a_page_was_changed_is_said_in_its_language(kis_page, language, words):
    page = kis_page("triade", language)
    day = datetime.datetime(2026, 3, 4, 23, 30, tzinfo=datetime.UTC)
    Page.objects.filter(pk=page.pk).update(last_published_at=day)
    text = re.sub(r"<[^>]+>", "", Client().get(page.url).content.decode())
    assert words in text
