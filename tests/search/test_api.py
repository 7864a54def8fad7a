"""The endpoint ``/search/``: what the search page shows, asked by GET and POST."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from home.models import EmergencyNumberWords
from search.results import find_results


@pytest.fixture
def ask(client, db):
    def asked(status=200, **query):
        response = client.get("/api/v2/search/", query)
        assert response.status_code == status, response.content[:500]
        return response.json()

    return asked


def post(path, query):
    return Client(enforce_csrf_checks=True).generic(
        "POST", path, urlencode(query), content_type="application/x-www-form-urlencoded"
    )


def texts(pieces):
    return "".join(one["text"] for one in pieces)


def marks(pieces):
    return [one["text"] for one in pieces if one["is_found"]]


def test_results_are_those_of_the_page(ask, rf):
    answer = ask(search="Netzwerk", locale="de", limit=10)
    request = rf.get("/de/search/", SERVER_NAME="localhost")
    with override("de"):
        page = find_results(request, "Netzwerk", "de", {}, 1)
    shown = [*page.own, *page.others, *page.related]
    assert [one["id"] for one in answer["items"]] == [one.page.pk for one in shown]
    assert answer["meta"]["total_count"] == page.total > 3
    for one, other in zip(answer["items"], shown, strict=True):
        assert texts(one["marked_title"]) == one["title"] == other.page.title
        assert texts(one["excerpt"]) == "".join(piece.text for piece in other.excerpt)
    assert any(marks(one["marked_title"]) for one in answer["items"])
    facets = {one["name"]: one for one in answer["facets"]}
    assert set(facets) == {one.name for one in page.facets} >= {"kind", "topic"}
    assert facets["kind"]["label"] == "Art"


def test_results_are_narrowed_by_facets_and_read_on_by_addresses(ask, client):
    answer = ask(search="Leipzig", locale="de")
    (facet,) = (one for one in answer["facets"] if one["name"] == "kind")
    choice = facet["choices"][0]
    narrowed = ask(search="Leipzig", locale="de", kind=choice["value"], limit=1)
    assert narrowed["meta"]["total_count"] == choice["count"] < answer["meta"]["total_count"]
    found, path = [], "/api/v2/search/?search=Leipzig&locale=de&limit=3"
    while path:
        part = client.get(path).json()
        found += [one["id"] for one in part["items"]]
        path = part["meta"]["next"]
    assert len(found) == len(set(found)) == answer["meta"]["total_count"]


def test_what_is_typed_wrongly_has_a_suggestion(ask):
    answer = ask(search="Polizie", locale="de")
    assert answer["match"] == "near" and answer["suggestion"] == "Polizei" and answer["items"]
    assert ask(search="Polizei", locale="de")["suggestion"] is None


def test_words_that_are_still_being_typed(ask):
    answer = ask(search="Poliz", typing="true", locale="de")
    assert answer["items"] and all(one["locale"] == "de" for one in answer["items"])
    assert answer["facets"] == [] and answer["numbers"] == []
    assert ask(400, search="Poliz", typing="true", kind="partner")["parameter"] == "kind"


def test_telephone_numbers_are_results(ask):
    found = ask(search="116016", locale="de")["numbers"][0]
    assert found["number"] == "116 016" and found["uri"] == "tel:116016"
    assert ask(search="Netzwerk", locale="de")["numbers"] == []
    everyone = EmergencyNumberWords.objects.filter(language="de").count()
    danger = ask(search="er schlägt mich", locale="de")
    assert danger["is_danger"] and len(danger["numbers"]) == everyone
    nothing = ask(search="qqqqqqq", locale="de")
    assert nothing["items"] == [] and len(nothing["numbers"]) == everyone


def test_a_question_by_post_has_the_same_answer_and_no_address_with_the_query(client, db):
    query = {"search": "Leipzig", "locale": "sk", "limit": 2}
    asked = client.get("/api/v2/search/", query)
    form = post("/api/v2/search/", query)
    assert form.status_code == 200 and form.json()["items"] == asked.json()["items"]
    assert form.json()["meta"]["next"] is None and b"search=" not in form.content
    for response in (asked, form):
        assert "no-store" in response["Cache-Control"] and "ETag" not in response
    on = post("/api/v2/search/", {**query, "offset": 2}).json()
    assert on["items"] == client.get(asked.json()["meta"]["next"]).json()["items"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "search"), ({"search": "  "}, "search"), ({"search": "x" * 201}, "search"),
        ({"search": "a", "serach": "b"}, "serach"), ({"search": "a", "limit": 51}, "limit"),
        ({"search": "a", "offset": -1}, "offset"), ({"search": "a", "typing": "x"}, "typing"),
        ({"search": "a", "typing": "0"}, "typing"),
        ({"search": "a", "kind": "nope"}, "kind"), ({"search": "a", "locale": "xx"}, "locale"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_by_the_parameter(client, db, query, name):
    for response in (client.get("/api/v2/search/", query), post("/api/v2/search/", query)):
        assert response.status_code == (404 if name == "locale" else 400)
        assert response.json()["parameter"] == name


def test_a_body_of_another_type_and_parameters_beside_a_body_are_refused(client, db):
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        response = client.generic("POST", "/api/v2/search/", '{"search": "a"}', content_type=kind)
        assert response.status_code == 415
        assert response["Content-Type"] == "application/problem+json"
    assert post("/api/v2/search/?search=a", {}).json()["parameter"] == "search"
    twice = client.generic(
        "POST", "/api/v2/search/", "search=a&search=b",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert twice.status_code == 400 and twice.json()["parameter"] == "search"


def test_other_methods(client, db):
    assert client.options("/api/v2/search/").status_code == 200
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)("/api/v2/search/").status_code == 405


def test_the_number_of_statements_is_bounded(client, db):
    client.get("/api/v2/search/?search=Leipzig&limit=1")
    for query in ("Leipzig", "Polizie", "er schlägt mich", "qqqqqqq"):
        with CaptureQueriesContext(connection) as asked:
            client.get("/api/v2/search/", {"search": query, "limit": 50})
        assert len(asked) <= 18, len(asked)
