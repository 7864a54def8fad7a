"""The number of statements for an answer is independent of its content."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from partners.models import Consent, Organisation, Person, Topic
from partners.models.pages import (
    CooperationContact,
    CooperationTopic,
    ExchangeCountry,
    ExchangeOrganisation,
    ExchangeProgrammePage,
    NetworkMember,
    NetworkPage,
    PartnerPage,
    RelatedCooperation,
)
from tests.whole import WHOLE


@pytest.fixture
def fill(kis_page, unindexed):
    """Add cooperations with values in all fields and relations."""
    german = Locale.objects.get(language_code="de")
    index = kis_page("kooperationen")
    other = kis_page("triade")
    document = get_document_model().objects.first()
    topics = list(Topic.objects.filter(locale=german)[:3])

    def one(number):
        image, logo, photo = (
            get_image_model().objects.create(title=f"Bild {number}", file=get_test_image_file())
            for _ in range(3)
        )
        organisation = Organisation.objects.create(
            name=f"Verein {number}", locale=german, logo=logo, country="DE"
        )
        person = Person.objects.create(
            role="Ansprechperson", name="Erika Mustermann", locale=german, photo=photo,
            organisation=organisation,
        )  # fmt: skip
        Consent.objects.create(
            person=person, name=True, contact=True, photo=True, api=True,
            given_on=timezone.localdate(), evidence="Brief",
        )  # fmt: skip
        text = (
            f'<p>Mit <a linktype="page" id="{other.pk}">Triade</a>, <a linktype="document" '
            f'id="{document.pk}">Flyer</a> und <a linktype="person" id="{person.pk}">der '
            "Ansprechperson</a></p>"
        )
        common = {
            "title": f"Kooperation {number}",
            "locale": german,
            "body": [
                ("paragraph", text),
                ("image", {"image": image, "alt": "Ein Bild", "decorative": False}),
                ("document", {"document": document}),
                ("links", {"links": [{"title": "Triade", "page": other, "url": ""}]}),
            ],
            "downloads": [("document", {"document": document, "language": "de"})],
            "topics": [CooperationTopic(topic=topic) for topic in topics],
            "contacts": [CooperationContact(person=person)],
            "related": [RelatedCooperation(page_to_id=other.pk)],
        }
        if number % 3 == 0:
            page = PartnerPage(organisation=organisation, basis_document=document, **common)
        elif number % 3 == 1:
            members = [NetworkMember(organisation=organisation)]
            page = NetworkPage(
                role="member", level="local", members=members, flyer=document, **common
            )
        else:
            page = ExchangeProgrammePage(
                organisations=[ExchangeOrganisation(organisation=organisation)],
                countries=[ExchangeCountry(country="SK")],
                **common,
            )
        return index.add_child(instance=page)

    return lambda amount: [one(number) for number in range(amount)]


LIMIT = 20 if WHOLE else 6
LISTING = f"/api/v2/cooperations/?locale=de&order=-id&limit={LIMIT}&renditions=small,large"


# Fewer items than one page of the listing, and more.
@pytest.mark.slow
@pytest.mark.parametrize("amount", [5, LIMIT + 2])
def test_a_listing_takes_ten_statements_and_a_detail_eight(
    fill, amount, django_assert_max_num_queries
):
    # Wagtail remembers renditions by ids, which the next test gives to other images.
    cache.clear()
    pages = fill(amount)
    client = Client()
    paths = [
        *(f"/api/v2/cooperations/{page.pk}/" for page in pages[:3]),
        *(f"/api/v2/pages/{page.pk}/" for page in pages[:3]),
    ]
    for path in [LISTING, *paths]:
        # A first request makes renditions and fills the caches of content types and site roots.
        assert client.get(path).status_code == 200
    with django_assert_max_num_queries(10):
        answer = client.get(LISTING).json()
    item = answer["items"][0]
    assert len(answer["items"]) >= 5
    assert item["contacts"][0]["name"] == "Erika Mustermann"
    assert item["contacts"][0]["photo"]["renditions"]["small"]["url"]
    assert item["contacts"][0]["organisation"]["logo"]["url"]
    assert item["topics"] and item["related"] and item["downloads"]
    assert [block["type"] for block in item["body"]] == ["paragraph", "image", "document", "links"]
    assert "Erika Mustermann" in item["body"][0]["value"]
    for path in paths:
        with django_assert_max_num_queries(8):
            assert client.get(path).json()["contacts"]
