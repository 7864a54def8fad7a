"""Dates typed as people write them, in Chromium, in the languages of the admin."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, manage
from tests.e2e.test_comfort import picture

PEOPLE = """
from django.contrib.auth import get_user_model
from home.models import HomePage, StandardPage
from partners.models import Consent, CooperationIndexPage, Organisation, PartnerPage, Person
from wagtail.users.models import UserProfile
for language in ("de", "en", "sk", "lv"):
    user = get_user_model().objects.create_superuser(f"dates-{language}", "d@example.org", %r)
    UserProfile.objects.create(user=user, preferred_language=language)
home = HomePage.objects.get(locale__language_code="de")
page = home.add_child(instance=StandardPage(title="Dates", slug="dates", live=False))
page.save_revision()
person = Person.objects.filter(locale__language_code="de").first()
consent = Consent.objects.create(person=person, name=True, given_on="2020-02-02", evidence="?")
office = Organisation.objects.filter(locale=home.locale).first()
new = PartnerPage(title="Since", slug="since", live=False, organisation=office)
CooperationIndexPage.objects.filter(locale=home.locale).first().add_child(instance=new)
new.save_revision()
print(consent.pk, page.pk, new.pk)
"""
# Typed, what it is, and what the field says it is.
DAYS = {
    "de": (
        [("1.3.2025", "2025-03-01"), ("01.03.2025", "2025-03-01"), ("1. März 2025", "2025-03-01"),
         ("2025-03-01", "2025-03-01"), ("1 Mär. 2025", "2025-03-01")],
        "1. März 2025",
    ),
    "en": (
        [("1/3/2025", "2025-03-01"), ("1 March 2025", "2025-03-01"), ("2025-03-01", "2025-03-01"),
         ("March 1st, 2025", "2025-03-01")],
        "1 March 2025",
    ),
    "sk": (
        [("1. 3. 2025", "2025-03-01"), ("1.3.2025", "2025-03-01"), ("1. marca 2025", "2025-03-01"),
         ("2025-03-01", "2025-03-01")],
        "1. marca 2025",
    ),
    "lv": (
        [("01.03.2025.", "2025-03-01"), ("01.03.2025", "2025-03-01"),
         ("2025. gada 1. marts", "2025-03-01"), ("2025-03-01", "2025-03-01")],
        "2025. gada 1. marts",
    ),
}  # fmt: skip
MOMENTS = {
    "de": ("1.12.2030 08:00", "1. Dezember 2030 um 08:00"),
    "en": ("1/12/2030 08:00", "1 December 2030 at 08:00"),
    "sk": ("1. 12. 2030 8:00", "1. decembra 2030 o 8:00"),
    "lv": ("01.12.2030. 08:00", "2030. gada 1. decembris 08:00"),
}
EXAMPLES = {"de": "31.12.2025", "en": "31/12/2025", "sk": "31. 12. 2025", "lv": "31.12.2025."}
LANGUAGES = list(DAYS)


@pytest.fixture(scope="module")
def keys(server, demo_folder):
    """The keys of a consent and of two drafts; there are superusers with each language, too."""
    return manage(demo_folder, "shell", "-v0", "-c", PEOPLE % PASSWORD).split()[-3:]


@pytest.fixture
def consent(keys):
    return keys[0]


@pytest.fixture
def page_of_its_own(keys):
    return keys[1]


@pytest.fixture
def cooperation(keys):
    return keys[2]


@pytest.fixture
def desk(browser, server, keys):
    @contextmanager
    def sit_down(language):
        with browser.new_context(base_url=server) as context:
            page = context.new_page()
            page.goto("/admin/login/")
            page.fill("[name=username]", f"dates-{language}")
            page.fill("[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_url(re.compile("/admin/$"))
            yield page

    return sit_down


def write(page, field, text):
    """Type into a field as people do, and leave it by the tab key."""
    field.fill("")
    field.press_sequentially(text)
    field.press("Tab")


def said(field):
    """What the field says about its text."""
    return field.locator("xpath=following-sibling::output")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_understood_and_kept(desk, consent, language):
    texts, words = DAYS[language]
    with desk(language) as page:
        for text, day in texts:
            page.goto(f"/admin/snippets/kis_partners/consent/edit/{consent}/")
            for name in ("given_on", "valid_until", "withdrawn_on"):
                field = page.locator(f"[name={name}]")
                write(page, field, text)
                expect(field).to_have_value(text)
                expect(said(field)).to_have_text(words)
                assert said(field).get_attribute("id") in field.get_attribute("aria-describedby")
            page.locator("footer button[type=submit]").first.click()
            expect(page.locator(".messages .success")).to_be_visible()
            page.goto(f"/admin/snippets/kis_partners/consent/edit/{consent}/")
            for name in ("given_on", "valid_until", "withdrawn_on"):
                expect(page.locator(f"[name={name}]")).to_have_value(day)
                expect(said(page.locator(f"[name={name}]"))).to_have_text(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["31.2.2025", "1.3.25", "morgen", "13/13/2025"])
def test_what_is_no_day_is_refused_and_stays(desk, consent, language, text):
    with desk(language) as page:
        page.goto(f"/admin/snippets/kis_partners/consent/edit/{consent}/")
        field = page.locator("[name=valid_until]")
        write(page, field, text)
        expect(field).to_have_value(text)
        expect(said(field)).to_contain_text(EXAMPLES[language])
        expect(field).to_have_attribute("aria-invalid", "true")
        page.locator("footer button[type=submit]").first.click()
        page.wait_for_load_state()
        expect(page.locator(".messages .error")).to_be_visible()
        expect(field).to_have_value(text)
        expect(page.locator(".w-field__errors", has_text=EXAMPLES[language])).to_be_visible()
        if text == "31.2.2025" and language == "de":
            picture(page, "date-refused")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_schedule_is_understood_and_kept(desk, page_of_its_own, language):
    text, words = MOMENTS[language]
    with desk(language) as page:
        go_live, expire = open_schedule(page, page_of_its_own)
        write(page, expire, "irgendwann")
        expect(expire).to_have_value("irgendwann")
        expect(said(expire)).to_contain_text(f"{EXAMPLES[language]} 08:00")
        page.locator("#schedule-publishing-dialog button[type=submit]").click()
        page.wait_for_load_state()
        go_live, expire = open_schedule(page)
        expect(expire).to_have_value("irgendwann")
        errors = page.locator("#schedule-publishing-dialog .w-field__errors[id*=expire_at]")
        expect(errors).to_contain_text(f"{EXAMPLES[language]} 08:00")
        write(page, expire, text)
        write(page, go_live, "2030-11-30 23:59")
        expect(expire).to_have_value(text)
        expect(said(expire)).to_have_text(words)
        if language == "de":
            picture(page, "date-schedule")
        page.locator("#schedule-publishing-dialog button[type=submit]").click()
        page.wait_for_load_state()
        go_live, expire = open_schedule(page, page_of_its_own)
        expect(go_live).to_have_value("2030-11-30 23:59")
        expect(expire).to_have_value("2030-12-01 08:00")
        expect(said(expire)).to_have_text(words)


def open_schedule(page, pk=None):
    """The two fields of the scheduling dialog of a page."""
    if pk:
        page.goto(f"/admin/pages/{pk}/edit/")
    dialog = page.locator("#schedule-publishing-dialog")
    if not dialog.is_visible():
        toggle = page.locator("[data-side-panel-toggle=status]")
        if toggle.get_attribute("aria-expanded") != "true":
            toggle.click()
        page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first.click()
    return dialog.locator("[name=go_live_at]"), dialog.locator("[name=expire_at]")


# Months as the site writes them, typed into "Since", and what readers will see.
MONTHS = {
    "de": ("März 2018", "seit März 2018"),
    "en": ("March 2018", "since March 2018"),
    "sk": ("marec 2018", "od marca 2018"),
    "lv": ("2018. gada marts", "kopš 2018. gada marta"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_since_takes_a_month_as_the_site_writes_it(desk, cooperation, language):
    text, words = MONTHS[language]
    with desk(language) as page:
        page.goto(f"/admin/pages/{cooperation}/edit/")
        field = page.locator("[name=since]")
        tab = page.locator("[role=tabpanel]", has=field).get_attribute("aria-labelledby")
        page.locator(f"[id='{tab}']").click()
        write(page, field, text)
        expect(field).to_have_value(text)
        expect(said(field)).to_contain_text(words)
        page.locator("footer button[type=submit]").first.click()
        expect(page.locator(".messages .success")).to_be_visible()
        page.goto(f"/admin/pages/{cooperation}/edit/")
        expect(page.locator("[name=since]")).to_have_value("2018-03")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_filtered_by_days(desk, consent, language):
    texts, words = DAYS[language]
    places = {
        "/admin/snippets/kis_partners/consent/": "given_on",
        "/admin/reports/site-history/": "timestamp_to",
        "/admin/reports/aging-pages/": "last_published_at",
    }
    with desk(language) as page:
        for address, name in places.items():
            page.goto(address)
            page.locator("#filters-drilldown [data-w-dropdown-target=toggle]").click()
            field = page.locator(f"[name={name}]")
            menu = page.locator(".w-drilldown__submenu", has=field).get_attribute("id")
            page.locator(f"[aria-controls={menu}]").click()
            write(page, field, texts[0][0])
            expect(said(field)).to_have_text(words)
            page.wait_for_url(re.compile(f"{name}=2025-03-01"))


# What Wagtail's blocks for dates and times put into a form, and the script gives to a server.
BLOCK = """([type, format, text]) => {
    const form = document.createElement("form");
    form.innerHTML = "<div><div></div></div>";
    document.querySelector("main").prepend(form);
    const widget = telepath.unpack({
        _type: `wagtail.widgets.Admin${type}Input`,
        _args: [{dayOfWeekStart: 1, format, formatTime: "H:i"}],
    });
    widget.render(form.querySelector("div div"), "typed", "typed-in-a-block", null);
}"""


@pytest.mark.parametrize(
    ("language", "type", "format", "text", "words", "sent"),
    [
        ("de", "Date", "Y-m-d", "1. März 2025", "1. März 2025", "2025-03-01"),
        ("de", "Date", "d.m.Y", "1.3.2025", "1. März 2025", "01.03.2025"),
        ("en", "Date", "m/d/Y", "3/1/2025", "1 March 2025", "03/01/2025"),
        ("sk", "DateTime", "Y-m-d H:i", "1. 3. 2025 8:00", "1. marca 2025 o 8:00",
         "2025-03-01 08:00"),
        ("de", "Time", "H:i", "8.00 Uhr", "08:00", "08:00"),
        ("lv", "Time", "H:i", "8", "08:00", "8"),
    ],
)  # fmt: skip
def test_blocks_of_dates_are_understood(desk, consent, language, type, format, text, words, sent):
    with desk(language) as page:
        page.goto(f"/admin/snippets/kis_partners/consent/edit/{consent}/")
        page.evaluate(BLOCK, [type, format, text])
        field = page.locator("[name=typed]")
        write(page, field, text)
        expect(field).to_have_value(text)
        expect(said(field)).to_contain_text(words)
        assert field.evaluate("field => new FormData(field.form).get('typed')") == sent


def test_what_is_picked_is_said_and_what_is_typed_closes_the_picker(desk, consent):
    with desk("de") as page:
        page.goto(f"/admin/snippets/kis_partners/consent/edit/{consent}/")
        field = page.locator("[name=valid_until]")
        field.fill("1. März 2025")
        picker = page.locator(".xdsoft_datetimepicker:visible")
        expect(picker).to_have_count(0)
        field.blur()
        field.click()
        expect(picker).to_contain_text("März")
        picker.locator("[data-date='15'][data-month='2']").click()
        expect(field).to_have_value("2025-03-15")
        expect(said(field)).to_have_text("15. März 2025")
