"""What readers see, in Chromium."""

import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
LANGUAGES = ["de", "en", "sk", "lv"]
VNU = os.environ.get("VNU_JAR", "")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anyone_from_reading(page, addresses, language, scheme):
    page.emulate_media(color_scheme=scheme)
    for address in addresses[language]:
        page.goto(address)
        result = Axe().run(page, options=WCAG)
        assert result.violations_count == 0, f"{address}\n{result.generate_report()}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_screen_needs_no_sideways_scrolling(page, addresses, language):
    page.set_viewport_size({"width": 320, "height": 640})
    for address in addresses[language]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_asks_no_one_else_and_keeps_nothing(page, context, server, addresses, language):
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for address in addresses[language]:
        page.goto(address)
    assert [url for url in asked if not url.startswith((server, "data:"))] == []
    assert wrong == []
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_keyboard_reaches_the_content_first(page, addresses):
    page.goto(addresses["de"][1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


def test_the_switch_leads_to_the_same_page(page, ask):
    [item] = ask("pages/?type=kis_partners.PartnerPage&locale=de&search=Polizeidirektion")["items"]
    page.goto(item["meta"]["html_url"])
    for language in ("lv", "sk", "en", "de"):
        page.click(f".languages a[lang={language}]")
        assert page.locator("html").get_attribute("lang") == language
        assert f"/{language}/" in page.url and page.url.count("/") > 4


@pytest.mark.skipif(not VNU, reason="VNU_JAR names no HTML checker")
def test_the_html_is_correct(addresses, tmp_path):
    for language, pages in addresses.items():
        for number, address in enumerate(pages):
            with urllib.request.urlopen(address) as response:
                (tmp_path / f"{language}-{number}.html").write_bytes(response.read())
    java = shutil.which("java")
    assert java, "the HTML checker needs Java"
    done = subprocess.run(
        [java, "-jar", VNU, "--skip-non-html", *map(str, sorted(tmp_path.glob("*.html")))],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_pictures_for_the_readme(page, ask):
    """Set UPDATE_PICTURES to take them anew."""
    page.set_viewport_size({"width": 1100, "height": 800})
    [item] = ask("pages/?type=kis_partners.PartnerPage&locale=lv&search=policijas")["items"]
    page.goto(item["meta"]["html_url"])
    picture = page.screenshot()
    if os.environ.get("UPDATE_PICTURES"):
        (IMAGES / "page-lv.png").write_bytes(picture)
    assert (IMAGES / "page-lv.png").is_file()
