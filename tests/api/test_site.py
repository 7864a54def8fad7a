"""What stands around every page, for front ends that show it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from wagtail.models import Page, Site

from home.models import EmergencyNumber, ExitControl, StandardPage
from tests.languages import LANGUAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_shelf_and_pages")]

NAMES = {"de": "Deutsch", "en": "English", "sk": "slovenčina", "lv": "latviešu"}


def sites(**query):
    answer = Client().get("/api/v2/site/", query)
    assert answer.status_code == 200, answer.content
    return {item["locale"]: item for item in answer.json()["items"]}


def test_each_language_has_what_its_pages_show(kis_page):
    found = sites()
    assert set(found) == {"de", *LANGUAGES}
    for code, item in found.items():
        shown = Client().get(item["home"]["html_url"]).content.decode()
        assert item["home"]["locale"] == code
        assert (item["language"], item["direction"]) == (NAMES[code], "ltr")
        for feed in item["feeds"].values():
            assert feed.startswith("http://") and f"/feeds/{code}/" in feed
            assert Client().get(feed).status_code == 200
        for page in [*item["menu"], *(one["page"] for one in item["legal"])]:
            assert page["locale"] == code and page["html_url"]
            assert f'href="{page["html_url"].partition("//")[2].partition("/")[1]}' in shown
            assert Client().get(page["html_url"]).status_code == 200
        assert item["exit"]["target"] in shown and item["exit"]["label"] in shown
        top = [one for one in item["emergency_numbers"] if one["at_top"]]
        assert len(top) == 2
        for number in item["emergency_numbers"]:
            assert f'href="{number["uri"]}"' in shown
            assert escape(number["name"]) in shown
    assert found["de"]["emergency_numbers"][0]["number"] == "110"
    assert found["sk"]["emergency_numbers"][0]["country"]["name"]
    assert [one["purpose"] for one in found["de"]["legal"]] == [
        purpose
        for purpose in StandardPage.Purpose.values
        if StandardPage.objects.filter(purpose=purpose, locale__language_code="de").exists()
        and purpose != "text"
    ]


def test_one_language_can_be_asked_for(kis_page):
    assert set(sites(locale="sk")) == {"sk"}
    unknown = Client().get("/api/v2/site/?locale=xx")
    assert unknown.status_code == 404 and unknown.json()["parameter"] == "locale"
    refused = Client().get("/api/v2/site/?fallback=de")
    assert refused.status_code == 400 and refused.json()["parameter"] == "fallback"


def test_what_editors_change_is_told_at_once(kis_page):
    exit_before = sites()["lv"]["exit"]
    assert exit_before["target"] == "https://lv.wikipedia.org/"
    site = Site.objects.get(is_default_site=True)
    ExitControl.objects.update_or_create(
        site=site, language="lv", defaults={"target": "https://example.org/", "label": "Prom"}
    )
    assert sites()["lv"]["exit"] == {"target": "https://example.org/", "label": "Prom"}
    number = EmergencyNumber.objects.get(number="110", country="DE")
    number.number = "0110"
    number.save()
    assert sites()["de"]["emergency_numbers"][0]["uri"] == "tel:0110"
    page = kis_page("kooperationen", "sk")
    assert page.pk in {one["id"] for one in sites()["sk"]["menu"]}
    Page.objects.filter(pk=page.pk).update(show_in_menus=False)
    assert page.pk not in {one["id"] for one in sites()["sk"]["menu"]}


def test_a_language_without_its_home_page_and_closed_pages_are_not_there(kis_page):
    imprint = StandardPage.objects.get(purpose="imprint", locale__language_code="sk")
    imprint.unpublish()
    assert "imprint" not in {one["purpose"] for one in sites()["sk"]["legal"]}
    assert "imprint" in {one["purpose"] for one in sites()["de"]["legal"]}
    Page.objects.get(pk=sites()["lv"]["home"]["id"]).unpublish()
    assert set(sites()) == {"de", "en", "sk"}


def test_all_languages_take_as_many_statements_as_one(kis_page):
    sites()
    site = Site.objects.get(is_default_site=True)
    site.site_name = "Neu"
    site.save()
    with CaptureQueriesContext(connection) as queries:
        assert sites()["de"]["name"] == "Neu"
    asked = [one["sql"] for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    with CaptureQueriesContext(connection) as again:
        sites()
    assert len(again) <= 2
    assert sum("home_emergencynumber" in sql for sql in asked) == 1
    assert sum("home_exitcontrol" in sql for sql in asked) == 1
