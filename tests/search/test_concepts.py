"""Concepts: what people type, and the texts that they mean."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from partners.search.analysis import index_keys
from partners.search.concepts import FOLDER, concepts, read
from partners.search.current import of_files
from partners.search.skos import as_skos
from tests.languages import LANGUAGES


def means(query, text, locale):
    keys = index_keys(text, locale)
    near, far = of_files().readings(query, LANGUAGES)
    return any(all(word & keys for word in reading) for reading in [*near, *far])


def names(query, code):
    return {hit.concept.name for hit in of_files().hits(query, code)}


def is_danger(query):
    return any(one.danger for one in of_files().named(query, LANGUAGES))


@pytest.mark.parametrize(
    ("locale", "query", "text"),
    [
        ("de", "meine Mutter wird verprügelt, er schlägt mich", "Betroffene häuslicher Gewalt"),
        ("de", "einstweilige Verfügung", "Schutz nach dem Gewaltschutzgesetz"),
        ("en", "he wants to kill me", "If someone threatens you"),
        ("sk", "manzel bije", "Pomáhame obetiam domáceho násilia"),
        ("lv", "virs sit", "Palīdzam, ja ir vardarbība ģimenē"),
        ("en", "cops", "The police can help."),
        ("de", "mein Ex lauert mir auf", "Stalking ist strafbar. Wir beraten Betroffene."),
        ("de", "er hat mich gewürgt", "Hilfe bei häuslicher Gewalt"),
        ("en", "won't let me see my friends", "Psychological violence leaves no bruises."),
        ("en", "does it cost anything", "Counselling is free of charge."),
        ("sk", "zamkol ma v byte", "Psychické násilie a pozbavenie slobody"),
        ("sk", "nemam peniaze na jedlo", "Pomôžeme vám vybaviť sociálne dávky."),
        ("lv", "man draud", "Ja saņemat draudus, zvaniet."),
        ("lv", "bijušais neliek mani mierā", "Vajāšana ir sodāma."),
    ],
)
def test_everyday_words_mean_the_terms_of_texts(locale, query, text):
    assert means(query, text, locale)


def test_a_concept_of_one_language_finds_texts_of_another():
    assert means("Frauenhaus", "The women's refuge is open.", "en")


def test_phrases_are_phrases():
    assert "partner-violence" in names("er schlägt mich", "de")
    assert "partner-violence" not in names("schlägt vor", "de")
    assert "protection-order" not in names("Verfügung", "de")
    assert "shelter" not in names("Haus", "de")


def test_a_query_without_concept_has_no_readings():
    assert of_files().readings("Fahrplan", LANGUAGES) == ([], [])
    assert not is_danger("Fahrplan")


def test_the_files_of_the_thesaurus_have_each_concept_once():
    names = [name for path in FOLDER.glob("*.yaml") for name in read(path.read_text("utf-8"))]
    assert len(names) == len(set(names)) >= 250
    for path in FOLDER.glob("*.yaml"):
        written = re.findall(r"(?m)^([a-z-]+):$", path.read_text("utf-8"))
        assert len(written) == len(set(written)), path.name


def test_ordinary_words_are_no_danger():
    for query in ("Öffnungszeiten", "training", "Schule", "škôlka", "tīkls", "man", "Kind", "hat"):
        assert not is_danger(query), query


def test_every_concept_has_terms_in_every_language():
    for one in concepts().values():
        assert set(one.terms) == set(LANGUAGES) and all(one.terms.values()), one.name
        assert set(one.broader) <= set(concepts())


def test_the_thesaurus_is_given_as_skos():
    graph = as_skos(concepts().values(), "https://example.org")["@graph"]
    shelter = next(one for one in graph if one["@id"].endswith("#shelter"))
    assert {"@value": "Frauenhaus", "@language": "de"} in shelter["prefLabel"]
    assert all(len(one["prefLabel"]) == len(LANGUAGES) for one in graph[1:])


@pytest.mark.slow
def test_a_command_names_the_concepts_without_a_page(db):
    out = StringIO()
    call_command("search_concepts", stdout=out)
    assert "fgm" in out.getvalue() and "cooperation" not in out.getvalue()
