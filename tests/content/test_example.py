"""The example package: an invented organisation, from English to Slovak."""

import shutil

import pytest
from wagtail.models import Page

from partners.content import load
from partners.content.loader import write_po_files
from partners.models import NetworkPage, PartnerPage
from partners.public.translations import translation_state
from tests.conftest import EXAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def english_home():
    return Page.objects.get(depth=2, locale__language_code="en").specific


def test_it_is_loaded_with_its_translations(english_home):
    report = load(EXAMPLE, parent=english_home)
    assert len(report.created) == 9 and len(report.translated) == 8
    page = PartnerPage.objects.get(title="Working with the town library")
    assert page.live and page.locale.language_code == "en"
    slovak = PartnerPage.objects.get(
        translation_key=page.translation_key, locale__language_code="sk"
    )
    assert slovak.live and slovak.title == "Spolupráca s mestskou knižnicou"
    assert translation_state(slovak).state == "machine"
    assert NetworkPage.objects.filter(title="Čitatelia z Lindwellu").exists()
    assert not load(EXAMPLE, parent=english_home).changed


def test_its_translations_are_complete(tmp_path, english_home):
    folder = shutil.copytree(EXAMPLE, tmp_path / "example")
    assert write_po_files(folder, parent=english_home) == 0
