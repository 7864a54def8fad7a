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
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.models import Translation

from home.models import StandardPage
from partners.models import Consent, Organisation, Person

KEY = "triade"


def stop(page):
    """Keep a translation no longer in step, as the button of that name in the admin does."""
    Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale
    ).update(enabled=False)


def is_there(page):
    status = {
        Client().get(f"/api/v2/{endpoint}/{page.pk}/").status_code
        for endpoint in ("pages", "cooperations")
    }
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
