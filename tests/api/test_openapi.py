"""The OpenAPI document: it is valid, and the answers of the API fit it."""

import json
import os
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from openapi_spec_validator import validate
from wagtail.models import Page

from kis_wagtail.api import router
from tests.languages import LANGUAGES

SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "openapi.json"


@cache
def read():
    return Client().get("/api/v2/openapi.json").json()


@pytest.fixture
def document(db):
    return read()


def validator(document, schema):
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    whole["components"] = document["components"]
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


@pytest.fixture
def ask(document, db):
    """Request the API; the answer must fit the document."""
    client = Client()

    def get(path, schema=None):
        response = client.get(f"/api/v2{path}")
        route = "/".join(
            "{pk}" if part.isdigit() else part for part in path.split("?")[0].split("/")
        )
        if "fields=" in path and not route.endswith("/selected/"):
            # The types of a selection are those of the operation for selections.
            route += "selected/"
        described = document["paths"][route]["get"]["responses"][str(response.status_code)]
        media = response.headers["Content-Type"].split(";")[0]
        if response.status_code == 302:
            return response
        schema = schema or described["content"][media]["schema"]
        answer = response.json()
        errors = list(validator(document, schema).iter_errors(answer))
        assert not errors, [(error.instance_path, error.message[:300]) for error in errors]
        return answer

    return get


def name_of(schema):
    return schema["$ref"].rpartition("/")[2]


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def test_it_is_openapi(document):
    assert document["openapi"].startswith("3.1")
    validate(document)
    for schema in document["components"]["schemas"].values():
        assert jsonschema_rs.meta.is_valid(schema)


def test_it_is_the_same_every_time(client, db):
    """UPDATE_SNAPSHOTS=1 writes the file anew; review the difference."""
    document = client.get("/api/v2/openapi.json").json()
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text("utf-8")
    slovak = client.get("/api/v2/openapi.json", headers={"Accept-Language": "sk"}).json()
    assert slovak == document


def test_every_endpoint_of_the_router_is_there(document):
    expected = {
        f"/{name}/{pattern.pattern}".replace("<int:pk>", "{pk}")
        for name, view in router._endpoints.items()
        for pattern in view.get_urlpatterns()
    }
    assert set(document["paths"]) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_what_its_schema_says(ask, api, language):
    pages = Page.objects.filter(locale__language_code=language, depth__gt=1).specific()
    assert len(pages) == 16
    for page in pages:
        label = page._meta.label
        answer = ask(f"/pages/{page.pk}/", ref(label))
        assert answer["meta"]["type"] == label
    ask(f"/pages/{page.pk}/?rich_text_format=markdown&renditions=small,square", ref(label))
    ask(f"/pages/{page.pk}/?fields=_,title,translations(de(id)),body(type)")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["", *LANGUAGES])
def test_every_list_is_what_its_schema_says(ask, document, language):
    query = f"&locale={language}" if language else ""
    for name in ("pages", "cooperations", "images", "documents", "topics", "organisations"):
        own = "" if name in ("images", "documents") else query
        title = "name" if name in ("topics", "organisations") else "title"
        for more in ("", "&fields=*", f"&fields=_,{title}", "&limit=0", f"&order=-{title}"):
            ask(f"/{name}/?limit=100{own}{more}".replace("limit=100&limit=0", "limit=0"))
    for item in document["paths"]["/pages/"]["get"]["parameters"]:
        if item["name"] == "type":
            for label in item["schema"]["items"]["enum"]:
                ask(f"/pages/?type={label}{query}")
                ask(f"/pages/?type={label}&fields=*{query}")
    for one in ask(f"/people/?limit=100{query}")["items"]:
        ask(f"/people/{one['id']}/")
    ask("/countries/")
    ask("/locales/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pages/?nope=1", 400),
        ("/pages/?locale=xx", 404),
        ("/pages/999999/", 404),
        ("/pages/find/", 400),
        ("/pages/find/?id=999999", 404),
        ("/images/?nope=1", 400),
        ("/images/1/", 404),
        ("/documents/999999/", 404),
        ("/cooperations/?kind=nope", 400),
        ("/cooperations/?locale=xx", 404),
        ("/cooperations/999999/", 404),
        ("/cooperations/?format=xml", 400),
        ("/locales/?nope=1", 400),
    ],
)
def test_errors_are_described(ask, client, path, status):
    answer = ask(path)
    assert "items" not in answer
    assert client.get(f"/api/v2{path}").status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "pages/",
        "cooperations/",
        "locales/",
        "redirects/",
        "site/",
        "images/",
        "documents/1/",
    ],
)
def test_what_is_not_served_is_described(document, client, path):
    responses = document["paths"]["/" + path.replace("1", "{pk}")]["get"]["responses"]
    for status, response in {
        "405": client.post(f"/api/v2/{path}"),
        "406": client.get(f"/api/v2/{path}", headers={"Accept": "text/html"}),
    }.items():
        assert str(response.status_code) == status
        media = response.headers["Content-Type"].split(";")[0]
        schema = responses[status]["content"][media]["schema"]
        validator(document, schema).validate(response.json())


def test_what_is_whole_has_everything_and_tells_its_type(ask, document, kis_page):
    """Required is what there is, and ``type`` at the top tells items apart."""
    schemas, page = document["components"]["schemas"], kis_page("triade")
    whole = document["paths"]["/pages/{pk}/"]["get"]["responses"]["200"]["content"]
    mapping = whole["application/json"]["schema"]["discriminator"]["mapping"]
    assert "kis_partners.PartnerPage" in mapping
    assert not {"wagtailcore.Page", "kis_partners.CooperationPage"} & set(mapping)
    for label in mapping:
        schema = schemas[label]
        assert schema["required"] == list(schema["properties"])
        assert schema["properties"]["type"] == {"type": "string", "const": label}
    followed = document["paths"]["/pages/find/"]["get"]["responses"]["200"]["content"]
    assert followed["application/json"] == whole["application/json"]
    detail = ask(f"/pages/{page.pk}/")
    assert list(detail)[:3] == ["id", "type", "meta"]
    assert detail["type"] == detail["meta"]["type"] == "kis_partners.PartnerPage"
    for path in ("/pages/?limit=100", "/cooperations/?limit=100"):
        answer = ask(path)
        assert all(one["type"] == one["meta"]["type"] for one in answer["items"])
        del answer["items"][0]["type"]
        route = document["paths"][path.partition("?")[0]]["get"]["responses"]["200"]["content"]
        schema = route["application/json"]["schema"]
        assert not validator(document, schema).is_valid(answer)
    changes = ask("/changes/?limit=500")["changes"]
    assert changes and all(one["item"]["type"] == one["item"]["meta"]["type"] for one in changes)


def test_selections_have_operations_of_their_own(ask, client, kis_page):
    page = kis_page("triade")
    assert list(ask("/pages/selected/?fields=_,id,type&limit=1")["items"][0]) == [
        *("id", "type", "meta")
    ]
    for path in ("cooperations/", f"cooperations/{page.pk}/"):
        whole = ask(f"/{path}?fields=_,title,period(text)")
        same = ask(f"/{path}selected/?fields=_,title,period(text)")
        if "items" in whole:
            assert same["meta"].pop("next") == whole["meta"].pop("next").replace("?", "selected/?")
        assert whole == same
        for query in ("", "?fields="):
            refused = client.get(f"/api/v2/{path}selected/{query}")
            assert (refused.status_code, refused.json()["parameter"]) == (400, "fields")


def test_statuses_and_headers_are_described(document, client, db):
    for path, operations in document["paths"].items():
        responses = operations["get"]["responses"]
        assert {"200", "304", "400", "404", "405", "406", "429", "503"} <= set(responses), path
        for status in ("429", "503"):
            assert "Retry-After" in responses[status]["headers"]
    assert "410" in document["paths"]["/changes/"]["get"]["responses"]
    told = document["components"]["headers"]
    for path in ("/pages/", "/cooperations/", "/changes/", "/locales/", "/images/"):
        response = client.get(f"/api/v2{path}")
        described = document["paths"][path]["get"]["responses"]["200"]["headers"]
        assert set(described) <= set(told)
        shown = set(told) & set(response.headers)
        # A list on one page has no other; Django's middleware names a language everywhere.
        assert set(described) - {"Link"} <= shown, path
        assert shown - {"Allow", "Content-Language"} <= set(described), path
        if "next" in response.json()["meta"] and path != "/changes/":
            assert "Link" in described


def test_find_leads_to_what_is_described(ask, kis_page):
    page = kis_page("triade", "lv")
    response = ask(f"/pages/find/?id={page.pk}")
    assert urlsplit(response.headers["Location"]).path == f"/api/v2/pages/{page.pk}/"


VALUES = {
    "child_of": "root",
    "order": "title,-id",
    "descendant_of": "root",
    "translation_of": "root",
    "locale": "lv&fallback=de",
    "fallback": None,
    "cursor": None,
    "ancestor_of": None,
    "alias_of": None,
}


def example(parameter):
    schema = parameter["schema"]
    while "anyOf" in schema:
        schema = schema["anyOf"][0]
    schema = schema.get("items", schema)
    while "anyOf" in schema:
        schema = schema["anyOf"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "string":
        by_format = {
            "uuid": "e582f28f-63e2-5e1e-8d5c-d82e8a593f76",
            "date": "2020-01-31",
            "date-time": "2020-01-31T12:00:00Z",
        }
        special = {"fields": "title", "country": "SK", "country__in": "SK", "site": "localhost"}
        date = "2004-01" if "pattern" in schema else "x"
        return special.get(parameter["name"]) or by_format.get(schema.get("format"), date)
    return {"integer": "1", "number": "1", "boolean": "true"}[schema["type"]]


#: Ways to narrow a search, which don't go with words that are still being typed.
NARROWING = {"kind", "level", "country", "topic", "typing", "search"}
ALONE = {"child_of", "descendant_of", "search", "search_operator", "tags", "type"}


def test_every_parameter_that_is_described_is_taken(document, client, db):
    """Each parameter, with the page type that it belongs to, is accepted with valid values."""
    asked = 0
    for path, operations in document["paths"].items():
        if "{pk}" in path or path.endswith(("/find/", "/changes/")):
            continue
        queries: dict[str, list[str]] = {}
        for parameter in operations["get"]["parameters"]:
            name = parameter["name"]
            value = VALUES.get(name, example(parameter))
            if path in ("/site/", "/countries/", "/search/") and name == "locale":
                value = "lv"
            if path.startswith("/redirects/") and name in ("fields", "order"):
                value = "old_path"
            if path.startswith(("/topics/", "/organisations/", "/people/")):
                value = {"fields": "cooperations", "order": "-id"}.get(name, value)
            if name == "fields":
                assert path.endswith("/selected/")
            if value is None:
                continue
            of_type = parameter["description"].partition("With `type=")[2].split("`")[0]
            group = queries.setdefault(name if name in ALONE else of_type, [])
            group += [f"type={of_type}"] if of_type and not group else []
            group += ["search=x"] if name == "search_operator" else []
            if path == "/search/":
                group += [] if group else ["search=x"]
                if name in NARROWING:
                    continue
            group.append(f"{name}={value}")
        for group in queries.values():
            of_type = [one for one in group if one.startswith("type=")][:1]
            others = [one for one in group if one not in of_type] or group
            for first in range(0, len(others), 12):
                query = "&".join([*(of_type if others != group else []), *others[first:][:12]])
                if path.endswith("/selected/") and "fields=" not in query:
                    query += "&fields=id"
                response = client.get(f"/api/v2{path}?{query}")
                assert response.status_code == 200, (path, query, response.content)
            asked += len(others)
    assert asked > 150


def test_the_page_shows_the_document_and_loads_nothing_from_elsewhere(document, client, db):
    response = client.get("/api/v2/docs/", headers={"Accept-Language": "sk"})
    assert response.headers["Content-Type"].startswith("text/html")
    soup = BeautifulSoup(response.content, "html.parser")
    assert not soup.find_all(["script", "iframe", "style", "img", "object", "embed"])
    assert [link["href"] for link in soup.find_all("link")] == ["/static/kis_partners/openapi.css"]
    assert not soup.find_all(style=True)
    assert "Only what is really in this language." in soup.get_text()
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert set(document["components"]["schemas"]) < set(ids)
    links = {link["href"] for link in soup.find_all("a")} - {"../openapi.json"}
    assert links and links <= {f"#{one}" for one in ids}
    for path in document["paths"]:
        assert soup.find("h2", string=f"GET {path}") or f"GET {path}" in soup.get_text()


@pytest.mark.parametrize("path", ["openapi.json", "docs/"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_document_is_only_read(db, path, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v2/{path}")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["message"] == f'Method "{method.upper()}" not allowed.'


@pytest.mark.parametrize("path", ["nope/", "openapi.json/", "docs"])
def test_what_is_no_endpoint_is_missing_by_every_method(db, path):
    response = Client(enforce_csrf_checks=True).post(f"/api/v2/{path}")
    assert response.status_code == 404
    assert response.json()["message"] == "There is no such API endpoint."
