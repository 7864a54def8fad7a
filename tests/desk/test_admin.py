"""The admin: forms, their language, their error messages."""

import json
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.models import HomePage
from partners.models import (
    Consent,
    CooperationIndexPage,
    ExchangeProgrammePage,
    NetworkPage,
    Organisation,
    PartnerPage,
    Person,
    Topic,
)
from partners.models.blocks import FEATURES
from partners.public.translations import translation_state
from tests.languages import LANGUAGES

WORDS = {  # a tab, a field and a block of ours
    "de": ["Fakten", "Partnerorganisation", "Zitat"],
    "en": ["Facts", "Partner organisation", "Quotation"],
    "sk": ["Základné údaje", "Partnerská organizácia", "Citát"],
    "lv": ["Fakti", "Partnerorganizācija", "Citāts"],
}


def text_of(response):
    return unescape(response.content.decode())


def test_the_admin_is_german_whatever_the_browser_says(editor, kis_page):
    response = editor.get(reverse("wagtailadmin_home"), headers={"Accept-Language": "en"})
    assert 'lang="de"' in text_of(response)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_in_the_language_that_a_user_chose(editor, kis_page, language):
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(editor.user)
    profile.preferred_language = language
    profile.save()
    page = kis_page("polizeidirektion-leipzig")
    text = text_of(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    for word in WORDS[language]:
        assert word in text or json.dumps(word)[1:-1] in text, word


@pytest.mark.parametrize("model", [PartnerPage, NetworkPage, ExchangeProgrammePage])
def test_new_cooperations_can_be_begun(editor, kis_page, model):
    index = kis_page("kooperationen")
    url = reverse("wagtailadmin_pages:add", args=["kis_partners", model._meta.model_name, index.pk])
    assert editor.get(url).status_code == 200


@pytest.mark.parametrize("key", ["start", "kooperationen", "impressum", "fachtagungen", "triade"])
@pytest.mark.parametrize("language", ["de", "sk"])
def test_every_editor_opens(editor, kis_page, key, language):
    url = reverse("wagtailadmin_pages:edit", args=[kis_page(key, language).pk])
    assert editor.get(url).status_code == 200


def exchange_data(**fields):
    return nested_form_data(
        {
            "title": "Fachaustausch",
            "slug": "fachaustausch",
            "exchange_kind": "specialists",
            "body": streamfield([]),
            "activities": streamfield([]),
            "downloads": streamfield([]),
            "countries": inline_formset([{"country": "SK"}, {"country": "LV"}]),
            "organisations": inline_formset([]),
            "topics": inline_formset([]),
            "contacts": inline_formset([]),
            "related": inline_formset([]),
            "comments": inline_formset([]),
            "since": "",
            "until": "",
            **fields,
        }
    )


def add_exchange(editor, kis_page, **fields):
    url = reverse(
        "wagtailadmin_pages:add",
        args=["kis_partners", "exchangeprogrammepage", kis_page("kooperationen").pk],
    )
    return editor.post(url, {**exchange_data(**fields), "action-publish": "1"})


def test_an_exchange_is_written_and_published(editor, kis_page):
    response = add_exchange(editor, kis_page, since="1.2004", until="2008-05-31")
    assert response.status_code == 302, text_of(response)[:3000]
    page = ExchangeProgrammePage.objects.get(slug="fachaustausch")
    assert (page.since, page.until) == ("2004-01", "2008-05-31")
    assert page.period_text == "von Januar 2004 bis zum 31. Mai 2008"
    assert [link.country for link in page.countries.all()] == ["SK", "LV"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"since": "2004-13"}, "Monat 13"),
        ({"since": "gestern"}, "„gestern“"),
        ({"since": "2008", "until": "2004"}, "Ende liegt vor"),
    ],
)
def test_a_wrong_date_is_explained_beside_its_field(editor, kis_page, fields, message):
    response = add_exchange(editor, kis_page, **fields)
    assert response.status_code == 200
    assert message in text_of(response)
    assert not ExchangeProgrammePage.objects.filter(slug="fachaustausch").exists()


@pytest.mark.parametrize("model", [Organisation, Person, Consent, Topic])
def test_snippets_have_lists_and_forms(editor, model):
    viewset = model.snippet_viewset
    for name in ("list", "add"):
        assert editor.get(reverse(viewset.get_url_name(name))).status_code == 200
    first = model.objects.first()
    if first:
        url = reverse(viewset.get_url_name("edit"), args=[first.pk])
        assert editor.get(url).status_code == 200


def test_a_consent_is_recorded_and_takes_effect(editor, kis_page):
    person = Person.objects.get(role__startswith="Landesjugendwartin")
    url = reverse(Consent.snippet_viewset.get_url_name("add"))
    data = {"person": person.pk, "name": "on", "given_on": "2026-01-02", "evidence": "Brief"}
    assert editor.post(url, data).status_code == 302
    page = kis_page("landesjugendpfarramt-sachsen", "lv")
    assert person.name in text_of(editor.get(page.url))


@pytest.mark.slow
def test_an_empty_list_says_how_to_begin(editor, kis_page):
    home = kis_page("start")
    empty = home.get_children().type(CooperationIndexPage).first()
    empty.get_children().delete()
    text = text_of(editor.get(reverse("wagtailadmin_explore", args=[empty.pk])))
    assert "Liste ist noch leer" in text
    home.get_children().delete()
    text = text_of(editor.get(reverse("wagtailadmin_explore", args=[home.pk])))
    assert "Liste von Kooperationen" in text
    full = HomePage.objects.get(locale__language_code="sk")
    text = text_of(editor.get(reverse("wagtailadmin_explore", args=[full.pk])))
    assert "noch leer" not in text


@pytest.mark.django_db
def test_the_editor_keeps_person_references_and_shows_whom_they_mean():
    person = Person.objects.get(role__startswith="Landesjugendwartin")
    for linktype in ("person", "person-before"):
        link = f'<a linktype="{linktype}" id="{person.pk}">sie</a>'
        stored = f'<p data-block-key="a">Es grüßt {link}.</p>'
        converter = ContentstateConverter(FEATURES)
        state = json.loads(converter.from_database_format(stored))
        [entity] = state["entityMap"].values()
        assert entity["type"] == linktype.upper()
        assert entity["data"]["label"] == str(person)
        assert converter.to_database_format(json.dumps(state)) == stored


def test_choosing_a_person_puts_the_role_into_the_text_not_the_name(editor):
    person = Person.objects.get(role__startswith="Landesjugendwartin")
    url = reverse(Person.snippet_viewset.chooser_viewset.get_url_name("chosen"), args=[person.pk])
    result = editor.get(url).json()["result"]
    assert result["role"] == person.role
    assert person.name not in result["role"]


def test_the_tree_of_pages_is_whole(editor):
    """Pages that the loader wrote are all reachable in the explorer."""
    for parent in Page.objects.filter(depth__gte=2, numchild__gt=0):
        text = text_of(editor.get(reverse("wagtailadmin_explore", args=[parent.pk])))
        for child in parent.get_children():
            assert child.title in text


def test_a_translation_that_a_person_has_saved_counts_as_reviewed(editor, kis_page):
    """The handbook's chapter on reviews, with the requests of the buttons."""
    from wagtail_localize.models import StringTranslation, Translation

    page = kis_page("triade", "sk")
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    segments = list(translation.source.stringsegment_set.all())
    states = []
    for segment in segments:
        string = StringTranslation.objects.get(
            translation_of=segment.string, context=segment.context, locale=page.locale
        )
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        response = editor.put(
            url, urlencode({"value": string.data}), "application/x-www-form-urlencoded"
        )
        assert response.status_code == 200
        states.append(translation_state(page))
    assert {state.state for state in states[:-1]} == {"machine"}
    assert (states[-1].state, states[-1].reviewed) == ("complete", True)
    assert "kis-state" not in text_of(editor.get(page.url))


def test_a_string_that_nobody_has_translated_is_told(editor, client, kis_page):
    from wagtail_localize.models import StringTranslation

    page = kis_page("triade", "sk")
    StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale=page.locale, context__path="lead"
    ).delete()
    state = translation_state(page)
    assert state.state == "partial" and 0 < state.percent < 100
    assert "kis-state" in text_of(client.get(page.url))


def test_a_newer_original_is_told(editor, client, kis_page):
    german = kis_page("triade")
    german.lead = "Geändert"
    german.save_revision().publish()
    assert translation_state(kis_page("triade", "sk")).source_newer
    assert not translation_state(german).source_newer
