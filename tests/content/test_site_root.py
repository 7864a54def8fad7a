"""Whose site is whose: a package that is loaded again takes none from an editor."""

import pytest
from django.core.management import call_command
from wagtail.models import Page, Site

from home.models import HomePage
from partners.content import load
from tests.conftest import KIS
from tests.packages import PackageFolder

pytestmark = pytest.mark.django_db
ROOT = """\
type: home.HomePage
key: haus
title: Haus
slug: haus
"""
HEAD = """\
name: probe
source: de
languages: []
site: {root: haus, name: Probe}
"""


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


@pytest.mark.parametrize("below", [False, True])
def test_wagtails_welcome_page_goes_unless_something_stands_below_it(tmp_path, below):
    Page.objects.filter(slug="home").update(slug="start")
    welcome = Page.get_first_root_node().add_child(instance=Page(title="Welcome", slug="home"))
    if below:
        welcome.add_child(instance=Page(title="Anders", slug="anders"))
    report = load(PackageFolder(tmp_path / "probe", ROOT, HEAD).root)
    assert report.created == ["homepage.haus"]
    assert Page.objects.filter(pk=welcome.pk).exists() == below
    assert (site().root_page.title, site().site_name) == ("Haus", "Probe")


def test_a_package_makes_a_site_where_there_is_none(tmp_path):
    Site.objects.all().delete()
    load(PackageFolder(tmp_path / "probe", ROOT, HEAD).root)
    assert (site().root_page.title, site().site_name) == ("Haus", "Probe")
