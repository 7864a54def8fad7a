"""What is published of people and organisations in one language, not in another."""

from django.test import Client
from wagtail.models import Locale

from partners.models import Consent, Person

KEY = "landesjugendpfarramt-sachsen"


def slovak(item):
    return item.get_translation(Locale.objects.get(language_code="sk"))


def contacts(page):
    return Client().get(f"/api/v2/pages/{page.pk}/").json()["contacts"]


def test_a_role_whose_translation_is_taken_back_is_that_of_the_original(kis_page):
    page = kis_page(KEY, "sk")
    person = kis_page(KEY).contacts.first().person
    version = slovak(person)
    Person.objects.filter(pk=version.pk).update(role="Neschválená rola")
    assert "Neschválená rola" in str(contacts(page))
    Person.objects.filter(pk=version.pk).update(live=False)
    assert "Neschválená rola" not in str(contacts(page))
    assert person.role in str(contacts(page))
    html = Client().get(page.url).content.decode()
    assert "Neschválená rola" not in html


def test_somebody_whose_original_is_taken_back_is_in_no_language(kis_page):
    """The state in the database alone: no signal tells the translations."""
    person = kis_page(KEY).contacts.first().person
    before = len(contacts(kis_page(KEY, "sk")))
    Person.objects.filter(pk=person.pk).update(live=False)
    for language in ("de", "sk", "lv"):
        assert len(contacts(kis_page(KEY, language))) == before - 1


def test_an_organisation_whose_translation_is_taken_back(kis_page):
    page = kis_page("polizeidirektion-leipzig", "sk")
    original = kis_page("polizeidirektion-leipzig").organisation
    version = slovak(original)
    type(version).objects.filter(pk=version.pk).update(name="Neschválený názov")
    assert "Neschválený názov" in str(Client().get(f"/api/v2/pages/{page.pk}/").json())
    type(version).objects.filter(pk=version.pk).update(live=False)
    answer = Client().get(f"/api/v2/pages/{page.pk}/").json()
    assert answer["organisation"]["name"] == original.name
    type(version).objects.filter(pk=original.pk).update(live=False)
    assert Client().get(f"/api/v2/pages/{page.pk}/").json()["organisation"] is None


def test_a_consent_of_one_is_none_of_another(kis_page, db):
    """Each person's details are shown by consents of that person alone."""
    page = kis_page(KEY)
    one, other = (link.person for link in page.contacts.all()[:2])
    for person, name in ((one, "Erika Mustermann"), (other, "Max Mustermann")):
        person.name = name
        person.save_revision().publish()
    Consent.objects.create(person=one, name=True, api=True, given_on="2020-01-01", evidence="Brief")
    assert "Erika Mustermann" in str(contacts(page))
    assert "Max Mustermann" not in str(contacts(page))
