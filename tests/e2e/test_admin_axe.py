"""The screens that we add to the admin hold no barrier that axe can find."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import ROOT, at_rest

SCREENSHOTS = ROOT / "var" / "screenshots"
SCREENS = {
    "home": "",
    "overview": "reports/translation-overview/",
    "files": "translation-files/",
    "keeping-true": "reports/keeping-true/",
    "emergency-numbers": "reports/emergency-numbers/",
    "handbook": "handbook/",
    "page-types": "pages/4/add_subpage/",
    "sessions": "sign-in/sessions/",
}


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(admin, server, screen):
    answer = admin.goto(f"{server}/admin/{SCREENS[screen]}")
    assert answer.ok
    admin.set_viewport_size({"width": 1280, "height": 900})
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    at_rest(admin)
    admin.screenshot(path=SCREENSHOTS / f"admin-{screen}.png", full_page=True)
    found = Axe().run(admin).response
    assert len(found["passes"]) > 20
    assert {one["id"]: [node["html"] for node in one["nodes"]] for one in found["violations"]} == {}
