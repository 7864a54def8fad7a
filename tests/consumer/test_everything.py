"""A page type of the foreign site with every kind of block and field that Wagtail ships."""

import json

import pytest

from tests.consumer.conftest import django

#: Stock Wagtail gives the path of the original, and the plugin the address of a rendition.
RENDITION = ".meta.download_url: 'http://testserver/media/images/"


@pytest.fixture(scope="module", params=["", "yes"], ids=["computed", "listed"])
def probed(run, request):
    """What the probe prints, where the type lists its computed fields and where it doesn't."""
    run.settings = "everything_settings"
    run.environment["LISTED"] = request.param
    assert "no issues" in django(run, "check")
    assert "No changes detected" in django(run, "makemigrations", "--check", "--dry-run")
    django(run, "migrate", "--verbosity", "0")
    return {**json.loads(run("everything_probe.py")), "listed": bool(request.param)}


def test_its_item_has_the_content_of_stock_wagtail(probed):
    assert len(probed["fields"]) == 26
    differing = [one for one in probed["differing"] if RENDITION not in one]
    # Moments are in UTC, and the type stands at the top as well.
    assert {one.partition(":")[0] for one in differing} == {".moment", ".other.type"}


def test_what_it_refers_to_and_is_closed_is_closed(probed):
    item = probed["closed"]
    text = json.dumps(item)
    assert "closed.png" not in text and "closed.txt" not in text and '"Closed"' not in text
    for name in ("picture", "paper", "other", "thumbnail"):
        assert item[name] is None
    assert [one["picture"] for one in item["gallery"]] == [None, None]
    body = {block["type"]: block["value"] for block in item["body"]}
    [child] = body["list"]
    [cells] = body["typed"]["rows"]
    names = [column["type"] for column in body["typed"]["columns"]]
    table = dict(zip(names, cells["values"], strict=True))
    stream = {block["type"]: block["value"] for block in body["stream"]}
    for within in (body, body["struct"], child, stream, table):
        assert [within[name] for name in ("page", "image", "document")] == [None] * 3
        assert within["colour"] and within["text"] == "text"
    assert body["address"] is None and stream["address"] is None
    assert body["described"] == {"image": None, "decorative": False, "alt_text": "alt"}


def test_it_is_made_for_nobody_in_particular(probed):
    assert probed["asker"] == [[False, None]] * 2
    assert [one["value"] for one in probed["closed"]["body"] if one["type"] == "secretive"] == [
        "word None"
    ]


def test_it_is_stored_if_it_says_what_it_depends_on_and_never_stale(probed):
    assert probed["stored"] == (2 if probed["listed"] else 0)
    assert probed["latest"] == ["Renamed"]


def test_the_feed_and_the_description_have_it(probed):
    assert probed["feed"] and probed["described"] == 200


def test_what_is_not_words_follows_in_its_translation(probed):
    assert probed["carried"] == {"number": 4, "colours": ["green"], "remarks": [["one", 2]]}
