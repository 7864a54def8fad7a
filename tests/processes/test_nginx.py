"""The example configuration for nginx: what it keeps, for whom, and for how long."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.languages import LANGUAGES
from tests.processes import servers
from tests.processes.conftest import get
from tests.processes.editor import HOST

#: For how many seconds the example says that an answer may be used.
PROMISED = 2


@pytest.fixture
def ask(port):
    """Asks nginx for an address of the API; the answer with its JSON and how it was made."""

    def ask(path, host=HOST, **headers):
        answer = get(port, f"/api/v2/{path}", Host=host, **headers)
        answer.how = answer.headers["X-Cache"]
        answer.json = json.loads(answer.body) if answer.body else None
        return answer

    return ask


def turns(ask, path, is_so, **headers):
    """Read until an answer is as it has to be. Who asks after two seconds gets it."""
    began = time.monotonic()
    while True:
        asked = time.monotonic()
        answer = ask(path, **headers)
        if is_so(answer):
            return answer
        assert asked < began + PROMISED, answer.body
        time.sleep(0.05)


def test_an_answer_is_kept_and_asked_for_again(ask):
    first, second = ask("pages/?limit=5"), ask("pages/?limit=5")
    assert (first.how, second.how) == ("MISS", "HIT")
    assert first.body == second.body
    assert first.headers["ETag"] == second.headers["ETag"]
    again = turns(ask, "pages/?limit=5", lambda answer: answer.how != "HIT")
    assert again.how == "REVALIDATED"
    assert again.body == first.body


def test_whoever_has_an_answer_gets_no_second_one(ask):
    path = "pages/?limit=6"
    tag = ask(path).headers["ETag"]
    for how in ("HIT", "REVALIDATED"):
        again = turns(ask, path, lambda answer, how=how: answer.how == how, If_None_Match=tag)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
    assert ask(path, If_None_Match='"another"').status == 200


def test_a_change_is_visible_as_soon_as_promised(ask, crowd):
    pk = crowd.editor("pages")[0]
    for number in range(2):
        assert ask(f"pages/{pk}/").status == 200
        crowd.editor("retitle", pk, f"Hinter nginx {number}")
        turns(
            ask,
            f"pages/{pk}/",
            lambda answer, number=number: answer.json["title"] == f"Hinter nginx {number}",
        )
    crowd.editor("restrict_page", pk)
    turns(ask, f"pages/{pk}/", lambda answer: answer.status == 404)
    crowd.editor("pages")
    turns(ask, f"pages/{pk}/", lambda answer: answer.status == 200)


def html_path(crowd, pk):
    address = json.loads(crowd.ask(0, f"pages/{pk}/").body)["meta"]["html_url"]
    return urlsplit(address).path


def test_pages_are_kept_as_answers_are(crowd, port):
    pk = crowd.editor("pages")[0]
    path = html_path(crowd, pk)
    ask = lambda path: get(port, path, Host=HOST)  # noqa: E731
    turns(ask, path, lambda answer: answer.headers["X-Cache"] == "HIT")
    crowd.editor("retitle", pk, "Als Seite hinter nginx")
    found = turns(ask, path, lambda answer: b"Als Seite hinter nginx" in answer.body)
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    for path in ("/de/search/", "/sitemap.xml", "/de/none/"):
        turns(ask, path, lambda answer: answer.headers["X-Cache"] == "HIT")
    signed_in = crowd.admin(port, path)
    assert signed_in.headers["X-Cache"] == "BYPASS"


def test_a_name_is_gone_when_its_consent_is_withdrawn(ask, crowd, port):
    """From the site at once, and from what nginx keeps as soon as promised."""
    pk = crowd.editor("name_contact", "Erika Mustermann")
    title = json.loads(crowd.ask(0, f"pages/{pk}/").body)["title"].replace(" ", "+")
    kept = [
        f"pages/{pk}/",
        "cooperations/?limit=100",
        f"cooperations/?search={title}",
        "changes/",
    ]
    addresses = [f"/api/v2/{path}" for path in kept] + ["/feeds/de/atom.xml", "/feeds/de/feed.json"]
    addresses.append(html_path(crowd, pk))

    def naming(port):
        return [path for path in addresses if b"Mustermann" in get(port, path).body]

    everybody = [*(worker.port for worker in crowd.workers), port]
    found = naming(everybody[0])
    assert found[-1] == addresses[-1]
    assert found[: len(kept)] == addresses[: len(kept)]
    since = json.loads(crowd.ask(0, "changes/?limit=500").body)["meta"]["next"]
    for one in everybody * 2:
        assert naming(one) == found
    crowd.editor("withdraw_all")
    for worker in crowd.workers:
        assert naming(worker.port) == []
    changes = json.loads(get(port, f"/api/v2/changes/?since={since}").body)["changes"]
    assert pk in {change["id"] for change in changes}
    assert "Mustermann" not in str(changes)
    for path in kept:
        turns(ask, path, lambda answer: b"Mustermann" not in answer.body)
    turns(
        lambda path: get(port, path), addresses[-1], lambda answer: b"Mustermann" not in answer.body
    )
    assert naming(port) == []


def test_an_editor_leaves_nothing_for_others_and_gets_nothing_of_theirs(ask, crowd, port):
    assert ask("pages/?limit=9").how == "MISS"
    for path in ("pages/?limit=8", "pages/?limit=9"):
        answer = crowd.admin(port, f"api/v2/{path}")
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Cache"] == "BYPASS"
    assert ask("pages/?limit=8").how == "MISS"
    for headers in ({"Authorization": "Bearer x"}, {"Cookie": "a=b; sessionid=x"}):
        for _time in range(2):
            answer = ask("pages/?limit=7", **headers)
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert answer.how == "BYPASS"
    assert ask("pages/?limit=7").how == "MISS"


def test_what_is_not_to_be_kept_is_not_kept(ask):
    path = "pages/?order=random"
    assert [ask(path).how for _time in range(2)] == ["MISS", "MISS"]


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
    for code in LANGUAGES * 2:
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


@pytest.mark.parametrize("path", ["pages/?limit=3", "pages/999999/"])
def test_readers_of_one_address_hardly_reach_the_site(ask, path):
    """Each once in the time that an answer holds."""
    seconds, found = 3, []

    def read():
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found.append(ask(path).how)

    began = time.monotonic()
    threads = [threading.Thread(target=read) for _reader in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count("MISS") == 1
    asked = len(found) - found.count("HIT")
    assert asked <= len(threads) * (time.monotonic() - began + 1)
    assert found.count("HIT") > asked


def test_what_people_search_for_is_in_no_log(ask, port, tmp_path_factory):
    ask("pages/?search=Frauenhausplatz")
    ask("locales/")
    log = tmp_path_factory.getbasetemp() / "nginx0/access.log"
    servers.until(lambda: "/api/v2/locales/" in log.read_text(), "nothing is logged")
    assert "/api/v2/pages/" in log.read_text()
    assert "Frauenhausplatz" not in log.read_text()


def test_each_answer_has_the_id_of_its_own_request(ask, port):
    """One from the cache as well, and the site gets the id that nginx gives, not a visitor's."""
    answers = [ask("pages/?limit=11", X_Request_ID="from-outside") for _time in range(3)]
    ids = [answer.headers.get_all("X-Request-ID") for answer in answers]
    assert "HIT" in [answer.how for answer in answers]
    assert all(len(one) == 1 and len(one[0]) == 32 for one in ids)
    assert len({one[0] for one in ids}) == 3


def test_probes_from_this_machine_are_answered_and_nothing_of_them_is_kept(port):
    for name in ("live", "ready"):
        answer = get(port, f"/health/{name}", Host=HOST)
        assert (answer.status, answer.headers.get("X-Cache")) == (200, None), answer.body
