"""The thesaurus of editors: words that they add, what they answer, and SKOS."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data
from wagtail.users.models import UserProfile

from partners.models import Concept, ConceptWords, Term, TermWord
from partners.search.concepts import concepts
from partners.search.current import forget, of_files, thesaurus
from partners.search.query import search
from tests.languages import LANGUAGES


@pytest.fixture(autouse=True)
def read_anew():
    forget()
    yield
    forget()


@pytest.fixture
def add(db):
    def add(name, language="de", terms="", asks="", advice="", **fields):
        concept = Concept(name=name, **fields)
        concept.words = [ConceptWords(language=language, terms=terms, asks=asks, advice=advice)]
        concept.save()
        return concept

    return add


def named(query):
    return {one.name for one in thesaurus().named(query, LANGUAGES)}


def load(data, tmp_path, **options):
    path = tmp_path / "thesaurus.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    out = StringIO()
    call_command("load_concepts", path, stdout=out, stderr=out, **options)
    return out.getvalue()


def label(text, code="de"):
    return {"@value": text, "@language": code}


# Words of editors


def test_words_of_editors_are_recognised_at_once(add):
    assert named("Prügelknabe") == set()
    concept = add("shelter", asks="Prügelknabe")
    assert named("Prügelknabe") == {"shelter"}
    assert "Frauenhaus" in thesaurus().concepts["shelter"].terms["de"]
    concept.delete()
    assert named("Prügelknabe") == set() and thesaurus() is of_files()


def test_a_concept_of_editors_finds_pages(add, kis_page):
    triade = kis_page("triade")
    assert not search(Page.objects.all(), "Ungetüm").count()
    add("monster", terms=triade.title, asks="Ungetüm", is_danger=True)
    assert triade.pk in {page.pk for page in search_all("Ungetüm")}


def search_all(query):
    from partners.search.ranked import query_of, ranked

    found = {match.pk for match in ranked(Page.objects.all(), query_of(Page.objects.all(), query))}
    return Page.objects.filter(pk__in=found)


def test_words_of_the_glossary_are_terms_in_other_languages(db):
    assert named("ērgļu ligzda") == set()
    term = Term(word="Frauenhaus")
    term.words = [TermWord(language="lv", word="ērgļu ligzda")]
    term.save()
    assert "shelter" in named("ērgļu ligzda")


def test_they_are_read_once_and_again_with_another_version(add, client, django_assert_num_queries):
    add("shelter", asks="Prügelknabe")
    thesaurus()
    with django_assert_num_queries(0):
        assert named("Prügelknabe") == {"shelter"}
    ConceptWords.objects.update(asks="Haudegen")
    assert named("Haudegen") == set()
    client.get("/api/v2/pages/?search=Haudegen")
    assert named("Haudegen") == {"shelter"}


# The screen


def form(name, words, **fields):
    rows = [{"language": "de", "terms": "", "asks": "", "advice": "", **one} for one in words]
    return nested_form_data(
        {"name": name, "broader": "", "page": "", "words": inline_formset(rows), **fields}
    )


def errors_of(response):
    form = response.context["form"]
    with override("en"):
        found = [str(error) for errors in form.errors.values() for error in errors]
        for row in form.formsets["words"].forms:
            found += [str(error) for errors in row.errors.values() for error in errors]
        return found + [str(one) for one in form.formsets["words"].non_form_errors()]


@pytest.fixture
def add_url(admin_user):
    UserProfile.objects.create(user=admin_user, preferred_language="en")
    return reverse(Concept.snippet_viewset.get_url_name("add"))


def test_editors_add_words(admin_client, add_url):
    data = form("shelter", [{"asks": "  Prügelknabe \n\n wo kann  ich hin "}])
    assert admin_client.post(add_url, data).status_code == 302
    assert ConceptWords.objects.get().asks == "Prügelknabe\nwo kann ich hin"
    assert named("Prügelknabe") == {"shelter"}


@pytest.mark.parametrize(
    ("name", "words", "fields", "wrong"),
    [
        ("shelter", [{"asks": "ich und du"}], {}, "has no word that says something"),
        ("shelter", [{"asks": "Haus\nhaus"}], {}, "stands here twice"),
        ("shelter", [{"terms": "Haus", "asks": "Haus"}], {}, "stands here twice"),
        ("shelter", [{"asks": "x" * 121}], {}, "is too long"),
        ("shelter", [{}], {}, "enter at least one word"),
        ("shelter", [{"asks": "A1"}, {"asks": "B1"}], {}, "duplicate"),
        ("shelter", [{"asks": "Haus"}], {"broader": "nothing"}, "no other concept of this name"),
        ("shelter", [{"asks": "Haus"}], {"broader": "shelter"}, "no other concept of this name"),
        ("unheard-of", [{"asks": "Haus"}], {}, "needs a term"),
        ("two words", [{"asks": "Haus"}], {}, "valid"),
    ],
)
def test_what_is_wrong_is_said(admin_client, add_url, name, words, fields, wrong):
    response = admin_client.post(add_url, form(name, words, **fields))
    assert response.status_code == 200 and not Concept.objects.exists()
    assert any(wrong in error for error in errors_of(response)), errors_of(response)


@pytest.mark.slow
def test_the_report_says_which_concepts_lead_to_no_page(admin_client, add, add_url):
    add("monster", terms="Ungetüm")
    response = admin_client.get(reverse("concepts_report"), {"has_page": "no"})
    rows = response.context["paginator"].object_list
    names = {row.name for row in rows}
    assert "monster" in names and "fgm" in names and "cooperation" not in names
    assert f"{add_url}?name={rows[0].name}" in response.content.decode()
    html = admin_client.get(f"{add_url}?name=fgm").content.decode()
    assert 'value="fgm"' in html


# The answer


def post(query, language="de"):
    return Client().post(f"/{language}/search/", {"q": query}).content.decode()


def test_an_answer_stands_above_the_results(add, kis_page):
    page = kis_page("triade")
    add("shelter", asks="Zuflucht suchen", advice="Rufen Sie zuerst an.", page=page)
    html = post("ich will Zuflucht suchen")
    assert html.index("Rufen Sie zuerst an.") < html.rindex('<p role="status"')
    assert f'<a href="{page.url}">{page.title}</a>' in html
    slovak = kis_page("triade", "sk")
    html = post("Zuflucht suchen", "sk")
    assert f'<a href="{slovak.url}">{slovak.title}</a>' in html
    assert "Rufen Sie" not in html
    assert "Rufen Sie" not in post("Polizei")


def test_a_closed_page_is_no_answer(add, kis_page):
    page = kis_page("triade")
    add("shelter", asks="Zuflucht suchen", page=page)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert page.url not in post("Zuflucht suchen")
    assert 'id="answers"' not in post("Zuflucht suchen")


# SKOS


def test_what_is_written_is_read(db, tmp_path):
    out = StringIO()
    call_command("search_concepts", skos="https://example.org", stdout=out)
    said = load(out.getvalue(), tmp_path)
    assert f"0 concepts added, {len(concepts())} joined" in said
    assert not Concept.objects.exists()


@pytest.mark.parametrize("prefix", ["", "skos:", "http://www.w3.org/2004/02/skos/core#"])
def test_labels_that_are_missing_are_added(db, tmp_path, prefix):
    data = [
        {
            "@id": "https://example.org/t/shelter",
            "@type": f"{prefix}Concept",
            f"{prefix}prefLabel": [label("Frauenhaus"), label("foyer", "fr")],
            f"{prefix}altLabel": [label("Burg")],
            f"{prefix}hiddenLabel": {"de": ["wo hin"], "en": "my castle"},
            f"{prefix}broader": [{"@id": "https://example.org/t/keep"}],
        },
        {
            "@id": "https://example.org/t/keep",
            "@type": [f"{prefix}Concept"],
            f"{prefix}prefLabel": label("Bergfried"),
        },
    ]
    assert "1 concepts would be added, 1 would be joined" in load(data, tmp_path, dry_run=True)
    assert not Concept.objects.exists()
    said = load(data, tmp_path)
    assert "1 labels in fr" in said and "1 concepts added, 1 joined" in said
    shelter = Concept.objects.get(name="shelter")
    words = {one.language: one for one in shelter.words.all()}
    assert (words["de"].terms, words["de"].asks, words["en"].asks) == (
        "Burg",
        "wo hin",
        "my castle",
    )
    assert shelter.broader == "keep"
    assert named("Bergfried") == {"keep"}
    load(data, tmp_path)
    assert ConceptWords.objects.count() == 3


@pytest.mark.parametrize(
    ("node", "wrong"),
    [
        ({"prefLabel": [label("A1"), label("B1")]}, "x: two prefLabels in de"),
        ({"prefLabel": label("Burg"), "altLabel": label("Burg")}, "'Burg' (de) is prefLabel and"),
        ({"altLabel": label("Burg")}, "x: no prefLabel in a language of the site (de, en, sk, lv)"),
        ({"prefLabel": label("und")}, "x: prefLabel 'und' (de) has no word"),
        ({"prefLabel": label("Burg"), "broader": "urn:x:no"}, "x: there is no broader concept no"),
        ({"prefLabel": label("Burg"), "broader": "urn:x:x"}, "x: is broader than itself"),
        ({"@id": "", "prefLabel": label("Burg")}, "no address (@id)"),
        ({"@type": "Thing"}, "no skos:Concept"),
    ],
)
def test_what_is_wrong_with_a_thesaurus_is_named(db, tmp_path, node, wrong):
    with pytest.raises(CommandError) as error:
        load([{"@id": "urn:x:x", "@type": "Concept", **node}], tmp_path)
    assert wrong in str(error.value)
    assert not Concept.objects.exists()


def test_files_that_are_no_thesaurus_are_named(db, tmp_path):
    for name, text, wrong in [
        ("thesaurus.json", "{", "is no JSON"),
        ("thesaurus.ttl", "@prefix", "RDF"),
        ("missing.json", None, "can't be read"),
    ]:
        if text is not None:
            (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(CommandError, match=wrong):
            call_command("load_concepts", tmp_path / name)


def test_turtle_is_read_where_rdflib_is_installed(db, tmp_path):
    pytest.importorskip("rdflib")
    path = tmp_path / "thesaurus.ttl"
    path.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://example.org/keep> a skos:Concept; skos:prefLabel "Bergfried"@de .',
        "utf-8",
    )
    call_command("load_concepts", path, stdout=StringIO())
    assert named("Bergfried") == {"keep"}
