"""The search page in Chromium, with and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.test_public import WCAG


@pytest.mark.parametrize(
    ("language", "query"),
    [("de", "haeusliche Gewalt"), ("en", "perpetrator"), ("sk", "nasilie"), ("lv", "vardarbiba")],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_are_for_everybody(page, context, server, language, query, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server}/{language}/search/")
    page.fill("#q", query)
    page.press("#q", "Enter")
    page.wait_for_selector(".search-results mark")
    assert page.url == f"{server}/{language}/search/", "no word is in the address"
    assert context.cookies() == []
    result = Axe().run(page, options=WCAG)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_pages_appear_while_typing(page, server):
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{server}/de/search/")
    page.type("#q", "Landesjug")
    page.wait_for_selector(".search-typing a")
    page.keyboard.press("Escape")
    assert page.locator(".search-typing").is_hidden()
    page.fill("#q", "Landesjugend")
    page.click(".search-typing a")
    expect(page).to_have_url(re.compile("landesjugendpfarramt"))
    assert wrong == []


def test_the_form_needs_no_script(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/de/")
    page.click("header a[href='/de/search/']")
    page.fill("#q", "Poliseidirektion")
    page.click(".search button")
    page.click(".search-link")
    expect(page.locator(".search-results h3").first).to_contain_text("Polizeidirektion")
    page.select_option("#facet-kind", "partner")
    page.click(".search-facets button")
    expect(page.locator(".search-results li")).to_have_count(1)
    context.close()
