"""Whose site is whose: a package that is loaded again takes none from an editor."""

import pytest
from django.core.management import call_command
from wagtail.models import Site

from home.models import HomePage
from partners.content import load
from tests.conftest import KIS

pytestmark = pytest.mark.django_db


def site():
    return Site.objects.get(is_default_site=True)


def test_a_site_that_an_editor_has_turned_to_another_page_stays_so(kis_page):
    other = (
        kis_page("start")
        .get_parent()
        .add_child(
            instance=HomePage(title="Anders", slug="anders", locale=kis_page("start").locale)
        )
    )
    Site.objects.filter(pk=site().pk).update(root_page=other, site_name="Umbenannt")
    call_command("load_content", verbosity=0)
    assert (site().root_page_id, site().site_name) == (other.pk, "Umbenannt")


def test_kis_does_not_write_its_sites_name_again(kis_page):
    Site.objects.filter(pk=site().pk).update(site_name="Umbenannt")
    load(KIS, overwrite=True)
    assert (site().root_page_id, site().site_name) == (kis_page("start").pk, "Umbenannt")
