"""The screens for those who keep the content true, in Chromium, with pictures to look at."""

import re
import zipfile

import polib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT, USER, at_rest, manage

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
SCREENS = {
    "overview": "reports/translation-overview/",
    "overview-state": "reports/translation-overview/?language=sk&state=machine",
    "files": "translation-files/",
    "glossary-report": "reports/glossary/",
    "glossary": "snippets/kis_partners/term/",
    "keeping-true": "reports/keeping-true/",
}
PICTURES = ROOT / "var" / "screenshots"


def picture(admin, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    admin.screenshot(path=PICTURES / f"desk-{name}.png", full_page=True)


def speak(folder, language):
    """Let the user of the demo have the admin in a language."""
    code = (
        "from django.contrib.auth.models import User; from wagtail.users.models import UserProfile;"
        f"one = UserProfile.get_for_user(User.objects.get(username={USER!r}));"
        f"one.preferred_language = {language!r}; one.save()"
    )
    manage(folder, "shell", "-c", code)


def nothing_bars(admin, part="main"):
    at_rest(admin)
    result = Axe().run(admin, context=part, options=WCAG)
    assert result.violations_count == 0, result.generate_report()


@pytest.fixture
def wide(admin):
    """A signed-in page; what goes wrong in it is a failure."""
    wrong = []
    admin.on("pageerror", lambda error: wrong.append(str(error)))
    admin.set_viewport_size({"width": 1280, "height": 900})
    yield admin
    assert wrong == []


@pytest.mark.parametrize("name", SCREENS)
def test_nothing_bars_anyone_from_working(wide, server, name):
    wide.goto(f"{server}/admin/{SCREENS[name]}")
    picture(wide, name)
    nothing_bars(wide)


def test_the_first_page_says_what_waits(wide, server):
    panels = wide.locator("section.w-panel--dashboard")
    expect(panels.filter(has_text="Was auf Sie wartet")).to_have_count(1)
    expect(panels.filter(has_text="Aktuell halten")).to_have_count(1)
    picture(wide, "first-page")
    for panel in ("waiting", "keeping-true"):
        nothing_bars(wide, f"#{panel}-section")
    wide.get_by_role("link", name="nicht geprüft").first.click()
    wide.wait_for_selector("table.listing tbody td a")


@pytest.mark.parametrize("language", ["de", "lv"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_overview_has_room_on_any_screen(wide, server, demo_folder, language, width):
    speak(demo_folder, language)
    wide.set_viewport_size({"width": width, "height": 900})
    wide.goto(f"{server}/admin/reports/translation-overview/?language=sk")
    picture(wide, f"overview-{language}-{width}")
    nothing_bars(wide)
    assert wide.evaluate("document.documentElement.scrollWidth <= innerWidth")
    speak(demo_folder, "de")


def test_ticked_lines_are_marked_as_reviewed_together(wide, server):
    url = f"{server}/admin/reports/translation-overview/?language=lv&kind=kis_partners.organisation"
    wide.goto(f"{url}&state=machine")
    number = wide.locator("[name=item]").count()
    assert number > 2
    wide.get_by_label("Alle Zeilen dieser Seite ankreuzen").check()
    assert wide.locator("[name=item]:checked").count() == number
    wide.select_option("[name=in]", "lv")
    wide.get_by_role("button", name="Als geprüft markieren").click()
    wide.wait_for_selector(f"text=Für {number} Zeilen erledigt")
    assert wide.locator("[name=item]").count() == 0
    wide.goto(f"{server}/admin/reports/translation-overview/")
    assert "language=lv" in wide.url and "state=machine" in wide.url


def test_a_click_leads_to_the_right_editor(wide, server):
    wide.goto(f"{server}/admin/reports/translation-overview/?q=Stalking&kind=kis_partners.topic")
    wide.locator("td a", has_text="nicht geprüft").nth(2).click()
    wide.wait_for_selector(".js-translation-editor li:visible")
    assert "/snippets/kis_partners/topic/edit/" in wide.url


def test_a_term_is_written_and_seen_above_the_text_that_is_open(wide, server):
    wide.goto(f"{server}/admin/snippets/kis_partners/term/add/")
    wide.fill("[name=word]", "Netzwerk")
    wide.get_by_role("button", name="Wort hinzufügen").click()
    wide.select_option("[name=words-0-language]", "sk")
    wide.fill("[name=words-0-word]", "zväz")
    nothing_bars(wide)
    wide.locator("footer button[type=submit]").first.click()
    wide.wait_for_url("**/snippets/kis_partners/term/")
    wide.goto(f"{server}/admin/reports/translation-overview/?q=Netzwerk&kind=pages&language=sk")
    wide.locator("tr:has(td.title)").first.locator("td a").nth(4).click()
    wide.wait_for_selector("details:has-text('Glossar')")
    picture(wide, "terms")
    nothing_bars(wide, "details:has(table)")
    expect(wide.locator("details th[scope=row]", has_text="Netzwerk")).to_have_count(1)
    wide.goto(f"{server}/admin/reports/glossary/")
    assert wide.locator("tbody td", has_text="zväz").count()
    picture(wide, "glossary-report")
    nothing_bars(wide)


def test_files_go_down_and_up_again(wide, server, tmp_path):
    wide.goto(f"{server}/admin/translation-files/")
    wide.select_option("[name=language]", "lv")
    with wide.expect_download() as waiting:
        wide.get_by_role("button", name="Herunterladen").click()
    path = tmp_path / "lv.zip"
    waiting.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if "topic.stalking" in name)
        po = polib.pofile(archive.read(name).decode())
    po[0].flags.clear()
    po.append(polib.POEntry(msgctxt="fremd", msgid="Fremd", msgstr="Svešs"))
    one = tmp_path / "stalking.po"
    po.save(str(one))
    wide.set_input_files("[name=file]", str(one))
    wide.get_by_role("button", name="Hochladen").click()
    wide.wait_for_selector("text=Ergebnis des Hochladens")
    assert "1 Text als geprüft markiert" in wide.inner_text("main")
    assert "Svešs" in wide.inner_text("main")
    picture(wide, "upload")
    nothing_bars(wide)


def test_a_webhook_is_set_up_and_tried(wide, server):
    wide.goto(f"{server}/admin/kis_webhooks/new/")
    wide.fill("[name=name]", "Erika Mustermann")
    wide.fill("[name=url]", "https://hook.invalid/kis")
    wide.check("[name=languages][value=sk]")
    nothing_bars(wide)
    wide.click("main form button[type=submit]")
    wide.get_by_role("button", name="Geheimen Schlüssel erzeugen").click()
    expect(wide.get_by_label("Geheimer Schlüssel")).to_have_value(re.compile("^whsec_.{44}$"))
    nothing_bars(wide)
    picture(wide, "webhook-secret")
    wide.get_by_role("link", name="Kopiert, weiter").click()
    wide.get_by_role("button", name="Probe senden").click()
    expect(wide.locator(".messages")).to_contain_text("nicht angenommen")
    wide.get_by_text("test-").first.click()
    nothing_bars(wide)
    picture(wide, "webhook")
    wide.goto(f"{server}/admin/kis_webhooks/")
    expect(wide.locator("main")).to_contain_text("https://hook.invalid/kis")
    nothing_bars(wide)
    picture(wide, "webhooks")
