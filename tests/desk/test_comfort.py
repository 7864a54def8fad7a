"""Aids for editors: slugs, dates in words, previews, side by side, examples, choosers, copies."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from wagtail.models import Locale

from home.models import StandardPage
from partners.models import Organisation, PartnerPage, Person
from partners.models.blocks import BodyBlock
from partners.words.slugs import slug_of
from tests.languages import LANGUAGES


def text_of(response):
    return unescape(response.content.decode())


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("Täter*innen", "de", "taeterinnen"),
        ("Täter:innen", "de", "taeterinnen"),
        ("Täter_innen", "de", "taeterinnen"),
        ("Beratung für Täter*innen, Ärzt:innen und Schüler_innen", "de",
         "beratung-fuer-taeterinnen-aerztinnen-und-schuelerinnen"),
        ("Straße der Größe: Übung", "de", "strasse-der-groesse-uebung"),
        ("snake_case: in Ordnung", "de", "snake_case-in-ordnung"),
        ("Mäsiarska", "sk", "masiarska"),
        ("Vardarbība ģimenē", "lv", "vardarbiba-gimene"),
    ],
)  # fmt: skip
def test_a_title_becomes_a_slug(title, language, slug):
    assert slug_of(title, language) == slug


@pytest.mark.parametrize(("language", "slug"), [("de", "taeterinnen"), ("sk", "taterinnen")])
def test_a_page_without_a_slug_gets_one_in_its_language(kis_page, language, slug):
    page = StandardPage(title="Täter*innen")
    kis_page("start", language).add_child(instance=page)
    assert page.slug == slug


def test_the_browser_has_the_rules_of_the_language_of_the_page(editor, kis_page):
    for language, has_umlauts in (("de", True), ("sk", False)):
        args = ["home", "standardpage", kis_page("start", language).pk]
        text = text_of(editor.get(reverse("wagtailadmin_pages:add", args=args)))
        assert f'data-w-slug-locale-value="{language}"' in text
        assert "(in|innen)" in text
        assert ('"ae"' in text) == has_umlauts


@pytest.mark.parametrize(
    ("value", "relation", "language", "words"),
    [
        ("2004-01", "since", "de", "seit Januar 2004"),
        ("15.1.2004", "until", "de", "bis zum 15. Januar 2004"),
        ("2004-01", "since", "lv", "kopš 2004. gada janvāra"),
        ("2004", "until", "sk", "do roku 2004"),
        ("2004", "since", "en", "since 2004"),
    ],
)
def test_a_date_is_worded_while_it_is_typed(editor, value, relation, language, words):
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(editor.user)
    profile.preferred_language = language
    profile.save()
    url = reverse("kis_partners_partial_date")
    answer = editor.get(url, {"value": value, "relation": relation}).json()
    assert answer["words"].endswith(words)


def test_a_wrong_date_is_explained_while_it_is_typed(editor, client):
    url = reverse("kis_partners_partial_date")
    assert "Monat 13" in editor.get(url, {"value": "2004-13"}).json()["error"]
    assert "gestern" in editor.get(url, {"value": "gestern\0"}).json()["error"]


def test_nobody_else_is_answered(client, db):
    assert client.get(reverse("kis_partners_partial_date")).status_code == 302


@pytest.mark.parametrize("name", list(BodyBlock().child_blocks))
def test_every_block_has_a_description_and_a_preview(editor, name):
    block = BodyBlock().child_blocks[name]
    assert str(block.get_description())
    assert block.is_previewable
    block = PartnerPage._meta.get_field("body").stream_block.child_blocks[name]
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    text = text_of(response)
    assert "site.css" in text
    main = text.partition("<main>")[2].partition("</main>")[0]
    if name not in ("image", "document"):  # Their previews show the newest file, if there is one.
        assert len(main.split()) > 6


def test_two_languages_stand_side_by_side(editor, kis_page):
    page, slovak = kis_page("triade"), kis_page("triade", "sk")
    page.title = "Neuer Entwurf"
    page.save_revision()
    text = text_of(editor.get(reverse("kis_partners_side_by_side", args=[page.pk]), {"with": "sk"}))
    for one in (page, slovak):
        url = reverse("kis_partners_draft", args=[one.pk])
        assert url in text
        response = editor.get(url)
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert one.title in text_of(response)
    assert reverse("kis_partners_side_by_side", args=[page.pk]) in text_of(
        editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    )


def test_who_translates_may_read_the_original_beside_and_nobody_else(
    client, kis_page, django_user_model
):
    from partners.models import Role
    from partners.roles.creation import create_roles

    create_roles()
    url = reverse("kis_partners_draft", args=[kis_page("triade").pk])
    for key, status in (("translation-sk", 200), ("administration", 200)):
        user = django_user_model.objects.create_user(key)
        user.groups.add(Role.objects.get(key=key).group)
        client.force_login(user)
        assert client.get(url).status_code == status
    lone = kis_page("start").add_child(instance=StandardPage(title="Nur deutsch", slug="nur"))
    client.force_login(django_user_model.objects.get(username="translation-sk"))
    assert client.get(reverse("kis_partners_draft", args=[lone.pk])).status_code == 302


@pytest.mark.parametrize(
    ("model", "data", "name"),
    [
        (Organisation, {"name": "Musterverein", "kind": "association"}, "Musterverein"),
        (Person, {"role": "Leitung des Mustervereins"}, "Leitung des Mustervereins"),
    ],
)
def test_what_a_page_needs_is_created_from_within_it(editor, model, data, name):
    chooser = model.snippet_viewset.chooser_viewset
    assert "tab-create" in editor.get(reverse(chooser.get_url_name("choose"))).json()["html"]
    answer = editor.post(reverse(chooser.get_url_name("create")), data).json()
    assert answer["step"] == "chosen"
    assert answer["result"]["string"].startswith(name)
    assert model.objects.get(pk=answer["result"]["id"]).locale == Locale.get_default()


def test_page_types_have_a_picture_of_an_example(editor, kis_page):
    args = [kis_page("kooperationen").pk]
    html = editor.get(reverse("wagtailadmin_pages:add_subpage", args=args)).content.decode()
    for name in ("partnerpage", "networkpage", "exchangeprogrammepage"):
        [source] = re.findall(rf'<img src="(/static/[^"]*kis_partners\.{name}\.webp)" alt=""', html)
        assert finders.find(source.removeprefix("/static/"))


def test_a_person_is_created_with_their_organisation(editor):
    chooser = Person.snippet_viewset.chooser_viewset
    here, there = (
        Organisation.objects.filter(locale__language_code=one)[0] for one in ("de", "sk")
    )
    html = editor.get(reverse(chooser.get_url_name("choose"))).json()["html"]
    offered = re.search(r'<select name="organisation".*?</select>', html, re.DOTALL)[0]
    assert f'value="{here.pk}"' in offered and f'value="{there.pk}"' not in offered
    url, data = reverse(chooser.get_url_name("create")), {"role": "Leitung"}
    assert editor.post(url, {**data, "organisation": there.pk}).json()["step"] != "chosen"
    answer = editor.post(url, {**data, "organisation": here.pk}).json()
    assert Person.objects.get(pk=answer["result"]["id"]).organisation == here


def test_a_page_is_copied_for_a_new_one(editor, kis_page):
    page = kis_page("impressum")
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": page.get_parent().pk}
    editor.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    copy = StandardPage.objects.get(slug="kopie")
    assert not copy.live and copy.purpose == page.purpose


def test_what_changed_is_read_side_by_side(editor, kis_page):
    page = kis_page("triade")
    page.save_revision()
    page.since, page.lead = "2005-02", "Ein neuer Vorspann."
    page.save_revision()
    args = [page.pk, "earliest", "latest"]
    text = text_of(editor.get(reverse("wagtailadmin_pages:revisions_compare", args=args)))
    assert "2005-02" in text and "Ein neuer Vorspann." in text


def test_comments_and_usage_are_there(editor, kis_page):
    text = text_of(editor.get(reverse("wagtailadmin_pages:edit", args=[kis_page("impressum").pk])))
    assert "data-comments-panel" in text or "comments-output" in text
    person = Person.objects.get(role__startswith="Landesjugendwartin")
    usage = reverse(Person.snippet_viewset.get_url_name("usage"), args=[person.pk])
    assert kis_page("landesjugendpfarramt-sachsen").title in text_of(editor.get(usage))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_types_say_what_they_are_for(editor, kis_page, language):
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(editor.user)
    profile.preferred_language = language
    profile.save()
    args = [kis_page("kooperationen").pk]
    text = text_of(editor.get(reverse("wagtailadmin_pages:add_subpage", args=args)))
    from django.utils.translation import override

    with override(language):
        assert str(PartnerPage.page_description) in text
