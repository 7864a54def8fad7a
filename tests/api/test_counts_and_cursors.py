"""Counts are those of the question that was asked; cursors lead where they were given."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from home.models import StandardPage

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")


def ids(answer):
    return [item["id"] for item in answer["items"]]


def after(address):
    return address.partition("/api/v2/")[2]


def test_each_question_has_its_own_count(api, kis_page):
    """One version of the content remembers them all."""
    page = kis_page("triade", "sk")
    StringTranslation.objects.filter(context__object_id=page.translation_key).update(
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL
    )
    kis_page("start").add_child(
        instance=StandardPage(title="Nur deutsch", slug="nur-deutsch")
    ).copy_for_translation(page.locale, copy_parents=True, alias=True)
    counts = {}
    for query in (
        "", "&min_state=complete", "&min_state=source", "&include_aliases=true", "&fallback=de",
        "&slug=" + page.slug, "&type=kis_partners.NetworkPage",
    ):  # fmt: skip
        answer = api(f"pages/?locale=sk&limit=100{query}")
        assert answer["meta"]["total_count"] == len(answer["items"]), query
        counts[query] = len(answer["items"])
    assert counts["&min_state=complete"] == counts["&slug=" + page.slug] == 1
    assert counts["&min_state=source"] == 0
    assert counts["&include_aliases=true"] == counts[""] + 1 == counts["&fallback=de"]
    assert 0 < counts["&type=kis_partners.NetworkPage"] < counts[""]
    assert api("pages/?locale=lv")["meta"]["total_count"] == counts[""]


def test_an_endpoint_has_its_own_count(api):
    counts = [
        api(f"{endpoint}/?locale=sk")["meta"]["total_count"]
        for endpoint in ("pages", "cooperations", "pages")
    ]
    assert counts[0] == counts[2] > counts[1]


def test_what_is_asked_for_in_a_language_is_not_replaced_for_another_reason(api, kis_page):
    """The Slovak version is there and doesn't match, so its German one doesn't stand in."""
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    assert german.slug != slovak.slug
    assert ids(api(f"pages/?locale=sk&fallback=de&slug={slovak.slug}")) == [slovak.pk]
    assert ids(api(f"pages/?locale=sk&fallback=de&slug={german.slug}")) == []
    Page.objects.filter(pk=slovak.pk).update(live=False)
    assert ids(api(f"pages/?locale=sk&fallback=de&slug={german.slug}")) == [german.pk]


def cursor_of(answer):
    return parse_qs(urlsplit(answer["meta"]["next"]).query)["cursor"][0]


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_a_cursor_of_another_order_is_refused(api):
    cursor = cursor_of(api("pages/?limit=2&order=title"))
    assert api(f"pages/?limit=2&order=title&cursor={cursor}")["items"]
    for order in ("-title", "slug", "id", "title,slug"):
        answer = api(f"pages/?limit=2&order={order}&cursor={cursor}", status=400)
        assert "none that this listing gave" in answer["message"]


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "%00", forged(), forged("pk", False), forged("pk", False, "x"),
        forged("pk", False, ["1", "2"]), forged("pk", False, []), forged("pk", False, [[]]),
        forged("pk", False, [{}]), forged("title,pk", False, ["a", 1]), forged("pk", False, ["a"]),
    ],
)  # fmt: skip
def test_a_cursor_that_nobody_gave_is_refused(api, cursor):
    api(f"pages/?cursor={cursor}", status=400)


def test_a_position_is_made_of_plain_values(api):
    for value, status in (("a", 200), (["a"], 400), ({"a": 1}, 400)):
        cursor = forged("title,pk", False, [value, 1])
        api(f"pages/?order=title&cursor={cursor}", status=status)


@pytest.mark.parametrize("more", ["offset=1", "search=Leipzig", "order=random"])
def test_a_cursor_goes_with_no_other_way_to_count(api, more):
    cursor = cursor_of(api("pages/?limit=2"))
    assert "cursor" in api(f"pages/?cursor={cursor}&{more}", status=400)["message"]


@pytest.mark.slow
def test_a_list_is_the_same_read_backwards_in_answers_that_are_full(api, settings):
    """The room of an answer ends a page before its limit, in both directions."""
    whole = ids(api("cooperations/?order=title&limit=100"))
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 20_000}
    path, forward, sizes = "cooperations/?order=title", [], set()
    while path:
        answer = api(path)
        forward += ids(answer)
        sizes.add(len(answer["items"]))
        path = after(answer["meta"]["next"] or "")
    assert forward == whole and max(sizes) < 20
    backward, path = ids(answer), after(answer["meta"]["previous"])
    while path:
        answer = api(path)
        backward = ids(answer) + backward
        path = after(answer["meta"]["previous"] or "")
    assert backward == whole


def test_an_answer_is_never_larger_than_its_room(client, db, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 20_000}
    assert len(client.get("/api/v2/cooperations/").content) <= 20_000
    answer = client.get("/api/v2/cooperations/?limit=50")
    assert answer.status_code == 400 and b"items fit here" in answer.content


def test_nor_is_one_that_a_cursor_leads_to(client, db, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 20_000}
    path = "/api/v2/cooperations/?order=title"
    for way in ("next", "next", "previous", "previous"):
        answer = client.get(path)
        assert len(answer.content) <= 20_000
        path = answer.json()["meta"][way]


def test_an_item_that_is_larger_than_the_room_comes_alone(api, settings):
    first, second = ids(api("cooperations/?order=title&limit=2"))
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 1}
    answer = api("cooperations/?order=title")
    assert ids(answer) == [first]
    answer = api(after(answer["meta"]["next"]))
    assert ids(answer) == [second]
    assert ids(api(after(answer["meta"]["previous"]))) == [first]


def test_first_and_last_pages_lead_nowhere_else(api):
    first = api("pages/?limit=2&order=id")
    assert first["meta"]["previous"] is None and len(first["items"]) == 2
    second = api(after(first["meta"]["next"]))
    assert api(after(second["meta"]["previous"]))["items"] == first["items"]
    total = first["meta"]["total_count"]
    last = api(f"pages/?limit=2&order=id&offset={total - 2}")
    assert last["meta"]["next"] is None and len(last["items"]) == 2
    assert api(f"pages/?limit=2&order=id&offset={total}")["items"] == []
    assert api("pages/?limit=0")["items"] == []
    exact = api(f"pages/?order=id&limit={min(total, 100)}")
    assert (exact["meta"]["next"] is None) == (total <= 100)


@pytest.mark.parametrize("order", ["since", "-since"])
def test_what_has_no_value_comes_last_in_both_orders(api, order):
    items = api(f"cooperations/?locale=de&limit=100&order={order}")["items"]
    known = [bool(item["period"] and item["period"]["since"]) for item in items]
    assert known == sorted(known, reverse=True) and set(known) == {True, False}
