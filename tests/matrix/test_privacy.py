"""What is closed is nowhere: every state a thing can be closed by, asked in every way.

One site has the secret in every place that an answer could take it from. Each state closes it and
the questions are asked; the answers must be the same to the byte, headers included, as those of the
same site that never had it. So there is no word, no count and no order that tells closed from
missing. Every word of the secret begins with ``MARK`` as well, and no answer but one to a question
that contains it may have it.

The site is made once. Each test begins with it, and what it does is rolled back.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

from tests.matrix.questions import MARK, QUESTIONS
from tests.matrix.states import STATES, TWINS, closed_words
from tests.matrix.world import committed

# Wagtail leaves the temporary files of renditions to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


#: What differs in a state, though not by what is closed: the photo is on this site's pages; who
#: knows where a document is is asked for the password of its collection.
TOLD = {
    "consent for this site only": ["/media/{photo_shown}"],
    "files of a collection by password": ["/documents/{doc}/{doc_name}"],
}


@pytest.mark.parametrize("name", STATES)
def test_closed_is_missing(site, world, name):
    state = STATES[name]
    # Asked first, while nothing is closed yet.
    never = site.without(state.missing) if state.missing else None
    with committed():
        remove = state.close(world)
    closed = world.ask()
    if never is None:
        with committed():
            remove()
        never = world.ask()
    paths = world.questions()
    different = [
        question
        for question in closed
        if closed[question] != never[question] and question not in TOLD.get(name, ())
    ]
    assert not different, [
        (one, closed[one][:1], first_difference(closed[one], never[one])) for one in different[:5]
    ] + different
    for question, answer in closed.items():
        assert not shown(answer, paths[question], closed_words(name)), question


def shown(answer, path, words):
    """Those of the words that an answer has and its question doesn't."""
    _status, head, text = answer
    asked = unquote(path)
    return [word for word in words if word not in asked and word in f"{head}{text}"]


#: Which questions show which secret where it is left open: a line for each question, a column for
#: each open twin. ``UPDATE_SNAPSHOTS=1`` writes it anew; the difference is then to be read.
TABLE = Path(__file__).parent / "shown.txt"
#: Words that an open twin doesn't have: of parents that only some states have, and of what is
#: outside the site that is asked, which can't be left open.
ELSEWHERE = {
    "page": {"eltern", "heimatlos", "spiegel", "site"},
    "below a private parent": {"heimatlos", "spiegel", "site"},
    "its original below a private parent": {"heimatlos", "spiegel", "site"},
    "far below a private parent": {"heimatlos", "spiegel", "site"},
    "private far below": {"eltern", "heimatlos", "spiegel", "site"},
    "below an alias of a private page": {"heimatlos", "spiegel", "site"},
    "files": {"sammlung", "darunter"},
}


def expected(twin):
    """The questions that show the secret of an open twin, by the table."""
    head, *lines = TABLE.read_text("utf-8").splitlines()
    column = head.split(" | ").index(twin)
    rows = [line.split(" | ") for line in lines]
    return {row[-1] for row in rows if row[column] == "x"}


@pytest.fixture(scope="module")
def table():
    """What the open twins have shown, written at the end where that is wanted."""
    found = {}
    yield found
    if "UPDATE_SNAPSHOTS" in os.environ and found.keys() == set(TWINS):
        lines = [" | ".join([*TWINS, "question"])]
        for question in QUESTIONS:
            marks = ["x" if question in found[twin] else "." for twin in TWINS]
            lines.append(" | ".join([*marks, question]))
        TABLE.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("twin", TWINS)
def test_left_open_it_is_shown(site, world, table, twin):
    """A question that never shows a secret couldn't fail where it is closed: the table says so."""
    name = TWINS[twin]
    if STATES[name].open is None:
        answers = site.answers[""]
    else:
        with committed():
            STATES[name].open(world)
        answers = world.ask()
    paths, words = world.questions(), closed_words(name)
    found = {one: shown(answers[one], paths[one], words) for one in answers}
    table[twin] = {question for question, there in found.items() if there}
    seen = {word for there in found.values() for word in there}
    missing = {word.removeprefix(MARK) for word in set(words) - seen}
    assert missing == ELSEWHERE.get(twin, set())
    if "UPDATE_SNAPSHOTS" not in os.environ:
        assert table[twin] == expected(twin), sorted(table[twin] ^ expected(twin))


def first_difference(one, other):
    one, other = f"{one[1]}{one[2]}", f"{other[1]}{other[2]}"
    pairs = zip(one, other, strict=False)
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return one[max(0, place - 80) : place + 120], other[max(0, place - 80) : place + 120]


def endpoints():
    """The addresses of the API as the router has them: ``^pages/``, ``<int:pk>/`` and so on."""

    def walk(patterns, route):
        for one in patterns:
            here = route + str(one.pattern).lstrip("^")
            if isinstance(one, URLPattern):
                yield here
            else:
                yield from walk(one.url_patterns, here)

    parts = [one for one in get_resolver().url_patterns if str(one.pattern) == "api/v2/"]
    return {address for part in parts for address in walk(part.url_patterns, "api/v2/")}


def described():
    """The addresses that the API's own document has."""
    document = Client().get("/api/v2/openapi.json").json()
    return {re.sub(r"{\w+}", "1", path) for path in document["paths"]}


def route_of(path):
    return resolve(path.split("?")[0]).route.replace("^", "")


def test_every_endpoint_is_asked(world):
    """A new endpoint, of the API's document or of its router, needs questions."""
    asked = {route_of(path) for path in world.questions().values()}
    assert {route_of(f"/api/v2{path}") for path in described()} <= asked
    assert endpoints() <= asked


#: What never shows any of the secret, however public it is.
BLIND = [
    # Their answers don't depend on content.
    r"^$|openapi\.json|docs/",
    # Pages that don't name it: other types, the pages above it, what a page is besides its content.
    r"type=home\.\w+|type=kis_partners\.CooperationIndexPage|pages/{index}/\?(fields=\*|format=jsonld)",
    r"cooperations/{partner}/\?fields=_,(alias_of|parent|translations)\(\*\)|pages/\?search=Offener",
    # The page is in no menu; tests/api/test_site.py closes pages that are.
    r"site/",
    # No version of a thing is Slovak; the state in which one is closed has its open twin.
    r"(topics|organisations|people|countries)/\?locale=sk(&limit=100)?$",
    # Words of fields that no search looks into; a slug where the page has another.
    r"\w+/\?search=zqxm(beschreibung|bild|foto|seo|slug|name|rolle|thema|entwurf)a",
    r"\w+/\?search={(key|slug)}|pages/find/\?slug={slug}&locale=sk",
    # Originals are for editors.
    r"/media/{(img|photo)_file}",
    # Nothing was published that early.
    r"\w+/\?first_published_at__lte=2000-01-01",
]


def test_every_question_can_see_something(site, world):
    """While all of it is public, each question tells it from what is missing."""
    shown = site.answers[""]
    blind = set(QUESTIONS)
    for name in ("page", "files", "details", "person", "topic", "organisation"):
        never = site.without(name)
        blind -= {question for question in blind if shown[question] != never[question]}
    unexpected = [one for one in sorted(blind) if not re.search("|".join(BLIND), one)]
    assert not unexpected, "\n".join(unexpected)
