"""``?search=`` with ``?order=`` and with cursors."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import StandardPage

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")

SEARCHES = ["cooperations/?search=Netzwerk", "pages/?search=Leipzig", "images/?search=a"]


@pytest.fixture
def more_pages(kis_page):
    """Pages that are equally near, and some that have a related word alone."""
    home = kis_page("start")
    for number in range(3):
        home.add_child(instance=StandardPage(title=f"Netzwerk {number}", slug=f"n-{number}"))
    home.add_child(instance=StandardPage(title="Netzwerktreffen", slug="treffen"))


def ids(answer):
    return [item["id"] for item in answer["items"]]


def follow(api, path, name):
    """The answers from one on, by the addresses of ``meta``."""
    while path:
        answer = api(path)
        yield answer
        address = answer["meta"][name]
        path = address and f"{path.partition('?')[0]}?{urlsplit(address).query}"


@pytest.mark.parametrize("order", ["", "&order=title", "&order=-title,id", "&order=-id"])
@pytest.mark.parametrize("fields", ["", "&fields=_,id,title"])
def test_paging_gives_what_one_answer_has_forwards_and_backwards(api, more_pages, order, fields):
    path = f"pages/?search=Netzwerk{order}{fields}"
    whole = api(f"{path}&limit=100")
    assert len(whole["items"]) == whole["meta"]["total_count"] > 6
    forwards = list(follow(api, f"{path}&limit=2", "next"))
    assert [pk for answer in forwards for pk in ids(answer)] == ids(whole)
    assert all(answer["meta"]["total_count"] == len(whole["items"]) for answer in forwards)
    assert "cursor=" in forwards[0]["meta"]["next"]
    last = f"pages/?{urlsplit(forwards[-2]['meta']['next']).query}"
    backwards = [ids(answer) for answer in follow(api, last, "previous")]
    assert [pk for some in reversed(backwards) for pk in some] == ids(whole)


def test_an_order_is_that_of_a_list(api, more_pages):
    found = ids(api("pages/?search=Netzwerk&limit=100"))
    listed = ids(api("pages/?order=title&limit=100"))
    assert ids(api("pages/?search=Netzwerk&order=title&limit=100")) == [
        pk for pk in listed if pk in found
    ]
    exact = api("pages/?search=Netzwerk&search_operator=and&order=-title&limit=100")
    meta = api("pages/?search=Netzwerk&order=-title&limit=1")["meta"]
    assert meta["matching_count"] == exact["meta"]["total_count"] < meta["total_count"]
    assert len(exact["items"]) == exact["meta"]["total_count"]


def test_what_is_published_meanwhile_neither_repeats_nor_hides(api, more_pages, kis_page):
    first = api("pages/?search=Netzwerk&limit=2")
    kis_page("start").add_child(instance=StandardPage(title="Netzwerk", slug="neu"))
    rest = [
        pk
        for answer in follow(api, f"pages/?{urlsplit(first['meta']['next']).query}", "next")
        for pk in ids(answer)
    ]
    whole = ids(api("pages/?search=Netzwerk&limit=100"))
    (new,) = set(whole) - {*ids(first), *rest}
    assert [pk for pk in whole if pk != new] == [*ids(first), *rest]
    # The page at the end of what was read is gone: the next are as they were.
    StandardPage.objects.get(pk=first["items"][-1]["id"]).unpublish()
    again = api(f"pages/?{urlsplit(first['meta']['next']).query}")
    assert ids(again) == rest[:2]


def test_a_cursor_of_another_question_is_refused(api, more_pages):
    for one, other in (("", "&order=title"), ("&order=title", "")):
        given = api(f"pages/?search=Netzwerk&limit=1{one}")["meta"]["next"]
        cursor = urlsplit(given).query.partition("cursor=")[2].partition("&")[0]
        said = api(f"pages/?search=Netzwerk&limit=1{other}&cursor={cursor}", status=400)
        assert said["parameter"] == "cursor"
    assert api("pages/?search=Netzwerk&order=random&cursor=x", status=400)["parameter"] == "cursor"
    assert api("pages/?search=Netzwerk&order=nope", status=400)["parameter"] == "order"


@pytest.mark.parametrize("path", SEARCHES)
def test_a_random_order_holds_for_searches(api, path):
    found, shuffled = api(f"{path}&limit=100"), api(f"{path}&order=random&limit=100")
    assert sorted(ids(found)) == sorted(ids(shuffled))


def test_an_ordered_search_takes_one_statement_more(api, more_pages, request):
    if "pages" in request.node.callspec.id:
        pytest.skip("the shelf's statements are counted")
    numbers = []
    for order in ("", "&order=title"):
        path = f"/api/v2/pages/?search=Netzwerk&limit=5{order}"
        Client().get(path + "&_=1")
        with CaptureQueriesContext(connection) as asked:
            Client().get(path)
        numbers.append(len(asked))
    assert numbers[1] <= numbers[0] + 1 <= 6
