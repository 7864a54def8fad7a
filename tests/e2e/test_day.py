"""A whole day's work of an editorial team, in Chromium, each person with the rights of their role.

The pictures of the handbook are taken on the way.
"""

import io
import json
import re
import urllib.request
from contextlib import contextmanager

import polib
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, demo, manage
from tests.e2e.pictures import take

TITLE = "Fachkräfteaustausch mit Riga"
SLOVAK = {
    "title": "Výmena odborníkov s Rigou",
    "lead": "Odborníci z Lipska a Rigy sa navštevujú.",
}
FILE = {
    "fachkraefteaustausch-mit-riga": "vymena-odbornikov-s-rigou",
    "Zweimal im Jahr lernen sie voneinander.": "Dvakrát ročne sa učia jeden od druhého.",
    "Ein Haus mit spitzem Dach": "Dom so špicatou strechou",
}
SLOVAK_CHANGED = "Odborníci z Lipska a Rigy sa navštevujú dvakrát ročne."
CHANGED = "Fachkräfte aus Leipzig und Riga besuchen einander zweimal im Jahr."
CONTACT = "Referentin für den Austausch"
PEOPLE = """
from django.contrib.auth import get_user_model
from partners.models import Person, Role
from wagtail.models import Locale
from wagtail.users.models import UserProfile
for name, role, language in (
    ("erika", "editing", "de"),
    ("frieda", "approval", "de"),
    ("vera", "administration", "de"),
    ("sona", "translation-sk", "sk"),
):
    user = get_user_model().objects.create_user(name, f"{name}@example.org", %r)
    user.groups.set([Role.objects.get(key=role).group])
    UserProfile.objects.create(user=user, preferred_language=language)
Person.objects.create(role=%r, name="Erika Mustermann", locale=Locale.get_default())
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A demo site of its own, with four people."""
    folder = tmp_path_factory.mktemp("day")
    with demo(folder) as address:
        manage(folder, "shell", "-c", PEOPLE % (PASSWORD, CONTACT))
        yield address


@pytest.fixture
def desk(browser, office):
    """Opens the admin for one of the four."""

    @contextmanager
    def sit_down(name):
        with browser.new_context(locale="de-DE", base_url=office) as context:
            page = context.new_page()
            page.set_viewport_size({"width": 1280, "height": 860})
            page.goto("/admin/login/")
            page.fill("[name=username]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_url(re.compile("/admin/$"))
            yield page

    return sit_down


@pytest.fixture
def ask_office(office):
    def get(path):
        with urllib.request.urlopen(f"{office}/api/v2/{path}", timeout=30) as response:
            return json.load(response)

    return get


def photo():
    """A drawing that stands for a photograph."""
    picture = Image.new("RGB", (640, 420), "#dfe8ef")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 220, 580, 360), fill="#7a94a8")
    draw.polygon([(60, 220), (320, 90), (580, 220)], fill="#4d6375")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return {"name": "haus.png", "mimeType": "image/png", "buffer": file.getvalue()}


def flyer():
    return {"name": "programm.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def insert_block(page, field, name):
    """Put a block of a kind at the end of a StreamField."""
    stream = page.locator(f"[data-contentpath={field}]")
    child = stream.locator("[data-streamfield-child]")
    count = child.count()
    stream.locator("button[title='Einen Block einfügen']").last.click()
    option = page.get_by_role("option", name=name, exact=True)
    option.or_(child.nth(count)).first.wait_for()
    if option.count():  # a field with one kind of block asks nothing
        option.last.click()
    return stream.locator("[data-streamfield-child]").last


def upload(page, block, button, file, **fields):
    """Choose something that isn't there yet."""
    block.get_by_role("button", name=button).first.click()
    modal = page.locator(".modal-content")
    modal.get_by_role("tab", name="Hochladen").click()
    modal.locator("[type=file]").set_input_files(file)
    for name, value in fields.items():
        modal.locator(f"form [name$={name}]").last.fill(value)
    modal.locator("[role=tabpanel]:visible button[type=submit]").click()
    modal.wait_for(state="detached")


def submit(page, action):
    """One of the actions in the foot of the editor."""
    page.locator("footer button[data-w-dropdown-target=toggle]").click()
    page.locator("footer").get_by_role("button", name=action).click()
    page.wait_for_load_state()


def saved(page):
    """Until Wagtail, which saves by itself, has nothing to complain of any more."""
    page.get_by_text("Es gibt Validierungsfehler").first.wait_for(state="hidden")


def write(page):
    """Erika writes an exchange programme with picture, document, person and partial date."""
    page.goto("/admin/pages/4/add_subpage/")
    take(page, "seitentyp")
    page.get_by_role("link", name=re.compile("Austauschprogramm")).first.click()
    page.fill("[name=title]", TITLE)
    page.fill("[name=lead]", "Fachkräfte aus Leipzig und Riga besuchen einander.")
    block = insert_block(page, "body", "Text")
    block.locator(".public-DraftEditor-content").click()
    page.keyboard.type("Zweimal im Jahr lernen sie voneinander.")
    block = insert_block(page, "body", "Bild")
    upload(page, block, "Bild auswählen", photo(), title="Haus in Riga", description="Ein Haus")
    block.locator("[name$=alt]").fill("Ein Haus mit spitzem Dach")
    saved(page)
    take(page, "text")
    page.get_by_role("tab", name="Fakten").click()
    page.fill("[name=since]", "2025-03")
    page.get_by_role("button", name="Land hinzufügen").click()
    page.select_option("[name=countries-0-country]", "LV")
    saved(page)
    take(page, "fakten")
    page.get_by_role("tab", name="Aktivitäten").click()
    page.get_by_role("button", name="Ansprechperson hinzufügen").click()
    page.locator("[id=id_contacts-0-person-chooser]").get_by_role("button").first.click()
    page.locator(".modal-content a", has_text=CONTACT).click()
    page.locator(".modal-content").wait_for(state="detached")
    block = insert_block(page, "downloads", "Dokument")
    upload(page, block, "Dokument auswählen", flyer(), title="Programm")
    saved(page)
    take(page, "personen", page.get_by_role("heading", name="Ansprechpersonen"))
    submit(page, "In Freigabe einreichen")
    expect(page.get_by_text("zur Moderation eingereicht")).to_be_visible()
    take(page, "eingereicht")


def approve(page):
    """Frieda finds it on her first page, and publishes it."""
    page.goto("/admin/")
    take(page, "freigabe")
    page.get_by_role("link", name=TITLE).first.click()
    submit(page, "Freigeben")


def hand_over(page):
    """Vera sees in the overview that there is no Slovak page yet, and gives it to translation."""
    page.goto("/admin/reports/translation-overview/?q=Riga")
    take(page, "uebersicht")
    page.get_by_role("row", name=TITLE).get_by_role("link", name="fehlt").last.click()
    page.get_by_label("Slowakisch").check()
    take(page, "uebersetzen")
    page.locator("main form").get_by_role("button", name="Absenden").click()
    expect(page.get_by_text("erfolgreich zur Übersetzung")).to_be_visible()


def translate_by_hand(page):
    """Soňa, whose admin is in Slovak, finds what waits for her and writes two segments."""
    page.goto("/admin/")
    take(page, "was-wartet")
    page.goto("/admin/reports/translation-overview/?q=Riga")
    page.get_by_role("row", name=TITLE).get_by_role("link", name=re.compile("čiastočný")).click()
    for text in SLOVAK.values():
        page.get_by_role("button", name="Preložiť").first.click()
        page.locator("main textarea:visible").fill(text)
        page.get_by_role("button", name="Uložiť").click()
        expect(page.get_by_text(text)).to_be_visible()
    take(page, "uebersetzungseditor", page.get_by_text(SLOVAK["lead"]))


def translate_by_file(page):
    """The rest comes from a program of hers, as a PO file."""
    with page.expect_download() as download:
        page.get_by_text("Stiahnuť súbor PO", exact=True).first.click()
    po = polib.pofile(download.value.path().read_text())
    assert sorted(entry.msgstr for entry in po if entry.msgstr) == sorted(SLOVAK.values())
    for entry in po:
        entry.msgstr = entry.msgstr or FILE[entry.msgid]
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Nahrať súbor PO", exact=True).first.click()
    chooser.value.set_files(
        {"name": "sk.po", "mimeType": "text/x-gettext-translation", "buffer": str(po).encode()}
    )
    page.get_by_role("heading", name="Čo sa stalo so súbormi").wait_for()
    take(page, "po-bericht")
    page.get_by_role("link", name=SLOVAK["title"]).or_(
        page.get_by_role("link", name=TITLE)
    ).first.click()
    page.get_by_role("button", name="Publikovať v jazyku Slovenčina").click()
    expect(page.locator(".messages")).to_contain_text("bola publikovaná")


def change(page):
    """Erika corrects the German and submits it again."""
    page.goto("/admin/pages/4/")
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.locator("[name=lead]").fill(CHANGED)
    submit(page, "In Freigabe einreichen")


def see_what_is_old(page):
    """The overview of the translator names the language that is behind."""
    page.goto("/admin/reports/translation-overview/?q=Riga")
    take(page, "veraltet")
    expect(page.get_by_role("row", name=TITLE)).to_contain_text("neaktuálny")


def take_over(page):
    """She takes the change over and translates what is new."""
    page.get_by_role("row", name=TITLE).get_by_role("link", name=re.compile("neaktuálny")).click()
    page.get_by_role("link", name="Prevziať zmeny").click()
    page.get_by_role("button", name="Odoslať").click()
    page.get_by_role("button", name="Preložiť").first.click()
    page.locator("main textarea:visible").fill(SLOVAK_CHANGED)
    page.get_by_role("button", name="Uložiť").click()
    expect(page.get_by_text(SLOVAK_CHANGED)).to_be_visible()
    page.get_by_role("button", name="Publikovať v jazyku Slovenčina").click()
    expect(page.locator(".messages")).to_contain_text("bola publikovaná")


def review(page):
    """She reads a translation that came with the site, and marks it as reviewed."""
    page.goto("/admin/reports/translation-overview/?q=Lettland")
    page.get_by_role("link", name=re.compile("neskontrolovaný")).last.click()
    page.get_by_role("link", name="Skontrolovať preklad").first.click()
    take(page, "pruefen")
    page.get_by_role("button", name="Označiť všetky ako skontrolované").click()
    expect(page.locator(".messages")).to_be_visible()


def test_a_day(desk, ask_office):
    def work(name, *steps):
        with desk(name) as page:
            errors = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            for step in steps:
                step(page)
            assert errors == [], name

    def exchanges(language):
        """What other sites see of all programmes in a language."""
        return ask_office(f"cooperations/?kind=exchange&locale={language}")["items"]

    def items(language):
        """What they see of this one."""
        return [one for one in exchanges(language) if one["title"] in (TITLE, SLOVAK["title"])]

    work("erika", write)
    assert items("de") == []
    work("frieda", approve)
    [german] = items("de")
    assert german["period"]["edtf"] == "2025-03/.."
    assert german["downloads"][0]["title"] == "Programm"
    [contact] = german["contacts"]
    assert contact["role"] == CONTACT
    assert "Mustermann" not in str(contact)  # nobody has consented
    assert german["body"][1]["value"]["alt"] == "Ein Haus mit spitzem Dach"
    assert items("sk") == []
    work("vera", hand_over)
    work("sona", translate_by_hand, translate_by_file)
    [slovak] = items("sk")
    assert slovak["lead"] == SLOVAK["lead"]
    assert slovak["body"][1]["value"]["alt"] == "Dom so špicatou strechou"
    assert slovak["period"]["text"] == "od marca 2025"
    state = slovak["meta"]["language"]
    assert (state["state"], state["percent"], state["reviewed"]) == ("complete", 100, True)
    work("erika", change)
    work("frieda", approve)
    [german] = items("de")
    assert german["lead"] == CHANGED
    work("sona", see_what_is_old)
    [slovak] = items("sk")
    assert slovak["lead"] == SLOVAK["lead"]
    assert slovak["meta"]["language"]["source_newer"]
    work("sona", see_what_is_old, take_over)
    [slovak] = items("sk")
    assert slovak["lead"] == SLOVAK_CHANGED
    assert not slovak["meta"]["language"]["source_newer"]
    [old] = [one for one in exchanges("sk") if "Lotyšskom" in one["title"]]
    assert not old["meta"]["language"]["reviewed"]
    work("sona", review)
    [old] = [one for one in exchanges("sk") if "Lotyšskom" in one["title"]]
    assert old["meta"]["language"]["reviewed"]
