"""A whole day's work of an editorial team, in Chromium, each person with the rights of their role.

The pictures of the handbook are taken on the way: of the German and English one while the editors
work in German and the translator in Slovak, of each other one while all work in its language.
"""

import io
import json
import re
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass

import polib
import pytest
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import DjangoTranslation
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, demo, manage
from tests.e2e.pictures import take

TITLE = "Fachkräfteaustausch mit Riga"
SLUG = "fachkraefteaustausch-mit-riga"
TEXTS = ["Zweimal im Jahr lernen sie voneinander.", "Ein Haus mit spitzem Dach"]
CHANGED = "Fachkräfte aus Leipzig und Riga besuchen einander zweimal im Jahr."
CONTACT = "Referentin für den Austausch"


@dataclass(frozen=True)
class Target:
    """What the translator writes, and what others then see."""

    title: str
    lead: str
    changed: str
    file: tuple[str, str, str]
    since: str
    reviewed: str


TARGETS = {
    "sk": Target(
        "Výmena odborníkov s Rigou",
        "Odborníci z Lipska a Rigy sa navštevujú.",
        "Odborníci z Lipska a Rigy sa navštevujú dvakrát ročne.",
        ("vymena-s-rigou", "Dvakrát ročne sa učia jeden od druhého.", "Dom so špicatou strechou"),
        "od marca 2025",
        "Každoročné odborné konferencie",
    ),
    "lv": Target(
        "Speciālistu apmaiņa ar Rīgu",
        "Leipcigas un Rīgas speciālisti apmeklē cits citu.",
        "Leipcigas un Rīgas speciālisti apmeklē cits citu divreiz gadā.",
        ("apmaina-ar-rigu", "Divreiz gadā viņi mācās cits no cita.", "Māja ar smailu jumtu"),
        "kopš 2025. gada marta",
        "Ikgadējās speciālistu konferences",
    ),
}
PEOPLE = """
from django.contrib.auth import get_user_model
from partners.models import Person, Role
from wagtail.models import Locale
from wagtail.users.models import UserProfile
for name, role, language in %r:
    user = get_user_model().objects.create_user(name, f"{name}@example.org", %r)
    user.groups.set([Role.objects.get(key=role).group])
    UserProfile.objects.create(user=user, preferred_language=language)
Person.objects.create(role=%r, name="Erika Mustermann", locale=Locale.get_default())
"""


def team(spoken):
    """Four people with role and language: (name, role, language)."""
    target = spoken if spoken in TARGETS else "sk"
    return [
        ("erika", "editing", spoken),
        ("frieda", "approval", spoken),
        ("vera", "administration", spoken),
        ("sona", f"translation-{target}", target),
    ]


@dataclass(frozen=True)
class Desk:
    """The words of somebody's admin, what is translated into, and the folder of pictures."""

    language: str
    target: str
    folder: str

    def say(self, text, context=None, **values):
        with translation.override(self.language):
            found = translation.pgettext(context, text) if context else translation.gettext(text)
        if found == text:
            found = DjangoTranslation(self.language, domain="djangojs").gettext(text)
        return found % values if values else found

    @property
    def writes(self):
        return TARGETS[self.target]

    @property
    def named(self):
        """The name of the language that is translated into."""
        with translation.override(self.language):
            name = str(get_language_info(self.target)["name_translated"])
        return re.compile(name, re.IGNORECASE)

    @property
    def published(self):
        """How the message begins that something has been published."""
        return self.say("“%(object)s” in %(locale)s has been published.").partition(":")[0]

    def take(self, page, name, around=None):
        take(page, f"{self.folder}{name}", around)


@pytest.fixture(params=["de", *TARGETS])
def spoken(request):
    """The language in which the editors work."""
    return request.param


@pytest.fixture
def office(tmp_path_factory, spoken):
    """A demo site of its own, with four people."""
    folder = tmp_path_factory.mktemp("day")
    with demo(folder) as address:
        manage(folder, "shell", "-c", PEOPLE % (team(spoken), PASSWORD, CONTACT))
        yield address


@pytest.fixture
def desk(browser, office, spoken):
    """Opens the admin for one of the four."""
    languages = {name: language for name, _role, language in team(spoken)}
    folder = f"{spoken}/" if spoken in TARGETS else ""

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
            yield page, Desk(languages[name], languages["sona"], folder)

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


def insert_block(page, desk, field, name):
    """Put a block of a kind at the end of a StreamField."""
    stream = page.locator(f"[data-contentpath={field}]")
    child = stream.locator("[data-streamfield-child]")
    count = child.count()
    stream.get_by_title(desk.say("Insert a block"), exact=True).last.click()
    option = page.get_by_role("option", name=desk.say(name), exact=True)
    option.or_(child.nth(count)).first.wait_for()
    if option.count():  # a field with one kind of block asks nothing
        option.last.click()
    return stream.locator("[data-streamfield-child]").last


def upload(page, desk, block, button, file, **fields):
    """Choose something that isn't there yet."""
    block.get_by_role("button", name=desk.say(button)).first.click()
    modal = page.locator(".modal-content")
    modal.get_by_role("tab", name=desk.say("Upload")).click()
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


def saved(page, desk):
    """Until Wagtail, which saves by itself, has nothing to complain of any more."""
    complaint = desk.say("There are validation errors, click save to highlight them.")
    page.get_by_text(complaint).first.wait_for(state="hidden")


def write(page, desk):
    """Erika writes an exchange programme with picture, document, person and partial date."""
    page.goto("/admin/pages/4/add_subpage/")
    desk.take(page, "seitentyp")
    page.get_by_role(
        "link", name=re.compile(desk.say("exchange programme"), re.IGNORECASE)
    ).first.click()
    page.fill("[name=title]", TITLE)
    page.fill("[name=lead]", "Fachkräfte aus Leipzig und Riga besuchen einander.")
    block = insert_block(page, desk, "body", "Text")
    block.locator(".public-DraftEditor-content").click()
    page.keyboard.type("Zweimal im Jahr lernen sie voneinander.")
    block = insert_block(page, desk, "body", "Image")
    upload(
        page, desk, block, "Choose an image", photo(), title="Haus in Riga", description="Ein Haus"
    )
    block.locator("[name$=alt]").fill("Ein Haus mit spitzem Dach")
    saved(page, desk)
    desk.take(page, "text")
    page.get_by_role("tab", name=desk.say("Facts")).click()
    page.fill("[name=since]", "2025-03")
    page.click("#id_countries-ADD")
    page.select_option("[name=countries-0-country]", "LV")
    saved(page, desk)
    desk.take(page, "fakten")
    page.get_by_role("tab", name=desk.say("Activities, people, documents")).click()
    page.click("#id_contacts-ADD")
    page.locator("[id=id_contacts-0-person-chooser]").get_by_role("button").first.click()
    page.locator(".modal-content a", has_text=CONTACT).click()
    page.locator(".modal-content").wait_for(state="detached")
    page.select_option("[name=contacts-0-side]", "own")
    block = insert_block(page, desk, "downloads", "Document")
    upload(page, desk, block, "Choose a document", flyer(), title="Programm")
    saved(page, desk)
    desk.take(page, "personen", page.get_by_role("heading", name=desk.say("Contact people")))
    submit(page, desk.say("Submit to %(workflow_name)s", workflow_name="Freigabe"))
    expect(page.locator(".messages")).to_contain_text(TITLE)
    desk.take(page, "eingereicht")


def approve(page, desk):
    """Frieda finds it on her first page, and publishes it."""
    page.goto("/admin/")
    desk.take(page, "freigabe")
    page.get_by_role("link", name=TITLE).first.click()
    page.locator("footer button[data-w-dropdown-target=toggle]").click()
    page.locator("footer [data-workflow-action-name=approve]").first.click()
    page.wait_for_load_state()


def hand_over(page, desk):
    """Vera sees in the overview that there is no Slovak page yet, and gives it to translation."""
    page.goto("/admin/reports/translation-overview/?q=Riga")
    desk.take(page, "uebersicht")
    page.get_by_role("row", name=TITLE).get_by_role(
        "link", name=desk.say("missing", "translation")
    ).last.click()
    page.get_by_label(desk.named).check()
    desk.take(page, "uebersetzen")
    page.locator("main form").get_by_role("button", name=desk.say("Submit")).click()
    expect(page.locator(".messages")).to_contain_text(TITLE)


def translate_by_hand(page, desk):
    """Soňa, whose admin is in Slovak, finds what waits for her and writes two segments."""
    page.goto("/admin/")
    desk.take(page, "was-wartet")
    page.goto("/admin/reports/translation-overview/?q=Riga")
    page.get_by_role("row", name=TITLE).get_by_role(
        "link", name=re.compile(desk.say("partial", "translation"))
    ).click()
    for text in (desk.writes.title, desk.writes.lead):
        page.get_by_role("button", name=desk.say("Translate")).first.click()
        page.locator("main textarea:visible").fill(text)
        page.get_by_role("button", name=desk.say("Save")).click()
        expect(page.get_by_text(text)).to_be_visible()
    desk.take(page, "uebersetzungseditor", page.get_by_text(desk.writes.lead))


def publish_translation(page, desk):
    """She is told that the contact's role isn't translated yet, and publishes all the same."""
    page.get_by_role("button", name=re.compile(f"^{desk.say('Publish in ')}")).click()
    page.get_by_text(desk.say("If you publish it as it is, readers will find this:")).wait_for()
    page.get_by_role("button", name=desk.say("Publish"), exact=True).click()
    expect(page.locator(".messages")).to_contain_text(desk.published)


def translate_by_file(page, desk):
    """The rest comes from a program of hers, as a PO file."""
    with page.expect_download() as download:
        page.get_by_text(desk.say("Download PO file"), exact=True).first.click()
    po = polib.pofile(download.value.path().read_text())
    mine = {desk.writes.title, desk.writes.lead}
    assert {entry.msgstr for entry in po if entry.msgstr} == mine
    texts = dict(zip((SLUG, *TEXTS), desk.writes.file, strict=True))
    for entry in po:
        entry.msgstr = entry.msgstr or texts[entry.msgid]
    with page.expect_file_chooser() as chooser:
        page.get_by_text(desk.say("Upload PO file"), exact=True).first.click()
    chooser.value.set_files(
        {
            "name": f"{desk.target}.po",
            "mimeType": "text/x-gettext-translation",
            "buffer": str(po).encode(),
        }
    )
    page.get_by_role("heading", name=desk.say("What became of the files")).wait_for()
    desk.take(page, "po-bericht")
    page.get_by_role("link", name=desk.writes.title).or_(
        page.get_by_role("link", name=TITLE)
    ).first.click()
    publish_translation(page, desk)


def change(page, desk):
    """Erika corrects the German and submits it again."""
    page.goto("/admin/pages/4/")
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.locator("[name=lead]").fill(CHANGED)
    submit(page, desk.say("Submit to %(workflow_name)s", workflow_name="Freigabe"))


def see_what_is_old(page, desk):
    """The overview of the translator names the language that is behind."""
    page.goto("/admin/reports/translation-overview/?q=Riga")
    desk.take(page, "veraltet")
    expect(page.get_by_role("row", name=TITLE)).to_contain_text(
        desk.say("out of date", "translation")
    )


def take_over(page, desk):
    """She takes the change over and translates what is new."""
    page.get_by_role("row", name=TITLE).get_by_role(
        "link", name=re.compile(desk.say("out of date", "translation"))
    ).click()
    page.get_by_role("link", name=desk.say("Take over its changes")).click()
    page.get_by_role("button", name=desk.say("Submit")).click()
    page.get_by_role("button", name=desk.say("Translate")).first.click()
    page.locator("main textarea:visible").fill(desk.writes.changed)
    page.get_by_role("button", name=desk.say("Save")).click()
    expect(page.get_by_text(desk.writes.changed)).to_be_visible()
    publish_translation(page, desk)


def review(page, desk):
    """She reads a translation that came with the site, and marks it as reviewed."""
    page.goto("/admin/reports/translation-overview/?q=Fachtagungen")
    page.get_by_role("link", name=re.compile(desk.say("not reviewed", "translation"))).last.click()
    page.get_by_role("link", name=desk.say("Review the translation")).first.click()
    desk.take(page, "pruefen")
    page.get_by_role("button", name=desk.say("Mark all as reviewed")).click()
    expect(page.locator(".messages")).to_be_visible()


def test_a_day(desk, ask_office, spoken):
    target = spoken if spoken in TARGETS else "sk"
    expected = TARGETS[target]

    def work(name, *steps):
        with desk(name) as (page, seat):
            errors = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            for step in steps:
                step(page, seat)
            assert errors == [], name

    def exchanges(language):
        """What other sites see of all programmes in a language."""
        return ask_office(f"cooperations/?kind=exchange&locale={language}")["items"]

    def items(language):
        """What they see of this one."""
        return [one for one in exchanges(language) if one["title"] in (TITLE, expected.title)]

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
    assert items(target) == []
    work("vera", hand_over)
    work("sona", translate_by_hand, translate_by_file)
    [translated] = items(target)
    assert translated["lead"] == expected.lead
    assert translated["body"][1]["value"]["alt"] == expected.file[2]
    assert translated["period"]["text"] == expected.since
    state = translated["meta"]["language"]
    assert (state["state"], state["percent"], state["reviewed"]) == ("complete", 100, True)
    work("erika", change)
    work("frieda", approve)
    [german] = items("de")
    assert german["lead"] == CHANGED
    work("sona", see_what_is_old)
    [translated] = items(target)
    assert translated["lead"] == expected.lead
    assert translated["meta"]["language"]["source_newer"]
    work("sona", see_what_is_old, take_over)
    [translated] = items(target)
    assert translated["lead"] == expected.changed
    assert not translated["meta"]["language"]["source_newer"]
    [old] = [one for one in exchanges(target) if one["title"] == expected.reviewed]
    assert not old["meta"]["language"]["reviewed"]
    work("sona", review)
    [old] = [one for one in exchanges(target) if one["title"] == expected.reviewed]
    assert old["meta"]["language"]["reviewed"]
