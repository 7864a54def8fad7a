"""Pages as HTML are kept for a version of the content, and never for longer."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home.models import EmergencyNumberWords, ExitControl
from partners.delivery.models import CLOSED, Note, State
from partners.delivery.notes.triggers import watches
from partners.models import Consent, Person, Topic
from partners.public.pages import public_pages

#: Tables that the HTML of a page may be read from though nobody watches them: the shelf's own, and
#: those whose rows are written once, with rows of watched tables.
UNWATCHED = {
    *("kis_delivery_state", "kis_delivery_note", "kis_delivery_item"),
    *("django_content_type", "wagtail_localize_translationcontext"),
}
OTHERS = [
    "/sitemap.xml",
    "/de/search/",
    "/embed/cooperations/?locale=lv",
    "/de/kooperationen/?kind=exchange",
]


@pytest.fixture
def made_now(settings):
    """Gives a page as it is made when nothing is kept."""

    def get(address):
        settings.KIS_PARTNERS = {**(before := settings.KIS_PARTNERS), "PAGES_READ": None}
        answer = Client().get(address)
        settings.KIS_PARTNERS = before
        return answer

    return get


def addresses():
    found = {}
    for page in public_pages().filter(depth__gt=1).order_by("pk"):
        found.setdefault((page.content_type_id, page.locale_id), page.url)
    return [*found.values(), *OTHERS]


def test_what_is_kept_takes_one_statement_and_is_what_would_be_made(db, made_now):
    """The statement that reads the version; the answer has the same headers as well."""
    client = Client()
    asked = addresses()
    assert len(asked) > 20
    for address in asked:
        first = client.get(address)
        assert first.status_code == 200 and first.headers["ETag"], address
        with CaptureQueriesContext(connection) as statements:
            kept = client.get(address)
        assert len(statements) == 1, address
        made = made_now(address)
        assert kept.content == made.content, address
        for name in ("Content-Security-Policy", "Referrer-Policy", "X-Frame-Options"):
            assert kept.headers[name] == made.headers[name], (address, name)
        assert "cookie" not in kept.headers["Vary"].lower()
        if (
            "?" not in address and address != "/sitemap.xml"
        ):  # Made by what the version knows by now.
            assert client.get(address, {"x": ""}).content == made.content, address
        known = client.get(address, headers={"if-none-match": kept.headers["ETag"]})
        assert known.status_code == 304 and not known.content


def test_every_table_that_a_page_is_read_from_is_watched(db):
    watched = {watch.table for watch in watches()}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    cache.clear()
    read = set()
    for address in addresses():
        with CaptureQueriesContext(connection) as statements:
            assert Client().get(address).status_code == 200
        for one in statements:
            read |= tables & set(re.findall(r"\w+", one["sql"]))
    assert len(read) > 20
    assert read - watched <= UNWATCHED


def exit_control():
    ExitControl.objects.update_or_create(
        site_id=Page.objects.get(depth=2, locale__language_code="de").sites_rooted_here.get().pk,
        language="de",
        defaults={"label": "Schnell weg"},
    )


def emergency_number():
    EmergencyNumberWords.objects.filter(language="de").update(name="Andere Worte")


def menu():
    Page.objects.filter(depth=3, locale__language_code="de", show_in_menus=True).update(
        title="Ganz anders"
    )


def topic():
    Topic.objects.filter(locale__language_code="de").update(name="Anderes Thema")


def name_withdrawn():
    Consent.objects.update(withdrawn_on=timezone.localdate())


@pytest.mark.parametrize("act", [exit_control, emergency_number, menu, topic, name_withdrawn])
def test_whatever_changes_a_page_shows_at_once(kis_page, made_now, act):
    person = Person.objects.filter(locale__language_code="de", consents__isnull=False).first()
    page = kis_page("landesjugendpfarramt-sachsen")
    client, address = Client(), page.url
    before = client.get(address).content
    assert client.get(address).content == before
    act()
    after = client.get(address).content
    assert after == made_now(address).content
    if act is not name_withdrawn or person:
        assert after != before


def test_a_page_that_is_closed_is_gone_at_once(kis_page):
    page = kis_page("triade")
    client = Client()
    assert client.get(page.url).status_code == 200
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(Group.objects.first())
    assert client.get(page.url).status_code == 302
    restriction.delete()
    assert client.get(page.url).status_code == 200
    page.unpublish()
    assert client.get(page.url).status_code == 404


def test_while_the_shelf_is_closed_pages_are_made_for_each_reader(kis_page):
    page, client = kis_page("triade"), Client()
    assert "ETag" in client.get(page.url).headers
    State.objects.update(release=CLOSED)
    Page.objects.filter(pk=page.pk).update(title="Gerade geändert")
    Note.objects.all().delete()
    for _time in range(2):
        answer = client.get(page.url)
        assert b"Gerade ge" in answer.content
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_site_map_is_made_once_whatever_is_asked(db):
    answer = Client().get("/sitemap.xml?a=b")
    assert (answer.status_code, answer.url) == (302, "/sitemap.xml")


def test_who_is_signed_in_gets_nothing_kept_and_leaves_nothing(editor, kis_page):
    page = kis_page("triade")
    answer = editor.get(page.url)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_a_preview_and_a_question_are_not_kept(editor, kis_page):
    page = kis_page("triade")
    page.title = "Noch ein Entwurf"
    page.save_revision()
    draft = editor.get(f"/admin/pages/{page.pk}/view_draft/")
    assert b"Noch ein Entwurf" in draft.content
    assert "public" not in draft.headers["Cache-Control"]
    assert b"Noch ein Entwurf" not in Client().get(page.url).content
    assert "ETag" in Client().get("/de/search/").headers
    answer = Client().post("/de/search/", {"q": "Polizei"})
    assert b"Polizeidirektion" in answer.content
    assert "no-store" in answer.headers["Cache-Control"] and "ETag" not in answer.headers


@pytest.mark.parametrize("kept", [False, True])
def test_pages_are_kept_where_the_site_says_what_they_read(kis_page, settings, kept):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "PAGES_READ": () if kept else None}
    assert ("ETag" in Client().get(kis_page("triade").url).headers) is kept


def test_what_templates_read_is_watched(settings):
    table = "wagtailembeds_embed"
    assert table not in {watch.table for watch in watches()}
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "PAGES_READ": ["wagtailembeds.Embed"]}
    assert table in {watch.table for watch in watches()}
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "PAGES_READ": ["menus.Menu"]}
    [found] = [one for one in run_checks() if one.id == "kis_delivery.E003"]
    assert "menus.Menu" in found.msg


def test_another_template_is_another_page(kis_page, settings, tmp_path):
    page = kis_page("triade")
    before = Client().get(page.url)
    (tmp_path / "base.html").write_text("<title>Anders</title>")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path]}]
    after = Client().get(page.url)
    assert after.content == b"<title>Anders</title>" != before.content
