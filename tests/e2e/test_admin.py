"""What editors do, in Chromium."""

import io
import re
from pathlib import Path

from PIL import Image

from tests.e2e.pictures import keep

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


def edit(admin, server, pk):
    admin.goto(f"{server}/admin/pages/{pk}/edit/")
    admin.wait_for_selector(".public-DraftEditor-content")


def partner(ask, words):
    [item] = ask(f"pages/?type=kis_partners.PartnerPage&locale=de&search={words}")["items"]
    return item["id"]


def test_the_editor_opens_in_german_without_an_error(admin, server, ask):
    errors = []
    admin.on("pageerror", lambda error: errors.append(str(error)))
    edit(admin, server, partner(ask, "Landesjugendpfarramt"))
    assert admin.locator("html").get_attribute("lang") == "de"
    admin.set_viewport_size({"width": 1280, "height": 860})
    admin.get_by_role("tab", name="Fakten").click()
    admin.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(admin.screenshot())).convert("RGB")
    assert not keep(picture, IMAGES / "admin-de.png")
    assert errors == []


def test_a_person_is_put_into_the_text_by_role(admin, server, ask):
    """With the toolbar, from the list of people, and published: the name is nowhere."""
    pk = partner(ask, "Triade")
    edit(admin, server, pk)
    text = admin.locator(".public-DraftEditor-content").first
    text.click()
    admin.keyboard.press("Control+End")
    admin.keyboard.type(" Es informiert /")
    admin.get_by_role("option", name="Name vor diesen Wörtern").click()
    admin.locator(".modal-content tr", has_text="Heike").get_by_role("link").first.click()
    admin.wait_for_selector(".modal-content", state="detached")
    assert "Es informiert" in text.inner_text()
    assert "Landesjugendwartin" in text.inner_text()
    assert "Heike" not in text.inner_text()
    admin.locator("footer button[data-w-dropdown-target=toggle]").click()
    admin.locator("button[name=action-publish]").click()
    admin.wait_for_url(re.compile(r"/admin/pages/\d+/(edit/)?$"))
    body = ask(f"pages/{pk}/")["body"][-1]["value"]
    assert re.search(r"Es informiert\s+Landesjugendwartin für Mädchen/Gender", body), body
    assert "Heike" not in body


def test_a_wrong_date_is_explained(admin, server, ask):
    edit(admin, server, partner(ask, "Triade"))
    admin.get_by_role("tab", name="Fakten").click()
    admin.fill("[name=since]", "2004-13")
    admin.locator("button.action-save, button:has-text('Entwurf speichern')").first.click()
    admin.wait_for_load_state()
    admin.get_by_role("tab", name="Fakten").click()
    admin.wait_for_selector("text=Den Monat 13 gibt es nicht")
