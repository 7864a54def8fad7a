"""The feed with languages that stand in for others: applied, it is what the list is."""

import pytest

from tests.conftest import find_page


class Copy:
    """What a reader has who applies the feed of a question."""

    def __init__(self, api, query):
        self.api, self.query, self.items, self.cursor = api, query, {}, ""

    def sync(self):
        more = True
        while more:
            place = f"&cursor={self.cursor}" if self.cursor else ""
            answer = self.api(f"changes/?{self.query}{place}")
            for change in answer["changes"]:
                if change["action"] == "upsert":
                    self.items[change["id"]] = change["item"]
                else:
                    self.items.pop(change["id"], None)
            self.cursor, more = answer["meta"]["cursor"], answer["meta"]["has_more"]
        return set(self.items)


@pytest.fixture
def listed(api):
    return lambda query: {
        item["id"] for item in api(f"pages/?{query}&limit=100&fields=_,id")["items"]
    }


@pytest.mark.parametrize("query", ["locale=sk&fallback=de", "locale=lv&fallback=sk,en,de"])
def test_applied_it_is_the_list(api, listed, query):
    copy = Copy(api, query)
    assert copy.sync() == listed(query)
    german, slovak = find_page("triade"), find_page("triade", "sk")
    latvian, english = find_page("triade", "lv"), find_page("triade", "en")
    for act in (
        slovak.unpublish, latvian.unpublish, english.unpublish,
        lambda: slovak.save_revision().publish(), lambda: latvian.save_revision().publish(),
        lambda: english.save_revision().publish(), german.unpublish,
    ):  # fmt: skip
        act()
        assert copy.sync() == listed(query)
    assert not copy.items.keys() & {german.pk, slovak.pk, latvian.pk, english.pk}


def test_a_version_that_stands_behind_another_is_removed_with_its_reason(api):
    german, slovak = find_page("triade"), find_page("triade", "sk")
    slovak.unpublish()
    copy = Copy(api, "locale=sk&fallback=de")
    assert german.pk in copy.sync()
    slovak.save_revision().publish()
    changes = api(f"changes/?locale=sk&fallback=de&cursor={copy.cursor}")["changes"]
    told = {change["id"]: change.get("reason", change["action"]) for change in changes}
    assert told[german.pk] == "behind" and told[slovak.pk] == "upsert"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("fallback=de", "fallback"), ("locale=sk,lv&fallback=de", "fallback"),
        ("locale=sk&fallback=xx", "fallback"), ("locale=sk&fallback=de,sk", "fallback"),
        ("locale=sk&fallback=de&include_aliases=true", "fallback"), ("cursor=abc", "cursor"),
        ("since=abc", "since"), ("since=abc&cursor=abc", "since"),
    ],
)  # fmt: skip
def test_wrong_questions_are_told_by_the_parameter(api, query, name):
    assert api(f"changes/?{query}", status=400)["parameter"] == name


def test_a_cursor_is_taken_under_its_former_name(api):
    meta = api("changes/?limit=3")["meta"]
    assert meta["cursor"] == meta["next"]
    answers = [api(f"changes/?limit=3&{name}={meta['cursor']}") for name in ("cursor", "since")]
    assert answers[0]["changes"] == answers[1]["changes"]
    assert f"cursor={meta['cursor']}" in meta["next_url"] and "since=" not in meta["next_url"]
