"""The public pages, and the rules that keep a site whole."""

import re

import pytest
from django.test import Client
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

LANGUAGES = ["de", "en", "sk", "lv"]
KEYS = [
    "start", "kooperationen", "landesjugendpfarramt-sachsen", "polizeidirektion-leipzig",
    "netzwerk-haeusliche-gewalt", "netzwerk-kinderschutz", "fachkraefteaustausch",
    "fachtagungen", "impressum", "leichte-sprache",
]  # fmt: skip
COOPERATIONS = {PartnerPage, NetworkPage, ExchangeProgrammePage}


class TreeTest(WagtailPageTestCase):
    """An editor can't build a site that doesn't work."""

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

    def test_one_list_of_cooperations_for_each_home_page(self):
        home = HomePage.objects.get(locale__language_code="de")
        self.assertFalse(CooperationIndexPage.can_create_at(home))
        HomePage.objects.get(locale__language_code="de").get_children().type(
            CooperationIndexPage
        ).first().delete()
        self.assertTrue(CooperationIndexPage.can_create_at(HomePage.objects.get(pk=home.pk)))

    def test_every_page_renders(self):
        for page in Page.objects.filter(depth__gt=1).specific():
            self.assertPageIsRenderable(page)
            self.assertEqual(page.make_preview_request().status_code, 200)


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
    assert text.count("<h1>") == 1
    assert 'class="skip" href="#content"' in text and 'id="content"' in text


def test_a_page_that_is_not_translated_is_not_offered(kis_page):
    kis_page("triade", "sk").unpublish()
    text = Client().get(kis_page("triade").url).content.decode()
    assert 'hreflang="sk"' not in text and 'hreflang="lv"' in text


def test_the_index_lists_in_the_editors_order_and_by_kind_if_wanted(kis_page):
    index = kis_page("kooperationen")
    titles = [page.title for page in index.get_children().order_by("path")]
    text = Client().get(index.url).content.decode()
    shown = re.findall(r"<h3><a [^>]+>([^<]+)</a></h3>", text)
    assert shown == titles and len(titles) == 9
    index.group_by_kind = True
    index.save_revision().publish()
    text = Client().get(index.url).content.decode()
    grouped = re.findall(r"<h3><a [^>]+>([^<]+)</a></h3>", text)
    assert sorted(grouped) == sorted(titles) and grouped != titles
    assert len(re.findall(r"<h2>", text)) == 3


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
