"""Leaving quickly, in Chromium, by mouse, by keyboard and without a script."""

import pytest
from playwright.sync_api import expect

HARMLESS = "https://de.wikipedia.org/"


@pytest.fixture
def left(context):
    """The addresses on other sites that were asked for; each is answered with an empty page."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        assert "referer" not in route.request.headers
        route.fulfill(content_type="text/html", body="<title>Elsewhere</title>")

    context.route(lambda url: "127.0.0.1" not in url, answer)
    return asked


@pytest.fixture
def at_a_standstill(page, left):
    """Opens an address and stops the clock there: time passes by ``fast_forward`` alone."""

    def opened(address):
        page.clock.install(time=0)
        page.goto(address)
        page.clock.pause_at(24 * 60 * 60)
        return page

    return opened


@pytest.fixture
def reading(page, addresses, left):
    """A page that somebody reads, reached from the home page."""
    page.goto(addresses["de"][0])
    page.goto(addresses["de"][1])
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_click_leaves_and_back_does_not_lead_to_the_page(reading, addresses, left):
    reading.click("#exit")
    reading.wait_for_url(HARMLESS)
    assert left == [HARMLESS]
    reading.go_back()
    assert reading.url == addresses["de"][0]


def test_the_page_is_covered_at_once(page, addresses):
    """Before anything of the other site is there to be shown."""
    page.goto(addresses["de"][1])
    # An answer that has nothing to show leaves the page where it is.
    page.route(HARMLESS, lambda route: route.fulfill(status=204))
    page.evaluate("document.getElementById('exit').click()")
    seen = page.evaluate(
        "[getComputedStyle(document.querySelector('main')).display,"
        " document.querySelector('.cover').getBoundingClientRect().height >= innerHeight,"
        " document.querySelector('.cover').getAttribute('role')]"
    )
    assert seen == ["none", True, "alert"]


def test_three_presses_of_shift_leave(reading, left):
    status = reading.locator("#exit-status")
    press(reading, "Shift")
    assert status.text_content().startswith("Umschalttaste einmal gedrückt")
    assert status.get_attribute("role") == "status"
    press(reading, "Shift")
    assert status.text_content().startswith("Umschalttaste zweimal gedrückt")
    assert left == []
    press(reading, "Shift")
    reading.wait_for_url(HARMLESS)
    assert left == [HARMLESS]


@pytest.mark.parametrize("keys", ["Shift+A", "Shift+Tab", "Alt+Shift", "Control+Shift", "A"])
def test_shift_as_a_modifier_does_not_count(reading, left, keys):
    press(reading, keys, keys, keys, keys)
    assert reading.locator("#exit-status").text_content() == ""
    assert left == [] and reading.locator(".cover").count() == 0


def test_holding_shift_counts_once(reading, left):
    for _repeat in range(5):
        reading.keyboard.down("Shift")
    reading.keyboard.up("Shift")
    assert reading.locator("#exit").get_attribute("data-presses") == "1"
    assert left == []


def test_after_five_seconds_the_count_begins_anew(at_a_standstill, addresses, left):
    page = at_a_standstill(addresses["sk"][1])
    press(page, "Shift", "Shift")
    page.clock.fast_forward(4900)
    assert page.locator("#exit").get_attribute("data-presses") == "2"
    page.clock.fast_forward(200)
    assert page.locator("#exit").get_attribute("data-presses") is None
    assert page.locator("#exit-status").text_content().startswith("Čas na stlačenie")
    press(page, "Shift", "Shift")
    assert left == []
    press(page, "Shift")
    page.wait_for_url("https://sk.wikipedia.org/")


def test_each_press_gives_five_more_seconds(at_a_standstill, addresses, left):
    page = at_a_standstill(addresses["de"][1])
    press(page, "Shift")
    page.clock.fast_forward(4000)
    press(page, "Shift")
    page.clock.fast_forward(4000)
    press(page, "Shift")
    page.wait_for_url(HARMLESS)


@pytest.fixture
def keeping_browser(browser_type, browser_type_launch_args):
    """A browser that keeps pages for going back, which Playwright otherwise switches off."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


def test_a_page_that_comes_back_is_shown_again(keeping_browser, addresses):
    page = keeping_browser.new_page()
    page.goto(addresses["de"][1])
    page.evaluate(
        "window.kept = false;"
        "addEventListener('pageshow', event => { window.kept = event.persisted; })"
    )
    # The other site has nothing to show, so the page stays where it is, covered.
    page.route("https://**", lambda route: route.fulfill(status=204))
    page.evaluate("document.getElementById('exit').click()")
    expect(page.locator(".cover")).to_have_count(1)
    page.goto(addresses["de"][0])
    page.go_back(wait_until="commit")  # a kept page has no second "load"
    assert page.evaluate("window.kept") is True, "the browser did not keep the page"
    expect(page.locator(".cover")).to_have_count(0)
    assert page.locator("main").is_visible()


def test_without_a_script_it_is_a_link(browser, addresses):
    context = browser.new_context(java_script_enabled=False)
    context.route(
        lambda url: "127.0.0.1" not in url,
        lambda route: route.fulfill(content_type="text/html", body="<title>Elsewhere</title>"),
    )
    page = context.new_page()
    page.goto(addresses["lv"][1])
    assert not page.locator("#exit-hint").is_visible()
    assert page.locator("#exit").get_attribute("rel") == "nofollow noreferrer"
    page.click("#exit")
    expect(page).to_have_url("https://lv.wikipedia.org/")
    context.close()


def test_the_keyboard_reaches_it_among_the_first(reading, left):
    press(reading, "Tab", "Tab")
    assert reading.evaluate("document.activeElement.id") == "exit"
    press(reading, "Enter")
    reading.wait_for_url(HARMLESS)


def test_it_stays_in_sight(page, addresses):
    page.set_viewport_size({"width": 320, "height": 256})
    for address in addresses["lv"]:
        page.goto(address)
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        box = page.locator("#exit").bounding_box()
        assert 0 <= box["y"] < 60 and box["x"] + box["width"] <= 320, address
