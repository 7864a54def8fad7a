"""The setting ``KIS_PARTNERS``: its keys have one spelling, and ``check`` names every other one."""

import pytest

from partners.checks import check_installation
from partners.conf import conf, known_names


@pytest.mark.parametrize(
    ("name", "near"),
    [("headless", "HEADLESS"), ("Max_Bytes", "MAX_BYTES"), ("CACHE_SECOND", "CACHE_SECONDS")],
)
def test_a_key_of_another_spelling_is_unknown_and_the_right_one_is_named(settings, name, near):
    settings.KIS_PARTNERS = {name: 7}
    assert getattr(conf(), near.lower()) != 7
    [warning] = [one for one in check_installation(None) if one.id == "kis_partners.W005"]
    assert name in warning.msg and warning.hint.endswith(f"did you mean {near}?")


def test_keys_in_upper_case_are_known(settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 7}
    assert conf().max_bytes == 7
    assert set(settings.KIS_PARTNERS) <= set(known_names())
    assert not [one for one in check_installation(None) if one.id == "kis_partners.W005"]


def test_a_site_without_time_zones_is_refused(settings):
    assert not [one for one in check_installation(None) if one.id == "kis_partners.E016"]
    settings.USE_TZ = False
    [error] = [one for one in check_installation(None) if one.id == "kis_partners.E016"]
    assert "USE_TZ = True" in error.hint
