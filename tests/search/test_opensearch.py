"""Requests to OpenSearch and Elasticsearch, without a server (see benchmarks/opensearch.py)."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from modelsearch.backends.elasticsearchbase import ElasticsearchBaseSearchBackend
from wagtail.documents import get_document_model
from wagtail.models import Page

from home.models import StandardPage
from partners.models import PartnerPage, Topic
from partners.search.backend import SearchBackend
from partners.search.opensearch import asked_by_keys, backend_class
from partners.search.query import KeyQuery

BACKEND = asked_by_keys(ElasticsearchBaseSearchBackend)


def compiled(text, queryset, operator="and", typing=False):
    compiler = BACKEND.query_compiler_class
    if typing:
        compiler = BACKEND.autocomplete_query_compiler_class
    return compiler(queryset, KeyQuery(text, operator, typing)).get_query()


def words(query):
    """The queried keys for each language of a query: a set for each word."""
    return [
        (how, [set(word["bool"]["should"][0]["terms"]["keys"]) for word in reading["bool"][how]])
        for reading in query["bool"]["must"]["bool"]["should"]
        for how in reading["bool"]
    ]


@pytest.mark.parametrize("model", [PartnerPage, StandardPage, Topic, get_document_model()])
def test_keys_have_fields_of_their_own_that_nothing_analyses(model):
    fields = BACKEND.mapping_class(model).get_mapping()["properties"]
    for name in ("keys", "keys_title", "keys_lead"):
        assert fields[name] == {"type": "text", "analyzer": "whitespace"}


def test_a_page_becomes_a_document_of_keys(kis_page):
    page = kis_page("polizeidirektion-leipzig")
    document = BACKEND.mapping_class(PartnerPage).get_document(page)
    keys = document["keys"].split()
    assert set(document["keys_title"].split()) < set(keys)
    assert "delpolizeidirektion0" in document["keys_title"].split()
    assert "wagtailcore.Page" in document["_django_content_type"]
    assert any("zypolizei" in text or "zzpolizei" in text for text in document["_edgengrams"])
    assert json.loads(json.dumps(document, default=str))


def test_models_without_texts_of_their_own_have_keys(db):
    document = get_document_model()(pk=7, title="Jährliche Fachtagungen")
    sent = BACKEND.mapping_class(type(document)).get_document(document)
    assert "deltagung0" in sent["keys"].split()


def test_a_query_asks_for_keys_as_terms(db):
    query = compiled("haeusliche Gewalt", Page.objects.filter(live=True))
    asked = words(query)
    assert [how for how, _sets in asked] == ["must"] * len(asked)
    german = [sets for _how, sets in asked if any("delgewalt0" in one for one in sets)]
    assert len(german[0]) == 2 and "delhauslich0" in german[0][0]
    [word, *_rest] = query["bool"]["must"]["bool"]["should"][0]["bool"]["must"]
    weights = [one["terms"]["boost"] for one in word["bool"]["should"] if "terms" in one]
    assert weights == [1, 10, 4]
    assert "live_filter" in json.dumps(query["bool"]["filter"])


def test_the_operator_is_kept(db):
    query = compiled("Polizei Schule", Page.objects.all(), operator="or")
    assert {how for how, _sets in words(query)} == {"should"}


def test_what_is_being_typed_is_cut_to_what_the_index_keeps(db):
    query = json.dumps(compiled("Landesjugendpfarr", Page.objects.all(), typing=True))
    assert '"zzlandesjugendp"' in query and "landesjugendpf" not in query


def test_an_unknown_engine_is_told():
    with pytest.raises(ImproperlyConfigured, match="opensearch3"):
        SearchBackend({"ENGINE": "solr"})
    with pytest.raises(ImproperlyConfigured):
        backend_class("elasticsearch6")
