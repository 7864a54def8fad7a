"""Rows of the shelf: stored items, and what a request changes in them."""

import copy

import pytest

from partners.api.renderers import dumps
from partners.delivery.models import Item
from partners.delivery.shelf.rows import Row, payload_of, public_rows, rows_of_pages

ITEM = {
    "id": 7,
    "meta": {
        "type": 'x","parent":null,"language":{"requested":null',
        "parent": {"id": 3, "meta": {"type": "y"}, "title": 'Ä "parent":{, 🙂 \\ "}]'},
        "language": {"requested": None, "served": "de", "fallback_from": "sk", "state": "source"},
        "slug": "ß",
    },
    "title": '"language":{"requested":null,"served":"de","fallback_from":"sk"',
}


def row_of(item, served="de"):
    row = Row(1, item["id"], "x", "de", served, 1, 1, None, 0, 0, 0, 0, 1)
    row.store(item)
    return row


def expected(item, requested=None, with_parent=True):
    item = copy.deepcopy(item)
    language = item["meta"].get("language")
    if requested and language:
        fallback_from = requested if requested != language["served"] else None
        language.update(requested=requested, fallback_from=fallback_from)
    if not with_parent:
        item["meta"].pop("parent", None)
    return dumps(item).decode()


def turned(item):
    """The item with its ``meta`` in another order."""
    first, *others = item["meta"].items()
    return {**item, "meta": dict([first, *reversed(others)])}


def without(item, *names):
    return {**item, "meta": {k: v for k, v in item["meta"].items() if k not in names}}


@pytest.mark.parametrize(
    "item",
    [ITEM, turned(ITEM), without(ITEM, "parent"), without(ITEM, "parent", "language")],
    ids=["parent first", "language first", "no parent", "no languages"],
)
@pytest.mark.parametrize("requested", [None, "de", "lv"])
@pytest.mark.parametrize("with_parent", [True, False])
def test_a_request_changes_its_parts_of_an_item_and_no_others(item, requested, with_parent):
    text = row_of(item).json(requested, with_parent)
    assert text == expected(item, requested, with_parent)


def test_every_item_that_is_made_is_stored_with_its_parts(api):
    for question in ("pages/?limit=20&fields=*", "changes/?limit=500&include_aliases=true"):
        api(question)
    stored = Item.objects.exclude(payload=None)
    assert stored.count() > 50
    for item in stored:
        facts = item.payload[item.language_start : item.language_end]
        assert facts.startswith('"requested":null,"served":"')
        assert item.payload[item.language_end :].startswith(',"state":')
        parent = item.payload[item.parent_start : item.parent_end]
        assert parent.startswith(',"parent":') and item.payload[item.parent_end] in ",}"


def test_rows_are_those_of_public_pages_of_one_site(api, kis_page):
    page = kis_page("triade")
    api(f"pages/{page.pk}/")
    item = Item.objects.get(page_id=page.pk)
    [row] = rows_of_pages(item.site_id, [page.pk])
    assert (row.pk, row.seq, row.payload) == (item.pk, item.seq, item.payload)
    assert not rows_of_pages(item.site_id + 1, [page.pk]) and not rows_of_pages(None, [page.pk])
    Item.objects.filter(pk=item.pk).update(tombstone=True)
    assert not rows_of_pages(item.site_id, [page.pk])
    assert item not in public_rows(item.site_id)


def test_payload_of_is_the_json_of_the_item():
    assert payload_of(ITEM).payload == dumps(ITEM).decode()


def test_fields_are_chosen_from_a_stored_item_as_from_its_page(api, kis_page, settings):
    """The second time from a recipe, the third with rows that come with the version."""
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CACHE_SLOTS": 0}
    page = kis_page("triade")
    paths = [
        f"{where}fields={fields}"
        for where in (f"pages/{page.pk}/?", f"cooperations/?locale=de&slug={page.slug}&")
        for fields in ("_,title", "_,slug", "_,id", "-title", "-slug", "_,parent", "purpose", "*")
    ]
    api(f"pages/{page.pk}/")
    assert Item.objects.exclude(payload=None).filter(page_id=page.pk).exists()
    stored = {path: [api(path) for _time in range(3)] for path in paths}
    assert stored[paths[0]] == [{"title": page.title}] * 3
    settings.KIS_PARTNERS_RELEASE = "another"
    assert {path: [api(path)] * 3 for path in paths} == stored
