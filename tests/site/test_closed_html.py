"""HTML of translations and aliases: served only while, and to visitors to whom, the source is."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

KEEP_OPEN = {"CLOSE_TRANSLATIONS": False}


@pytest.fixture
def family(kis_page):
    """A German page, its Slovak translation and an alias of it as a Latvian page."""
    german = kis_page("triade")
    Page.objects.get(pk=kis_page("triade", "lv").pk).delete()
    latvian = german.copy_for_translation(Locale.objects.get(language_code="lv"), alias=True)
    return german, kis_page("triade", "sk"), Page.objects.get(pk=latvian.pk)


def unpublish(page):
    Page.objects.filter(pk=page.pk).update(live=False)


def expire(page):
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - datetime.timedelta(seconds=1))


def restrict(kind):
    def close(page):
        PageViewRestriction.objects.create(page=page, restriction_type=kind, password="geheim")

    return close


def restrict_parent(page):
    restrict("login")(page.get_parent())


CLOSINGS = {
    "unpublished": unpublish,
    "expired": expire,
    "login": restrict("login"),
    "groups": restrict("groups"),
    "password": restrict("password"),
    "parent": restrict_parent,
}


@pytest.mark.parametrize("how", CLOSINGS)
def test_translation_and_alias_close_with_their_original(family, how):
    german, *others = family
    for page in others:
        assert Client().get(page.url).status_code == 200
    CLOSINGS[how](german)
    expected = Client().get(german.url)
    for page in others:
        response = Client().get(page.url)
        if how in ("unpublished", "expired"):
            assert response.status_code == expected.status_code == 404
        elif how == "password":
            assert "form" in response.context and german.title not in response.content.decode()
        else:
            assert response.status_code == expected.status_code == 302
            login = "/admin/login/?next="
            assert login in response.url and login in expected.url
        if response.status_code != 404:
            assert "no-store" in response.headers["Cache-Control"]
        assert "Triade" not in response.content.decode()


@pytest.mark.parametrize("how", CLOSINGS)
def test_a_site_can_keep_them_open(family, how, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, **KEEP_OPEN}
    german, slovak, latvian = family
    CLOSINGS[how](german)
    assert Client().get(slovak.url).status_code == 200
    if how in ("unpublished", "expired"):  # Wagtail itself restricts an alias like its source.
        assert Client().get(latvian.url).status_code == 200


def test_an_alias_closes_with_the_original_of_its_original(family):
    german, slovak, _latvian = family
    alias = slovak.create_alias(update_slug="triade-znova", parent=slovak.get_parent())
    assert Client().get(alias.url).status_code == 200
    unpublish(german)
    assert Client().get(alias.url).status_code == 404


ASKS = re.compile(r'action="(\S+/authenticate_with_password/\S+)"')


def open_with(client, page, password="geheim"):
    """Send the password form that a page shows."""
    url = ASKS.search(_text(client.get(page.url)))[1]
    return client.post(url, {"password": password, "return_url": page.url}, follow=True)


def is_open(client, page):
    response = client.get(page.url)
    assert response.status_code == 200 and "no-store" in response.headers["Cache-Control"]
    return not ASKS.search(_text(response))


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 1, 2])
def test_the_password_of_a_page_is_typed_once_for_all_its_versions(family, first):
    german = family[0]
    PageViewRestriction.objects.create(page=german, restriction_type="password", password="geheim")
    client = Client()
    assert not any(is_open(client, page) for page in family)
    open_with(client, family[first], "falsch")
    assert not any(is_open(client, page) for page in family)
    open_with(client, family[first])
    assert all(is_open(client, page) for page in family)
    below = german.get_parent().add_child(instance=Page(title="Anderes", slug="anderes"))
    PageViewRestriction.objects.create(page=below, restriction_type="password", password="geheim")
    assert not is_open(client, below)


def test_a_version_with_another_password_asks_for_it(family):
    german, slovak, _latvian = family
    PageViewRestriction.objects.create(page=german, restriction_type="password", password="geheim")
    slovak.view_restrictions.update(password="tajné")
    client = Client()
    open_with(client, german)
    assert is_open(client, german) and not is_open(client, slovak)
    open_with(client, slovak, "tajné")
    assert is_open(client, slovak)


def _text(response):
    return response.content.decode()


def test_members_and_previews_see_them(family, editor):
    german, *others = family
    restrict("login")(german)
    for page in others:
        assert editor.get(page.url).status_code == 200
    unpublish(german)
    for page in others:
        assert page.specific.make_preview_request().status_code == 200


def test_a_page_ends_with_its_expiry_whenever_the_cron_job_runs(kis_page):
    page = kis_page("triade")
    expire(page)
    assert Client().get(page.url).status_code == 404
