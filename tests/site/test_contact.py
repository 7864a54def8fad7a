"""The contact of a site: kept once, shown in every language, never older than it is."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Site

from home import hours
from home.contact import SiteContact, SiteContactPhone, SiteContactWords
from home.wagtail_hooks import incomplete_contacts
from tests.languages import LANGUAGES


@pytest.fixture
def contact(db):
    site = Site.objects.get(is_default_site=True)
    made = SiteContact(site=site, email="stelle@example.org", spoken="de uk ar")
    made.words = [SiteContactWords(language=code, name=f"Teststelle {code}") for code in LANGUAGES]
    made.phones = [SiteContactPhone(number="+49 341 000000", hours="Mo-Fr 09:00-17:00")]
    made.full_clean()
    made.save()
    return made


def text_of(page):
    return Client().get(page.url).content.decode()


def test_without_a_contact_nothing_is_shown(kis_page):
    for key in ("start", "triade"):
        text = text_of(kis_page(key))
        assert 'class="contact"' not in text and "#contact" not in text
    assert Client().get(f"/api/v2/pages/{kis_page('start').pk}/").json()["contact"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_once_on_each_page_in_the_readers_language(contact, kis_page, language):
    days = {"de": "Mo–Fr", "en": "Mon–Fri", "sk": "po–pi", "lv": "Pirmd.–Piektd."}
    spoken = {"de": "Ukrainisch", "en": "Ukrainian", "sk": "ukrajinčina", "lv": "ukraiņu"}
    for key, place in (("start", "<main"), ("triade", "<footer")):
        text = text_of(kis_page(key, language))
        assert text.count('class="contact"') == 1
        part = text.partition(place)[2]
        assert f"Teststelle {language}" in part and 'href="tel:+49341000000"' in part
        assert f"{days[language]} 09:00–17:00" in part and spoken[language] in part
        assert "mailto:stelle@example.org" in part
        assert "street" not in part and "map" not in part.partition("contact")[2][:2000]


def test_what_is_decided_about_the_address_is_shown(contact, kis_page):
    page = kis_page("start")
    contact.street, contact.postal_code, contact.city = "Musterweg 1", "04000", "Leipzig"
    contact.map_url = "https://example.org/map"
    contact.save()
    assert "Musterweg" not in text_of(page)
    contact.address_decision = "shown"
    contact.full_clean()
    contact.save()
    text = text_of(page)
    assert "Musterweg 1" in text and 'href="https://example.org/map"' in text
    contact.address_decision = "withheld"
    contact.save()
    text = text_of(page)
    assert "Musterweg" not in text and "example.org/map" not in text
    assert "Zum Schutz der Menschen" in text
    assert "Musterweg" not in Client().get(f"/api/v2/pages/{page.pk}/").content.decode()


def test_a_changed_phone_changes_pages_answers_and_the_feed_at_once(contact, kis_page):
    home, other = kis_page("start", "sk"), kis_page("triade", "sk")
    client, address = Client(), f"/api/v2/pages/{kis_page('start', 'sk').pk}/"
    for _time in range(2):
        assert "+49 341 000000" in text_of(home) and "+49 341 000000" in text_of(other)
        assert client.get(address).json()["contact"]["phones"][0]["number"] == "+49 341 000000"
    cursor = client.get("/api/v2/changes/").json()["meta"]
    SiteContactPhone.objects.update(number="+49 341 111111")
    assert "+49 341 111111" in text_of(home) and "+49 341 111111" in text_of(other)
    answer = client.get(address).json()["contact"]
    assert answer["phones"] == [
        {
            "number": "+49 341 111111",
            "uri": "tel:+49341111111",
            "opening_hours": "Mo-Fr 09:00-17:00",
            "hours": "po–pi 09:00–17:00",
        }
    ]
    assert cursor != client.get("/api/v2/changes/").json()["meta"]
    SiteContact.objects.all().delete()
    assert "+49 341 111111" not in text_of(home) + text_of(other)
    assert client.get(address).json()["contact"] is None


def test_it_is_linked_data_of_the_home_page(contact, kis_page):
    text = text_of(kis_page("start", "en"))
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    [found] = [one for one in map(json.loads, scripts) if one["@type"] == "Organization"]
    assert found["name"] == "Teststelle en" and found["email"] == "stelle@example.org"
    [point] = found["contactPoint"]
    assert point["availableLanguage"] == ["de", "uk", "ar"]
    [row] = point["hoursAvailable"]
    assert (row["opens"], row["closes"], len(row["dayOfWeek"])) == ("09:00", "17:00", 5)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mo-Fr 9-17", "Mo-Fr 09:00-17:00"),
        ("mo–do 9.30–12; So 10-24", "Mo-Th 09:30-12:00, Su 10:00-24:00"),
        (" 24/7 ", "24/7"),
        ("", ""),
    ],
)
def test_hours_are_read_as_people_type_them(typed, kept):
    assert hours.normal(typed) == kept
    assert hours.normal(kept) == kept


@pytest.mark.parametrize(
    "typed", ["abends", "Xx 9-17", "Mo 17-9", "Mo 9-25", "Mo 9:75-10", "Mo-Fr"]
)
def test_hours_that_nobody_can_read_are_refused(typed):
    with pytest.raises(ValidationError):
        hours.normal(typed)


def test_hours_over_the_end_of_the_week():
    [row] = hours.specifications("Sa-Mo 10:00-12:00")
    assert [day.rpartition("/")[2] for day in row["dayOfWeek"]] == ["Saturday", "Sunday", "Monday"]
    with translation.override("xx"):
        assert hours.in_words("Sa-Mo 10:00-12:00") == "Sat–Mon 10:00–12:00"
    with translation.override("de"):
        assert hours.in_words("24/7") == "rund um die Uhr"


def test_what_cannot_be_is_refused(contact):
    contact.spoken, contact.address_decision = "de klingonisch", "shown"
    with pytest.raises(ValidationError) as refused:
        contact.clean()
    assert "klingonisch" in str(refused.value)
    contact.spoken = "de"
    with pytest.raises(ValidationError) as refused:
        contact.clean()
    assert list(refused.value.message_dict) == ["street"]


def test_the_editor_is_told_what_is_missing(admin_user, contact):
    with translation.override("en"):
        [finding] = incomplete_contacts(admin_user)
        assert "whether the address is published" in finding.detail
        assert "telephone number" not in finding.detail
        SiteContact.objects.all().delete()
        [finding] = incomplete_contacts(admin_user)
        assert finding.url == reverse(SiteContact.snippet_viewset.get_url_name("add"))
