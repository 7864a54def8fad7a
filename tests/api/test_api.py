"""The API: golden answers for every page type in every language, filters, errors, privacy."""

import json
import os
import re
import uuid
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
)

from partners.models import Organisation, Topic
from tests.languages import LANGUAGES

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
PAGES = {
    "HomePage": "start",
    "StandardPage": "impressum",
    "CooperationIndexPage": "kooperationen",
    "PartnerPage": "landesjugendpfarramt-sachsen",
    "PartnerPage-agreement": "polizeidirektion-leipzig",
    "NetworkPage": "netzwerk-haeusliche-gewalt",
    "NetworkPage-groups": "netzwerk-kinderschutz",
    "ExchangeProgrammePage": "fachkraefteaustausch",
}


def settled(value, key=""):
    """An answer without ids, times and names of files, which differ between databases."""
    if isinstance(value, dict):
        return {name: settled(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [settled(inner) for inner in value]
    if key == "id" and isinstance(value, int):
        return 0
    if key.endswith("_at") and value is not None:
        assert datetime.fromisoformat(value).tzinfo, f"{key} without a zone: {value}"
        return "when"
    if isinstance(value, str):
        value = re.sub(r"/documents/\d+/[0-9a-f]{32}\.", "/documents/0/0.", value)
        return re.sub(r"/pages/\d+/", "/pages/0/", value)
    return value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_golden_answers(api, kis_page, name, language):
    """UPDATE_SNAPSHOTS=1 writes the files anew; review the difference."""
    page = kis_page(PAGES[name], language)
    answer = settled(api(f"pages/{page.pk}/"))
    path = SNAPSHOTS / f"{name}.{language}.json"
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8")


def test_there_is_a_golden_answer_for_every_page_type():
    from wagtail.models import get_page_models

    kinds = {model.__name__ for model in get_page_models() if model.is_creatable} - {"Page"}
    ours = {kind for kind in kinds if kind != "WagtailPage"}
    assert ours <= {name.split("-")[0] for name in PAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_locale_filter(api, language):
    answer = api(f"pages/?locale={language}&limit=100")
    assert answer["meta"]["total_count"] == 16
    assert {item["meta"]["locale"] for item in answer["items"]} == {language}
    assert all(f"/{language}/" in item["meta"]["html_url"] for item in answer["items"])


@pytest.mark.parametrize("caller", ["de", "en", "lv", "fr", "*"])
def test_the_language_of_the_caller_changes_nothing(api, kis_page, caller):
    page = kis_page("landesjugendpfarramt-sachsen", "sk")
    plain = api(f"pages/{page.pk}/")
    assert api(f"pages/{page.pk}/", **{"Accept-Language": caller}) == plain


def test_links_in_rich_text_are_absolute_and_in_the_pages_own_language(api, kis_page):
    for language in LANGUAGES:
        answer = api(f"pages/{kis_page('landesjugendpfarramt-sachsen', language).pk}/")
        links = re.findall(r'href="([^"]+)"', answer["body"][0]["value"])
        assert len(links) == 2
        assert all(link.startswith(f"http://localhost/{language}/") for link in links)


def test_no_answer_has_a_relative_address(api):
    for item in api("pages/?limit=100")["items"]:
        answer = json.dumps(api(f"pages/{item['id']}/"))
        assert not re.findall(r'(?:href=\\"|src=\\"|url": ")/', answer)


@pytest.mark.parametrize(
    ("path", "status", "names"),
    [
        ("pages/?locale=xx", 404, "language"),
        ("pages/?locale=", 404, "language"),
        ("pages/?type=nope.Nope", 400, "type"),
        ("pages/?type=auth.User", 400, "type"),
        ("pages/?translation_key=abc", 400, "UUID"),
        ("pages/?translation_key=00000000-0000-0000-0000-00000000000g", 400, "UUID"),
        ("pages/?first_published_at=abc", 400, "format"),
        ("pages/?child_of=abc", 400, "child_of"),
        ("pages/?limit=abc", 400, "limit"),
        ("pages/?limit=1000", 400, "100"),
        ("pages/?offset=-1", 400, "offset"),
        ("pages/?fields=nope", 400, "nope"),
        ("pages/?nope=1", 400, "nope"),
        ("pages/?search=%22", 400, "word"),
        ("pages/?search=", 400, "word"),
        ("pages/?search=a&search_operator=xor", 400, "search_operator"),
        ("images/?search_operator=xor", 400, "search_operator"),
        ("pages/?rich_text_format=pdf", 400, "format"),
        ("pages/999999/", 404, "isn't public"),
        ("pages/abc/", 404, "endpoint"),
        ("pages/0/", 404, "isn't public"),
        ("pages/find/?id=abc", 400, "abc"),
        ("pages/find/?id=999999", 404, "found"),
        ("pages/find/?html_path=/de/nope/", 404, "found"),
        ("pages/99999999999999999999999999999999/", 404, "isn't public"),
        ("documents/99999999999999999999999999999999/", 404, "isn't public"),
        ("images/99999999999999999999999999999999/", 404, "isn't public"),
        ("nope/", 404, "endpoint"),
        ("documents/999999/", 404, "isn't public"),
        ("images/abc/", 404, "endpoint"),
        ("../nope", 404, "endpoint"),
    ],
)
def test_bad_questions_get_json_that_says_what_is_wrong(api, path, status, names):
    for language in ("de", "sk"):
        answer = api(path, status, **{"Accept-Language": language, "Accept": "text/html, */*"})
        assert names in answer["message"]


def test_an_address_without_a_slash_is_not_led_to_a_language(db):
    response = Client().get("/api/v2/nope")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_failure_of_the_server_is_json_too(db, monkeypatch):
    from partners.delivery.answers.views import PagesAPIViewSet

    def fail(self, request, pk):
        raise RuntimeError("marker-of-a-failure")

    monkeypatch.setattr(PagesAPIViewSet, "detail_view", fail)
    response = Client(raise_request_exception=False).get("/api/v2/pages/1/")
    assert response.status_code == 500
    assert "marker" not in json.dumps(response.json())


def test_search_with_signs_that_mean_something_to_the_database(api):
    for text in [
        'foo"bar',
        "a*",
        "(",
        "NEAR(",
        "Täter*innen",
        "a:b",
        "- -a",
        "' OR 1=1",
        "%",
        "😀",
    ]:
        response = Client().get("/api/v2/pages/", {"search": text})
        assert response.status_code in (200, 400), text
    assert api("pages/?search=Anti-Gewaltarbeit&locale=de")["meta"]["total_count"] > 0


def hide(page, how):
    if how == "draft":
        page.unpublish()
    elif how == "private":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    else:
        from django.utils import timezone

        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now())


@pytest.mark.parametrize("how", ["draft", "private", "expired"])
def test_a_page_that_is_not_public_is_nowhere(api, kis_page, client, how):
    """No title, no address: not as itself, not as a link, a parent or a related page."""
    hidden = kis_page("fachtagungen")
    title, slug = "Geheimnisvolle Fachtagung", "geheimnisvoll"
    Page.objects.filter(pk=hidden.pk).update(title=title, slug=slug)
    hide(hidden, how)
    answers = [json.dumps(api("pages/?limit=100&locale=de"))]
    for key in ("landesjugendpfarramt-sachsen", "fachkraefteaustausch", "kooperationen"):
        page = kis_page(key)
        answers.append(json.dumps(api(f"pages/{page.pk}/?fields=*")))
        answers.append(client.get(page.url).content.decode())
    answers.append(json.dumps(api(f"pages/{hidden.pk}/", 404)))
    for answer in answers:
        assert title not in answer and slug not in answer
    text = json.loads(answers[1])["body"][0]["value"]
    assert "die jährlichen Fachtagungen zu Themen" in re.sub(r"</?a[^>]*>", "", text)


def test_a_private_translation_leads_to_no_one_elses_language_by_mistake(api, kis_page):
    hide(kis_page("fachtagungen", "sk"), "private")
    answer = api(f"pages/{kis_page('landesjugendpfarramt-sachsen', 'sk').pk}/")
    assert [page["locale"] for page in answer["related"]] == ["de", "sk"]


def test_a_file_of_a_private_collection_is_nowhere(api, kis_page, client):
    document = get_document_model().objects.get()
    private = Collection.get_first_root_node().add_child(name="Intern")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    page = kis_page("netzwerk-haeusliche-gewalt")
    assert api(f"pages/{page.pk}/")["flyer"]["filename"].endswith(".pdf")
    assert document.title in client.get(page.url).content.decode()
    document.collection = private
    document.save()
    assert api(f"pages/{page.pk}/")["flyer"] is None
    assert document.title not in client.get(page.url).content.decode()
    assert api("documents/")["items"] == []


def test_snippets_that_are_not_published_are_not_nested(api, kis_page):
    page = kis_page("polizeidirektion-leipzig")
    Organisation.objects.get(pk=page.organisation_id).unpublish()
    Topic.objects.get(name="Stalking", locale__language_code="de").unpublish()
    answer = api(f"pages/{page.pk}/")
    assert answer["organisation"] is None
    assert [topic["name"] for topic in answer["topics"]] == ["Häusliche Gewalt"]


def test_a_snippet_without_translation_says_its_language(api, kis_page):
    Organisation.objects.get(
        locale__language_code="lv", official_name="Polizeidirektion Leipzig"
    ).delete()
    answer = api(f"pages/{kis_page('polizeidirektion-leipzig', 'lv').pk}/")
    assert answer["organisation"]["locale"] == "de"
    assert answer["organisation"]["name"] == "Polizeidirektion Leipzig"


def test_pages_are_found_by_their_identity(api, kis_page):
    page = kis_page("triade", "lv")
    answer = api(f"pages/?translation_key={page.translation_key}")
    assert {item["meta"]["locale"] for item in answer["items"]} == set(LANGUAGES)
    assert api(f"pages/?translation_key={uuid.uuid4()}")["items"] == []


def test_find_leads_to_the_page(kis_page):
    page = kis_page("kooperationen")
    for query in ("html_path=/kooperationen/", f"id={page.pk}"):
        response = Client().get(f"/api/v2/pages/find/?{query}", follow=True)
        assert response.status_code == 200
        assert response.json()["id"] == page.pk


def test_answers_name_their_language_in_the_header(kis_page, db):
    page = kis_page("triade", "lv")
    response = Client().get(f"/api/v2/pages/{page.pk}/", headers={"Accept-Language": "de"})
    assert response.headers["Content-Language"] == "lv"
    assert b"\n" not in response.content


def test_documents_and_images_have_absolute_addresses(api):
    [document] = api("documents/")["items"]
    assert document["meta"]["download_url"].startswith("http://localhost/documents/")
    assert api("images/")["items"] == []


def test_a_filter_by_another_object_takes_its_id(api, kis_page):
    page = kis_page("polizeidirektion-leipzig")
    query = f"type=kis_partners.PartnerPage&locale=de&organisation={page.organisation_id}"
    assert [item["id"] for item in api(f"pages/?{query}")["items"]] == [page.pk]
    assert api("pages/?alias_of=1")["items"] == []


def test_a_cooperation_of_any_number_is_missing_not_a_failure(client, db):
    response = client.get(f"/api/v2/cooperations/{'9' * 30}/")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["pages/", "pages/3/", "pages/find/", "cooperations/", "locales/"])
def test_a_method_that_is_not_served_is_refused_as_such(client, db, path, method):
    response = client.generic(method, f"/api/v2/{path}?nope=1")
    assert response.status_code == 405
    assert "json" in response.headers["Content-Type"]


def test_scripts_of_other_sites_may_read_the_api_and_nothing_else(kis_page, client):
    origin = {"Origin": "https://www.example.org"}
    answer = client.get("/api/v2/pages/", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = {**origin, "Access-Control-Request-Method": "DELETE"}
    methods = client.options("/api/v2/pages/", headers=asked).headers
    assert methods["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    page = client.get(kis_page("triade").url, headers=origin)
    assert "Access-Control-Allow-Origin" not in page.headers


@pytest.mark.parametrize(
    "path",
    [
        "api/v2/pages/",
        "feeds/de/atom.xml",
        "embed/cooperations/",
        "media/none.jpg",
        "documents/1/a",
    ],
)
def test_scripts_of_other_sites_may_ask_on_conditions_and_see_when_to_come_back(client, db, path):
    origin = {"Origin": "https://www.example.org"}
    for header in ("If-None-Match", "If-Modified-Since"):
        asked = {
            **origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": header.lower(),
        }
        allowed = client.options(f"/{path}", headers=asked).headers
        assert header.lower() in allowed["Access-Control-Allow-Headers"]
    answer = client.get(f"/{path}", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if path.startswith("api"):
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


def test_the_first_address_of_the_api_names_all_others(client, db):
    answer = client.get("/api/v2/")
    assert answer.status_code == 200
    named = answer.json()
    for address in (named["openapi"], named["docs"], *named["endpoints"].values()):
        query = {"search": "Leipzig"} if address == named["endpoints"]["search"] else {}
        assert client.get(urlsplit(address).path, query).status_code == 200, address


def test_an_address_without_its_slash_leads_to_the_one_with_it(client, db):
    moved = client.get("/api/v2/pages?limit=1")
    assert (moved.status_code, moved.url) == (301, "/api/v2/pages/?limit=1")
    assert client.get("/api/v2/pages/find?slug=triade").url == "/api/v2/pages/find/?slug=triade"
    assert client.get("/api/v2").url == "/api/v2/"
    assert client.get("/api/v2/nothing").status_code == 404
    assert client.post("/api/v2/pages?limit=1").status_code == 404


EXAMPLES = re.findall(
    r"curl (?:-L )?'http://127\.0\.0\.1:8000/([^']*)'",
    (Path(__file__).parents[2] / "docs" / "consumers.md").read_text("utf-8"),
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_documentation_find_something(db, example):
    response = Client().get(f"/{example}", follow=True)
    assert response.status_code == 200, response.content
    if example.endswith(".xml"):
        assert b"<entry>" in response.content
        return
    answer = response.json()
    assert any(answer.get(name) for name in ("items", "id", "@type", "changes"))
