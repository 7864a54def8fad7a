"""Help stands in the first screen, and nothing leaves the screen, whatever the size of letters."""

import pytest

from tests.e2e.conftest import CHROMIUM
from tests.languages import LANGUAGES

#: Width, height, and whether the first screen is expected to hold all of the top.
SCREENS = [(360, 640, True), (1280, 800, True), (320, 256, False)]
#: What is seen, and what isn't whole within the width of the screen.
OUTSIDE = """[...document.querySelectorAll('body *')].filter(one => {
    if (!one.checkVisibility() || one.closest('.kis-hidden, .skip, svg')) return false;
    const box = one.getBoundingClientRect();
    return box.width && (box.left < -0.5 || box.right > innerWidth + 0.5);
}).map(one => one.outerHTML.slice(0, 120))"""
TOP = """[...document.querySelectorAll('#exit, .calls a')].map(one => {
    const box = one.getBoundingClientRect();
    return [box.top, box.bottom, box.height];
})"""


@pytest.fixture(scope="module", params=[16, 20, 24, 32])
def letters(request, browser_type, browser_type_launch_args):
    """A browser whose reader has chosen a size of letters, in pixels."""
    arguments = [
        *browser_type_launch_args["args"],
        f"--blink-settings=defaultFontSize={request.param}",
    ]
    browser = browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield request.param, browser
    browser.close()


@pytest.fixture(scope="module")
def of_each_type(ask, server):
    """A page of each type and the search, in each language: {language: [address]}."""
    found = {}
    for language in LANGUAGES:
        items = ask(f"pages/?locale={language}&limit=100")["items"]
        types = {item["meta"]["type"]: item["meta"]["html_url"] for item in items}
        found[language] = [*types.values(), f"{server}/{language}/search/"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_first_screen_and_nothing_leaves_it(letters, of_each_type, language):
    size, browser = letters
    page = browser.new_page()
    for address in of_each_type[language]:
        page.goto(address)
        page.evaluate("document.fonts.ready")
        for width, height, is_whole in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.evaluate(OUTSIDE) == [], (address, width, size)
            leave, *numbers, _all = page.evaluate(TOP)
            assert len(numbers) == 2
            if is_whole:
                assert all(top >= 0 and bottom <= height for top, bottom, _size in numbers)
            assert leave[0] >= 0 and leave[1] <= height
            assert all(tall >= 24 for _top, _bottom, tall in (leave, *numbers))
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_tap_calls_and_one_step_shows_all_numbers(page, addresses, language):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(addresses[language][0])
    calls = page.locator(".calls a")
    assert [href[:4] for href in calls.evaluate_all("all => all.map(one => one.href)")] == [
        *("tel:", "tel:"),
        "http",
    ]
    calls.last.click()
    heading = page.locator("#emergency")
    assert heading.evaluate(
        "one => one.getBoundingClientRect().top >= document.querySelector('.exit-bar')"
        ".getBoundingClientRect().bottom"
    )
    assert page.locator("#exit").bounding_box()["y"] >= 0
