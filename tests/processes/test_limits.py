"""Limits of signing in behind the example configuration for nginx, from several addresses."""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from urllib.parse import urlencode

import psycopg
import pytest

from tests.processes import servers
from tests.processes.editor import HOST

#: Addresses of this machine from which visitors come.
STALKER, STAFF, OTHERS = "127.0.0.2", "127.0.0.3", "127.0.0.4"
PASSWORD = "geheim"


@pytest.fixture(scope="module")
def site(crowd, tmp_path_factory):
    """nginx in front of a site that is told of one proxy and whose cache can't be reached."""
    folder = tmp_path_factory.mktemp("limits")
    environment = {
        **crowd.environment,
        "TRUSTED_PROXIES": "1",
        "CACHE_URL": f"rediscache://127.0.0.1:{servers.free_port()}/0",
    }
    with servers.running(servers.gunicorn(folder, "site", environment, workers=2)) as behind:
        media = crowd.environment["MEDIA_ROOT"]
        with servers.running(servers.example_nginx(folder, [behind.port], media)) as server:
            yield server


@pytest.fixture(autouse=True)
def nothing_counted(cluster):
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("DELETE FROM signin_attempts")


def send(port, address, form, path="/admin/login/", headers=()):
    """Send a form from an address of this machine; the headers may have one name several times."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=60, source_address=(address, 0)
    )
    token = "0" * 32
    body = urlencode({**form, "csrfmiddlewaretoken": token}).encode()
    try:
        connection.putrequest("POST", path, skip_host=True)
        for name, text in (
            ("Host", HOST),
            ("Cookie", f"csrftoken={token}"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(body))),
            *headers,
        ):
            connection.putheader(name, text)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def sign_in(site, address, password=PASSWORD, headers=()):
    form = {"username": "erika", "password": password}
    return send(site.port, address, form, headers=headers)


def test_a_stranger_keeps_nobody_out(site):
    """Not even without a cache, and not the staff who come by the same nginx."""
    for _attempt in range(30):
        refused = sign_in(site, STALKER, "falsch")
    assert refused.status == 429 and int(refused.headers["Retry-After"]) > 0
    assert sign_in(site, STALKER).status == 429
    assert sign_in(site, STAFF).status == 302
    assert sign_in(site, OTHERS).status == 302


def forged(number):
    """Headers by which a visitor says to come from elsewhere."""
    address = f"203.0.113.{number}"
    return [
        [("X-Forwarded-For", address)],
        [("X-Forwarded-For", f"{address}, {address}")],
        [("X-Forwarded-For", address), ("X-Forwarded-For", f"198.51.100.{number}")],
        [("x-forwarded-for", address), ("X_Forwarded_For", address)],
        [("Forwarded", f"for={address}"), ("X-Real-IP", address), ("Client-IP", address)],
        [("X-Forwarded-For", f"{address},")],
        [("X-Forwarded-For", "")],
        [("Connection", "X-Forwarded-For"), ("X-Forwarded-For", address)],
    ]


def test_made_up_headers_evade_nothing(site):
    tried = [headers for number in range(1, 5) for headers in forged(number)]
    statuses = [sign_in(site, STALKER, "falsch", headers).status for headers in tried]
    assert statuses == [200] * 5 + [429] * (len(tried) - 5)
    assert [sign_in(site, STALKER, headers=headers).status for headers in forged(9)] == [429] * 8


def test_made_up_headers_put_nobody_else_out(site):
    for _attempt in range(10):
        sign_in(site, STALKER, "falsch", [("X-Forwarded-For", STAFF)])
    assert sign_in(site, STAFF).status == 302


def test_attempts_at_once_do_not_slip_through(site):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(sign_in(site, STALKER, "falsch").status))
        for _attempt in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(found) == {200: 5, 429: 19}


def test_passwords_of_pages_are_counted_by_the_same_addresses(site, crowd, cluster):
    pk = crowd.editor("pages")[0]
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO wagtailcore_pageviewrestriction (page_id, restriction_type, password)"
            " VALUES (%s, 'password', 'geheim')",
            [pk],
        )
        [[number]] = connection.execute(
            "SELECT id FROM wagtailcore_pageviewrestriction WHERE page_id = %s", [pk]
        )
    path = f"/de/_util/authenticate_with_password/{number}/{pk}/"

    def enter(address, password, headers=()):
        form = {"password": password, "return_url": "/de/"}
        return send(site.port, address, form, path, headers)

    statuses = [enter(STALKER, "falsch", forged(n)[0]).status for n in range(1, 21)]
    assert statuses == [200] * 10 + [429] * 10
    opened = enter(STAFF, "geheim")
    assert opened.status == 302
    for cookie in opened.headers.get_all("Set-Cookie"):
        assert not re.search("expires|max-age", cookie, re.IGNORECASE)
    crowd.editor("pages")
