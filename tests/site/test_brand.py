"""A site's colours and logo: readable, and on every page without inline styles."""

import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from home.views import server_error
from partners.site import brand
from tests.test_checks import found

ROOT = Path(__file__).resolve().parents[2]
COLOURS = {"light": "#7a1f5c", "dark": "#f0a6d2"}
RULE = ":root{--brand-light:#7a1f5c;--brand-dark:#f0a6d2}"


@pytest.fixture
def branded(settings):
    def set_to(**values):
        settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "BRAND": values}

    set_to(**COLOURS, logo="icon.svg")
    return set_to


def linked(text):
    """The style sheets that a page has."""
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        # Of the documents of WCAG: the darkest grey that fails, and the lightest that doesn't.
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#FFFFFF", 4.54),
        ("#ff0000", "#ffffff", 4.00),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert brand.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert brand.contrast(one, other) == brand.contrast(other, one)


def test_colours_are_compared_with_the_grounds_that_pages_have():
    styles = (ROOT / "kis_wagtail/static/site.css").read_text()
    pairs = re.findall(r"--(?:ground|panel): light-dark\((#\w+), (#\w+)\);", styles)
    light, dark = zip(*pairs, strict=True)
    assert {"light": ("#ffffff", *light[1:]), "dark": dark} == brand.GROUNDS
    assert light[0] == "#fff"
    for name in brand.GROUNDS:
        [own] = re.findall(rf"--brand-{name}: (#\w+);", styles)
        assert all(brand.contrast(own, ground) >= brand.LEAST for ground in brand.GROUNDS[name])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"light": "#5b9aa6", "dark": "#86d3df"}, "'light' is #5b9aa6, whose contrast to #eef3f3"),
        ({"light": "#0d4f5c", "dark": "#0d4f5c"}, "'dark' is #0d4f5c, whose contrast to #1d262a"),
    ],
)
def test_faint_colours_are_refused(branded, values, said):
    assert not found("kis_partners.E020")
    branded(**values)
    [error] = found("kis_partners.E020")
    assert said in error.msg and "4.5" in error.msg
    assert ("darker" if "light" in said else "lighter") in error.hint


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"light": "#0d4f5c"}, "'light' alone"),
        ({**COLOURS, "dark": "pink"}, "'dark' is 'pink', which is no colour"),
        ({**COLOURS, "dakr": "#ffffff"}, "did you mean dark?"),
        ({"logo": "no/logo.svg"}, "which is no static image"),
        ({"logo": "icon.svg", "logo_dark": "site.css"}, "which is no static image"),
    ],
)
def test_what_cannot_be_meant_is_refused(branded, values, said):
    branded(**values)
    [error] = found("kis_partners.E005")
    assert said in error.msg and error.hint


def test_colours_need_an_address(branded, settings):
    assert not [one for one in run_checks() if "BRAND" in one.msg]
    settings.ROOT_URLCONF = "tests.site.urls_without_frame"
    [error] = found("kis_partners.E005")
    assert "no address" in error.msg and "brand.urls()" in error.hint
    assert brand.brand().style == ""


def test_every_page_has_them_and_its_policy_allows_them(branded, kis_page, rf):
    home = kis_page("start")
    asked = [home.url, "/de/nichts/", "/de/search/", "/embed/frame/?locale=de"]
    answers = [Client().get(path) for path in asked] + [server_error(rf.get("/de/"))]
    texts = [answer.content.decode() for answer in answers]
    [address] = {one for text in texts for one in linked(text) if "/brand/" in one}
    assert all(address in linked(text) for text in texts)
    for answer in answers[:-1]:
        assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "<style" not in answer.content.decode()
    styles = Client().get(address)
    assert styles.content.decode() == RULE
    assert styles.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in styles.headers["Cache-Control"] and not styles.cookies
    old = Client().get(reverse("kis_brand", args=["0"]))
    assert old.content == styles.content and old.headers["Cache-Control"] == "no-cache"


def test_the_style_sheet_asks_nobody(branded, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get(brand.brand().style)


def test_the_logo_stands_in_the_header_with_its_size(branded, kis_page):
    text = Client().get(kis_page("start", "sk").url).content.decode()
    header = text.partition("<header>")[2].partition("</header>")[0]
    [logo] = re.findall("<picture>.*?</picture>", header)
    assert '<img src="/static/icon.svg" alt="" width="16" height="16">' in logo
    branded(logo="icon.svg", logo_dark="icon.svg")
    text = Client().get(kis_page("start", "sk").url).content.decode()
    assert '<source srcset="/static/icon.svg" media="(prefers-color-scheme: dark)">' in text
    assert len(linked(text)) == 1


def test_a_kept_page_is_made_anew_when_the_brand_has_changed(branded, kis_page):
    address = kis_page("start").url
    texts = [Client().get(address).content.decode() for _time in range(2)]
    assert texts[0] == texts[1] and len(linked(texts[0])) == 2
    branded()
    text = Client().get(address).content.decode()
    assert len(linked(text)) == 1 and "<picture>" not in text


def test_pages_for_the_time_without_the_site_have_the_colours(branded, kis_page, tmp_path):
    call_command("write_outage_pages", str(tmp_path), verbosity=0)
    assert RULE in (tmp_path / "lv.html").read_text().partition("</style>")[0]
