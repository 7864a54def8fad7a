"""The site without public pages, and the example front end that shows them instead."""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, ROOT, USER, demo, free_port, serving

NODE = shutil.which("node")
FRONT = ROOT / "examples/static-front-end/front.mjs"

pytestmark = pytest.mark.skipif(not NODE, reason="there is no node")


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """(the headless site, its front end, the folder with the front end's pages)"""
    folder = tmp_path_factory.mktemp("headless")
    front = f"http://127.0.0.1:{free_port()}"
    with demo(folder, FRONT_END=front) as site:
        api, pages = f"{site}/api/v2", folder / "dist"
        done = subprocess.run(
            [NODE, FRONT, "build", api, pages], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == "64 pages\n"
        port = front.rpartition(":")[2]
        with serving([NODE, FRONT, "serve", api, pages, port], folder / "front", front):
            yield site, front, pages


def get(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.read().decode()


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *args, **kwargs):
        return None


def refused(url):
    """(status, headers) of an answer that isn't a page."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(url, timeout=30)
    with answer.value as error:
        return error.code, error.headers


def test_every_address_is_that_of_the_front_end(sites):
    site, front, _pages = sites
    items = json.loads(get(f"{site}/api/v2/pages/?limit=100"))["items"]
    for item in items:
        assert item["meta"]["html_url"].startswith(f"{front}/")
        detail = get(f"{site}/api/v2/pages/{item['id']}/")
        assert f"{site}/de/" not in detail and f"{site}/sk/" not in detail
    related = [
        page["html_url"]
        for item in items
        for page in json.loads(get(f"{site}/api/v2/pages/{item['id']}/")).get("related", [])
    ]
    assert related and all(url.startswith(front) for url in related)


def test_the_front_end_has_every_page_and_its_links_work(sites):
    site, front, pages = sites
    files = list(pages.rglob("index.html"))
    assert len(files) == 64
    links = set()
    for path in files:
        text = path.read_text("utf-8")
        assert "undefined" not in text and "[object" not in text, path
        links |= set(re.findall(r'href="([^"]+)"', text))
    assert not [link for link in links if link.startswith(f"{site}/") and "/documents/" not in link]
    for link in links:
        if link.startswith(front):
            assert "<h1>" in get(link)


def test_every_page_of_the_front_end_begins_with_whom_to_call_and_the_way_out(sites):
    site, _front, pages = sites
    of = {one["locale"]: one for one in json.loads(get(f"{site}/api/v2/site/"))["items"]}
    assert set(of) == {"de", "en", "sk", "lv"}
    for path in pages.rglob("index.html"):
        head, _tag, rest = path.read_text("utf-8").partition("<h1>")
        told = of[re.search(r'<html lang="(\w+)">', head)[1]]
        assert f'href="{told["exit"]["target"]}"' in head
        first = [one for one in told["emergency_numbers"] if one["at_top"]]
        assert len(first) == 2 and all(f'href="{one["uri"]}"' in head for one in first)
        for one in told["legal"]:
            assert f'href="{one["page"]["html_url"]}"' in rest


def test_this_server_has_no_pages_of_its_own(sites):
    site, front, _pages = sites

    status, headers = refused(f"{site}/lv/")
    assert (status, headers["Location"]) == (302, f"{front}/lv/")
    assert refused(f"{site}/sitemap.xml")[0] == 404
    assert "Disallow: /\n" in get(f"{site}/robots.txt")


def test_previews_open_on_the_front_end(sites, page):
    site, front, _pages = sites
    [item] = json.loads(
        get(f"{site}/api/v2/pages/?type=kis_partners.PartnerPage&locale=de&search=Polizeidirektion")
    )["items"]
    page.goto(f"{site}/admin/login/?next=/admin/pages/{item['id']}/edit/")
    page.fill("[name=username]", USER)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("[name=lead]")
    page.fill("[name=lead]", "Noch nicht veröffentlicht: Probe.")
    page.click("[data-side-panel-toggle=preview]")
    frame = page.frame_locator("iframe[data-w-preview-target=iframe], #w-preview-iframe").first
    frame.get_by_text("Noch nicht veröffentlicht: Probe.").wait_for(timeout=20000)
    assert any(one.url.startswith(f"{front}/preview/?") for one in page.frames)
    # Wagtail's user bar is on it, and its scripts run.
    frame.locator("wagtail-userbar").wait_for(state="attached")
    expect(frame.locator("wagtail-userbar aside")).to_have_count(1)
    assert "Probe" not in get(f"{front}{item['meta']['html_url'].removeprefix(front)}")


@pytest.mark.parametrize(
    "query",
    ["", "?content_type=kis_partners.partnerpage&token=id%3D5%3A1tx%3Aforged", "?content_type=x.y"],
)
def test_a_draft_needs_its_token(sites, query):
    site, _front, _pages = sites
    assert refused(f"{site}/api/v2/page_preview/{query}")[0] == 404
