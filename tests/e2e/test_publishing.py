"""Publishing asks first and publishes drafts along; deleting lists what needs it; in Chromium."""

import re

from tests.e2e.conftest import manage
from tests.e2e.test_translating import look

CHOOSE = """
from partners.models import Organisation, PartnerPage
page = PartnerPage.objects.get(locale__language_code="de", slug="polizeidirektion-leipzig")
new = Organisation(name="Neuer Verein e.V.", locale=page.locale, live=False)
new.save()
new.save_revision()
page.organisation = new
page.save_revision()
print(page.pk, new.pk)
"""


def test_a_partner_that_is_only_a_draft_is_published_along(admin, server, ask, demo_folder):
    page, organisation = re.findall(r"\d+", manage(demo_folder, "shell", "-c", CHOOSE))[-2:]
    admin.goto(f"{server}/admin/snippets/kis_partners/organisation/delete/{organisation}/")
    admin.wait_for_selector("text=Dies wird noch gebraucht")
    look(admin, "still-in-use")
    admin.get_by_role("link", name="Polizeidirektion Leipzig").first.click()
    admin.wait_for_selector(".public-DraftEditor-content")
    admin.locator("footer button[data-w-dropdown-target=toggle]").click()
    admin.locator("button[name=action-publish]").click()
    admin.wait_for_selector("text=„Neuer Verein e.V.“ ist erst ein Entwurf")
    look(admin, "before-publishing")
    assert ask(f"pages/{page}/")["organisation"]["name"] != "Neuer Verein e.V."
    admin.get_by_role("button", name="Veröffentlichen").click()
    admin.wait_for_selector("text=ist veröffentlicht.")
    assert ask(f"pages/{page}/")["organisation"]["name"] == "Neuer Verein e.V."
