"""The translation overview: the state of every item in every language, by the user's rights."""

import csv
import io
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail_localize.models import StringTranslation, TranslationSource

from home.models import StandardPage
from partners.desk.translated_items import TranslatedItems
from partners.desk.translation_overview import overview_url
from partners.models import Organisation, PartnerPage, Person, Topic
from partners.public.translations import progress, translation_state
from partners.roles.creation import create_roles

TRIADE = "Kooperation mit der Beratungsstelle zur täter*innenorientierten Anti-Gewaltarbeit"
YOUTH = "Kooperation mit dem Evangelischen Landesjugendpfarramt Sachsen"


def rows(client, **filters):
    """The exported table, as {title: {column: text}}."""
    response = client.get(overview_url(export="csv", **filters))
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    return {row["Titel"]: row for row in csv.DictReader(io.StringIO(text))}


def strings(page):
    return StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale=page.locale
    )


@pytest.fixture
def translator(client, django_user_model, kis_page):
    """A client that may edit Slovak pages and nothing else."""
    group = Group.objects.create(name="Übersetzung sk")
    for name in ("change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group,
            page=kis_page("start", "sk"),
            permission=Permission.objects.get(codename=name),
        )
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user = django_user_model.objects.create_user("jana", password="geheim")
    user.groups.add(group)
    client.force_login(user)
    client.user = user
    return client


def test_every_state_is_told(editor, kis_page):
    by_title = rows(editor)
    assert by_title[TRIADE]["Deutsch"] == "Quelle"
    assert by_title[TRIADE]["Slowakisch"] == "nicht geprüft"

    slovak, latvian = kis_page("triade", "sk"), kis_page("triade", "lv")
    strings(slovak).update(translation_type="manual")
    strings(latvian).filter(context__path="lead").delete()
    german = kis_page("triade")
    kis_page("landesjugendpfarramt-sachsen", "en").delete()
    row = rows(editor)[TRIADE]
    assert row["Slowakisch"] == "vollständig"
    assert row["Lettisch"].startswith("teilweise, ")
    assert "fehlt" in rows(editor)[YOUTH]["Englisch"]

    german.lead = "Geändert"
    german.title = "Triade, geändert"
    german.save_revision().publish()
    row = rows(editor)["Triade, geändert"]
    assert row["Slowakisch"] == "veraltet, 2 Abschnitte geändert"
    TranslationSource.objects.get(object_id=german.translation_key).update_from_db()
    assert rows(editor)["Triade, geändert"]["Slowakisch"].startswith("teilweise")


def test_snippets_have_rows_and_say_when_they_are_out_of_date(editor):
    topic = Topic.objects.get(name="Kinderschutz", locale__language_code="de")
    assert rows(editor, kind="snippets")["Kinderschutz"]["Lettisch"] == "nicht geprüft"
    topic.name = "Kinder schützen"
    topic.save_revision().publish()
    row = rows(editor, kind="kis_partners.topic")["Kinder schützen"]
    assert row["Lettisch"] == "veraltet, 1 Abschnitt geändert"


def test_people_are_listed_by_role_not_by_name(editor):
    people = Person.objects.exclude(name="")
    titles = rows(editor, kind="kis_partners.person").keys()
    assert titles and not {person.name for person in people} & titles
    assert not any(person.name in title for person in people for title in titles)


def test_an_alias_counts_as_missing_and_leads_to_its_translation(editor, kis_page):
    index = kis_page("kooperationen")
    page = index.add_child(
        instance=PartnerPage(title="Neu", slug="neu", organisation=Organisation.objects.first())
    )
    page.save_revision().publish()
    assert rows(editor)["Neu"]["Lettisch"].startswith("fehlt")
    text = unescape(editor.get(overview_url(q="Neu")).content.decode())
    assert reverse("wagtail_localize:submit_page_translation", args=[page.pk]) in text
    alias = page.copy_for_translation(Locale.objects.get(language_code="lv"), alias=True)
    assert rows(editor)["Neu"]["Lettisch"].startswith("fehlt")
    text = unescape(editor.get(overview_url(q="Neu")).content.decode())
    assert reverse("wagtailadmin_pages:edit", args=[alias.pk]) in text


@pytest.mark.parametrize(
    ("filters", "has", "has_not"),
    [
        ({"q": "anti-gewaltarbeit kooperation"}, TRIADE, YOUTH),
        ({"kind": "pages"}, TRIADE, "Kinderschutz"),
        ({"kind": "snippets"}, "Kinderschutz", "Startseite"),
        (
            {"language": "sk", "state": "machine"},
            YOUTH,
            TRIADE,
        ),
        (
            {"language": "sk", "state": "complete"},
            TRIADE,
            YOUTH,
        ),
    ],
)
def test_filters(editor, kis_page, filters, has, has_not):
    if "state" in filters:
        strings(kis_page("triade", "sk")).update(translation_type="manual")
    titles = rows(editor, **filters)
    assert has in titles and has_not not in titles


def test_sorting_by_language_puts_first_what_needs_work(editor, kis_page):
    strings(kis_page("triade", "lv")).filter(context__path="lead").delete()
    assert next(iter(rows(editor, ordering="lv", kind="pages"))) == TRIADE
    assert next(iter(rows(editor, ordering="-title"))) > next(iter(rows(editor, ordering="title")))


def test_bars_lead_to_lists_of_as_many(editor):
    response = editor.get(reverse("translation_overview"))
    text = response.content.decode()
    for language, parts in response.context["totals"]:
        for part in parts:
            found = editor.get(part["url"])
            assert found.context["items_count"] == part["number"], (language, part)
            assert f"{part['name']}: {part['number']}" in text


def test_spreadsheets_in_both_formats(editor):
    assert editor.get(overview_url(export="xlsx")).headers["Content-Type"].endswith("sheet")
    assert len(rows(editor)) > 20


def test_a_translator_sees_the_states_of_all_languages_and_edits_one(translator, editor, kis_page):
    everything = rows(editor)
    assert everything[TRIADE]["Lettisch"] == "nicht geprüft"
    translator.force_login(translator.user)
    found = rows(translator)
    assert found[TRIADE] == everything[TRIADE]
    assert not any("fehlt" in row["Lettisch"] for row in found.values())
    assert Topic.objects.first().name not in found
    text = unescape(translator.get(reverse("translation_overview")).content.decode())
    for page in Page.objects.filter(depth__gt=1):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        may = page.permissions_for_user(translator.user).can_edit()
        assert (url in text) == may, page
    german = kis_page("triade")
    german.lead = "Geändert"
    german.save_revision().publish()
    assert rows(translator)[TRIADE]["Slowakisch"].startswith("veraltet")


def test_those_who_may_not_edit_get_no_links(translator, kis_page):
    GroupPagePermission.objects.exclude(permission__codename="publish_page").delete()
    text = translator.get(reverse("translation_overview")).content.decode()
    slovak = kis_page("triade", "sk")
    assert TRIADE in unescape(text)
    assert reverse("wagtailadmin_pages:edit", args=[slovak.pk]) not in text


def test_without_a_login_there_is_nothing(client, db):
    assert client.get(reverse("translation_overview")).status_code == 302


def test_what_waits_for_a_user_is_on_the_first_page(translator, kis_page):
    text = unescape(translator.get(reverse("wagtailadmin_home")).content.decode())
    assert "Was auf Sie wartet" in text
    assert overview_url(language="sk", state="machine").replace("&", "&") in text
    assert "language=lv" not in text
    strings_of_all = StringTranslation.objects.filter(locale__language_code="sk")
    strings_of_all.update(translation_type="manual")
    text = unescape(translator.get(reverse("wagtailadmin_home")).content.decode())
    assert "state=machine" not in text


def test_all_at_once_is_what_each_item_says_by_itself(editor, kis_page):
    strings(kis_page("triade", "sk")).update(translation_type="manual")
    strings(kis_page("triade", "lv")).filter(context__path="lead").delete()
    found = progress()
    for page in Page.objects.filter(depth__gt=1):
        state = translation_state(page)
        if state.state != "source":
            assert found[page.translation_key, page.locale_id] == state


def test_who_translates_sees_what_is_missing_and_begins_it_in_the_own_language(
    client, django_user_model, kis_page
):
    create_roles()
    user = django_user_model.objects.create_user("zuzana")
    user.groups.add(Group.objects.get(kis_role__key="translation-sk"))
    client.force_login(user)
    page = kis_page("start").add_child(instance=StandardPage(title="Nur deutsch", slug="nur"))
    topic = Topic.objects.create(name="Neues Thema")
    found = {item.title: item.languages for item in TranslatedItems(user)}
    for name, item in (("Nur deutsch", page), ("Neues Thema", topic)):
        cells = found[name]
        assert (cells["de"].state, cells["de"].url) == ("source", "")
        assert f"/{item.pk}/" in cells["sk"].url
        assert cells["lv"].url == ""
    assert found[TRIADE]["sk"].url and not found[TRIADE]["de"].url
