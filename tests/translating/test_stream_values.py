"""Stream fields of a host site: values carried over to a translation, and texts that aren't."""

from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from partners.translating.stream_values import carry, has_text, walk


class Card(blocks.StructBlock):
    title = blocks.CharBlock()
    note = blocks.TextBlock()
    person = SnippetChooserBlock("kis_partners.Person")
    page = blocks.PageChooserBlock()
    day = blocks.DateBlock()
    kind = blocks.ChoiceBlock(choices=[("a", "A"), ("b", "B")])
    links = blocks.ListBlock(blocks.URLBlock())
    words = blocks.ListBlock(blocks.CharBlock())


STREAM = blocks.StreamBlock([("card", Card()), ("rule", blocks.StaticBlock())])


def item(value, key):
    return {"type": "item", "value": value, "id": key}


def card(key, title, **more):
    value = {
        "title": title, "note": "", "person": None, "page": None, "day": None, "kind": "a",
        "links": [], "words": [], **more,
    }  # fmt: skip
    return {"type": "card", "id": key, "value": value}


def carried(source, target, *kept):
    return carry(STREAM, source, target, {f"body.{path}" for path in kept}.__contains__, "body")


def test_choices_files_and_dates_follow_and_words_wait():
    source = card("1", "Neu", person=7, page=8, day="2026-01-01", kind="b", note="Deutsch")
    target = card("1", "Staré", person=3, page=4, day="2025-01-01", note="Slovensky")
    [found] = carried([source], [target])
    assert found["value"] == {
        **source["value"], "title": "Staré", "note": "Slovensky",
    }  # fmt: skip


def test_a_person_that_was_cleared_is_cleared():
    [found] = carried([card("1", "a")], [card("1", "b", person=3)])
    assert found["value"]["person"] is None


def test_words_that_were_cleared_are_cleared():
    [found] = carried([card("1", "a", note="")], [card("1", "b", note="Slovensky")])
    assert (found["value"]["title"], found["value"]["note"]) == ("b", "")


def test_blocks_go_and_come_and_change_their_order():
    rule = {"type": "rule", "value": None, "id": "r"}
    source = [card("3", "neu"), rule, card("2", "zwei"), card("1", "eins")]
    target = [card("1", "jeden"), card("2", "dva"), card("0", "preč")]
    assert [block["id"] for block in carried(source, target)] == ["r", "2", "1"]


def test_items_of_lists_follow_as_blocks_do():
    source = card(
        "1", "a",
        links=[item("https://b.example.org", "l2"), item("https://c.example.org", "l3")],
        words=[item("zwei", "w2"), item("drei", "w3")],
    )  # fmt: skip
    target = card(
        "1", "b",
        links=[item("https://a.example.org", "l1"), item("https://x.example.org", "l2")],
        words=[item("jeden", "w1"), item("dva", "w2")],
    )  # fmt: skip
    [found] = carried([source], [target])
    assert [one["value"] for one in found["value"]["links"]] == [
        "https://b.example.org",
        "https://c.example.org",
    ]
    assert [one["value"] for one in found["value"]["words"]] == ["dva"]


def test_a_block_of_a_kind_that_there_is_no_more_stays_away():
    gone = {"type": "weg", "value": "Text", "id": "w"}
    assert carried([gone], [gone]) == carried([gone], []) == []


def test_a_list_that_is_not_stored_empties_the_translation_s():
    source = card("1", "a", links=None)
    target = card("1", "b", links=[item("https://a.example.org", "l1")])
    for one, other in ((source, target), (source, card("1", "b", links=None))):
        [found] = carried([one], [other])
        assert not found["value"]["links"]


def test_a_value_of_the_translations_own_stays():
    source, target = card("1", "a", page=8, day="2026-01-01"), card("1", "b", page=4)
    [found] = carried([source], [target], "1.page")
    assert (found["value"]["page"], found["value"]["day"]) == (4, "2026-01-01")


def test_what_a_block_without_parts_stores_is_one_value():
    stream = blocks.StreamBlock([("place", blocks.Block())])
    old, new = ({"type": "place", "id": "1", "value": {"north": degrees}} for degrees in (50, 51))
    assert carry(stream, [new], [old], lambda path: False) == [new]
    assert walk(stream, [new], lambda block, value: value) == [new]


def test_every_value_is_visited():
    seen = []
    walk(STREAM, [card("1", "a", page=3, links=[item("https://a.example.org", "l")])],
         lambda block, value: seen.append(value) or value)  # fmt: skip
    assert {"a", 3, "https://a.example.org"} <= set(seen)
    assert has_text(STREAM, [card("1", "a")]) and not has_text(STREAM, [card("1", "")])


RICH = blocks.StreamBlock(
    [
        ("rich", blocks.RichTextBlock()),
        ("inner", blocks.StreamBlock([("word", blocks.CharBlock())])),
        ("rows", blocks.ListBlock(blocks.StructBlock([("word", blocks.CharBlock())]))),
        ("days", blocks.ListBlock(blocks.DateBlock())),
        ("own", type("Own", (blocks.Block,), {"get_translatable_segments": lambda *_: []})()),
    ]
)


def block(kind, value, key="1"):
    return {"type": kind, "value": value, "id": key}


def test_words_of_every_kind_wait():
    source = [block("rich", "<p>neu</p>"), block("own", "neu", "2"),
              block("inner", [block("word", "neu")], "3"),
              block("rows", [item({"word": "neu"}, "i")], "4")]  # fmt: skip
    target = [block("rich", "<p>staré</p>"), block("own", "staré", "2"),
              block("inner", [block("word", "staré")], "3"),
              block("rows", [item({"word": "staré"}, "i")], "4")]  # fmt: skip
    assert carry(RICH, source, target, lambda path: False) == target
    assert carry(RICH, source, [], lambda path: False) == []
    assert all(has_text(RICH, [one]) for one in source)


def test_lists_without_ids_follow_unless_they_have_words():
    """As Wagtail stored lists before their items had ids."""
    for new, old in ((["2026-01-01"], []), ([item("2026-01-01", None)], [item("x", "i")])):
        [found] = carry(RICH, [block("days", new)], [block("days", old)], lambda path: False)
        assert found["value"] == new
    for new, old in (
        ([{"word": "neu"}], [{"word": "staré"}]),
        ([item({"word": "neu"}, None)], [item({"word": "staré"}, "i")]),
        ([item({"word": "neu"}, "i")], [item({"word": "staré"}, None)]),
    ):
        [found] = carry(RICH, [block("rows", new)], [block("rows", old)], lambda path: False)
        assert found["value"] == old
        assert walk(RICH, [block("rows", new)], lambda inner, value: value) == [block("rows", new)]


def test_what_looks_like_an_item_of_a_list_is_none_without_value_and_type():
    rows = blocks.ListBlock(
        blocks.StructBlock([("type", blocks.CharBlock()), ("value", blocks.CharBlock())])
    )
    seen = []
    for stored in ({"type": "item"}, {"type": "item ", "value": "a"}, {"value": "a"}):
        walk(rows, [stored], lambda inner, value: seen.append(value) or value)
    assert seen == ["item", "item ", "a", "a"]


def test_nothing_stored_is_nothing_carried():
    for empty in (None, []):
        assert walk(RICH, empty, lambda inner, value: value) == []
        assert carry(RICH, empty, [block("rich", "x")], lambda path: False) == []
        assert carry(RICH, [block("days", [])], empty, lambda path: False) == [block("days", [])]
        assert walk(RICH, [block("days", empty)], lambda *_: 1) == [block("days", [])]
    assert not has_text(RICH, None)


def test_names_and_blocks_that_are_known_no_more_are_left_alone():
    source, target = card("1", "a", gone="neu"), card("1", "b", gone="staré")
    [found] = carried([source], [target])
    assert (found["value"]["title"], found["value"]["gone"]) == ("b", "neu")
    [seen] = walk(STREAM, [source, block("weg", "x")], lambda inner, value: value)
    assert seen == source


def test_a_part_that_the_translation_lacks_is_that_of_the_source_without_its_words():
    source = card("1", "a", note="Deutsch", kind="b")
    for value in (None, {}, {"title": "b"}):
        [found] = carried([source], [{"type": "card", "id": "1", "value": value}])
        assert found["value"]["kind"] == "b"
        assert found["value"]["title"] == (value or {}).get("title")


def test_paths_of_what_is_kept_reach_into_lists_and_streams():
    inner = blocks.StreamBlock([("deep", blocks.StreamBlock([("day", blocks.DateBlock())]))])
    new, old = ([block("deep", [block("day", day, "b")], "a")] for day in ("2026", "2025"))
    assert carry(inner, new, old, {"body.a.b"}.__contains__, "body") == old
    assert carry(inner, new, old, {"body.a"}.__contains__, "body") == new
    source, target = (card("1", "a", links=[item(url, "l")]) for url in ("https://b", "https://a"))
    assert carried([source], [target], "1.links.l") == [target]


def test_twins_have_their_kind_and_their_id():
    two = blocks.StreamBlock([("a", blocks.CharBlock()), ("b", blocks.CharBlock())])
    assert carry(two, [block("a", "neu")], [block("b", "staré")], lambda path: False) == []
