"""What closes with its original and what doesn't; files that nothing public shows."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail_localize.models import Translation

from home.models import HomePage, StandardPage
from partners.models import Consent, CooperationPage, Organisation, Person
from partners.public.files import is_public_file
from partners.public.pages import is_published, public_pages, sources

KEY = "triade"


def stop(page):
    """Keep a translation no longer in step, as the button of that name in the admin does."""
    Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale
    ).update(enabled=False)


def is_there(page):
    endpoints = ["pages", *(["cooperations"] if isinstance(page, CooperationPage) else [])]
    status = {Client().get(f"/api/v2/{endpoint}/{page.pk}/").status_code for endpoint in endpoints}
    assert len(status) == 1
    return status == {200}


CLOSED = {
    "live": lambda page: Page.objects.filter(pk=page.pk).update(live=False),
    "expiry": lambda page: Page.objects.filter(pk=page.pk).update(
        expire_at=timezone.now() - timedelta(minutes=1)
    ),
    "restriction": lambda page: PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=page, restriction_type="login")]
    ),
    "gone": lambda page: Page.objects.filter(pk=page.pk).update(translation_key=uuid.uuid4()),
}


@pytest.mark.parametrize("how", CLOSED)
def test_a_translation_closes_with_its_original_until_it_is_stopped(kis_page, how):
    """By the state in the database alone: no signal has told anything to the translations."""
    slovak, latvian = kis_page(KEY, "sk"), kis_page(KEY, "lv")
    stop(latvian)
    CLOSED[how](kis_page(KEY))
    assert not is_there(slovak)
    assert is_there(latvian)


def test_what_expires_is_public_until_then(kis_page):
    page = kis_page(KEY)
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() + timedelta(hours=1))
    assert is_there(page)


def test_an_alias_closes_with_what_it_repeats(kis_page):
    original = kis_page("impressum")
    alias = original.create_alias(parent=kis_page("start"), update_slug="noch-einmal")

    def shown():
        return Client().get(f"/api/v2/pages/{alias.pk}/").status_code == 200

    assert shown()
    Page.objects.filter(pk=original.pk).update(live=False)
    assert not shown()
    Page.objects.filter(pk=original.pk).update(live=True, expire_at=timezone.now())
    assert not shown()


# Files


def image(title):
    return get_image_model().objects.create(title=title, file=get_test_image_file(f"{title}.png"))


def listed(endpoint="images"):
    answer = Client().get(f"/api/v2/{endpoint}/?limit=100").json()
    return {item["title"] for item in answer["items"]}


def test_a_logo_is_listed_while_its_organisation_is_published(kis_page):
    organisation = kis_page("polizeidirektion-leipzig").organisation
    organisation.logo = image("Signet")
    organisation.save_revision().publish()
    assert "Signet" in listed()
    organisation.unpublish()
    assert "Signet" not in listed()


def test_the_logo_of_an_organisation_on_no_page_is_not_listed(db):
    Organisation.objects.create(name="Unbeteiligt", logo=image("Signet"))
    assert "Signet" not in listed()


@pytest.mark.parametrize(
    ("consent", "shown"),
    [
        ({}, True),
        ({"photo": False, "name": True}, False),
        ({"api": False}, False),
        ({"withdrawn_on": timezone.localdate()}, False),
        ({"given_on": timezone.localdate() + timedelta(days=1)}, False),
        ({"valid_until": timezone.localdate() - timedelta(days=1)}, False),
        ({"valid_until": timezone.localdate()}, True),
    ],
)
def test_a_photo_is_listed_by_consent(kis_page, consent, shown):
    person = kis_page("landesjugendpfarramt-sachsen").contacts.first().person
    person.photo = image("Foto")
    person.save_revision().publish()
    given = {"given_on": timezone.localdate(), "evidence": "Brief", "photo": True, "api": True}
    Consent.objects.create(person=person, **{**given, **consent})
    assert ("Foto" in listed()) is shown
    person.unpublish()
    assert "Foto" not in listed()


def test_the_photo_of_somebody_on_no_page_is_not_listed(db):
    person = Person.objects.create(role="Unbeteiligt", photo=image("Foto"))
    Consent.objects.create(
        person=person, photo=True, api=True, given_on=timezone.localdate(), evidence="Brief"
    )
    assert "Foto" not in listed()


def test_a_text_that_only_names_a_person_shows_no_photo(kis_page):
    person = Person.objects.create(role="Ansprechperson", photo=image("Foto"))
    Consent.objects.create(
        person=person, photo=True, name=True, api=True, given_on=timezone.localdate(),
        evidence="Brief",
    )  # fmt: skip
    page = kis_page("triade")
    link = f'<p>vor <a linktype="person" id="{person.pk}">Wort</a> nach</p>'
    page.body = [{"type": "paragraph", "value": link}]
    page.save_revision().publish()
    assert "Foto" not in listed()
    page.contacts.create(person=person, side="own")
    page.save_revision().publish()
    assert "Foto" in listed()


def test_a_document_is_listed_while_a_page_that_shows_it_is_public(kis_page):
    file = ContentFile(b"%PDF-1.4", "vertrag.pdf")
    document = get_document_model().objects.create(title="Vertrag", file=file)
    assert "Vertrag" not in listed("documents")
    page = kis_page("polizeidirektion-leipzig")
    page.basis_document = document
    page.save_revision()
    assert "Vertrag" not in listed("documents")
    page.save_revision().publish()
    assert "Vertrag" in listed("documents")
    page.unpublish()
    assert "Vertrag" not in listed("documents")


@pytest.mark.parametrize("aliased", [False, True])
def test_below_the_depth_that_an_index_reaches_pages_close_together(kis_page, aliased):
    page = kis_page("start")
    chain = [page := page.add_child(instance=StandardPage(title=f"{n}", slug=f"{n}"))
             for n in range(11)]  # fmt: skip
    deepest = chain[-1]
    assert deepest.depth > 11
    if aliased:
        deepest = deepest.create_alias(parent=kis_page("start"), update_slug="weit-oben")
    path = f"/api/v2/pages/{deepest.pk}/"
    assert Client().get(path).status_code == 200
    CLOSED["restriction"](chain[-2])
    assert Client().get(path).status_code == 404


def test_an_alias_closes_with_the_source_of_the_translation_that_it_repeats(kis_page):
    slovak = kis_page(KEY, "sk")
    alias = slovak.create_alias(parent=kis_page("start", "sk"), update_slug="este-raz")
    bystander = kis_page("impressum").create_alias(parent=kis_page("start"), update_slug="noch")
    assert is_there(alias) and is_there(bystander)
    Page.objects.filter(pk=kis_page(KEY).pk).update(live=False)
    assert not is_there(alias) and is_there(bystander)
    stop(slovak)
    assert public_pages().filter(pk=alias.pk).exists()


def test_only_the_language_of_a_source_closes_its_translations(kis_page):
    """A stopped version in another language says nothing about the others."""
    slovak, latvian = kis_page(KEY, "sk"), kis_page(KEY, "lv")
    stop(slovak)
    Page.objects.filter(pk=slovak.pk).update(live=False)
    assert is_there(latvian) and is_there(kis_page(KEY))


def chain(parent, slug, to):
    """Pages below each other, as deep as ``to``."""
    found = {}
    while parent.depth < to:
        parent = parent.add_child(instance=StandardPage(title=slug, slug=f"{slug}{parent.depth}"))
        found[parent.depth] = parent
    return found


@pytest.mark.parametrize(("depth", "closed"), [(10, []), (11, [11, 12])])
def test_what_a_restriction_in_the_depth_closes_elsewhere(kis_page, depth, closed):
    home = kis_page("start")
    one, other = chain(home, "a", 12), chain(home, "b", 12)
    aliases = {
        at: other[at].create_alias(parent=home, update_slug=f"alias{at}") for at in (10, 11, 12)
    }
    CLOSED["restriction"](one[depth])
    assert [at for at in one if not is_there(one[at])] == list(range(depth, 13))
    assert [at for at in other if not is_there(other[at])] == closed
    assert [at for at in aliases if not is_there(aliases[at])] == closed
    assert is_there(home)


def test_an_alias_and_what_is_below_it_are_closed_as_its_original_is(kis_page):
    home, section = kis_page("start"), chain(kis_page("start"), "a", 4)
    original = section[4]
    alias = original.create_alias(parent=home, update_slug="zwilling")
    below = alias.add_child(instance=StandardPage(title="Unten", slug="unten"))
    bystander = chain(home, "b", 3)[3]
    assert is_there(alias) and is_there(below)
    CLOSED["restriction"](section[3])
    assert not is_there(alias) and not is_there(below) and is_there(bystander)


def test_a_site_shows_the_pages_below_its_root(kis_page, settings):
    home = kis_page("start")
    other = home.get_parent().add_child(instance=HomePage(title="Andere", slug="andere"))
    stray = home.get_parent().add_child(instance=StandardPage(title="Frei", slug="frei"))
    assert is_there(home) and not is_there(other) and not is_there(stray)
    Site.objects.create(hostname="anders.example.org", root_page=other)
    path = f"/api/v2/pages/{other.pk}/"
    assert Client().get(path, headers={"host": "anders.example.org"}).status_code == 200
    Site.objects.all().delete()
    assert Client().get("/api/v2/pages/").json()["items"] == []


def test_what_a_page_closes_with(kis_page, settings):
    """Its source and what it repeats; a deleted one counts as closed."""
    german, slovak = kis_page(KEY), kis_page(KEY, "sk")
    alias = slovak.create_alias(parent=kis_page("start", "sk"), update_slug="este-raz")
    assert sources(german) == [] and sources(slovak) == [Page.objects.get(pk=german.pk)]
    assert {page.pk for page in sources(alias)} == {german.pk, slovak.pk}
    stop(kis_page(KEY, "lv"))
    assert sources(kis_page(KEY, "lv")) == []
    with_deleted = kis_page("impressum", "sk")
    CLOSED["gone"](kis_page("impressum"))
    assert sources(with_deleted) == [None]
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CLOSE_TRANSLATIONS": False}
    assert sources(slovak) == []


def test_what_is_published(kis_page):
    page = kis_page(KEY)
    soon = timezone.now() + timedelta(hours=1)
    assert is_published(page) and not is_published(None)
    for live, expires, expected in (
        (True, soon, True), (True, timezone.now(), False), (False, soon, False),
        (False, None, False),
    ):  # fmt: skip
        page.live, page.expire_at = live, expires
        assert is_published(page) is expected


def test_files_of_a_collection_that_is_closed_are_no_public_ones(kis_page):
    private = Collection.get_first_root_node().add_child(name="Intern")
    below = private.add_child(name="Darin")
    open_to_all = Collection.get_first_root_node().add_child(name="Offen")
    file = ContentFile(b"%PDF-1.4", "vertrag.pdf")
    document = get_document_model().objects.create(title="Vertrag", file=file)
    page = kis_page("polizeidirektion-leipzig")
    page.basis_document = document
    page.save_revision().publish()
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    for collection, shown in ((private, False), (below, False), (open_to_all, True)):
        document.collection = collection
        document.save()
        assert ("Vertrag" in listed("documents")) is shown is is_public_file(document)


def test_documents_are_no_images(kis_page):
    """Ids of one model say nothing about the other's."""
    file = ContentFile(b"%PDF-1.4", "vertrag.pdf")
    document = get_document_model().objects.create(title="Vertrag", file=file)
    logo = get_image_model().objects.create(
        pk=document.pk, title="Signet", file=get_test_image_file("signet.png")
    )
    organisation = kis_page("polizeidirektion-leipzig").organisation
    organisation.logo = logo
    organisation.save_revision().publish()
    assert "Signet" in listed() and "Vertrag" not in listed("documents")
