"""The setting ``KIS_PARTNERS``: its keys have one spelling, and ``check`` names every other one."""

import pytest

from partners.checks import check_cors, check_installation, check_media, check_setting
from partners.conf import conf, known_names


@pytest.mark.parametrize(
    ("name", "near"),
    [("headless", "HEADLESS"), ("Max_Bytes", "MAX_BYTES"), ("CACHE_SECOND", "CACHE_SECONDS")],
)
def test_a_key_of_another_spelling_is_unknown_and_the_right_one_is_named(settings, name, near):
    settings.KIS_PARTNERS = {name: 7}
    assert getattr(conf(), near.lower()) != 7
    [warning] = [one for one in check_setting(None) if one.id == "kis_partners.W005"]
    assert name in warning.msg and warning.hint.endswith(f"did you mean {near}?")


def test_keys_in_upper_case_are_known(settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 7}
    assert conf().max_bytes == 7
    assert set(settings.KIS_PARTNERS) <= set(known_names())
    assert not [one for one in check_setting(None) if one.id == "kis_partners.W005"]


def test_a_site_without_time_zones_is_refused(settings):
    assert not [one for one in check_installation(None) if one.id == "kis_partners.E016"]
    settings.USE_TZ = False
    [error] = [one for one in check_installation(None) if one.id == "kis_partners.E016"]
    assert "USE_TZ = True" in error.hint


def test_a_site_whose_form_of_images_tells_nothing_of_damage_is_warned(settings):
    assert not [one for one in check_installation(None) if one.id == "kis_partners.W016"]
    settings.WAGTAILIMAGES_IMAGE_FORM_BASE = "wagtail.images.forms.BaseImageForm"
    [warning] = [one for one in check_installation(None) if one.id == "kis_partners.W016"]
    assert "partners.files.forms.CleanImageForm" in warning.hint


STOCK_MEDIA = "django.core.files.storage.FileSystemStorage"


def test_a_site_whose_files_are_given_by_others_is_warned(settings):
    assert check_media(None) == []
    settings.ROOT_URLCONF = "tests.unshelved.stock_media"
    assert [one.id for one in check_media(None)] == ["kis_partners.W018"] * 2
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": STOCK_MEDIA}}
    found = check_media(None)
    assert [one.id for one in found] == ["kis_partners.W017"] * 2 + ["kis_partners.W018"] * 2
    assert "partners.files.storage.MediaStorage" in found[0].hint
    assert "media.urls()" in found[2].hint and "media.document_urls" in found[3].hint


def test_a_site_whose_api_no_script_can_read_is_warned(settings):
    assert check_cors(None) == []
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "cors" not in one]
    assert [one.id for one in check_cors(None)] == ["kis_partners.W019"]
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "API_ROUTER": ""}
    assert check_cors(None) == []
