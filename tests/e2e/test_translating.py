"""Reviewing and publishing a translation, in Chromium."""

from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import ROOT, at_rest, manage

SHOTS = ROOT / "var" / "screenshots"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What is ours on a screen of Wagtail's.
OURS = "#main .nice-padding, .messages"


def look(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    at_rest(page)
    page.screenshot(path=SHOTS / f"admin-{name}.png", full_page=True)
    found = Axe().run(page, context=OURS, options=RULES).response["violations"]
    assert found == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def slovak(ask, kind="NetworkPage"):
    [item] = ask(f"pages/?type=kis_partners.{kind}&locale=sk&limit=1")["items"]
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


RUN = """
from wagtail.models import Locale
from partners.models import TranslationRun
run = TranslationRun.objects.create(title="Kooperationen", pages=[1, 2, 3, 4], done=3)
run.locales.set(Locale.objects.exclude(language_code="de"))
run.fail("Netzwerk", "Der Titel fehlt.")
run.save()
"""
FORGET = """
from wagtail.models import Page
from wagtail_localize.models import StringTranslation
page = Page.objects.get(pk={})
rows = StringTranslation.objects.filter(
    context__object_id=page.translation_key, locale=page.locale, context__path__startswith="body"
)
rows.first().delete()
"""
PUBLISH = """
const form = document.createElement("form");
form.method = "post";
const token = document.querySelector("[name=csrfmiddlewaretoken]").cloneNode();
const action = Object.assign(document.createElement("input"), {name: "action", value: "publish"});
form.append(token, action);
document.body.append(form);
form.submit();
"""


def test_how_far_a_run_is(admin, server, demo_folder):
    manage(demo_folder, "shell", "-c", RUN)
    admin.goto(f"{server}/admin/translations/runs/")
    assert "3 von 4" in admin.locator("#main").inner_text()
    look(admin, "runs")


def test_an_incomplete_translation_asks(admin, server, ask, demo_folder):
    pk = slovak(ask, "PartnerPage")
    manage(demo_folder, "shell", "-c", FORGET.format(pk))
    admin.goto(f"{server}/admin/pages/{pk}/edit/")
    admin.evaluate(PUBLISH)
    admin.wait_for_selector("text=Unvollständig veröffentlichen")
    look(admin, "incomplete")
    with admin.expect_navigation(url=f"{server}/admin/pages/{pk}/edit/"):
        admin.get_by_role("button", name="Unvollständig veröffentlichen").click()
    assert ask(f"pages/{pk}/")["meta"]["language"]["state"] == "partial"
