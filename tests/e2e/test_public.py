"""What readers see, in Chromium."""

import gzip
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT, free_port, serving
from tests.e2e.pictures import keep
from tests.languages import LANGUAGES

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
VNU = os.environ.get("VNU_JAR", "")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def check_html(folder):
    """The Nu HTML checker finds no error in any HTML file of a folder."""
    java = shutil.which("java")
    assert java, "the HTML checker needs Java"
    done = subprocess.run(
        [java, "-jar", VNU, "--skip-non-html", *map(str, sorted(folder.glob("*.html")))],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


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
    asked, wrong, cookies = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("response", lambda one: cookies.append(one.headers.get("set-cookie")))
    for address in addresses[language]:
        page.goto(address)
    assert [url for url in asked if not url.startswith((server, "data:"))] == []
    assert wrong == []
    assert not any(cookies) and context.cookies() == []
    stored = "localStorage.length + sessionStorage.length"
    assert page.evaluate(stored) == 0
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert page.evaluate("caches.keys().then(found => found.length)") == 0


def test_every_link_leads_somewhere(server, addresses):
    """A crawl from the home pages: every internal address answers with 200, by way of at most
    one redirect, and sets no cookie."""
    todo = {address for pages in addresses.values() for address in pages} | {f"{server}/"}
    done = set()
    while todo:
        address = todo.pop()
        done.add(address)
        with urllib.request.urlopen(address, timeout=30) as response:
            assert response.status == 200, address
            assert response.headers["Set-Cookie"] is None, address
            if not response.headers["Content-Type"].startswith("text/html"):
                continue
            text = response.read().decode()
        for found in re.findall(r'(?:href|src|action)="([^"]+)"', text):
            found = urllib.parse.urljoin(address, html.unescape(found)).partition("#")[0]
            if found.startswith(server) and found not in done:
                todo.add(found)
    assert {address for pages in addresses.values() for address in pages} <= done
    assert any("/static/" in address for address in done)
    assert any("/documents/" in address for address in done)
    assert any("/oembed/" in address for address in done)


def test_the_keyboard_reaches_the_content_first(page, addresses):
    page.goto(addresses["de"][1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_reached_by_keyboard(page, addresses, language):
    """Tab reaches every link and field in the order of the page, each with a mark to be seen."""
    for address in addresses[language]:
        page.goto(address)
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href], select, button, input')]"
            ".filter(one => one.checkVisibility()).length"
        )
        reached = 0
        for _step in range(wanted):
            page.keyboard.press("Tab")
            mark = page.evaluate(
                "(one => one === document.body ? '' : getComputedStyle(one).outlineStyle)"
                "(document.activeElement)"
            )
            reached += mark == "solid"
        assert reached == wanted, address


def test_a_screen_reader_hears_the_picture_as_a_list(page, ask):
    [item] = ask("pages/?type=kis_partners.CooperationIndexPage&locale=sk")["items"]
    page.goto(item["meta"]["html_url"])
    picture = page.get_by_role("list", name="Prehľad spolupráce")
    assert picture.is_visible()
    items = picture.get_by_role("listitem")
    expect(items).to_have_count(9)
    links = picture.get_by_role("link")
    expect(links).to_have_count(9)
    assert "Sieť" in links.first.text_content()


def test_the_filter_works_without_a_script(browser, ask):
    [item] = ask("pages/?type=kis_partners.CooperationIndexPage&locale=de")["items"]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(item["meta"]["html_url"])
    page.select_option("[name=kind]", "exchange")
    page.click(".kis-filter button")
    expect(page.locator(".kis-index h3")).to_have_count(2)
    page.click(".kis-filter a")
    expect(page.locator(".kis-index h3")).to_have_count(9)
    context.close()


@pytest.mark.parametrize("accept", [*LANGUAGES, "fr"])
def test_the_first_visit_follows_the_browser(browser, server, accept):
    context = browser.new_context(locale=accept)
    page = context.new_page()
    page.goto(f"{server}/")
    expected = accept if accept in LANGUAGES else "de"
    expect(page).to_have_url(f"{server}/{expected}/")
    assert page.locator("html").get_attribute("lang") == expected
    context.close()


def test_paper_has_addresses_and_no_navigation(page, ask):
    [item] = ask("pages/?type=kis_partners.PartnerPage&locale=de&search=Polizeidirektion")["items"]
    page.goto(item["meta"]["html_url"])
    page.emulate_media(media="print")
    for hidden in (".exit-bar", "header nav", ".breadcrumbs", ".legal"):
        for one in page.locator(hidden).all():
            assert not one.is_visible(), hidden
    assert page.locator(".print-address").text_content() == item["meta"]["html_url"]
    assert page.locator(".print-address").is_visible()
    behind = page.evaluate(
        "(() => { const link = document.createElement('a'); link.href = 'https://example.org/x';"
        " document.querySelector('main').append(link);"
        " return getComputedStyle(link, '::after').content; })()"
    )
    assert "example.org" in behind or "attr(href)" in behind


def is_image(response):
    return response.request.resource_type == "image"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_light(browser, addresses, language):
    """At most 60 KB compressed with all it needs, 120 KB with the letters, which come later, and
    nothing blocks but one stylesheet."""
    for address in addresses[language]:
        with browser.new_context() as context:  # with nothing in its cache
            page, bodies = context.new_page(), {}
            page.on("response", lambda one, bodies=bodies: bodies.setdefault(one.url, one))
            page.goto(address, wait_until="networkidle")
            # An image is as it is; the rest is compressed on its way.
            weights = {
                url: len(one.body() if is_image(one) else gzip.compress(one.body(), 6))
                for url, one in bodies.items()
            }
            blocking = page.evaluate(
                "performance.getEntriesByType('resource')"
                ".filter(one => one.renderBlockingStatus === 'blocking').map(one => one.name)"
            )
        fonts = sum(weight for url, weight in weights.items() if url.endswith(".woff2"))
        assert fonts <= 60_000 and sum(weights.values()) <= 120_000, weights
        assert sum(weights.values()) - fonts <= 60_000, weights
        assert len(blocking) == 1 and blocking[0].endswith(".css"), address


def test_the_switch_leads_to_the_same_page(page, ask):
    [item] = ask("pages/?type=kis_partners.PartnerPage&locale=de&search=Polizeidirektion")["items"]
    page.goto(item["meta"]["html_url"])
    for language in ("lv", "sk", "en", "de"):
        page.click(f".languages a[lang={language}]")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page).to_have_url(re.compile(f"/{language}/[^/]+/[^/]+/$"))


@pytest.mark.skipif(not VNU, reason="VNU_JAR names no HTML checker")
def test_the_html_is_correct(addresses, tmp_path):
    for language, pages in addresses.items():
        for number, address in enumerate(pages):
            with urllib.request.urlopen(address) as response:
                (tmp_path / f"{language}-{number}.html").write_bytes(response.read())
    check_html(tmp_path)


def test_pictures_for_the_readme(page, ask):
    """Set UPDATE_PICTURES to take them anew."""
    page.set_viewport_size({"width": 1100, "height": 800})
    [item] = ask(
        "pages/?type=kis_partners.PartnerPage&locale=lv&search=policijas&search_operator=and"
    )["items"]
    page.goto(item["meta"]["html_url"])
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert not keep(picture, IMAGES / "page-lv.png")


LOOKS = {  # name: (width in pixels, colour scheme, medium)
    "light": (1280, "light", "screen"),
    "dark": (1280, "dark", "screen"),
    "phone": (360, "light", "screen"),
    "zoom-400": (320, "light", "screen"),
    "print": (700, "light", "print"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_every_page_type_to_look_at(page, ask, language):
    """Written to var/screenshots, for a person."""
    folder = ROOT / "var" / "screenshots" / language
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    items = ask(f"pages/?locale={language}&limit=100")["items"]
    for name, item in {one["meta"]["type"].rpartition(".")[2]: one for one in items}.items():
        for look, (width, scheme, medium) in LOOKS.items():
            page.set_viewport_size({"width": width, "height": 256 if "zoom" in look else 900})
            page.emulate_media(color_scheme=scheme, media=medium)
            page.goto(item["meta"]["html_url"])
            page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
    assert len({path.name.partition("-")[0] for path in folder.glob("*.png")}) == 6


def test_another_site_shows_the_list_in_a_frame_as_high_as_oembed_says(page, server, tmp_path):
    listed = urllib.parse.quote(f"{server}/sk/spolupraca/")
    with urllib.request.urlopen(f"{server}/oembed/?url={listed}&maxwidth=400") as answer:
        told = json.load(answer)
    page.set_viewport_size({"width": 800, "height": told["height"] + 100})
    (tmp_path / "index.html").write_text(f"<!doctype html><h1>Example</h1>{told['html']}")
    # Another port is another origin. Chromium keeps public sites from showing what is local.
    port = free_port()
    other = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    site = f"http://127.0.0.1:{port}"
    with serving([*other, "--directory", str(tmp_path)], tmp_path / "log", site):
        page.goto(site)
        frame = page.frame_locator("iframe")
        frame.get_by_role("link").first.wait_for()
        box = frame.locator("section").bounding_box()
    assert box and 0.6 * told["height"] < box["height"] <= told["height"]
