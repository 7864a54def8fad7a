"""Details of people are public only while a consent for them counts."""

import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from partners.models import Consent, Person
from partners.translating import extraction
from tests.languages import LANGUAGES
from tests.whole import WHOLE

pytestmark = pytest.mark.django_db
TODAY = datetime.date.today()


@pytest.fixture
def person():
    """A contact person with an invented name and invented details."""
    found = Person.objects.get(role__startswith="Landesjugendwartin")
    found.name, found.phone = "Erika Mustermann", "0341 000000"
    found.email = "erika.mustermann@example.org"
    found.save_revision().publish()
    return found


def consent(person, **fields):
    given = {"name": True, "given_on": TODAY, "evidence": "Brief", **fields}
    one = Consent(person=person, **given)
    one.full_clean()
    one.save()
    return one


def on_site(kis_page, language):
    return Client().get(kis_page("landesjugendpfarramt-sachsen", language).url).content.decode()


def in_api(kis_page, language):
    page = kis_page("landesjugendpfarramt-sachsen", language)
    return Client().get(f"/api/v2/pages/{page.pk}/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_consent_there_is_the_role_alone(kis_page, person, language):
    for answer in (on_site(kis_page, language), in_api(kis_page, language)):
        assert "Mustermann" not in answer
        assert "0341" not in answer and "example.org" not in answer
        role = person.get_translation(Locale.objects.get(language_code=language)).role
        assert json.dumps(role, ensure_ascii=False)[1:-1] in answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_for_this_site_is_not_consent_to_pass_on(kis_page, person, language):
    consent(person)
    assert "Erika Mustermann" in on_site(kis_page, language)
    assert "0341" not in on_site(kis_page, language)
    assert "Mustermann" not in in_api(kis_page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_to_pass_on_reaches_the_api_and_its_withdrawal_too(kis_page, person, language):
    given = consent(person, contact=True, api=True)
    assert "Erika Mustermann" in in_api(kis_page, language)
    assert "erika.mustermann@example.org" in in_api(kis_page, language)
    given.withdrawn_on = TODAY
    given.save()
    for answer in (on_site(kis_page, language), in_api(kis_page, language)):
        assert "Mustermann" not in answer and "example.org" not in answer


def test_consent_belongs_to_the_person_whichever_language_it_was_recorded_on(kis_page, person):
    slovak = person.get_translation(Locale.objects.get(language_code="sk"))
    consent(slovak, api=True)
    assert "Erika Mustermann" in in_api(kis_page, "lv")


def test_the_name_stands_before_the_role_or_instead_of_it(kis_page, person):
    consent(person, api=True)
    other = Person.objects.get(role="Kooperationspartnerin")
    other.name = "Max Mustermann"
    other.save_revision().publish()
    consent(other, api=True)
    body = json.loads(in_api(kis_page, "de"))["body"][0]["value"]
    assert "vertreten durch Erika Mustermann, Landesjugendwartin für Mädchen/Gender" in body
    assert "organisiert und gestaltet Max Mustermann die" in body
    assert "eine Fachkraft" not in body


def test_the_source_sentence_comes_back_with_consent(kis_page):
    for person in Person.objects.filter(locale__language_code="de"):
        consent(person, api=True)
    body = json.loads(in_api(kis_page, "de"))["body"][0]["value"]
    assert (
        "vertreten durch Heike Siebert, Landesjugendwartin für Mädchen/Gender und "
        "Präventionsbeauftragte." in body
    )
    assert "Als Kooperationspartnerin organisiert und gestaltet Gabi Eßbach die " in body


def test_a_changed_name_is_changed_in_every_language_at_once(kis_page, person):
    consent(person, api=True)
    person.name = "Erika Beispiel"
    person.save_revision().publish()
    for language in LANGUAGES:
        answer = in_api(kis_page, language)
        assert "Erika Beispiel" in answer and "Mustermann" not in answer


def test_a_translation_of_a_person_has_the_role_alone(person):
    person.get_translations().delete()
    person.photo = get_image_model().objects.create(title="Foto", file=get_test_image_file())
    copy = person.copy_for_translation(Locale.objects.get(language_code="lv"))
    assert copy.role == person.role and not (copy.name or copy.email or copy.phone or copy.photo)


def test_where_a_translation_is_unpublished_the_source_speaks(kis_page, person):
    slovak = person.get_translation(Locale.objects.get(language_code="sk"))
    slovak.role = "Rola, ktorá nie je zverejnená"
    slovak.save()
    slovak.unpublish()
    kis_page("landesjugendpfarramt-sachsen", "sk").contacts.update(person=slovak)
    shown = on_site(kis_page, "sk")
    assert person.role in shown and slovak.role not in shown


def test_an_unpublished_person_is_not_shown_at_all(kis_page, person):
    consent(person, api=True)
    person.unpublish()
    for language in LANGUAGES:
        answer = json.loads(in_api(kis_page, language))
        assert [contact["side"] for contact in answer["contacts"]] == ["own"]
        assert "Mustermann" not in json.dumps(answer)


def test_a_draft_of_a_name_is_not_public(kis_page, person):
    consent(person, api=True)
    person.name = "Noch nicht"
    person.save_revision()
    assert "Noch nicht" not in in_api(kis_page, "de")


def test_translations_carry_no_personal_details():
    translated = Person.objects.exclude(locale__language_code="de")
    assert translated.count() == 6
    for person in translated:
        assert [getattr(person, field) for field in Person.PERSONAL] == ["", "", "", None]


def test_the_stored_text_and_its_strings_hold_no_name(kis_page):
    from wagtail_localize.models import String

    for language in LANGUAGES:
        page = kis_page("landesjugendpfarramt-sachsen", language)
        assert "Siebert" not in page.to_json()
    assert not String.objects.filter(data__contains="Siebert").exists()


def test_names_are_no_oracle_for_search(kis_page, person, api):
    consent(person)
    assert api("pages/?search=Mustermann")["items"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"name": False},
        {"given_on": TODAY + datetime.timedelta(days=1)},
        {"withdrawn_on": TODAY - datetime.timedelta(days=1)},
    ],
)
def test_consents_that_make_no_sense_are_refused(person, fields):
    with pytest.raises(ValidationError):
        consent(person, **fields)


def test_only_the_role_is_required(person):
    Person(role="Fachkraft", locale=person.locale).full_clean()
    with pytest.raises(ValidationError):
        Person(name="Erika Mustermann", locale=person.locale).full_clean()
    assert str(Person(role="Fachkraft")) == "Fachkraft"
    assert str(Person(role="Fachkraft", name="Erika")) == "Fachkraft"


def test_a_consent_allows_nothing_that_is_not_ticked(person):
    one = Consent(person=person, evidence="Brief")
    assert (one.name, one.contact, one.photo, one.api) == (False,) * 4
    with pytest.raises(ValidationError, match="Name"):
        one.full_clean()
    for scope in Person.SCOPES:
        Consent(person=person, evidence="Brief", **{scope: True}).full_clean()


DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"given_on": TODAY}, True),
        ({"given_on": TODAY + DAY}, False),
        ({"withdrawn_on": TODAY}, True),
        ({"withdrawn_on": TODAY - DAY}, False),
        ({"valid_until": TODAY}, True),
        ({"valid_until": TODAY + DAY}, True),
        ({"valid_until": TODAY - DAY}, False),
        ({"given_on": None}, False),
        ({"given_on": None, "withdrawn_on": TODAY}, False),
        ({"given_on": None, "valid_until": TODAY}, False),
    ],
)
def test_the_days_of_a_consent_follow_each_other(person, fields, fits):
    if fits:
        consent(person, **fields)
        return
    with pytest.raises(ValidationError) as refused:
        consent(person, **fields)
    assert len(refused.value.message_dict) == 1


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({}, (False, True, True, True)),
        ({"valid_until": TODAY + DAY}, (False, True, True, False)),
        ({"valid_until": TODAY}, (False, True, False, False)),
        ({"withdrawn_on": TODAY}, (False, False, False, False)),
    ],
)
def test_a_consent_holds_from_its_first_day_to_its_last(person, fields, days):
    given = consent(person, **fields)
    for offset, expected in zip((-1, 0, 1, 2), days, strict=True):
        held = Consent.holding(TODAY + offset * DAY)
        assert held.filter(pk=given.pk).exists() is expected, offset
    assert Consent.holding().filter(pk=given.pk).exists() is days[1]


def test_consents_are_listed_the_newest_first(person):
    days = [TODAY - DAY, TODAY, TODAY - 2 * DAY, TODAY - DAY]
    made = [consent(person, given_on=day) for day in days]
    assert list(Consent.objects.all()) == [made[1], made[3], made[0], made[2]]


def test_people_are_disclosed_each_in_their_language_and_only_those_asked_for(person):
    slovak = person.get_translation(Locale.objects.get(language_code="sk"))
    other = Person.objects.get(role="Kooperationspartnerin")
    for language, role in {"de": person.role, "sk": slovak.role, "hu": person.role}.items():
        found = Person.disclose([person.pk, slovak.pk], language, "api")
        assert {pk: one.role for pk, one in found.items()} == {person.pk: role, slovak.pk: role}
    assert other.pk not in Person.published([person.pk], "api")
    assert set(Person.published([slovak.pk], "api")) == set(
        Person.objects.filter(translation_key=person.translation_key).values_list("pk", flat=True)
    )
    Person.objects.filter(pk=slovak.pk).update(live=False)
    assert Person.disclose([slovak.pk], "sk", "api")[slovak.pk].role == person.role
    Person.objects.filter(pk=person.pk).update(live=False)
    assert Person.disclose([slovak.pk, other.pk], "sk", "api").keys() == {other.pk}


def test_a_photo_is_shown_of_the_person_who_consents_alone(person):
    other = Person.objects.get(role="Kooperationspartnerin")
    consent(person, photo=True, api=True)
    both = Person.objects.filter(pk__in=[person.pk, other.pk])
    for audience in ("api", "site"):
        assert list(Person.showing(both, "photo", audience)) == [person]
    assert set(Person.showing(both, "organisation", "site")) == {person, other}
    Person.objects.filter(pk=person.pk).update(live=False)
    assert person not in Person.showing(both, "photo", "api")
    assert person not in Person.showing(both, "organisation", "site")


def test_pages_show_a_photo_beside_a_name_alone(person):
    """For other sites a photo is passed on as it was agreed to."""
    people = Person.objects.filter(pk=person.pk)
    people.update(name="Erika Mustermann")
    consent(person, name=False, photo=True)
    assert not Person.showing(people, "photo", "site").exists()
    given = consent(person)
    assert Person.showing(people, "photo", "site").exists()
    assert not Person.showing(people, "photo", "api").exists()
    people.update(name="")
    assert not Person.showing(people, "photo", "site").exists()
    people.update(name="Erika Mustermann")
    given.withdrawn_on = TODAY
    given.save()
    assert not Person.showing(people, "photo", "site").exists()


def test_translators_choose_no_other_organisation(person):
    source = extraction.ensure_source(person, update=True)
    assert not source.overridablesegment_set.exists()


days = st.integers(-400, 400).map(lambda offset: TODAY + datetime.timedelta(days=offset))
records = st.lists(
    st.tuples(*[st.booleans()] * 4, days, st.none() | days), max_size=5
)  # name, contact, photo, api, given on, withdrawn on


class ScopesTest(TestCase):
    @settings(max_examples=60 if WHOLE else 20, deadline=None)
    @given(records)
    def test_a_scope_is_granted_exactly_by_a_current_consent_for_it(self, rows):
        person = Person.objects.filter(locale__language_code="de").first()
        photo = get_image_model().objects.create(title="Foto", file=get_test_image_file())
        details = {"name": "Erika Mustermann", "phone": "0341 000000", "photo": photo}
        Person.objects.filter(pk=person.pk).update(**details)
        for name, contact, photo, api, given_on, withdrawn_on in rows:
            Consent.objects.create(
                person=person, name=name, contact=contact, photo=photo, api=api,
                given_on=given_on, withdrawn_on=withdrawn_on, evidence="x",
            )  # fmt: skip
        current = [row for row in rows if row[4] <= TODAY and row[5] is None]
        for audience, counted in (
            ("site", current),
            ("api", [row for row in current if row[3]]),
        ):
            expected = {
                scope
                for index, scope in enumerate(("name", "contact", "photo"))
                if any(row[index] for row in counted)
            }
            seen = Person.disclose([person.pk], "de", audience)[person.pk]
            shown = {"name": seen.name, "contact": seen.phone, "photo": seen.photo_id}
            assert {scope for scope, value in shown.items() if value} == expected
