"""The public site: exit control, headers, emergency numbers, legal pages, logs, embedding."""

import datetime
import json
import os
import re
import subprocess
import sys
from itertools import pairwise

import polib
import pytest
from django.conf import settings as site_settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Site
from wagtail_localize.models import StringTranslation

from home.models import EmergencyNumber, ExitControl, StandardPage
from home.views import server_error
from kis_wagtail.catalogues import ROOT
from partners.content import read_package
from partners.items import richtext
from partners.site import network
from tests.languages import LANGUAGES

LABELS = {
    "de": "Diese Seite verlassen",
    "en": "Leave this page",
    "sk": "Opustiť túto stránku",
    "lv": "Pamest šo lapu",
}


def text_of(response):
    return response.content.decode()


# The exit


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_the_exit_as_a_real_link(kis_page, language):
    for page in (kis_page("start", language), kis_page("triade", language)):
        text = text_of(Client().get(page.url))
        link = re.search(r'<a class="exit"[^>]*>([^<]+)</a>', text)
        assert link.group(1) == LABELS[language]
        assert f'href="https://{language}.wikipedia.org/"' in link.group(0)
        assert 'rel="nofollow noreferrer"' in link.group(0)
        assert text.index('class="exit"') < text.index("<header>")
        assert kis_page("spuren", language).url in text


def test_target_words_and_title_are_set_per_site_and_language(kis_page):
    site = Site.objects.get(is_default_site=True)
    ExitControl.objects.create(
        site=site,
        language="sk",
        target="https://example.org/pocasie",
        label="Zavrieť",
        neutral_title="Informácie",
    )
    slovak = text_of(Client().get(kis_page("triade", "sk").url))
    assert 'href="https://example.org/pocasie"' in slovak and ">Zavrieť</a>" in slovak
    assert "<title>Informácie</title>" in slovak
    german = text_of(Client().get(kis_page("triade").url))
    assert "example.org/pocasie" not in german and "<title>Kooperation mit" in german
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    assert ExitControl.for_site(other, "sk").target == "https://sk.wikipedia.org/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_promises_to_hide_the_visit(kis_page, language):
    """The page about traces names the limits of the exit control."""
    promises = {
        "de": r"versteck|verberg|geheim|unsichtbar|spurlos|anonym",
        "en": r"\bhid(e|es|den)\b|secret|invisible|without a trace|anonym",
        "sk": r"skry|tajn|neviditeľ|bez stopy|anonym",
        "lv": r"slēp|slepen|neredzam|bez pēdām|anonīm",
    }[language]
    page = text_of(Client().get(kis_page("spuren", language).url)).partition("<main")[2]
    words = re.sub(r"<[^>]+>", " ", page)
    assert re.search(promises, words, re.I) is None
    catalogue = polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))
    for entry in catalogue:
        if any("exit.html" in where for where, _line in entry.occurrences):
            assert re.search(promises, entry.msgstr, re.I) is None
    cannot = {
        "de": "kann den Verlauf des Browsers nicht löschen",
        "en": "cannot clear the browser’s history",
        "sk": "nedokáže vymazať históriu prehliadača",
        "lv": "nevar izdzēst pārlūka vēsturi",
    }[language]
    assert cannot in words


# Headers


def policy_of(response):
    directives = response.headers["Content-Security-Policy"].split("; ")
    return dict(one.split(" ", 1) for one in directives)


@pytest.mark.parametrize("path", ["/de/", "/sk/nope/", "/embed/cooperations/", "/sitemap.xml"])
def test_public_answers_are_closed(db, path):
    response = Client().get(path)
    policy = policy_of(response)
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in str(policy) and "http" not in str(policy)
    headers = response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert not response.cookies


def test_nothing_on_a_page_is_written_inline(kis_page):
    for key in ("start", "kooperationen", "triade", "barrierefreiheit"):
        text = text_of(Client().get(kis_page(key).url))
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<iframe", text)
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or "application/ld+json" in script


def test_the_admin_has_what_it_needs_and_previews_may_be_framed(editor, kis_page):
    response = editor.get("/admin/")
    assert "'unsafe-inline'" in policy_of(response)["script-src"]
    assert policy_of(response)["frame-ancestors"] == "'self'"
    assert response.headers["Referrer-Policy"] == "same-origin"
    preview = kis_page("triade").make_preview_request()
    assert policy_of(preview)["frame-ancestors"] == "'self'"
    assert policy_of(preview)["script-src"] == "'self'"
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.slow
def test_production_speaks_https_only():
    code = """
import django; django.setup()
from django.test import Client
answer = Client().get("/robots.txt", secure=True)
print(answer.status_code, answer.headers["Strict-Transport-Security"])
print(Client().get("/robots.txt").status_code)
"""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.production",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "testserver",
        "BASE_URL": "https://testserver",
        "TRUSTED_PROXIES": "0",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["200 max-age=31536000", "301"], done.stderr


def test_an_embedded_thing_becomes_a_link(db):
    source = '<p>Film: <embed embedtype="media" url="https://example.org/film"/></p>'
    assert richtext.to_html(source, audience="site") == (
        '<p>Film: <a href="https://example.org/film">https://example.org/film</a></p>'
    )
    assert richtext.to_html('<embed embedtype="image" id="1"/>', audience="site") == ""


# Languages and crawlers


def test_the_sitemap_names_every_public_page_with_its_languages(kis_page):
    from xml.etree import ElementTree

    kis_page("triade", "sk").unpublish()
    response = Client().get("/sitemap.xml")
    assert response.headers["Content-Type"].startswith("application/xml")
    spaces = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    root = ElementTree.fromstring(response.content)
    found = {}
    for url in root.findall("s:url", spaces):
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", spaces)}
        found[url.find("s:loc", spaces).text] = links
    assert len(found) == 16 * 4 - 1
    german = kis_page("triade").full_url
    assert found[german]["x-default"] == german and "sk" not in found[german]
    assert found[german]["lv"] == kis_page("triade", "lv").full_url
    assert "/sitemap.xml" in text_of(Client().get("/robots.txt"))


def test_a_fault_is_told_in_the_readers_language_without_the_database():
    """Without a database fixture, so that a query fails the test."""
    words = {"de": "nicht funktioniert", "sk": "nepodarilo", "lv": "Radās kļūda"}
    for language, word in words.items():
        response = server_error(RequestFactory().get(f"/{language}/"))
        text = text_of(response)
        assert response.status_code == 500 and word in text
        assert f'<html lang="{language}">' in text and LABELS[language] in text
        assert text.count('<a href="tel:') == 2
    request = RequestFactory().get("/", headers={"Accept-Language": "lv"})
    assert words["lv"] in text_of(server_error(request))


@pytest.mark.parametrize("language", ["sk", "lv"])
def test_what_is_still_german_is_counted_and_marked(kis_page, language):
    page = kis_page("triade", language)
    block = page.body[0]
    StringTranslation.objects.filter(
        locale=page.locale,
        context__object_id=page.translation_key,
        context__path__in=["lead", f"body.{block.id}"],
    ).delete()
    text = text_of(Client().get(page.url))
    words = {"sk": "2 časti sú ešte v nemčine.", "lv": "2 sadaļas vēl ir vācu valodā."}
    assert words[language] in text
    assert '<p class="kis-lead" lang="de">' in text and '<div lang="de">' in text
    assert '<h1 lang="de">' not in text


# Emergency numbers


SEEDED = {
    "DE": ["110", "112", "116 016", "116 006"],
    "SK": ["112", "158", "0800 212 212"],
    "LV": ["112", "110", "116 006"],
}


def numbers_on(page):
    text = text_of(Client().get(page.url)).partition('class="emergency"')[2]
    return re.findall(r'<a href="tel:[0-9]+">([^<]+)</a>', text)


def test_each_language_shows_its_country_and_the_german_numbers(kis_page):
    assert numbers_on(kis_page("start", "de")) == SEEDED["DE"]
    assert numbers_on(kis_page("start", "en")) == SEEDED["DE"]
    assert numbers_on(kis_page("start", "sk")) == SEEDED["SK"] + SEEDED["DE"]
    assert numbers_on(kis_page("start", "lv")) == SEEDED["LV"] + SEEDED["DE"]


def test_a_changed_number_changes_in_every_language(kis_page):
    number = EmergencyNumber.objects.get(number="116 016")
    number.number = "116 017"
    number.full_clean()
    number.save()
    for language in LANGUAGES:
        assert "116 017" in numbers_on(kis_page("start", language))


def test_what_was_loaded_is_not_verified_and_says_so(editor):
    assert EmergencyNumber.to_verify().count() == EmergencyNumber.objects.count() == 10
    # Those whose hours may have changed are left to whoever makes sure of them.
    assert set(
        EmergencyNumber.objects.filter(words__hours="").values_list("number", flat=True)
    ) == {"116 006"}
    listing = text_of(editor.get(reverse(EmergencyNumber.snippet_viewset.get_url_name("list"))))
    assert listing.count("noch nicht geprüft") == 10


def test_the_report_has_what_is_older_than_twelve_months(editor):
    today = timezone.localdate()
    EmergencyNumber.objects.update(verified_on=today - datetime.timedelta(days=365))
    old = EmergencyNumber.objects.get(number="158")
    old.verified_on = today - datetime.timedelta(days=366)
    old.save()
    report = text_of(editor.get(reverse("emergency_numbers_report")))
    assert "158" in report and "0800 212 212" not in report
    assert "vor mehr als 12 Monaten geprüft" in report
    exported = editor.get(reverse("emergency_numbers_report"), {"export": "csv"})
    assert b"158" in b"".join(exported.streaming_content)
    assert "1 Notrufnummer ist nicht geprüft" in text_of(editor.get("/admin/"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "null acht"), ("verified_on", datetime.date(2999, 1, 1)), ("country", "XX")],
)
def test_a_bad_number_is_refused(db, field, value):
    from django.core.exceptions import ValidationError

    number = EmergencyNumber(country="DE", number="110")
    setattr(number, field, value)
    with pytest.raises(ValidationError) as refused:
        number.full_clean()
    assert list(refused.value.message_dict) == [field]


# Legal pages


def test_the_footer_links_every_legal_page(kis_page):
    for language in LANGUAGES:
        text = text_of(Client().get(kis_page("triade", language).url)).partition("<footer")[2]
        for key in ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "spuren"):
            assert f'href="{kis_page(key, language).url}"' in text


def test_the_admin_warns_where_a_legal_page_is_missing(editor, kis_page):
    assert StandardPage.missing() == []
    kis_page("impressum", "lv").unpublish()
    [(locale, purposes)] = StandardPage.missing()
    assert (locale.language_code, purposes) == ("lv", [StandardPage.Purpose.IMPRINT])
    panel = text_of(editor.get("/admin/")).partition('id="safety-panel"')[2]
    assert (
        "In dieser Sprache fehlen Seiten: Lettisch" in panel
        and "<li>Impressum: das Gesetz verlangt sie" in panel
    )


def test_the_accessibility_statement_says_what_is_not_stated(editor, kis_page):
    page = kis_page("barrierefreiheit")
    panel = text_of(editor.get("/admin/")).partition('id="safety-panel"')[2]
    assert panel.count(reverse("wagtailadmin_pages:edit", args=[page.pk])) == 1
    translated = kis_page("barrierefreiheit", "lv")
    assert reverse("wagtailadmin_pages:edit", args=[translated.pk]) not in panel
    assert text_of(Client().get(page.url)).count("noch nicht angegeben") == 4
    page.conformance, page.assessed_on = "partial", datetime.date(2026, 1, 15)
    page.feedback_contact = "Musterstelle, barriere@example.org"
    page.save_revision().publish()
    text = text_of(Client().get(page.url))
    assert text.count("noch nicht angegeben") == 1
    assert "teilweise vereinbar" in text and "15. Januar 2026" in text
    assert '<a href="mailto:barriere@example.org">' in text


def test_legal_texts_that_are_placeholders_are_drafts(db):
    """Of KIS's content; the site of the tests has published them."""
    package = read_package(site_settings.KIS_PARTNERS["CONTENT"])
    drafts = {item.key for item in package.items if item.is_draft}
    assert drafts == {"impressum", "datenschutz", "barrierefreiheit", "leichte-sprache"}


def test_a_legal_page_that_is_a_draft_is_nowhere_and_the_admin_leads_to_it(kis_page, editor):
    for language in LANGUAGES:
        kis_page("impressum", language).unpublish()
    footer = text_of(Client().get(kis_page("start").url)).partition("<footer")[2]
    assert "/impressum/" not in footer and "/datenschutz/" in footer
    assert Client().get("/de/impressum/").status_code == 404
    panel = text_of(editor.get("/admin/")).partition('id="safety-panel"')[2]
    assert panel.count("§ 5 DDG") == 4
    for language in LANGUAGES:
        edit = reverse("wagtailadmin_pages:edit", args=[kis_page("impressum", language).pk])
        assert f'<a href="{edit}">Entwurf vervollständigen' in panel


# Ready to paste


def test_the_fragment_is_a_list_of_links(kis_page):
    kis_page("triade", "sk").unpublish()
    response = Client().get("/embed/cooperations/", {"locale": "sk"})
    text = text_of(response)
    assert response.status_code == 200 and not response.cookies
    assert text.startswith('<section class="kis-cooperations" lang="sk"')
    links = re.findall(r'<li><a href="(http[^"]+)">', text)
    assert len(links) == 8 and kis_page("fachtagungen", "sk").full_url in links
    assert "strojovo" in text
    assert not re.search(r"<script|<style|style=|<img|<iframe|class=\"(?!kis-coop)", text)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=300" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/embed/cooperations/", {"locale": "fr"}, 400),
        ("/embed/cooperations/", {"locale": "\0"}, 400),
        ("/embed/cooperations/", {"kind": "nothing"}, 400),
        ("/embed/cooperations/", {"topic": "12"}, 400),
        ("/embed/cooperations/", {"kin": "network"}, 400),
        ("/embed/cooperations/", {"limit": "0"}, 400),
        ("/embed/cooperations/", {"limit": "9999999999999"}, 400),
        ("/embed/cooperations/", {"limit": ["1", "2"]}, 400),
        ("/embed/frame/", {"locale": "fr"}, 400),
        ("/oembed/", {}, 404),
        ("/oembed/", {"url": "http://localhost/de/"}, 404),
        ("/oembed/", {"url": "http://[bad"}, 404),
        ("/oembed/", {"url": "javascript://localhost/de/kooperationen/"}, 404),
        ("/oembed/", {"format": "xml"}, 501),
        ("/oembed/", {"maxwidth": "wide"}, 400),
        ("/oembed/", {"maxheight": "²"}, 400),
    ],
)
def test_a_bad_wish_for_an_embed_is_told(db, path, query, status):
    response = Client().get(path, query)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/plain") and response.content


def test_a_language_without_a_list_is_told(kis_page):
    kis_page("kooperationen", "lv").unpublish()
    response = Client().get("/embed/cooperations/", {"locale": "lv"})
    assert response.status_code == 404 and b"'lv'" in response.content


def test_oembed_is_found_from_the_page(kis_page):
    page = kis_page("kooperationen", "lv")
    text = text_of(Client().get(page.url))
    [address] = re.findall(r'type="application/json\+oembed" href="([^"]+)"', text)
    assert address.startswith("http://")
    answer = json.loads(Client().get(address + "&maxwidth=400").content)
    assert answer["version"] == "1.0" and answer["type"] == "rich"
    assert (answer["width"], answer["title"]) == (400, page.title)
    assert type(answer["height"]) is int and answer["height"] > 400
    low = json.loads(Client().get(address + "&maxheight=200").content)
    assert low["height"] == 200 and 'height="200"' in low["html"]
    # WordPress takes a frame from sites that it doesn't know, and nothing else.
    [(source, title)] = re.findall(
        r'^<iframe src="(http[^"]+)" title="([^"]+)" width="400" [^>]*></iframe>$', answer["html"]
    )
    assert title == page.title
    fragment = text_of(Client().get("/embed/cooperations/", {"locale": "lv"}))
    assert fragment in text_of(Client().get(source))


def test_oembed_without_an_address_of_the_frame_names_the_page(kis_page, settings):
    settings.ROOT_URLCONF = "tests.site.urls_without_frame"
    page = kis_page("kooperationen", "sk")
    response = Client().get("/oembed/", {"url": page.full_url})
    assert response.status_code == 200
    answer = json.loads(response.content)
    assert (answer["type"], answer["title"]) == ("link", page.title)
    assert not {"html", "width", "height"} & answer.keys()


def test_anyone_may_frame_the_frame_and_nothing_else(kis_page):
    for _time in range(2):  # Made, and kept.
        framed = Client().get("/embed/frame/", {"locale": "sk"})
        assert framed.status_code == 200 and not framed.cookies
        assert "X-Frame-Options" not in framed.headers
        policy = framed.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy and "default-src 'none'" in policy
        assert "script-src" not in policy and "<script" not in text_of(framed)
    for path in ("/sk/", "/embed/cooperations/", "/embed/frame/?locale=fr"):
        other = Client().get(path)
        assert other.headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"], path


def test_a_fragment_can_be_a_part_of_the_list(kis_page):
    def links(**query):
        text = text_of(Client().get("/embed/cooperations/", {"locale": "de", **query}))
        return re.findall(r'<li><a href="([^"]+)"', text)

    every, networks = links(), links(kind="network")
    assert 0 < len(networks) < len(every) and set(networks) <= set(every)
    assert links(limit="2") == every[:2]
    topic = kis_page("triade").specific.topics.first().topic
    about = links(topic=str(topic.translation_key))
    assert kis_page("triade").full_url in about and len(about) < len(every)
    assert links(topic="12345678-1234-5678-1234-567812345678") == []


def test_the_fragment_asks_as_often_for_many_as_for_few(kis_page, django_assert_max_num_queries):
    Client().get("/embed/cooperations/")
    with django_assert_max_num_queries(16):
        Client().get("/embed/cooperations/")


# The picture of the network


def test_the_picture_has_room_for_every_box():
    cooperations = [
        network.Cooperation(f"Zusammenarbeit {'lang ' * number}", "/", "partner", "Partner")
        for number in range(9)
    ]
    for count in range(1, 10):
        drawing = network.draw("KIS", cooperations[:count])
        assert [box.cooperation for box in drawing.boxes] == cooperations[:count]
        for column in (
            [box for box in drawing.boxes if box.x < 100],
            [box for box in drawing.boxes if box.x > 100],
        ):
            for above, below in pairwise(column):
                assert above.y + above.height < below.y
            for box in column:
                assert box.y >= 0 and box.y + box.height <= drawing.height
                assert box.lines[-1].y < box.y + box.height
    assert network.draw("KIS", []) is None


def test_a_language_of_a_request_does_not_stay():
    with translation.override("lv"):
        server_error(RequestFactory().get("/sk/"))
        assert translation.get_language() == "lv"


GERMAN = {"de": "Deutsch", "en": "German", "sk": "nemčina", "lv": "vācu"}


def test_a_document_has_type_size_and_language(kis_page):
    """Its German title is marked as German on pages in other languages, which name its language."""
    for language in LANGUAGES:
        page = kis_page("netzwerk-haeusliche-gewalt", language)
        text = text_of(Client().get(page.url))
        entry = re.search(r'<li>(<a href="[^"]*/documents/.*?)\s*</li>', text).group(1)
        assert 'hreflang="de"' in entry and "(PDF, 810" in entry
        assert f", {GERMAN[language]})" in entry
        assert ('<span lang="de">Flyer' in entry) == (language != "de")
        says = {"en": "Flyer: ", "sk": "Leták: ", "lv": "Buklets: ", "de": ""}[language]
        assert f">{says}<span" in entry or language == "de"
