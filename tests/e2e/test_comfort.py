"""What makes the editor's day easier, in Chromium."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"


def picture(admin, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    admin.set_viewport_size({"width": 1400, "height": 900})
    admin.screenshot(path=SCREENSHOTS / f"{name}.png")


def german(ask, kind, words):
    [item] = ask(f"pages/?type={kind}&locale=de&search={words}")["items"]
    return item["id"]


def test_a_date_is_worded_while_it_is_typed(admin, server, ask):
    triade = german(ask, "kis_partners.PartnerPage", "Triade")
    admin.goto(f"{server}/admin/pages/{triade}/edit/")
    admin.get_by_role("tab", name="Fakten").click()
    field = admin.locator("[name=since]")
    words = admin.locator("[name=since] + output[role=status]")
    field.fill("")
    field.press_sequentially("2004-13")
    expect(words).to_contain_text("Den Monat 13 gibt es nicht")
    field.fill("15.1.2004")
    expect(words).to_have_text("Leser*innen sehen: seit dem 15. Januar 2004")
    assert words.get_attribute("id") in field.get_attribute("aria-describedby")
    picture(admin, "partial-date")
    field.fill("")
    expect(words).to_have_text("")


def test_a_slug_is_german_while_the_title_is_typed(admin, server, ask):
    [home] = [item for item in ask("pages/?type=home.HomePage&locale=de")["items"]]
    for sign in "*:_":
        admin.goto(f"{server}/admin/pages/add/home/standardpage/{home['id']}/")
        admin.wait_for_load_state("networkidle")
        admin.locator("[name=title]").press_sequentially(f"Größe der Täter{sign}innen")
        admin.locator("[name=title]").blur()
        expect(admin.locator("[name=slug]")).to_have_value("groesse-der-taeterinnen")


def test_blocks_are_chosen_by_what_they_look_like(admin, server, ask):
    triade = german(ask, "kis_partners.PartnerPage", "Triade")
    admin.goto(f"{server}/admin/pages/{triade}/edit/")
    admin.locator(".c-sf-add-button").first.click()
    admin.locator(".w-combobox__option-preview").nth(2).click()
    preview = admin.locator(".w-combobox-preview")
    expect(preview).to_contain_text("Worte von jemand anderem")
    frame = admin.frame_locator(".w-combobox-preview iframe")
    expect(frame.get_by_text("Mit Gewalt muss niemand allein fertig werden.")).to_be_visible()
    picture(admin, "block-preview")


def test_two_languages_stand_side_by_side(admin, server, ask):
    triade = german(ask, "kis_partners.PartnerPage", "Triade")
    admin.goto(f"{server}/admin/side-by-side/{triade}/?with=lv")
    frames = [admin.frame_locator(".kis-side-by-side iframe").nth(number) for number in (0, 1)]
    for frame, language in zip(frames, ("de", "lv"), strict=True):
        expect(frame.locator("html")).to_have_attribute("lang", language)
    picture(admin, "side-by-side")
