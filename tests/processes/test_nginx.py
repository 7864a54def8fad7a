"""The example configuration for nginx: what it keeps, for whom, and for how long."""

from __future__ import annotations

import json
import time

import pytest

from . import servers
from .conftest import get
from .editor import HOST
from .test_across import sign_in

EXAMPLE = servers.ROOT / "examples/nginx/kis.conf"
#: The two seconds of the example, and the time that an answer takes.
PROMISED = 2.3


@pytest.fixture(scope="module")
def port(crowd, tmp_path_factory):
    """The port of nginx in front of the first worker."""
    if servers.program("nginx") is None:
        pytest.skip("nginx isn't installed here")
    folder, number = tmp_path_factory.mktemp("nginx"), servers.free_port()
    text = EXAMPLE.read_text()
    for written, here in (
        ("listen 80;", f"listen 127.0.0.1:{number};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{crowd.workers[0].port};"),
        ("/var/cache/nginx/kis", str(folder / "cache")),
        ("/var/log/nginx/kis.log", str(folder / "access.log")),
    ):
        assert written in text
        text = text.replace(written, here)
    with servers.running(servers.nginx(folder, text, number)):
        yield number


@pytest.fixture
def ask(port):
    """Asks nginx for an address of the API; the answer with its JSON and how it was made."""

    def ask(path, host=HOST, **headers):
        answer = get(port, f"/api/v2/{path}", Host=host, **headers)
        answer.how = answer.headers["X-Cache"]
        answer.json = json.loads(answer.body) if answer.body else None
        return answer

    return ask


def test_an_answer_is_kept_and_asked_for_again(ask):
    first, second = ask("pages/?limit=5"), ask("pages/?limit=5")
    assert (first.how, second.how) == ("MISS", "HIT")
    assert first.body == second.body
    assert first.headers["ETag"] == second.headers["ETag"]
    time.sleep(PROMISED)
    assert ask("pages/?limit=5").how == "REVALIDATED"


@pytest.mark.parametrize("stored", [False, True])
def test_whoever_has_an_answer_gets_no_second_one(ask, stored):
    path = f"pages/?limit=6&offset={int(stored)}"
    tag = ask(path).headers["ETag"]
    if not stored:
        time.sleep(PROMISED)
    again = ask(path, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == tag
    assert ask(path, If_None_Match='"another"').status == 200


def test_a_change_is_visible_as_soon_as_promised(ask, crowd):
    pk = crowd.editor("pages")[0]
    for number in range(3):
        ask(f"pages/{pk}/")
        crowd.editor("retitle", pk, f"Hinter nginx {number}")
        time.sleep(PROMISED)
        answer = ask(f"pages/{pk}/")
        assert answer.json["title"] == f"Hinter nginx {number}"


def test_what_is_withdrawn_is_gone_as_soon_as_promised_even_without_the_site(ask, crowd):
    pk = crowd.editor("pages")[0]
    assert ask(f"pages/{pk}/").status == 200
    crowd.editor("restrict_page", pk)
    time.sleep(PROMISED)
    assert ask(f"pages/{pk}/").status == 404
    crowd.editor("open")


def test_an_editor_leaves_nothing_for_others_and_gets_nothing_of_theirs(ask, crowd, port):
    editor = sign_in(port)
    for path in ("pages/?limit=8", "pages/?limit=9"):
        if path.endswith("9"):
            assert ask(path).how == "MISS"
        with editor(f"/api/v2/{path}") as answer:
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert answer.headers["X-Cache"] == "BYPASS"
        assert ask(path).how == ("HIT" if path.endswith("9") else "MISS")
    for headers in ({"Authorization": "Bearer x"}, {"Cookie": "sessionid=x"}):
        for _time in range(2):
            answer = ask("pages/?limit=7", **headers)
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert answer.how == "BYPASS"
    assert ask("pages/?limit=7").how == "MISS"


def test_what_is_wrong_or_for_one_person_is_not_kept(ask):
    for path in ("pages/999999/", "pages/?limit=x", "pages/?order=random"):
        assert [ask(path).how for _time in range(2)] == ["MISS", "MISS"], path


def test_hosts_and_sites_do_not_mix(ask, crowd, port):
    crowd.editor("second_site")
    ours, theirs = ask("pages/?limit=100"), ask("pages/?limit=100", host="other.test")
    again = ask("pages/?limit=100", host="other.test")
    assert again.how == "HIT" and again.body == theirs.body
    assert [item["title"] for item in theirs.json["items"]] == ["Andere"]
    assert "Andere" not in ours.body.decode()
    assert "kis.test" not in theirs.body.decode()
    assert ask("pages/?limit=100").body == ours.body
    for _time in range(2):
        refused = get(port, "/api/v2/pages/", Host="evil.test")
        assert (refused.status, refused.headers["X-Cache"]) == (400, "MISS")


def test_languages_formats_and_codings_do_not_mix(ask, port):
    for code in ("de", "en", "sk", "lv") * 2:
        found = ask(f"pages/?locale={code}")
        assert {item["meta"]["locale"] for item in found.json["items"]} == {code}
    plain = ask("pages/?limit=4")
    assert "Content-Encoding" not in plain.headers
    for _time in range(2):
        for coding in ("gzip", "br"):
            answer = get(port, "/api/v2/pages/?limit=4", Accept_Encoding=coding)
            assert answer.headers["Content-Encoding"] == coding
    assert ask("pages/?limit=4").body == plain.body
    origin = ask("pages/?limit=4", Origin="https://front.example")
    assert origin.headers["Access-Control-Allow-Origin"] == "*"


def test_what_people_search_for_is_in_no_log(ask, port, tmp_path_factory):
    ask("pages/?search=Frauenhausplatz")
    time.sleep(0.2)
    logs = tmp_path_factory.getbasetemp().glob("nginx*/access.log")
    text = "".join(log.read_text() for log in logs)
    assert "/api/v2/pages/" in text and "Frauenhausplatz" not in text
