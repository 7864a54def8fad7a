"""The site's search page: results, excerpts, documents, and privacy of queries."""

import re
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from home.models import EmergencyNumber
from partners.models import NetworkPage, PartnerPage
from partners.search.excerpts import excerpt, marked
from search import results
from tests.api.test_language import leave_untranslated
from tests.languages import LANGUAGES
from tests.search.test_search import NASTY
from tests.whole import asked


@pytest.fixture(autouse=True)
def no_old_vocabulary():
    cache.clear()


@pytest.fixture
def ask(db):
    client = Client()

    def post(query, language="de", status=200, **more):
        response = client.post(f"/{language}/search/", {"q": query, **more})
        assert response.status_code == status
        return response.content.decode()

    return post


def titles(html):
    return [re.sub("<[^>]+>", "", title) for title in re.findall(r"<h3><a [^>]+>(.*?)</a>", html)]


def total_of(html):
    return int(re.search(r"Ergebnisse zu „.*?“: (\d+)", html)[1])


def links(html):
    return re.findall(r'<h3><a href="([^"]+)"', html)


def test_the_form_stands_alone(client, db):
    html = client.get("/lv/search/").content.decode()
    assert '<form class="search" role="search" method="post"' in html
    assert "search-results" not in html


def test_every_page_leads_to_it(client, kis_page):
    for language in LANGUAGES:
        html = client.get(kis_page("triade", language).url).content.decode()
        assert f'href="/{language}/search/"' in html


@pytest.mark.parametrize(
    ("language", "query", "word"),
    [
        ("de", "haeusliche Gewalten", "häusliche"),
        ("en", "perpetrator", "perpetrator"),
        ("sk", "nasilie", "násili"),
        ("lv", "vardarbiba", "vardarbīb"),
    ],
)
def test_found_words_are_marked_in_any_form(ask, language, query, word):
    html = ask(query, language)
    found = re.findall("<mark>(.*?)</mark>", html)
    assert any(word in one.lower() for one in found)
    assert links(html)[0].startswith(f"/{language}/")


def test_the_readers_language_comes_first_and_others_are_labelled(ask):
    html = ask("Stalking", "de")
    own, _heading, others = html.partition("In anderen Sprachen")
    assert links(own) and all(link.startswith("/de/") for link in links(own))
    html = ask("Stalking", "sk") + ask("Fachtagungen", "sk")
    own, _heading, others = html.partition('class="search-language"')
    assert others, "German pages that have the word are named as German"


def test_a_page_is_listed_once_whatever_its_languages(ask, kis_page):
    keys = []
    for link in links(ask("KIS", "en")):
        [page] = [page for page in Page.objects.filter(live=True) if page.url == link]
        keys.append(page.translation_key)
    assert keys and len(keys) == len(set(keys))


def test_counts_and_facets_narrow_the_results(ask):
    html = ask("KIS")
    total = total_of(html)
    kinds = dict(re.findall(r'<option value="(partner|network|exchange)">[^(]+\((\d+)\)', html))
    assert sum(map(int, kinds.values())) <= total
    narrowed = ask("KIS", kind="partner")
    assert total_of(narrowed) == int(kinds["partner"])
    local = NetworkPage.objects.filter(locale__language_code="de", level="national")
    national = ask("KIS", level="national")
    assert total_of(national) <= local.count()
    for name in ("country", "topic"):
        value = re.search(rf'name="{name}">.*?<option value="([^"]+)">[^(]+\((\d+)\)', html, re.S)
        narrowed = ask("KIS", **{name: value[1]})
        assert total_of(narrowed) == int(value[2])


def test_an_unknown_choice_finds_nothing_and_says_so(ask):
    assert "nichts gefunden" in ask("KIS", kind="nonsense")


def test_did_you_mean(ask):
    html = ask("Poliseidirektion")
    suggestion = re.search(r'name="q" value="([^"]+)">', html)[1]
    assert suggestion == "Polizeidirektion"
    assert titles(ask(suggestion))
    assert 'value="Vardarbīb' in ask("vardarbjba", "lv")


def test_a_suggestion_never_tells_what_is_not_public(ask, kis_page):
    page = kis_page("triade")
    page.title = "Geheimoperation"
    page.save_revision().publish()
    assert "Geheimoperation" in ask("Geheimoperatjon")
    cache.clear()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert "Geheimoperation" not in ask("Geheimoperatjon")
    assert titles(ask("Geheimoperation")) == []


def test_where_no_page_has_all_words_those_with_some_are_shown(ask):
    html = ask("Quantenchromodynamik Polizeidirektionen")
    assert "Keine Seite enthält alle Wörter" in html
    assert "Polizeidirektion" in titles(html)[0]
    assert "Keine Seite enthält alle Wörter" not in ask("Polizeidirektionen")


def test_a_page_in_another_language_leads_to_the_readers_own(ask, kis_page):
    page = kis_page("triade")
    page.search_terms = "Schlägertypen"
    page.save_revision().publish()
    html = ask("Schlägertyp", "lv")
    latvian = kis_page("triade", "lv").url
    assert links(html) == [page.url]
    assert f'<p lang="lv"><a href="{latvian}">Šī lapa latviešu valodā</a></p>' in html
    assert "Šī lapa" not in ask("policija", "lv").partition("Citās valodās")[0]


def test_what_is_not_translated_yet_is_marked_too(ask, kis_page):
    leave_untranslated(kis_page("polizeidirektion-leipzig", "sk"), "body")
    html = ask("Polizeivollzugsdienstes", "sk")
    assert links(html)[0].startswith("/sk/")
    assert "<mark>Polizeivollzugsdienst</mark>" in html


def test_nothing_found_helps_on(ask):
    html = ask("Quantenchromodynamik")
    assert "nichts gefunden" in html and "Rechtschreibung" in html
    assert "mindestens ein Wort" in ask("?!*")


def test_words_stay_out_of_addresses(ask, client, settings):
    html = ask("Gewalt")
    assert "q=Gewalt" not in html and 'method="get"' not in html
    assert "Gewalt" not in re.search("<title>(.*?)</title>", html, re.S)[1]
    assert "search-results" not in client.get("/de/search/?q=Gewalt").content.decode()
    response = Client(enforce_csrf_checks=True).post("/de/search/", {"q": "Gewalt"})
    assert response.status_code == 200
    assert not response.cookies and "no-store" in response["Cache-Control"]
    settings.SEARCH_METHOD = "get"
    assert "search-results" in client.get("/de/search/?q=Gewalt").content.decode()


def test_results_come_in_pages(ask, monkeypatch):
    monkeypatch.setattr(results, "PER_PAGE", 6)
    first, second = ask("KIS", "de"), ask("KIS", "de", page="2")
    assert len(links(first)) == 6
    assert not set(links(first)) & set(links(second)) and links(second)
    assert links(ask("KIS", "de", page="x")) == links(first)
    assert links(ask("KIS", "de", page="9999"))


def test_pages_that_fit_while_typing(client, db):
    answer = client.post("/de/search/typing/", {"q": "Poliz"}).json()
    assert answer["pages"][0]["title"] == "Kooperation mit der Polizeidirektion Leipzig"
    assert client.post("/de/search/typing/", {"q": "haeusl"}).json()["pages"]
    assert client.post("/de/search/typing/", {"q": "del"}).json() == {"pages": []}
    assert client.post("/de/search/typing/", {"q": "  "}).json() == {"pages": []}


def test_api_and_page_find_the_same(ask, api):
    for query in ("Kinderschutz", "Täter*innen", "Polizei"):
        items = api(f"pages/?locale=de&limit=50&search={query}")["items"]
        assert titles(ask(query))[: len(items)] == [item["title"] for item in items][:10]


def test_nobodys_name_is_found_or_shown(ask, kis_page):
    from partners.models import Person

    for person in Person.objects.exclude(name=""):
        assert titles(ask(person.name.split()[-1])) == []


def test_search_terms_are_found_and_not_shown(ask, kis_page):
    page = kis_page("triade")
    page.search_terms = "Schlägertypen"
    page.save_revision().publish()
    html = ask("Schlägertyp")
    assert titles(html) == [page.title]
    assert "Schlägertypen" not in html


def test_statements_are_bounded(ask, django_assert_max_num_queries):
    ask("KIS")
    with django_assert_max_num_queries(12):
        ask("KIS")


@pytest.mark.slow
def test_nothing_that_is_typed_breaks_the_page(ask, client):
    for text, typing in asked(NASTY, [False, True]):
        if typing:
            assert client.post("/de/search/typing/", {"q": text}).status_code == 200
        else:
            ask(text, kind=text, page=text, topic=text)


# Excerpts


def test_an_excerpt_is_the_place_that_was_found():
    text = "Anfang. " + "Füllwort " * 100 + "Die Opfer häuslicher Gewalt. " + "Ende " * 100
    pieces = excerpt(["", text], "häusliche Gewalt", "de")
    assert [piece.text for piece in pieces if piece.is_found] == ["häuslicher", "Gewalt"]
    whole = "".join(piece.text for piece in pieces)
    assert len(whole) < 260 and whole.startswith("… ") and whole.endswith(" …")


def test_a_short_text_that_was_found_stands_before_the_beginning():
    pieces = excerpt(["Die Stellen arbeiten zusammen.", "Häusliche Gewalt"], "Gewalten", "de")
    assert "".join(piece.text for piece in pieces) == (
        "Häusliche Gewalt · Die Stellen arbeiten zusammen."
    )


def test_marking_changes_no_letter():
    text = "Täter*innen & <b>Gewalt</b>schutz, Täterarbeit"
    pieces = marked(text, "Täter", "de")
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_found] == ["Täter*innen", "Täterarbeit"]
    assert excerpt([], "x", "de") == []


# Documents


def pdf(text):
    """A PDF file of one page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n")
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


@pytest.fixture
def flyer(db, settings, django_capture_on_commit_callbacks):
    """The document of KIS's network page, with a text of its own."""
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "SEARCH_DOCUMENTS": True}

    def write(content):
        document = get_document_model().objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            document.file.save("flyer.pdf", ContentFile(content), save=False)
            document.file_hash = ""
            document.save()
        return document

    return write


def test_documents_are_found_by_their_text(ask, flyer, settings):
    flyer(pdf("Wohnungsverweisungen durch die Polizei"))
    html = ask("Wohnungsverweisung")
    assert "<h2>Dokumente</h2>" in html
    assert "<mark>Wohnungsverweisungen</mark>" in html
    settings.KIS_PARTNERS = {}
    assert "Dokumente</h2>" not in ask("Wohnungsverweisung")


def test_private_and_unused_documents_are_not_found(ask, flyer):
    document = flyer(pdf("Wohnungsverweisungen"))
    restriction = CollectionViewRestriction.objects.create(
        collection=Collection.get_first_root_node(),
        restriction_type=CollectionViewRestriction.LOGIN,
    )
    assert "Wohnungsverweisungen" not in ask("Wohnungsverweisung")
    restriction.delete()
    assert "Wohnungsverweisungen" in ask("Wohnungsverweisung")
    document_pages = NetworkPage.objects.filter(flyer=document)
    for page in document_pages:
        page.unpublish()
    assert "Wohnungsverweisungen" not in ask("Wohnungsverweisung")


@pytest.mark.parametrize("content", [b"", b"not a pdf", pdf("x")[:200], b"%PDF-1.4\n\x00\xff"])
def test_a_damaged_file_breaks_nothing(ask, flyer, content):
    flyer(content)
    call_command("read_documents", verbosity=0)
    assert "Dokumente</h2>" not in ask("Wohnungsverweisung")


def test_partner_pages_have_a_field_for_search_terms(editor):
    page = PartnerPage.objects.first()
    html = editor.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert 'name="search_terms"' in html and "Suchbegriffe" in html


# Numbers


def numbers(html):
    return html.partition('class="search-numbers"')[2].partition("</section>")[0]


@pytest.mark.parametrize("query", ["116016", "116 016", "116-016", "+49 116 016", "112"])
def test_an_emergency_number_is_a_result_of_its_own(ask, query):
    digits = "".join(re.findall(r"\d", query))[-6:]
    found = numbers(ask(query))
    assert f'href="tel:{digits}"' in found
    assert found.count("href=") == 1 or "help-now" in found


def test_other_numbers_lead_to_none(ask):
    assert numbers(ask("2004")) == ""


def test_the_admin_finds_a_number_in_any_grouping(admin_client):
    for number in EmergencyNumber.objects.all():
        number.save()
    html = admin_client.get("/admin/snippets/home/emergencynumber/?q=116016").content.decode()
    assert "116 016" in html


@pytest.mark.parametrize(
    ("language", "query", "heading"),
    [
        ("de", "mein Mann schlägt mich", "Sofort Hilfe"),
        ("en", "my husband hits me", "Help now"),
        ("sk", "môj muž ma bije", "Pomoc hneď"),
        ("lv", "vīrs mani sit", "Palīdzība tūlīt"),
        ("en", "Zqxzqxzqx", "Help now"),
    ],
)
def test_danger_and_nothing_begin_with_help(ask, language, query, heading):
    html = ask(query, language)
    found = numbers(html)
    assert heading in found and 'href="tel:110"' in found
    assert html.index("help-now") < f'{html}class="search-results"'.index('class="search-results"')


def test_everyday_words_find_pages_of_their_concept(ask):
    for language, query in (("de", "mein Mann schlägt mich"), ("sk", "môj muž ma bije")):
        html = ask(query, language)
        assert "nichts gefunden" not in html and "nič nenašlo" not in html
        assert links(html)


def test_ordinary_words_come_without_it(ask):
    assert "help-now" not in ask("Fachtagung")
