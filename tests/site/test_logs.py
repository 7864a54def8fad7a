"""What the log says of a request, and what it doesn't."""

import io
import json
import logging
import logging.config
from contextlib import contextmanager

import pytest
from django.conf import settings as site_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from partners.site import logs


@contextmanager
def lines(**options):
    """What loggers write with a configuration, a line each; earlier handlers come back."""
    names = ("", "django", "django.server", "django.request", logs.__name__)
    before = [
        (one, one.handlers[:], one.level, one.propagate) for one in map(logging.getLogger, names)
    ]
    written, found = io.StringIO(), []
    configuration = logs.configuration(**options)
    configuration["handlers"]["console"]["stream"] = written
    try:
        logging.config.dictConfig(configuration)
        yield found
    finally:
        found += written.getvalue().splitlines()
        for one, handlers, level, propagate in before:
            one.handlers[:], one.propagate = handlers, propagate
            one.setLevel(level)


@pytest.mark.parametrize("given", ["a-1.B_2", "f" * 64])
def test_a_well_formed_id_of_a_proxy_is_taken_and_sent_back(db, given):
    assert Client().get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "f" * 65, "a b", "a\r\nSet-Cookie: x", "<b>", "-a", "ä"])
def test_another_one_is_made_in_place_of_what_is_not_well_formed(db, given):
    ids = {
        Client().get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"]
        for _time in range(2)
    }
    assert len(ids) == 2 and all(len(one) == 32 and one.isalnum() for one in ids)


def test_an_answer_that_is_kept_has_the_id_of_its_request(db):
    answers = [
        Client().get("/api/v2/locales/", headers={"X-Request-ID": f"id{number}"})
        for number in range(3)
    ]
    assert [answer["X-Request-ID"] for answer in answers] == ["id0", "id1", "id2"]
    tag = answers[-1]["ETag"]
    known = {"X-Request-ID": "id3", "If-None-Match": tag}
    answer = Client().get("/api/v2/locales/", headers=known)
    assert (answer.status_code, answer["X-Request-ID"]) == (304, "id3")


def test_a_line_is_json_with_these_fields_alone(db):
    with lines(as_json=True, requests=True) as found:
        Client(REMOTE_ADDR="192.0.2.7").get(
            "/api/v2/none/?search=Frauenhaus",
            headers={"X-Request-ID": "abc", "User-Agent": "Geheim", "Referer": "https://a.example"},
        )
    asked = [json.loads(line) for line in found]
    assert {one["logger"] for one in asked} == {logs.__name__, "django.request"}
    for one in asked:
        assert one.keys() <= {
            *("time", "level", "logger", "message", "request_id", "method", "path"),
            *("status", "milliseconds"),
        }
        assert (one["request_id"], one["path"], one["status"]) == ("abc", "/api/v2/none/", 404)
    for never in ("Frauenhaus", "192.0.2.7", "Geheim", "a.example"):
        assert never not in "\n".join(found)


def test_requests_are_logged_only_if_asked_for(db):
    with lines(as_json=True) as found:
        Client().get("/health/live")
    assert found == []


@pytest.mark.parametrize(
    ("proxies", "expected"), [(0, "192.0.2.1"), (1, "192.0.2.3"), (2, "192.0.2.2")]
)
def test_an_address_is_logged_only_if_asked_for(db, proxies, expected):
    with lines(as_json=True, requests=True, addresses=True, proxies=proxies) as found:
        Client(REMOTE_ADDR="192.0.2.1").get(
            "/health/live", headers={"X-Forwarded-For": "192.0.2.2, 192.0.2.3"}
        )
    assert json.loads(found[0])["address"] == expected


def test_plain_lines_have_the_id(db):
    with lines(requests=True) as found:
        Client().get("/health/live", headers={"X-Request-ID": "abc"})
        logging.getLogger("elsewhere").warning("Ein Satz")
    assert found == ["INFO [abc] GET /health/live 200", "WARNING [-] Ein Satz"]


@pytest.mark.parametrize("as_json", [True, False])
def test_an_error_is_logged_without_what_people_wrote(as_json):
    """PostgreSQL gives the values of a row, mail servers the addresses of their recipients."""

    def fails(request):
        raise ValueError(
            "duplicate key value violates unique constraint\n"
            "DETAIL:  Key (name)=(Erika Mustermann) already exists.\n"
            "to erika@mustermann.example and /de/?q=Frauenhaus"
        )

    def answers(request):
        try:
            fails(request)
        except ValueError:
            logging.getLogger("django.request").exception("At /de/?q=Frauenhaus")
        return HttpResponse()

    with lines(as_json=as_json) as found:
        logs.RequestIdMiddleware(answers)(RequestFactory().get("/de/?q=Frauenhaus"))
    text = "\n".join(found)
    assert "duplicate key" in text and "test_logs.py" in text and "At /de/" in text
    for never in ("Mustermann", "mustermann", "Frauenhaus"):
        assert never not in text


def test_the_site_logs_so(db):
    assert logs.configuration() == site_settings.LOGGING
    assert site_settings.MIDDLEWARE[0] == "partners.site.logs.RequestIdMiddleware"
