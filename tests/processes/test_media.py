"""Files through nginx with the example configuration: every address, before and after."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.processes import servers
from tests.processes.conftest import get

ADDRESS = re.compile(rb"/(?:media|documents)/[\w/.\-]+")


@pytest.fixture
def shown(crowd, port):
    """The address and id of a page that shows files, and what these are at, by their addresses."""
    url, pk, documents = crowd.editor("show_files")
    given = get(port, url).body + get(port, f"/api/v2/pages/{pk}/?renditions=small").body
    found = sorted({one.decode() for one in ADDRESS.findall(given)})
    assert len([one for one in found if one.startswith("/media/images/")]) >= 3, found
    assert len([one for one in found if one.startswith("/documents/")]) == documents
    yield url, pk, found
    crowd.editor("move_files", False)
    crowd.editor("delete_page", pk)


def stored(crowd):
    root = Path(crowd.environment["MEDIA_ROOT"])
    return {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}


def there(port, found):
    """Those of some addresses that a stranger gets a file at; what isn't there is kept nowhere."""
    answers = {one: get(port, one) for one in found}
    for one, answer in answers.items():
        assert "X-Accel-Redirect" not in answer.headers
        if answer.status == 404:
            assert "no-store" in answer.headers["Cache-Control"], one
        else:
            assert answer.status in (200, 302), one
    return [one for one, answer in answers.items() if answer.status == 200]


def test_nginx_sends_what_a_page_shows(shown, crowd, port):
    _url, _pk, found = shown
    files = stored(crowd)
    assert there(port, found) == found
    for one in found:
        answer = get(port, one)
        [name] = [name for name in files if name.rpartition("/")[2] == one.rpartition("/")[2]]
        assert answer.body == files[name].read_bytes()
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        kind = "image/webp" if name.endswith(".webp") else "application/pdf"
        assert answer.headers["Content-Type"] == kind
        if kind == "application/pdf":
            assert answer.headers["Content-Disposition"] in (
                'inline; filename="Faltblatt.pdf"',
                'inline; filename="Blatt.pdf"',
            )
        tag = answer.headers["ETag"]
        again = get(port, one, If_None_Match=tag)
        assert (again.status, again.body) == (304, b"")
        part = get(port, one, Range="bytes=0-3")
        assert (part.status, part.body) == (206, answer.body[:4])


def test_nothing_else_of_the_folder_is_there(shown, crowd, port):
    _url, _pk, found = shown
    for name in stored(crowd):
        for prefix in ("/_media/", "/media/../_media/", "/media/%2e%2e/_media/", "//_media/"):
            assert get(port, f"{prefix}{name}").status in (400, 404)
        is_public = name.startswith("documents/") or f"/media/{name}" in found
        if name.startswith("original_images/"):
            assert get(port, f"/media/{name}").status == 404
        elif is_public and name.rpartition("/")[2] in "".join(found):
            assert get(port, f"/media/{name}").status == 200
    for name in (
        "mustermann.png",
        "original_images/mustermann.png",
        "documents/mustermann.pdf",
        "",
    ):
        assert get(port, f"/media/{name}").status == 404
        assert get(port, f"/_media/{name}").status == 404


@pytest.mark.parametrize("act", ["unpublish_page", "restrict_page", "delete_page"])
def test_with_the_page_go_all_addresses_at_once(shown, crowd, port, act):
    _url, pk, found = shown
    tags = {one: get(port, one).headers["ETag"] for one in found}
    everything = found + [f"/media/{name}" for name in stored(crowd) if name[:4] == "docu"]
    crowd.editor(act, pk)
    gone = set(found) & set(there(port, everything))
    assert gone == set()
    for one, tag in tags.items():
        assert get(port, one, If_None_Match=tag).status == 404
        assert crowd.admin(port, one[1:]).status == 200
    if act != "delete_page":
        crowd.editor("pages")
        assert there(port, found) == found


def test_with_the_consent_goes_the_photo(shown, crowd, port):
    url, _pk, found = shown
    before = get(port, url).body
    assert b"Mustermann" in before
    crowd.editor("withdraw_all")
    # nginx gives what it has of a page for up to two seconds (test_nginx).
    servers.until(lambda: b"Mustermann" not in get(port, url).body, "the name stays")
    after = get(port, url).body
    left = set(there(port, found))
    assert {one.decode() for one in ADDRESS.findall(after)} <= left
    photos = {one.decode() for one in ADDRESS.findall(before)} - left
    assert len(photos) == 1


def test_in_a_private_collection_files_are_gone(shown, crowd, port):
    _url, _pk, found = shown
    crowd.editor("move_files", True)
    assert there(port, found) == []
    crowd.editor("move_files", False)
    assert there(port, found) == found
