"""Reports about what readers find: languages, lists, links, search, the API."""

import pytest
from django.core.management import call_command
from wagtail.models import Page

from home.models import StandardPage
from partners.models import Organisation, PartnerPage, RelatedCooperation
from partners.translating import drafts, extraction, submitting


@pytest.fixture
def page(kis_page):
    """A German page that is in no other language."""
    made = StandardPage(
        title="Nachbarschaftsgespräch", slug="nachbarschaft", locale=kis_page("start").locale
    )
    made.show_in_menus = True
    kis_page("start").add_child(instance=made)
    made.save_revision().publish()
    return made


@pytest.mark.parametrize("state", ["missing", "draft", "unpublished"])
def test_a_language_in_which_a_page_is_not(client, page, locale, read, state):
    """silverstripe-fluent 871, grav sitemap 43, geta sitemaps 109, nikola 2289: search engines and
    readers are led to a language in which there is no such page. Holds."""
    if state != "missing":
        submitting.submit(page, [locale("sk")])
        slovak = page.get_translation(locale("sk"))
        if slovak.live:
            slovak.unpublish()
    assert "/sk/nachbarschaft" not in read(page)
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "/de/nachbarschaft/" in sitemap and "/sk/nachbarschaft" not in sitemap


def test_a_page_that_was_taken_back_is_not_found(client, page, api):
    """ietf-tools/www 532, fec-cms 5412: the search finds drafts and leads to nothing. Holds."""
    call_command("update_index", verbosity=0)
    for live in (True, False):
        found = page.url in client.get("/de/search/?q=Nachbarschaftsgespräch").content.decode()
        items = api("pages/?search=Nachbarschaftsgespräch&locale=de")["items"]
        assert found == bool(items) == live
        page.unpublish()


def test_a_menu_without_drafts(page, read, kis_page):
    """MozillaFoundation 1724, mdn 243: menus and lists show pages that were taken back. Holds."""
    assert page.url in read(kis_page("start"))
    page.unpublish()
    assert page.url not in read(kis_page("start"))


@pytest.mark.parametrize("language", ["sk", "en", "lv"])
def test_a_menu_in_the_language_of_the_page(kis_page, read, language):
    """polylang 91, scratchpads2 4610: the menu stays in the first language. Holds."""
    menu = (
        read(kis_page("start", language)).partition('<nav class="menu"')[2].partition("</nav>")[0]
    )
    assert f'href="/{language}/' in menu and 'href="/de/' not in menu


def test_cards_of_drafts(german, read):
    """mdn/developer-portal 243: a page shows cards of pages that aren't published. Holds."""
    other = PartnerPage(title="Später", slug="spaeter", live=False)
    other.organisation = german.organisation
    german.get_parent().add_child(instance=other)
    german.related.set([RelatedCooperation(page_to=other)])
    german.save_revision().publish()
    assert "Später" not in read(german)


def test_drafts_of_what_a_page_shows(german, api, read):
    """contentful.rb 157: what is only drafted of a referenced item is handed out. Holds: the
    published words, and nothing of what isn't published."""
    organisation = german.organisation
    name = organisation.name
    organisation.name = "Noch geheim"
    organisation.save_revision()
    assert api(f"pages/{german.pk}/")["organisation"]["name"] == name
    assert "Noch geheim" not in read(german)
    organisation.unpublish()
    assert api(f"pages/{german.pk}/")["organisation"] is None


def test_an_address_of_another_language(client, slovak):
    """wagtail's API: an address is found only in the first language. Mended."""
    answer = client.get("/api/v2/pages/find/", {"html_path": slovak.url})
    assert answer.status_code == 302 and f"/pages/{slovak.pk}/" in answer.url


def test_links_lead_to_the_language_of_the_reader(kis_page, slovak, record, read):
    """MozillaFoundation 7034 and 7066: links in translated pages lead to the first language.
    Holds."""
    german = kis_page("landesjugendpfarramt-sachsen")
    target = kis_page("triade")
    german.body = [("paragraph", f'<p><a linktype="page" id="{target.pk}">dort</a></p>')]
    german.save_revision().publish()
    extraction.ensure_source(german, update=True)
    drafts.save(record(slovak), publish=True)
    text = read(slovak)
    assert kis_page("triade", "sk").url in text and target.url not in text


def test_a_new_address_of_a_translation(
    client, slovak, record, say, django_capture_on_commit_callbacks
):
    """wagtail 9833: the former address of a translation leads to nothing. Holds: it leads on."""
    former = slovak.url
    say(slovak, "slug", "nova-adresa")
    with django_capture_on_commit_callbacks(execute=True):
        saved = drafts.save(record(slovak), publish=True)
    saved = Page.objects.get(pk=saved.pk)
    assert saved.url != former
    answer = client.get(former)
    assert answer.status_code == 301 and answer.url == saved.url


def test_an_organisation_that_is_only_there_in_german(german, slovak, api):
    """strapi 23375: a choice without a version in the first language is lost. Holds: a page written
    in Slovak shows its Slovak organisation."""
    organisation = Organisation.objects.create(name="Združenie", locale=slovak.locale)
    page = PartnerPage(title="Iba slovensky", slug="iba", locale=slovak.locale)
    page.organisation = organisation
    slovak.get_parent().add_child(instance=page)
    assert api(f"pages/{page.pk}/")["organisation"]["name"] == "Združenie"
