"""A site's own colours and logo, in Chromium."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM, demo
from tests.e2e.test_first_screen import OUTSIDE

BRAND = "light=#7a1f5c,dark=#f0a6d2,logo=kis_partners/examples/home.homepage.webp"
SHOWN = {"light": "rgb(122, 31, 92)", "dark": "rgb(240, 166, 210)"}


@pytest.fixture(scope="module")
def branded(tmp_path_factory):
    with demo(tmp_path_factory.mktemp("branded"), BRAND=BRAND) as address:
        yield address


@pytest.mark.parametrize("scheme", SHOWN)
@pytest.mark.parametrize("path", ["/sk/", "/embed/frame/?locale=sk", "/sk/spolupraca/"])
def test_links_are_in_the_colour_of_the_site(page, branded, path, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(branded + path)
    link = page.locator("main a, section.kis-cooperations a").first
    expect(link).to_have_css("color", SHOWN[scheme])


def test_the_logo_moves_nothing_and_stays_on_the_screen(browser_type, branded):
    arguments = ["--no-sandbox", "--blink-settings=defaultFontSize=32"]
    browser = browser_type.launch(executable_path=CHROMIUM, args=arguments)
    boxes = []
    for comes in (True, False):
        page = browser.new_page(viewport={"width": 320, "height": 640})
        if not comes:
            page.route("**/*.webp", lambda route: route.abort())
        page.goto(f"{branded}/lv/")
        page.evaluate("document.fonts.ready")
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        boxes.append([page.locator(one).bounding_box() for one in (".brand img", "main h1")])
        page.close()
    browser.close()
    assert boxes[0] == boxes[1] and boxes[0][0]["width"] > 0
