# ruff: noqa: E501
"""Bad questions, of each class on every endpoint: the server never fails, and says in JSON what is wrong.

``CLASSES`` is the corpus: by class, queries that no client should send. A class whose queries must
be refused is in ``REFUSED``; the others may be answered where they happen to mean something.
"""

import base64
import json
import re

import pytest
from django.test import Client
from django.utils.encoding import iri_to_uri

from tests.whole import asked

ENDPOINTS = {
    "pages": "pages/",
    "cooperations": "cooperations/",
    "images": "images/",
    "documents": "documents/",
    "locales": "locales/",
    "redirects": "redirects/",
    "site": "site/",
    "topics": "topics/",
    "organisations": "organisations/",
    "people": "people/",
    "countries": "countries/",
    "find topic": "topics/find/",
    "person": "people/{person}/",
    "find": "pages/find/",
    "find cooperation": "cooperations/find/",
    "find image": "images/find/",
    "find document": "documents/find/",
    "detail": "pages/{page}/",
    "cooperation": "cooperations/{page}/",
    "document": "documents/{document}/",
}
TEXTS = ["search", "title", "slug", "order", "fields", "type", "locale", "fallback", "html_path",
         "translation_key", "id", "limit", "offset", "cursor", "min_state", "rich_text_format",
         "renditions", "child_of", "topic", "since", "nope"]  # fmt: skip
NUMBERS = ["id", "limit", "offset", "child_of", "descendant_of", "ancestor_of", "translation_of",
           "id__gte", "id__in"]  # fmt: skip
DATES = ["first_published_at", "last_published_at__gte", "first_published_at__in", "since",
         "since__lte"]  # fmt: skip


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


CURSORS = [
    "abc", "%00", "=", "====", "a", "ä", "W10", cursor(), cursor("pk", False, []),
    cursor("pk", False, [None]), cursor("pk", False, ["x"]), cursor("pk", False, [10**30]),
    cursor("pk", False, [-(10**30)]), cursor("pk", False, [float("nan")]),
    cursor("pk", False, [1e400]), cursor("pk", False, [1.5]), cursor("pk", False, [True]),
    cursor("pk", False, [{}]), cursor("pk", False, [[1]]), cursor("pk", False, {"a": 1}),
    cursor("pk", False, ["\0"]), cursor("title,pk", False, ["\ud800", 1]),
    cursor("title,pk", False, ["a", 1]), cursor("-pk", False, [1]), cursor(1, 2, 3, 4),
    cursor({}, [], None), base64.urlsafe_b64encode(b"[" * 900).decode(),
    base64.urlsafe_b64encode(b"\xff\xfe\x00").decode(), cursor("pk", "x", [1]) + "A",
]  # fmt: skip

CLASSES = {
    "NUL": [f"{name}=a%00b" for name in TEXTS] + ["a%00b=1", "%00=1"],
    "long number": [f"{name}={'9' * 30}" for name in NUMBERS]
    + [f"{name}=-{'9' * 30}" for name in NUMBERS]
    + [f"{name}={2**63}" for name in NUMBERS],
    "no number": [f"{name}={value}" for name in ("limit", "offset", "id", "child_of")
                  for value in ("", "-1", "1.5", "1e3", "NaN", "Infinity", "-Infinity", "0x10",
                                "٣", "½", "²", "%20", "1,2", "abc", "+", "--1")],
    "NaN": [f"{name}={value}" for name in ("id__gte", "title__gte", "since", "cursor", "id__in")
            for value in ("NaN", "Infinity", "-Infinity", "nan,inf")],
    "search": [f"search={value}" for value in
               ('foo"bar', '"', "", "%20", "%09", "(", ")", "a*", "NEAR(", "a:b", "- -a", "'",
                "' OR 1=1 --", "%25", "%F0%9F%98%80", "AND", "NOT", "a%00", "\\", "a&b", "!a", "a|b",
                "<->", ":*", "x" * 1500, "a " * 500)]
    + ["search=a&search_operator=xor", "search=a&search_operator=", "search_operator=and"],
    "nesting": ["fields=" + "a(" * 400, "fields=" + "a(" * 400 + ")" * 400, "fields=" + "(" * 900,
                "fields=" + ")" * 900, "fields=related(" + "*," * 300 + ")",
                "fields=" + "body(" * 4 + "*" + ")" * 4, "fields=parent(parent(parent(parent(*))))",
                "fields=*,*", "fields=_,_", "fields=,", "fields=", "fields=(", "fields=-", "fields=--",
                "fields=title,*", "fields=*,-*", "fields=a b", "fields=*(*)", "fields=-title(*)",
                "fields=title(*)", "fields=title()", "fields=_,title,title", "fields=" + "title," * 250],
    "unknown field": [f"fields={value}" for value in
                      ("nope", "titel", "password", "owner", "owner(*)", "_,owner(password)",
                       "live", "url_path", "path", "draft_title", "latest_revision(*)",
                       "view_restrictions(*)", "content_type(*)", "_,locked_by(email)",
                       "file", "collection", "uploaded_by_user", "related(nope)",
                       "title,Title", "__class__", "pk")],
    "unknown parameter": ["nope=1", "Limit=1", "limt=1", "serach=a", "filed=*", "titel=a", "a[]=1",
                          "id[]=1", "id[0]=1", "id[gte]=1", "title__icontains=a", "title__regex=a",
                          "owner=1", "owner__password=a", "live=true", "path=0001", "url_path=/",
                          "depth=1", "expire_at=2020", "latest_revision=1", "locale__gte=de",
                          "id__gte__lte=1", "__=1", "=1", "%20=1", "pk=1", "alias_of__title=a",
                          "collection=1", "file=a", "view_restrictions=1", "content_type=1"],
    "duplicate": [f"{name}=1&{name}=2" for name in TEXTS] + ["limit=1&limit=1"],
    "boolean": [f"{name}={value}" for name in ("show_in_menus", "include_aliases")
                for value in ("", "maybe", "2", "-1", "null", "%00", "TRUE!", "[]")],
    "date": [f"{name}={value}" for name in DATES for value in
             ("", "abc", "2024-13-01", "2024-02-30", "99999-01-01", "0000-01-01", "-1-01-01",
              "0001-01-01", "9999-12-31T23:59:59", "9999-12-31T23:59:59-14:00",
              "0001-01-01T00:00:00%2B14:00", "2024-01-01T25:00", "2024-01-01T00:00:60",
              "2024-01-01T00:00:00%2B99:99", "now", "0", "2024-03-31T02:30:00", "1e9", "%00")],
    "uuid": [f"{name}={value}" for name in ("translation_key", "topic", "organisation",
                                            "translation_key__in")
             for value in ("", "abc", "0" * 31 + "g", "0" * 33, "{}", "urn:uuid:", "%00", "-" * 36,
                           "0" * 32 + ",x", "1")],
    "locale": [f"locale={value}" for value in
               ("", "xx", "de-DE", "DE", "de,en", "*", "%00", "../de", "d" * 500, "de%20", "1")]
    + ["fallback=de", "locale=de&fallback=de", "locale=de&fallback=xx", "locale=de&fallback=",
       "locale=de&fallback=en,en", "locale=de&fallback=,", "locale=lv&fallback=" + "en," * 300,
       "min_state=best", "min_state="],
    "order": [f"order={value}" for value in
              ("nope", "titel", "-", "--title", ",", "title,", "title,,id", "random,title",
               "-random", "owner", "owner__password", "path", "body", "?", "title desc", "%00",
               "title;drop table", "title," * 300, "title,title", "title,-title", "id,id", "TITLE",
               "random&offset=1", "random&cursor=abc", "type", "tags", "alias_of", "locale")],
    "cursor": [f"cursor={value}" for value in CURSORS]
    + ["cursor=abc&offset=1", "cursor=abc&search=a", "cursor=&order=title"],
    "encoding": [f"{name}={value}" for name in ("search", "title", "slug", "locale", "html_path",
                                                "order", "fields", "type", "cursor")
                 for value in ("%ED%A0%80", "%FF%FE", "%C0%80", "%", "%zz", "%80abc", "%F8%88%80%80",
                               "%u0041")] + ["%FF=1", "%ED%A0%80=1"],
    "long": [f"{name}={'x' * 2100}" for name in TEXTS] + ["a=1&" * 600, "x" * 2500 + "=1",
                                                          "id__in=" + "1," * 900,
                                                          "id__in=" + "1," * 100],
    "SQL": [f"{name}={value}" for name in ("id", "title", "order", "search", "slug", "type", "topic",
                                           "country", "kind", "level", "child_of", "limit")
            for value in ("' OR '1'='1", "1;DROP TABLE wagtailcore_page", "1) OR (1=1", "%25_%27",
                          "1 UNION SELECT 1", "$$a$$", "{{7*7}}", "%27||pg_sleep(9)||%27")],
    "HTML": [f"{name}=%3Cscript%3Ealert(1)%3C/script%3E" for name in TEXTS]
    + ["%3Cimg src=x onerror=a%3E=1"],
    "type": [f"type={value}" for value in
             ("", "nope", "nope.Nope", "auth.User", "home.HomePage,auth.User", "home", "home.",
              ".HomePage", "wagtailcore.Locale", "home.HomePage,", "kis_partners.Person",
              "kis_partners.Consent", "a.b.c")],
    "facts": [f"{name}={value}" for name in ("kind", "level", "country", "kind__in", "country__in")
              for value in ("", "x", "de,", "Ä1", "partner,partner", "%00", "x" * 300)]
    + ["country__in=" + "DE," * 60 + "DE"],
    "format": [f"format={value}" for value in ("", "xml", "html", "api", "jsonldx", "%00", "json,x")]
    + [f"rich_text_format={value}" for value in ("", "pdf", "HTML", "html,text")]
    + [f"renditions={value}" for value in ("nope", "small,nope", "width-99999", "*", "small small")],
    "path": [f"html_path={value}" for value in
             ("", "/", "//", "///x", "/../", "/de/../sk/", "http://[", "http://[::1", "https://evil/",
              "//evil/de/", "/%2e%2e/", "?", "#", "/de/" + "a/" * 400, "/xx/", "\\", "/de//",
              "/%ED%A0%80/", "http://a:99999999/")],
}  # fmt: skip
REFUSED = ["unknown parameter", "duplicate", "NUL", "long"]


@pytest.fixture
def places(kis_page):
    from wagtail.documents import get_document_model

    from partners.models import Person

    ids = {"page": kis_page("triade").pk, "document": get_document_model().objects.get().pk}
    ids["person"] = Person.objects.order_by("pk").values_list("pk", flat=True)[0]
    return {name: path.format(**ids) for name, path in ENDPOINTS.items()}


def ask(path, query="", **request):
    client = Client(raise_request_exception=False)
    method = request.pop("method", "get")
    return getattr(client, method)(
        f"/api/v2/{path}",
        QUERY_STRING=iri_to_uri(query),
        headers={"Accept-Language": "de", **request},
    )


def complaint(path, response):
    """The fault of an answer to a bad question, or None."""
    status, kind = response.status_code, response.headers.get("Content-Type", "")
    if status in (301, 302):
        return None if "/api/v2/" in response.url else f"led to {response.url}"
    if status >= 500:
        return f"{status}"
    try:
        answer = json.loads(response.content.decode())
    except ValueError as error:
        return f"{status} {kind}: {error}"
    if status < 400:
        return None
    if not kind.startswith("application/problem+json"):
        return f"{status} is {kind}"
    if not {"type", "title", "status", "detail"} <= set(answer) or not answer["detail"]:
        return f"{status}: {answer}"
    if answer["message"] != answer["detail"] or re.search(
        r"\bNo [A-Z]\w+ matches", answer["detail"]
    ):
        return f"{status}: {answer}"
    return None if answer["status"] == status else f"{status} says {answer['status']}"


def test_the_corpus_is_large():
    assert len({query for queries in CLASSES.values() for query in queries}) >= 500


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLASSES)
def test_no_question_makes_the_server_fail(places, kind):
    """Pages are asked everything; the others, whose code is the same, share it (:mod:`..whole`)."""
    others = [name for name in ENDPOINTS if name != "pages"]
    found = {}
    for query, name in [
        *((query, "pages") for query in CLASSES[kind]),
        # Each class begins with another endpoint, so that the first of a class isn't always alike.
        *asked(CLASSES[kind], others[len(kind) % 3 :] + others[: len(kind) % 3]),
        *((CLASSES[kind][0], name) for name in others),
    ]:
        response = ask(places[name], query)
        wrong = complaint(places[name], response)
        if not wrong and kind in REFUSED and response.status_code not in (400, 404):
            wrong = f"{response.status_code}, not refused"
        if wrong:
            found[name, query[:80]] = wrong
    assert not found


@pytest.mark.parametrize(
    ("query", "near"),
    [("limt=1", "limit"), ("serach=a", "search"), ("titel=a", "title"), ("locales=de", "locale"),
     ("ordering=id", "order"), ("id[]=1", "id")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["pages", "cooperations"])
def test_an_unknown_parameter_is_refused_with_the_nearest_known_one(places, name, query, near):
    response = ask(places[name], query)
    answer = response.json()
    assert response.status_code == 400 and f"did you mean {near}?" in answer["detail"]
    assert answer["parameter"] == query.split("=")[0]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_parameter_given_twice_is_refused_by_name(places, name):
    for query in ("fields=_&fields=*", "format=json&format=json"):
        response = ask(places[name], query)
        answer = response.json()
        assert response.status_code == 400 and answer["parameter"] == query.split("=")[0]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_methods_that_there_are_not(places, method):
    for name, place in places.items():
        response = ask(place, method=method)
        assert response.status_code == 405, name
        assert "GET" in response.headers["Allow"], name
        assert complaint(place, response) is None, name


@pytest.mark.parametrize("name", ENDPOINTS)
def test_formats_that_there_are_not(places, name):
    for accept in ("text/turtle", "image/png", "application/xml;q=0.9", "nonsense", "a/b/c", "/"):
        response = ask(places[name], Accept=accept)
        assert response.status_code == 406, accept
        assert complaint(places[name], response) is None, accept


@pytest.mark.parametrize(
    "path",
    [
        "nope/", "nope", "pages", "pages//", "pages/abc/", "pages/-1/", "pages/1.5/", "pages/%00/",
        "pages/1/2/", "pages/find", "pages/find/x/", "pages/../", "../", "../v3/pages/", "..",
        "pages/%ED%A0%80/", "pages/%FF/", "pages/" + "9" * 30 + "/", "pages/" + "9" * 300 + "/",
        "images/" + "9" * 30 + "/", "documents/" + "9" * 30 + "/", "locales/1/", "locales/find/",
        "cooperations/abc/", "cooperations/" + "9" * 30 + "/", "pages/<script>/", "PAGES/",
        "pages/0/", "pages/١/", "x" * 3000, "pages/1/?", "%2e%2e/", "pages;a=1/", "pages/1//",
    ],
)  # fmt: skip
def test_paths_that_there_are_not(db, path):
    response = ask(path)
    assert response.status_code in (301, 404), response.status_code
    if response.status_code == 404:
        assert response.headers["Content-Type"].split(";")[0] == "application/problem+json"
        assert response.json()["message"] == response.json()["detail"]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_failure_is_json_on_every_endpoint(places, name, monkeypatch):
    from partners.api import views

    def fail(self, *args, **kwargs):
        raise RuntimeError("marker-of-a-failure")

    monkeypatch.setattr(views.Endpoint, "initial", fail)
    response = ask(places[name])
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("application/")
    assert "marker" not in json.dumps(response.json())
