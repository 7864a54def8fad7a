"""What isn't public is no handle by which pages are found, nor a word by which they're counted."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from partners.models import Organisation, Topic

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")

PARTNERS = "pages/?type=kis_partners.PartnerPage&locale=de"


@pytest.fixture
def police(kis_page):
    return kis_page("polizeidirektion-leipzig")


def ids(answer):
    return {item["id"] for item in answer["items"]}


def test_an_organisation_that_is_taken_back_lists_no_page(api, police):
    query = f"{PARTNERS}&organisation={police.organisation_id}"
    assert police.pk in ids(api(query))
    Organisation.objects.filter(pk=police.organisation_id).update(live=False)
    assert ids(api(query)) == set() and api(query)["meta"]["total_count"] == 0


def test_nor_does_a_document_of_a_private_collection(api, police):
    private = Collection.get_first_root_node().add_child(name="Intern")
    document = get_document_model().objects.create(
        title="Vertrag", file=ContentFile(b"%PDF", "v.pdf"), collection=private
    )
    police.basis_document = document
    police.save_revision().publish()
    query = f"{PARTNERS}&basis_document={document.pk}"
    assert police.pk in ids(api(query))
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    assert ids(api(query)) == set()


def test_nor_by_its_key_among_cooperations(api, police):
    organisation = police.organisation
    for query in (f"organisation={organisation.translation_key}", "country=DE"):
        before = ids(api(f"cooperations/?locale=de&limit=100&{query}"))
        assert police.pk in before
        Organisation.objects.filter(pk=organisation.pk).update(live=False)
        assert police.pk not in ids(api(f"cooperations/?locale=de&limit=100&{query}"))
        Organisation.objects.filter(pk=organisation.pk).update(live=True)


def test_nor_does_a_topic(api, police):
    topic = police.topics.first().topic
    query = f"cooperations/?locale=de&limit=100&topic={topic.translation_key}"
    assert police.pk in ids(api(query))
    Topic.objects.filter(pk=topic.pk).update(live=False)
    assert ids(api(query)) == set()


def test_nor_does_a_closed_page_whose_alias_stays(api, kis_page, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CLOSE_TRANSLATIONS": False}
    page = kis_page("triade")
    alias = page.create_alias(parent=page.get_parent(), update_slug="zwilling")
    query = f"pages/?alias_of={page.pk}"
    assert ids(api(query)) == {alias.pk}
    type(page).objects.filter(pk=page.pk).update(live=False)
    assert ids(api(query)) == set() and alias.pk in ids(api("pages/?limit=100&locale=de"))
    over = timezone.now() - datetime.timedelta(minutes=1)
    type(page).objects.filter(pk=page.pk).update(live=True, expire_at=over)
    assert ids(api(query)) == set() and alias.pk in ids(api("pages/?limit=100&locale=de"))


def test_a_page_that_is_closed_is_no_place_in_the_tree(api, kis_page):
    parent = kis_page("kooperationen")
    child = kis_page("triade")
    for query in ("child_of", "descendant_of"):
        assert child.pk in ids(api(f"pages/?{query}={parent.pk}&limit=100"))
    assert parent.pk in ids(api(f"pages/?ancestor_of={child.pk}"))
    type(parent).objects.filter(pk=parent.pk).update(live=False)
    for query in ("child_of", "descendant_of"):
        api(f"pages/?{query}={parent.pk}", status=400)
    assert parent.pk not in ids(api(f"pages/?ancestor_of={child.pk}"))


def test_places_in_the_tree_are_exact(api, kis_page):
    home, index, page = (kis_page(key) for key in ("start", "kooperationen", "triade"))
    below = ids(api(f"pages/?child_of={home.pk}&limit=100"))
    assert index.pk in below and page.pk not in below and home.pk not in below
    below = ids(api(f"pages/?descendant_of={home.pk}&limit=100"))
    assert {index.pk, page.pk} <= below and home.pk not in below
    above = ids(api(f"pages/?ancestor_of={page.pk}&limit=100"))
    assert above == {home.pk, index.pk}
    api("pages/?ancestor_of=root", status=400)


def test_an_organisation_is_found_while_its_source_is_published(api, kis_page):
    """Pages show it then, in another language if need be."""
    page = kis_page("polizeidirektion-leipzig", "sk")
    shown, source = page.organisation, kis_page("polizeidirektion-leipzig").organisation
    question = f"cooperations/?organisation={source.translation_key}&locale=sk&fields=_,id"

    def found():
        named = api(f"cooperations/{page.pk}/?fields=_,organisation")["organisation"]
        assert [one["id"] for one in api(question)["items"]] == [page.pk] * bool(named)
        return bool(named)

    assert found()
    if shown.pk != source.pk:
        type(shown).objects.filter(pk=shown.pk).update(live=False)
        assert found()
    type(shown).objects.filter(pk=source.pk).update(live=False)
    assert not found()
