"""A person is forgotten: the name is in no table and no file any more, and a receipt says so."""

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Revision
from wagtail_localize.models import StringTranslation, TranslationSource

from home.models import StandardPage
from partners.models import Consent, ForgettingReceipt, Person
from partners.translating import drafts
from tests.delivery.test_feed import read
from tests.forgetting.conftest import grep, holds, named

PAGE = {"title__startswith": "Gespräch", "locale__language_code": "de", "alias_of": None}


def forget(person, *options):
    out = StringIO()
    call_command("forget_person", str(person.pk), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def forgotten(person, django_capture_on_commit_callbacks):
    """Forgets the person as the command does; gives its words."""

    def inner(*options):
        with django_capture_on_commit_callbacks(execute=True):
            return forget(person, *options)

    return inner


def test_the_name_is_in_no_table_and_no_file(person, forgotten):
    before = grep()
    for place in (
        "kis_partners_person.name", "kis_partners_consent.evidence", "wagtailcore_page.title",
        "wagtailcore_page.slug", "wagtailcore_page.url_path", "home_standardpage.body",
        "wagtailcore_revision.content", "wagtailcore_pagelogentry.label",
        "wagtailcore_comment.text", "wagtail_localize_string.data", "wagtailadmin_formstate.data",
        "wagtailembeds_embed.url", "kis_partners_externallink.url",
        "kis_partners_organisation.website",
        "wagtail_localize_stringtranslation.data",
        "wagtail_localize_translationsource.content_json",
        "wagtailimages_image.title", "wagtailimages_image.file", "wagtaildocs_document.file",
        "alt_groessl.png", "vortrag_groessl.pdf",
        "kis_partners_translationrun.failed", "kis_partners_documenttext.text",
    ):  # fmt: skip
        assert place in before, sorted(before)
    said = forgotten("--replace")
    assert grep() == set()
    assert not holds(said)


@pytest.mark.slow
def test_pages_that_named_the_person_change_in_the_feed(person, forgotten, api, kis_page):
    _changes, since = read(api)
    page = StandardPage.objects.get(**PAGE)
    contact = kis_page("landesjugendpfarramt-sachsen")
    assert holds(json.dumps(api(f"pages/{page.pk}/"), ensure_ascii=False))
    assert holds(json.dumps(api(f"pages/{contact.pk}/"), ensure_ascii=False))
    forgotten("--replace")
    changes, since = read(api, since)
    assert {page.pk, contact.pk} <= {change["id"] for change in changes}
    assert not holds(json.dumps(changes, ensure_ascii=False))
    for one in (page, contact):
        assert not holds(json.dumps(api(f"pages/{one.pk}/"), ensure_ascii=False))


@pytest.mark.slow
def test_the_role_stands_where_the_name_was(person, forgotten, client):
    forgotten("--replace")
    page = StandardPage.objects.get(**PAGE)
    assert page.title == "Gespräch mit Leitung der Stelle"
    assert page.slug == "gespraech-mit-leitung-der-stelle"
    shown = client.get(page.url).content.decode()
    assert "Leitung der Stelle<b></b> leitet das Haus" in shown and "mailto" not in shown
    assert 'alt="' not in shown.partition("leitet das Haus")[2].partition("</main>")[0]
    slovak = StandardPage.objects.get(
        translation_key=page.translation_key, locale__language_code="sk"
    )
    assert "Vedenie" in slovak.title
    assert slovak.get_latest_revision_as_object().title == slovak.title
    draft = page.get_latest_revision_as_object()
    assert draft.search_description == "Der Entwurf nennt Leitung der Stelle"
    assert draft.slug == page.slug


@pytest.mark.slow
def test_that_there_was_a_consent_is_kept(person, forgotten):
    forgotten("--replace")
    first, second = Consent.objects.filter(person=person).order_by("given_on")
    assert (first.given_on, first.withdrawn_on) == (
        datetime.date(2024, 1, 2), datetime.date(2025, 3, 4)
    )  # fmt: skip
    assert second.withdrawn_on == timezone.localdate()
    assert second.name and second.contact and second.photo and second.api
    assert second.evidence == "Der Text wurde entfernt, als die Person vergessen wurde."


@pytest.mark.slow
def test_pictures_go_and_documents_get_another_name(person, forgotten):
    shared = named("gruppe-mit-groessl")
    photo = named("Joerg-Groessl-privat")
    other = Person.objects.create(role="Vertretung", name="Eva Beispiel", photo=shared)
    Person.objects.filter(pk=person.pk).update(photo=shared)
    said = forgotten("--replace", "--keep-picture", str(photo.pk))
    left = set(get_image_model().objects.values_list("title", flat=True))
    assert "Leitung der Stelle-privat" in left and "gruppe-mit-Leitung der Stelle" in left
    other.refresh_from_db()
    assert other.photo_id == shared.pk and other.photo.file.storage.exists(other.photo.file.name)
    document = get_document_model().objects.get(title__startswith="Vortrag")
    with document.open_file() as file:
        assert file.read() == b"%PDF Vortrag"
    assert f"#{shared.pk}" in said and f"#{photo.pk}" in said
    assert grep() == set()


@pytest.mark.slow
def test_texts_that_stay_are_told_by_page_and_field(person, forgotten):
    said = forgotten("--keep")
    page = StandardPage.objects.get(**PAGE)
    for name in ("title", "slug", "text", "meta description"):
        assert f"Standard page #{page.pk} (German), {name}\n" in said
    assert not holds(said)
    assert StandardPage.objects.get(pk=page.pk).title == "Gespräch mit Jörg Größl"
    # What no editor can mend loses the name all the same.
    current = {page.latest_revision_id, page.live_revision_id}
    old = Revision.objects.for_instance(page).exclude(pk__in=current)
    assert old.exists() and not holds(json.dumps([one.content for one in old]))
    places = grep()
    kept = {"kis_partners_organisation.name", "kis_partners_organisation.website"}
    hidden = ("kis_partners_", "wagtailcore_pagelog", "wagtailcore_comment", "wagtailadmin_")
    assert not [place for place in places - kept if place.startswith(hidden)]
    assert "kis_partners_person.name" not in places
    # Mended by hand, it is forgotten once more.
    said = forgotten("--replace", "--name", "Jörg Größl")
    assert grep() == set()


@pytest.mark.slow
def test_nothing_is_done_without_a_decision(person, forgotten):
    before = grep()
    said = forgotten()
    assert "Jörg Größl" in said and "Nothing has been changed" in said
    assert grep() == before and not ForgettingReceipt.objects.exists()


@pytest.mark.slow
def test_a_receipt_says_what_was_done_without_the_name(person, forgotten, django_user_model):
    forgotten("--replace", "--user", "redaktion")
    receipt = ForgettingReceipt.objects.get()
    assert receipt.person_label.startswith(f"Leitung der Stelle #{person.pk}")
    assert receipt.forgotten_by.username == "redaktion"
    assert receipt.done["consents"] == 2 and receipt.done["pictures"] == 3
    assert receipt.replaced and not holds(json.dumps(receipt.replaced, ensure_ascii=False))


@pytest.mark.slow
def test_nothing_is_half_done(person, monkeypatch, django_capture_on_commit_callbacks):
    def files():
        root = Path(person.photo.file.storage.location)
        return {path for path in root.rglob("*") if path.is_file()}

    def fail(**kwargs):
        raise RuntimeError("the last step fails")

    before, stored = grep(), files()
    monkeypatch.setattr("partners.forgetting.forget.log", fail)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        forget(person, "--replace")
    assert grep() == before and files() == stored
    assert not ForgettingReceipt.objects.exists()


@pytest.mark.slow
def test_others_of_the_same_name_keep_theirs(person, forgotten):
    other = Person.objects.create(role="Vertretung", name="Anna Größl", email="a@example.org")
    other.save_revision().publish()
    page = StandardPage.objects.get(**PAGE)
    StandardPage.objects.filter(pk=page.pk).update(
        search_description="Anna Größl und Jörg Größl; Frau Größls Buch"
    )
    said = forgotten("--replace")
    other.refresh_from_db()
    assert other.name == "Anna Größl"
    assert other.get_latest_revision_as_object().name == "Anna Größl"
    page.refresh_from_db()
    assert page.search_description == "Anna Größl und Leitung der Stelle; Frau Größls Buch"
    assert "meta description" in said


@pytest.mark.slow
def test_a_person_is_forgotten_by_any_language_version_and_although_locked(person, forgotten):
    slovak = Person.objects.get(translation_key=person.translation_key, locale__language_code="sk")
    Person.objects.filter(translation_key=person.translation_key).update(locked=True)
    person.pk = slovak.pk
    forgotten("--replace")
    assert grep() == set()


@pytest.mark.slow
def test_an_account_is_told_and_stays(person, forgotten, django_user_model):
    user = django_user_model.objects.create_user(
        "groessl", email="j.groessl@example.org", first_name="Jörg", last_name="Größl"
    )
    said = forgotten("--replace")
    user.refresh_from_db()
    assert user.last_name == "Größl" and f"#{user.pk}" in said and not holds(said)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["Sekretariat Größl", "Jörg Größl"])
def test_a_role_that_names_the_person_is_to_be_mended_first(person, forgotten, role):
    Person.objects.filter(pk=person.pk).update(role=role)
    with pytest.raises(CommandError, match="role"):
        forgotten("--replace")
    assert "kis_partners_person.name" in grep()


@pytest.mark.slow
def test_the_memory_of_translations_follows(person, forgotten):
    rows = StringTranslation.objects.filter(data__contains="Größlov")
    assert rows.exists()
    keys = list(rows.values_list("pk", flat=True))
    forgotten("--replace")
    assert all("Vedenie" in row.data for row in StringTranslation.objects.filter(pk__in=keys))


@pytest.mark.slow
def test_translations_are_as_far_as_they_were(person, forgotten):
    """The source is read anew, and its texts are those that were translated."""
    page = StandardPage.objects.get(**PAGE)
    forgotten("--replace")
    source = TranslationSource.objects.get(object_id=page.translation_key, locale=page.locale)
    translation = source.translations.get(target_locale__language_code="sk")
    total, done = translation.get_progress()
    source.update_from_db()
    after_total, after_done = translation.get_progress()
    assert (after_total, after_done) == (total, done) and total == done
    drafts.save(translation, publish=True)
    assert grep() == set()
