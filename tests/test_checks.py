"""What ``manage.py check`` refuses or warns of: each with a sentence and a remedy, in a table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import global_settings
from django.core.checks import run_checks

from partners.checks import check_models
from partners.templatetags.kis_partners import language_versions
from partners.words import interface

ROOT = Path(__file__).resolve().parents[1]
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
LOCALE = "kis_wagtail.middleware.SiteLocaleMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CACHE = "partners.delivery.answers.cache.ConditionalCacheMiddleware"


def found(*ids):
    return [one for one in run_checks() if one.id in ids]


VALUES = [
    ("MAX_BYTES", "5"),
    ("MAX_BYTES", 0),
    ("MAX_BYTES", True),
    ("MAX_OFFSET", 1.5),
    ("TRANSLATED_SHARE", 80),
    ("TRANSLATED_SHARE", "1"),
    ("HEADLESS", "no"),
    ("SEARCH_DOCUMENTS", []),
    ("CONTENT", ["content"]),
    ("RENDITIONS", ["max-400x400"]),
    ("RENDITIONS", {"large": 400}),
    ("PLACEHOLDERS", "TODO"),
    ("CACHED_PATHS", "/api/"),
    ("CACHED_PATHS", {"/api/": 1}),
    ("PAGES_READ", "menus.Menu"),
    ("CACHE", None),
    ("CACHE_SECONDS", 0),
    ("MEDIA_LOCATION", None),
]


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_value_of_another_type_or_out_of_bounds_is_refused(settings, name, value):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, name: value}
    [error] = found("kis_partners.E004")
    assert f"KIS_PARTNERS['{name}'] is {value!r} ({type(value).__name__})" in error.msg
    assert error.hint.startswith("It is ")


def test_all_wrong_values_are_named_at_once(settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, **dict(VALUES)}
    assert len(found("kis_partners.E004")) == len(dict(VALUES))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_DEPTH", 1), ("TRANSLATED_SHARE", 0.8), ("TRANSLATED_SHARE", 0), ("CACHE_SLOTS", 0),
        ("CONTENT", str(ROOT)), ("CONTENT", ROOT), ("CONTENT", None), ("PLACEHOLDERS", ["X"]),
        ("CACHED_PATHS", ["/api/"]), ("PAGES_READ", []),
    ],
)  # fmt: skip
def test_a_value_that_can_be_meant_is_taken(settings, name, value):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, name: value}
    assert found(*(f"kis_partners.E00{number}" for number in range(3, 7))) == []


def test_a_setting_that_is_no_dictionary_is_refused(settings):
    settings.KIS_PARTNERS = ["HEADLESS"]
    [error] = found("kis_partners.E003")
    assert "dictionary" in error.hint


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CONTENT", "/nowhere/content", "no folder /nowhere/content"),
        ("CACHE", "defualt", "did you mean default?"),
        ("RENDITIONS", {"small": "max-40x40"}, "no 'large'"),
        ("RENDITIONS", {"large": "max-40x40", "odd": "smaller-40"}, "'odd' is 'smaller-40'"),
        ("RENDITIONS", {"large": "max-wide"}, "'large' is 'max-wide'"),
        ("API_ROUTER", "kis_wagtail.api.nothing", "no router at 'kis_wagtail.api.nothing'"),
        ("API_ROUTER", "kis_wagtail.urls.urlpatterns", "no router at"),
        ("MEDIA_LOCATION", "media/", "doesn't begin with a slash"),
        ("READY_WITHOUT", ["cahce"], "did you mean cache?"),
        ("CACHED_PATHS", ("api/",), "doesn't begin with a slash"),
    ],
)
def test_what_a_value_names_is_there(settings, name, value, said):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, name: value}
    [error] = found("kis_partners.E005")
    assert f"KIS_PARTNERS['{name}']" in error.msg and said in error.msg and error.hint


def test_pages_can_be_kept_only_where_their_addresses_are_named(settings):
    assert not found("kis_partners.E006")
    settings.KIS_PARTNERS = {"PAGES_READ": ()}
    [error] = found("kis_partners.E006")
    assert "CACHED_PATHS" in error.hint and "'/de/'" in error.hint


def test_the_languages_of_pages_are_named(settings):
    del settings.WAGTAIL_CONTENT_LANGUAGES
    [error] = found("kis_partners.E008")
    assert "WAGTAIL_CONTENT_LANGUAGES" in error.hint
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    assert not found("kis_partners.E008")
    settings.WAGTAIL_I18N_ENABLED = False
    [error] = found("kis_partners.E008")
    assert error.hint == "Set WAGTAIL_I18N_ENABLED = True."
    settings.WAGTAIL_I18N_ENABLED = True
    settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("sk", "Slovak")]
    [error] = found("kis_partners.E008")
    assert "LANGUAGE_CODE is 'de'" in error.msg


def test_a_page_is_shown_where_they_are_not_named(kis_page, settings):
    page = kis_page("start", "de")
    del settings.WAGTAIL_CONTENT_LANGUAGES
    assert language_versions(page)[0].code == "de"


@pytest.mark.parametrize(
    "order",
    [[SESSIONS, COMMON], [LOCALE, SESSIONS, COMMON], [SESSIONS, COMMON, LOCALE]],
    ids=["missing", "before the session", "after the rest"],
)
def test_the_language_of_a_request_is_found_at_its_place(settings, order):
    assert not found("kis_partners.E009")
    others = [one for one in settings.MIDDLEWARE if one not in (SESSIONS, LOCALE, COMMON)]
    settings.MIDDLEWARE = [*others, *order]
    [error] = found("kis_partners.E009")
    assert "after SessionMiddleware" in error.hint.replace("\n", " ")


def test_the_cache_of_answers_comes_first(settings):
    assert not found("kis_delivery.E004", "kis_delivery.W004")
    others = [one for one in settings.MIDDLEWARE if one != CACHE]
    settings.MIDDLEWARE = others
    [warning] = found("kis_delivery.W004")
    assert CACHE in warning.hint
    settings.MIDDLEWARE = [*others, CACHE]
    [error] = found("kis_delivery.E004")
    assert SESSIONS in error.msg and CACHE in error.hint


def test_the_api_has_one_address(settings):
    assert not found("kis_partners.E017")
    settings.ROOT_URLCONF = "tests.api.urls_in_languages"
    [error] = found("kis_partners.E017")
    assert "/de/api/v2/" in error.msg and "i18n_patterns" in error.hint


def test_oembed_without_a_frame_is_told(settings):
    assert not found("kis_partners.W020")
    settings.ROOT_URLCONF = "tests.site.urls_without_frame"
    [warning] = found("kis_partners.W020")
    assert 'name="embed_frame"' in warning.hint


def test_only_languages_that_the_site_names_are_checked(settings):
    """Not the ninety of Django's default, where a site has one."""
    settings.LANGUAGES = global_settings.LANGUAGES
    settings.WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch")]
    assert interface.languages() == ["de"]
    del settings.WAGTAIL_CONTENT_LANGUAGES
    assert interface.languages() == ["de"]


def test_another_model_of_pages_is_refused(settings):
    settings.WAGTAIL_PAGE_MODEL = "somewhere.Page"
    [error] = check_models(None)
    assert error.id == "kis_partners.E018"
    assert "WAGTAIL_PAGE_MODEL" in error.hint


def test_every_check_stands_in_the_table():
    table = (ROOT / "docs/checks.md").read_text()
    listed = re.findall(r"^\| `([a-z_]+\.[EW]\d{3})` \|", table, re.M)
    source = "\n".join(
        path.read_text()
        for folder in ("partners", "signin")
        for path in (ROOT / folder).rglob("*.py")
    )
    known = set(re.findall(r'"((?:kis_\w+|signin)\.[EW]\d{3})"', source))
    known |= {f"kis_partners.{one}" for one in re.findall(r'"([EW]\d{3})"', source)}
    assert len(listed) == len(set(listed)), "an id stands there twice"
    assert set(listed) == known
