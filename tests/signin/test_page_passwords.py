"""Pages and files with a password: limits, and a page of ours that asks for it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from signin.models import Attempts
from tests.languages import LANGUAGES

PASSWORD = "ein Wort für alle"
ASKS = re.compile(r'action="(\S+/authenticate_with_password/\S+)"')
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def pages(kis_page):
    """A page with a password, in all languages."""
    german = kis_page("triade")
    PageViewRestriction.objects.create(page=german, restriction_type="password", password=PASSWORD)
    return {code: kis_page("triade", code) for code in LANGUAGES}


@pytest.fixture
def document(db):
    closed = Collection.get_first_root_node().add_child(name="Geschlossen")
    CollectionViewRestriction.objects.create(
        collection=closed, restriction_type="password", password=PASSWORD
    )
    file = ContentFile(b"%PDF-1.4", "a.pdf")
    return get_document_model().objects.create(title="Plan", file=file, collection=closed)


def text_of(response):
    return unescape(response.content.decode())


def enter(url, password, client=None, address=HERE, **headers):
    client = client or Client()
    [action] = ASKS.findall(text_of(client.get(url, headers=headers)))
    data = {"password": password, "return_url": url}
    return client.post(action, data, REMOTE_ADDR=address, headers=headers)


@pytest.fixture(params=["page", "document"])
def url(request, db):
    if request.param == "page":
        return request.getfixturevalue("pages")["de"].url
    return request.getfixturevalue("document").url


@pytest.mark.slow
def test_who_guesses_waits_and_others_do_not(url):
    client = Client()
    [action] = ASKS.findall(text_of(client.get(url)))
    statuses = []
    for number in range(60):
        data = {"password": f"Wort {number}", "return_url": url}
        statuses.append(client.post(action, data, REMOTE_ADDR=HERE).status_code)
    assert statuses == [200] * 10 + [429] * 50
    refused = enter(url, PASSWORD)
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 30
    assert "no-store" in refused.headers["Cache-Control"]
    assert enter(url, PASSWORD, address=ELSEWHERE).status_code == 302
    Attempts.objects.update(until=timezone.now())
    assert enter(url, PASSWORD).status_code == 302


@pytest.mark.slow
def test_the_right_password_does_not_count(url):
    assert {enter(url, PASSWORD).status_code for _time in range(40)} == {302}


@pytest.mark.slow
def test_versions_in_all_languages_are_one_page(pages):
    for page in pages.values():
        for number in range(3):
            refused = enter(page.url, f"Wort {number}")
    assert refused.status_code == 429


@pytest.mark.slow
def test_several_pages_are_counted_together(kis_page):
    statuses = []
    for key in ("triade", "polizeidirektion-leipzig", "fachtagungen", "impressum"):
        page = kis_page(key)
        PageViewRestriction.objects.create(
            page=page, restriction_type="password", password=PASSWORD
        )
        statuses += [enter(page.url, "falsch").status_code for _time in range(9)]
    assert statuses == [200] * 30 + [429] * 6


WORDS = {
    "de": ("Passwort erforderlich", "Das Passwort stimmt nicht", "Bitte warten Sie"),
    "en": ("Password required", "This isn't the password", "Please wait"),
    "sk": ("Vyžaduje sa heslo", "Heslo nie je správne", "Počkajte"),
    "lv": ("Nepieciešama parole", "Parole nav pareiza", "Lūdzu, uzgaidiet"),
}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", ["page", "document"])
def test_it_is_in_the_language_of_the_reader_and_has_the_exit(request, db, kind, code):
    """A page is in its own language, a file in that of the browser."""
    headers = {}
    if kind == "page":
        address = request.getfixturevalue("pages")[code].url
    else:
        address = request.getfixturevalue("document").url
        headers["Accept-Language"] = code
    asks, wrong, wait = WORDS[code]
    shown = [Client().get(address, headers=headers), enter(address, "falsch", **headers)]
    for _time in range(10):
        refused = enter(address, "falsch", **headers)
    for answer, words in zip([*shown, refused], (asks, wrong, wait), strict=True):
        text = text_of(answer)
        assert words in text and f'<html lang="{code}"' in text
        assert 'id="exit"' in text and "exit.js" in text
        assert "noindex" in text
    assert f'href="{address}"' in text_of(refused)


def test_the_page_is_not_told_before_the_password(pages):
    """Neither title, description and linked data, nor what it lies below."""
    page = pages["de"]
    page.search_description = "Beschreibung der Seite"
    page.save_revision().publish()
    for answer in (Client().get(page.url), enter(page.url, "falsch")):
        text = text_of(answer)
        for told in (page.title, page.lead, "Beschreibung der Seite", "ld+json", "breadcrumbs"):
            assert told not in text


def test_a_closed_site_tells_nothing_but_that_it_is_closed(kis_page):
    home = kis_page("start")
    PageViewRestriction.objects.create(page=home, restriction_type="password", password=PASSWORD)
    for answer in (Client().get(home.url), enter(home.url, "falsch")):
        text = text_of(answer)
        assert answer.status_code == 200 and 'id="exit"' in text and home.title not in text
    assert enter(home.url, PASSWORD).status_code == 302


@pytest.mark.slow
def test_no_cookie_outlasts_the_browser(url):
    client = Client()
    enter(url, "falsch", client)
    assert enter(url, PASSWORD, client).status_code == 302
    opened = client.get(url)
    assert opened.status_code == 200
    opened.close()
    assert set(client.cookies) == {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert cookie["max-age"] == "" and cookie["expires"] == ""


def test_a_refused_attempt_leads_back_inside_the_site_alone(pages):
    client, url = Client(), pages["de"].url
    [action] = ASKS.findall(text_of(client.get(url)))
    for _time in range(11):
        data = {"password": "falsch", "return_url": "https://example.org/"}
        refused = client.post(action, data, REMOTE_ADDR=HERE)
    assert refused.status_code == 429 and 'href="https://example.org' not in text_of(refused)


def test_a_restriction_that_is_gone_is_not_found(pages):
    client = Client()
    [action] = ASKS.findall(text_of(client.get(pages["de"].url)))
    PageViewRestriction.objects.all().delete()
    assert client.post(action, {"password": PASSWORD}).status_code == 404
