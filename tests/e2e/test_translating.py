"""Reviewing and publishing a translation, in Chromium."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What is ours on a screen of Wagtail's.
OURS = "#main .nice-padding, .messages"


def look(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=SHOTS / f"admin-{name}.png", full_page=True)
    found = Axe().run(page, context=OURS, options=RULES).response["violations"]
    assert found == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def slovak(ask):
    [item] = ask("pages/?type=kis_partners.NetworkPage&locale=sk&limit=1")["items"]
    return item["id"]


def test_a_translator_reviews_a_page_and_the_site_says_so(admin, server, ask):
    pk = slovak(ask)
    admin.goto(f"{server}/admin/pages/{pk}/edit/")
    admin.wait_for_selector(".messages")
    look(admin, "translation-editor")
    admin.locator(".messages a", has_text="Übersetzung prüfen").first.click()
    look(admin, "review")
    admin.locator("input[name=segment]").first.check()
    admin.get_by_role("button", name="Ausgewählte als geprüft kennzeichnen").click()
    admin.wait_for_selector("text=1 Abschnitt wurde als geprüft gekennzeichnet")
    admin.get_by_role("button", name="Alle als geprüft kennzeichnen").click()
    admin.wait_for_selector("text=Alle Abschnitte sind geprüft")
    language = ask(f"pages/{pk}/")["meta"]["language"]
    assert (language["state"], language["reviewed"]) == ("complete", True)


def test_taking_back_says_what_follows(admin, server, ask):
    [item] = ask("pages/?type=kis_partners.NetworkPage&locale=de&limit=1")["items"]
    for action in ("unpublish", "delete"):
        admin.goto(f"{server}/admin/pages/{item['id']}/{action}/")
        admin.wait_for_selector(".messages")
        assert "in anderen Sprachen" in admin.locator(".messages").inner_text()
        look(admin, action)


def test_a_tree_is_submitted_in_the_background(admin, server, ask):
    [item] = ask("pages/?type=kis_partners.CooperationIndexPage&locale=de&limit=1")["items"]
    admin.goto(f"{server}/admin/translations/runs/")
    look(admin, "runs")
    assert item["id"]
