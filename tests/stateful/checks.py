"""What must hold after every action: every answer is right, and who follows the feed has all."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from django.conf import settings
from django.test import Client, override_settings
from wagtail.models import Page

from partners.delivery.reconcile import reconcile
from partners.models import Organisation, Topic
from tests.stateful.oracle import Oracle
from tests.stateful.questions import CRAWL, QUESTIONS, Question, key_of
from tests.stateful.scene import Scene

# The shelf has nothing to say to another release: its answers are computed from the pages.
LIVE = {"KIS_PARTNERS_RELEASE": "another"}
#: Of how many answers one is computed from the pages as well, in turn.
COMPARED = 8


class Reader:
    """Another site that follows the feed, all of it or a part."""

    def __init__(self, client: Client, part: str = "") -> None:
        self.client, self.part = client, part
        self.held: dict[int, Any] = {}
        self.cursor = ""

    def read(self, limit: int) -> tuple[list[Any], bool]:
        """One page of the feed; what has changed, and whether there is more."""
        since = f"&since={self.cursor}" if self.cursor else ""
        response = self.client.get(f"/api/v2/changes/?limit={limit}{self.part}{since}")
        assert response.status_code == 200, response.content
        answer = response.json()
        for change in answer["changes"]:
            if change["action"] == "delete":
                self.held.pop(change["id"], None)
            else:
                self.held[change["id"]] = change["item"]
        self.cursor = answer["meta"]["next"]
        return answer["changes"], answer["meta"]["has_more"]

    def copy(self) -> Reader:
        other = Reader(self.client, self.part)
        other.held, other.cursor = dict(self.held), self.cursor
        return other

    def to_the_end(self) -> list[Any]:
        changes, more = self.read(500)
        while more:
            further, more = self.read(500)
            changes = changes + further
        return changes


class Checks:
    """Asks a site; remembers what it was told, to ask with it again."""

    def __init__(self, scene: Scene, turn: int = 0, thorough: bool = False) -> None:
        #: One client for all: its middleware remembers what it has answered.
        self.scene, self.client, self.live = scene, Client(), Client()
        self.slow = Reader(self.client)
        self.prompt = Reader(self.client)
        self.partial = Reader(self.client, "&locale=sk,lv&include_aliases=true")
        #: Whose turn it is of the questions, and whether all are asked each time.
        self.turn, self.thorough = turn, thorough
        #: The entity tags of answers, and their bodies, by address.
        self.tags: dict[str, tuple[str, bytes]] = {}

    def all_is_right(self) -> None:
        """Ask half of the questions, and the other half the next time."""
        half, compared = (1, 1) if self.thorough else (2, COMPARED)
        self.oracle = oracle = Oracle(self.scene.clock.time)
        if self.scene.closed:
            self.nothing_stored_is_served(oracle)
            return
        self.readers_have_all(oracle)
        asked = [self.is_answered(one, oracle) for one in QUESTIONS[self.turn % half :: half]]
        for path in asked[self.turn // half % compared :: compared]:
            self.is_the_same_without_shelf_and_cache(path)
        self.pages_are_there_or_not(oracle)
        self.html_is_as_if_made_now(oracle)
        if self.turn % compared == 0:
            self.a_crawl_is_the_same()
        self.turn += 1

    def nothing_stored_is_served(self, oracle: Oracle) -> None:
        """The shelf is closed: answers come from the pages, and who follows the feed waits."""
        waits = self.client.get(f"/api/v2/changes/?since={self.prompt.cursor}")
        assert waits.status_code == 503 and int(waits.headers["Retry-After"])
        for question in QUESTIONS[self.turn % 2 :: 2]:
            address = question.address.format(
                topic=key_of(Topic), organisation=key_of(Organisation)
            )
            path = f"/api/v2/{address}"
            tag, _body = self.tags.get(path, ("", b""))
            response = self.client.get(path, headers={"if-none-match": tag} if tag else {})
            assert response.headers["Cache-Control"] == "private, no-store", path
            assert question.part(response.json()) == question.expected(oracle), path
        self.pages_are_there_or_not(oracle)
        self.turn += 1

    def readers_have_all(self, oracle: Oracle) -> None:
        real = {
            pk: item for pk, item in oracle.items.items() if not oracle.repeats(oracle.pages[pk])
        }
        before, since = dict(self.prompt.held), self.prompt.cursor
        changes = self.prompt.to_the_end()
        same(plain(self.prompt.held), real)
        assert bool(changes) == (since != self.prompt.cursor)
        for change in changes if before else []:
            pk = change["id"]
            if change["action"] == "upsert" and pk not in self.scene.back:
                assert before.get(pk) != self.prompt.held.get(pk), f"{pk} has the same bytes"
        self.scene.back.clear()
        for change in changes:
            pk = change["id"]
            if change["action"] == "delete" and pk in before:
                repeats = pk in oracle.public
                why = "repeats" if repeats else oracle.why_closed(pk, change["locale"])
                assert change["reason"] == why, (change, why)
        if self.turn % 2 and not self.thorough:
            return
        slow = self.slow.copy()
        slow.to_the_end()
        same(slow.held, self.prompt.held)
        self.partial.to_the_end()
        part = {
            pk: item for pk, item in oracle.items.items() if item["meta"]["locale"] in ("sk", "lv")
        }
        same(plain(self.partial.held), part)

    def read_something(self, pick: Random) -> None:
        """The slow reader reads a page of the feed, and at times the same one once more."""
        if not self.scene.closed and pick.random() < 0.6:
            before = self.slow.cursor
            limit = pick.randint(1, 7)
            self.slow.read(limit)
            if pick.random() < 0.5:  # The answer was lost on its way.
                self.slow.cursor = before
                self.slow.read(limit + 1)

    def is_answered(self, question: Question, oracle: Oracle) -> str:
        """Ask a question, with the entity tag of the answer before; the address it has."""
        address = question.address.format(topic=key_of(Topic), organisation=key_of(Organisation))
        path = f"/api/v2/{address}"
        tag, body = self.tags.get(path, ("", b""))
        response = self.client.get(path, headers={"if-none-match": tag} if tag else {})
        if response.status_code != 304:  # Otherwise it is what it was before.
            assert response.status_code == 200, (path, response.content)
            tag, body = response.headers["ETag"], response.content
            again = self.client.get(path, headers={"if-none-match": tag})
            assert again.status_code == 304, path
        self.tags[path] = tag, body
        found, expected = question.part(json.loads(body)), question.expected(oracle)
        assert found == expected, (path, found, expected)
        return path

    def is_the_same_without_shelf_and_cache(self, path: str) -> None:
        with override_settings(**LIVE):
            computed = self.live.get(path)
        # Kept, made again from what the version is known to have, and as it was known by its tag.
        answers = [
            self.client.get(path),
            self.client.get(path, headers={"accept": "application/json"}),
        ]
        for content in [self.tags[path][1], *(one.content for one in answers)]:
            assert content == computed.content, (path, difference(content, computed.content))

    def pages_are_there_or_not(self, oracle: Oracle) -> None:
        """Every page by itself: those that are public have their item, the others are not found."""
        few = 1 if self.thorough else 5
        for pk in list(oracle.pages)[1 + self.turn % few :: few]:
            response = self.client.get(f"/api/v2/pages/{pk}/")
            assert response.status_code == (200 if pk in oracle.public else 404), pk
            if response.status_code == 200:
                same(plain({pk: response.json()}), {pk: oracle.items[pk]})

    def html_is_as_if_made_now(self, oracle: Oracle) -> None:
        """What is kept of pages, two each time, and every so often of the list and the site map."""
        pages = Page.objects.filter(pk__in=oracle.pages).order_by("pk")
        few = 1 if self.thorough else max(1, len(pages) // 2)
        asked = [page.url for page in pages[self.turn % few :: few] if page.url]
        if self.turn % COMPARED == 0:
            asked += ["/sitemap.xml", "/embed/cooperations/?locale=sk"]
        for path in asked:
            kept = self.client.get(path)
            with override_settings(KIS_PARTNERS={**settings.KIS_PARTNERS, "PAGES_READ": None}):
                made = self.live.get(path)
            assert kept.status_code == made.status_code, path
            one, other = _without_token(kept.content), _without_token(made.content)
            assert one == other, (path, difference(one, other))

    def a_crawl_is_the_same(self) -> None:
        with override_settings(**LIVE):
            answers = [self.live.get(f"/api/v2/{address}").json() for address in CRAWL]
        found = {item["id"]: item for answer in answers for item in answer["items"]}
        # Lists don't say what a page stands below.
        held = {
            pk: {**item, "meta": {**item["meta"], "parent": None}}
            for pk, item in self.prompt.held.items()
        }
        for item in found.values():
            item["meta"]["parent"] = None
        same(held, {pk: item for pk, item in found.items() if pk in held})

    def nothing_is_left_to_mend(self) -> None:
        found = reconcile()
        assert not (found.triggers or found.rows or found.items), found


def _without_token(html: bytes) -> bytes:
    """A page without the token of its form, which is another one for each visit."""
    return re.sub(rb'(name="csrfmiddlewaretoken" value=")\w+', rb"\1", html)


def plain(items: dict[int, Any]) -> dict[int, Any]:
    """Items without what marks the language of single paragraphs."""
    return {pk: _unmarked(item) for pk, item in items.items()}


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unmarked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_unmarked(one) for one in value]
    return re.sub(r'<(\w+) lang="\w+">', r"<\1>", value) if isinstance(value, str) else value


def same(found: Any, expected: Any) -> None:
    """Fails with the first places that are different."""
    if found != expected:
        raise AssertionError("\n".join(list(differences(found, expected))[:12]))


def differences(found: Any, expected: Any, place: str = "") -> Any:
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in sorted(found.keys() | expected.keys(), key=str):
            if name not in found or name not in expected:
                who = "is missing" if name not in found else "is too much"
                value = expected.get(name) if name not in found else found.get(name)
                yield f"{place}.{name} {who}: {str(value)[:200]}"
            elif found[name] != expected[name]:
                yield from differences(found[name], expected[name], f"{place}.{name}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            if one != other:
                yield from differences(one, other, f"{place}[{number}]")
    else:
        yield f"{place}: {str(found)[:300]} instead of {str(expected)[:300]}"


def difference(one: bytes, other: bytes) -> Any:
    pairs = zip(one, other, strict=False)
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return one[max(0, place - 80) : place + 120], other[max(0, place - 80) : place + 120]
