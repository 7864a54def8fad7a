"""Ways through the admin: the list of cooperations, new ones, choosers, forms that ask."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail.rich_text import features
from wagtail.test.utils.form_data import nested_form_data
from wagtail_localize.models import TranslationSource

from partners.care import link_check
from partners.models import CooperationContact, CooperationPage, Organisation
from partners.models.blocks import LinkBlock
from tests.desk.test_translation_overview import translator  # noqa: F401

pytestmark = pytest.mark.django_db


def text_of(response):
    return unescape(response.content.decode())


def test_the_menu_has_the_cooperations_themselves(editor, kis_page):
    menu = text_of(editor.get(reverse("wagtailadmin_home")))
    assert '"/admin/cooperations/"' in menu
    listing = text_of(editor.get("/admin/cooperations/"))
    for key in ("triade", "fachkraefteaustausch"):
        assert kis_page(key).title in listing
    found = text_of(editor.get("/admin/cooperations/?q=Triade"))
    assert kis_page("triade").title in found
    assert kis_page("fachkraefteaustausch").title not in found


def test_the_first_page_and_the_list_lead_to_a_new_cooperation(editor, kis_page):
    address = reverse("wagtailadmin_pages:add_subpage", args=[kis_page("kooperationen").pk])
    for page in (reverse("wagtailadmin_home"), "/admin/cooperations/"):
        text = text_of(editor.get(page))
        assert f'href="{address}"' in text and "Neue Kooperation" in text


def test_who_may_add_none_is_offered_none(translator):  # noqa: F811
    text = text_of(translator.get(reverse("wagtailadmin_home")))
    assert "Neue Kooperation" not in text and "Nová spolupráca" not in text


def test_choosers_open_where_cooperations_are(editor, kis_page):
    chooser = reverse("kis_choose_page")
    html = editor.get(chooser, {"page_type": "kis_partners.cooperationpage"}).json()["html"]
    assert kis_page("triade").title in unescape(html)
    everything = editor.get(chooser).json()["html"]
    assert kis_page("kooperationen").title in unescape(everything)
    # With a page that is chosen already, Wagtail's script adds the parent of that page.
    sk = kis_page("kooperationen", "sk")
    html = editor.get(f"{chooser}{sk.pk}/", {"page_type": "kis_partners.cooperationpage"}).json()
    assert kis_page("triade", "sk").title in unescape(html["html"])
    wrong = editor.get(chooser, {"page_type": "kis_partners.person"}, follow=True)
    assert wrong.status_code == 404


def test_a_chooser_without_anything_to_choose_opens(editor):
    CooperationPage.objects.all().delete()
    chooser = reverse("kis_choose_page")
    response = editor.get(chooser, {"page_type": "kis_partners.cooperationpage"})
    assert response.status_code == 200


def test_every_chooser_of_pages_is_that_one(editor, kis_page):
    address = reverse("kis_choose_page")
    page = kis_page("triade")
    form = page.get_edit_handler().get_form_class()(instance=page)
    related = form.formsets["related"].empty_form.fields["page_to"]
    assert related.widget.get_chooser_modal_url() == address
    assert LinkBlock().child_blocks["page"].field.widget.get_chooser_modal_url() == address
    link = features.get_editor_plugin("draftail", "link")
    assert str(link.data["chooserUrls"]["pageChooser"]) == address


def test_somebody_has_to_say_whose_side_a_contact_is_on(kis_page):
    page = kis_page("triade")
    form = page.get_edit_handler().get_form_class()(instance=page)
    side = form.formsets["contacts"].empty_form["side"]
    assert side.initial is None
    assert [value for value, _label in side.field.choices] == ["", "own", "partner"]
    assert "selected" not in str(side).replace('<option value="" selected>', "")
    assert CooperationContact().side == "own"


def organisation_form(instance=None, **data):
    form = Organisation.snippet_viewset.get_edit_handler().get_form_class()
    base = {
        "name": "Haus",
        "kind": "shelter",
        "website": "",
        "country": "",
        "comments-TOTAL_FORMS": 0,
    }
    return form(nested_form_data({**base, **data}), instance=instance or Organisation())


def test_the_street_of_a_shelter_is_asked_about():
    for place in ({"street": "Weg 1"}, {"postal_code": "04109"}):
        form = organisation_form(**place)
        assert not form.is_valid()
        assert "wo dieses Frauenhaus ist" in str(form.errors["street_is_known"])
        assert organisation_form(**place, street_is_known="on").is_valid()
        assert organisation_form(**place, kind="police").is_valid()
    assert organisation_form(city="Leipzig").is_valid()


def test_a_street_that_is_public_is_asked_about_when_it_becomes_that_of_a_shelter():
    house = Organisation.objects.create(
        name="Haus", kind="police", street="Weg 1", locale=Locale.get_default()
    )
    assert not organisation_form(house, street="Weg 1").is_valid()
    house.kind = "shelter"
    house.save()
    house.refresh_from_db()
    assert organisation_form(house, name="Anderes Haus", street="Weg 1").is_valid()
    assert not organisation_form(house, street="Weg 2").is_valid()


def test_pictures_of_page_types_stand_below_the_names(editor, kis_page):
    url = reverse("wagtailadmin_pages:add_subpage", args=[kis_page("kooperationen").pk])
    text = text_of(editor.get(url))
    assert len(re.findall(r'<img [^>]*class="kis-example', text)) >= 3
    assert "kis_partners/admin.css" in text


def test_a_translator_reads_what_has_changed_in_the_original(editor, kis_page):
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    german.lead = "Ein <neuer> Anfang"
    german.body.append(("paragraph", "<p>Und ein Absatz.</p>"))
    german.save_revision().publish()
    text = text_of(editor.get(reverse("wagtailadmin_pages:edit", args=[slovak.pk])))
    assert re.search(r"Geändert: .*Ein .*neuer.* Anfang; Text: Und ein Absatz\.", text)
    assert "Entfallene" not in text
    source = TranslationSource.objects.get(object_id=german.translation_key)
    german.body.pop(0)
    german.save_revision().publish()
    text = text_of(editor.get(reverse("wagtailadmin_pages:edit", args=[slovak.pk])))
    assert "Entfallene Segmente: " in text
    source.update_from_db()
    text = text_of(editor.get(reverse("wagtailadmin_pages:edit", args=[slovak.pk])))
    assert "Geändert: " not in text


def test_many_changes_are_counted(editor, kis_page):
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    for number in range(8):
        german.body.append(("paragraph", f"<p>Absatz {number} {'lang ' * 30}.</p>"))
    german.save_revision().publish()
    text = text_of(editor.get(reverse("wagtailadmin_pages:edit", args=[slovak.pk])))
    assert "und 3 weitere" in text and "Absatz 7" not in text.split("kis-")[0]


def test_a_site_without_links_says_so(editor):
    address = reverse("keeping_true")
    said = "Keine veröffentlichte Seite und kein Eintrag enthält einen Link"
    assert not link_check.are_there_links()
    assert said in text_of(editor.get(address))
    assert said in text_of(editor.post(reverse("follow_links"), follow=True))
