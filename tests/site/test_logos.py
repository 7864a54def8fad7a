"""Logos of partners on cards and pages, by the rules of every other image."""

import re

import pytest
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from partners.models import Organisation
from tests.site.test_media import image, status
from tests.site.test_statements import made

LOGO = re.compile(r'<img class="kis-logo"[^>]*>')


@pytest.fixture
def partner(kis_page):
    """A partner with a logo."""
    page = kis_page("polizeidirektion-leipzig")
    page.organisation.logo = image("Signet")
    page.organisation.save_revision().publish()
    return page


def logos(address):
    return LOGO.findall(Client().get(address).content.decode())


def test_a_partner_has_its_logo_on_its_page_and_on_cards(partner, kis_page):
    shown = [logos(page.url) for page in (partner, kis_page("kooperationen"), kis_page("start"))]
    assert [len(found) for found in shown] == [1, 1, 1]
    [tag] = {found[0] for found in shown}
    # The name stands beside it; its place is kept until it comes.
    assert 'alt=""' in tag and 'loading="lazy"' in tag
    rendition = (
        get_image_model().get_rendition_model().objects.get(filter_spec="max-320x160|format-webp")
    )
    assert f'width="{rendition.width}" height="{rendition.height}"' in tag
    [source] = re.findall('src="([^"]+)"', tag)
    assert source == rendition.url
    assert status(source) == 200


def test_readers_of_another_language_see_it(partner, kis_page):
    assert len(logos(kis_page("polizeidirektion-leipzig", "sk").url)) == 1
    assert len(logos(kis_page("kooperationen", "lv").url)) == 1


def close_collection(organisation):
    collection = Collection.get_first_root_node().add_child(name="Intern")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    get_image_model().objects.update(collection=collection)


def unpublish(organisation):
    organisation.unpublish()


def take_away(organisation):
    Organisation.objects.filter(pk=organisation.pk).update(logo=None)


@pytest.mark.parametrize("act", [close_collection, unpublish, take_away])
def test_it_goes_when_it_is_no_longer_public(partner, kis_page, act):
    pages = [partner, kis_page("kooperationen")]
    assert [len(logos(page.url)) for page in pages] == [1, 1]
    act(partner.organisation)
    assert [logos(page.url) for page in pages] == [[], []]


def test_a_page_without_the_file_is_a_page_without_the_logo(partner):
    partner.organisation.logo.file.storage.delete(partner.organisation.logo.file.name)
    assert logos(partner.url) == []


def test_many_logos_are_read_by_as_many_statements_as_one(partner, kis_page):
    addresses = [kis_page(one) for one in ("kooperationen", "start")]
    before = [made(page) for page in addresses]
    for one in Organisation.objects.filter(locale=partner.locale, logo=None):
        one.logo = image(f"Signet {one.pk}")
        one.save()
    assert len(logos(addresses[0].url)) > 2
    assert [made(page) for page in addresses] == before
    assert max(before) <= 12
