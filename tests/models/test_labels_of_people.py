"""Labels of people, in logs, versions, lists and translations: the role and a number, no name."""

import json

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from wagtail.models import Locale, ModelLogEntry
from wagtail.test.utils.form_data import nested_form_data
from wagtail_localize.models import TranslationSource

from partners.models import Consent, Person
from partners.translating import drafts
from partners.translating.extraction import update_source
from tests.desk.test_translation_overview import translator  # noqa: F401

NAME = "Mustermensch"


def holding(word):
    """The columns of all tables that hold a word."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                values = model._default_manager.values_list(field.attname, flat=True)
                if any(word in json.dumps(str(one), ensure_ascii=False) for one in values):
                    found.add(f"{model._meta.label}.{field.name}")
    return found


@pytest.fixture
def person(editor):
    """A person with a name, written, corrected and given consent in the admin."""
    urls = Person.snippet_viewset.get_url_name

    def data(name):
        return nested_form_data(
            {
                "role": "Ansprechperson", "organisation": "", "name": name, "email": "",
                "phone": "", "photo": "", "action-publish": "yes",
            }
        )  # fmt: skip

    assert editor.post(reverse(urls("add")), data(f"Erika {NAME}")).status_code == 302
    made = Person.objects.get(name=f"Erika {NAME}")
    answer = editor.post(reverse(urls("edit"), args=[made.pk]), data(f"Eva {NAME}"))
    assert answer.status_code == 302
    consent = {
        "person": made.pk, "name": "on", "given_on": "2026-01-01", "evidence": "Brief",
    }  # fmt: skip
    add = reverse(Consent.snippet_viewset.get_url_name("add"))
    assert editor.post(add, consent).status_code == 302
    made.refresh_from_db()
    assert made.name == f"Eva {NAME}" and made.consents.count() == 1
    return made


def test_a_name_is_in_the_person_and_its_versions_alone(person):
    source, _new = TranslationSource.update_or_create_from_instance(person)
    update_source(source, person)
    # The index is that of the admin's choosers.
    found = {column for column in holding(NAME) if not column.startswith("wagtailsearch.")}
    assert found == {
        "kis_partners.Person.name",
        "wagtailcore.Revision.content",
        "wagtail_localize.TranslationSource.content_json",
    }
    assert str(person) == f"Ansprechperson #{person.pk}"
    entry = ModelLogEntry.objects.filter(object_id=person.pk).latest("pk")
    assert entry.label == str(person)


def test_a_deleted_person_is_named_nowhere(person, editor):
    editor.post(reverse(Person.snippet_viewset.get_url_name("delete"), args=[person.pk]))
    assert not Person.objects.filter(pk=person.pk).exists()
    assert holding(NAME) == set()
    assert ModelLogEntry.objects.filter(object_id=person.pk, action="wagtail.delete").exists()


def test_the_history_of_the_site_gives_no_names(person, editor):
    history = editor.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert f"Ansprechperson #{person.pk}" in history and NAME not in history


def chooser(client):
    name = Person.snippet_viewset.chooser_viewset.get_url_name("choose_results")
    return client.get(reverse(name))


def test_who_may_change_people_sees_names_where_they_are_chosen(person, editor):
    assert f"Eva {NAME}" in chooser(editor).content.decode()


def test_wagtail_localize_gives_no_names(editor):
    person = Person.objects.create(
        role="Leitung", name=f"Erika {NAME}", locale=Locale.objects.get(language_code="de")
    )
    source, _new = TranslationSource.update_or_create_from_instance(person)
    slovak = Locale.objects.get(language_code="sk")
    drafts.save(source.translations.create(target_locale=slovak), publish=True)
    listed = editor.get("/admin/localize/api/snippets/kis_partners/person/").content.decode()
    assert f"Leitung #{person.pk}" in listed and NAME not in listed


def test_a_translator_sees_no_names_where_people_are_chosen(translator):  # noqa: F811
    Person.objects.create(
        role="Leitung", name=f"Erika {NAME}", locale=Locale.objects.get(language_code="de")
    )
    answer = chooser(translator)
    assert answer.status_code != 200 or NAME not in answer.content.decode()
