"""What the documentation claims has a proof, and the proof is there."""

import ast
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.delivery.picture import picture
from benchmarks.delivery.results import BEGIN, END, Result, Run, markdown, write_into
from partners.search.analysis import index_keys, query_terms

ROOT = Path(__file__).parents[2]
PROOFS = "\n".join(
    (ROOT / "docs" / name).read_text("utf-8") for name in ("proofs.md", "security.md")
)
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", PROOFS)))


@cache
def names_of(path):
    """The tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    }


def test_every_proof_is_there():
    lacking = [
        f"{path}::{name}" for path, name in NAMED
        if not (ROOT / path).is_file() or (name and name not in names_of(path))
    ]  # fmt: skip
    assert len(NAMED) > 60 and not lacking


def tables_of_claims(text):
    """The rows of each table whose first row is "claim | proof", without that row and the rule."""
    for table in re.findall(r"^\| claim \| proof \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE):
        yield [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()]


def test_every_claim_has_a_proof():
    tables = list(tables_of_claims(PROOFS + "\n"))
    assert len(tables) == PROOFS.count("| claim |") >= 4
    claims = [claim for table in tables for claim in table]
    assert all(len(claim) == 2 and all(claim) for claim in claims), claims
    known = re.compile(r"`tests/|bench|\.ci/run|by hand")
    assert [proof for _claim, proof in claims if not known.search(proof)] == []


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [("en", "wife", "wives"), ("sk", "otec", "otcov"), ("lv", "bēgt", "bēgusi")],
)
def test_forms_that_are_not_found(locale, one, other):
    """``docs/search.md`` names them; once one is found, that sentence is to be changed."""
    for query, text in ((one, other), (other, one)):
        assert not all(term & index_keys(text, locale) for term in query_terms(query, locale))
    assert one in (ROOT / "docs" / "search.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("goal", "ratios", "reached"),
    [("≥ 8", [9, 7.9, 10], True), ("≥ 8", [7.9], False), ("≤ 1.3", [1.3], True),
     ("≤ 1.3", [1.4], False), ("≥ 5,000", [4_999], False), ("", [1], None)],
)  # fmt: skip
def test_a_goal_that_is_missed_is_said(goal, ratios, reached):
    result = Result("work", ratios=ratios, goal=goal)
    assert result.reached is reached
    assert ("missed" in result.line()) is (reached is False)


def test_the_tables_of_a_file_are_replaced(tmp_path):
    run = Run("sqlite", 6, [Result("work", "2 : 1", [2.0, 3.0, 1.0], "≥ 3")])
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _time in range(2):
        write_into(path, markdown([run], 3, 2))
        text = path.read_text()
        assert text.startswith(f"before\n{BEGIN}\nMeasured by") and text.endswith(f"{END}\nafter\n")
        assert "| work | 2 : 1 | 2.00 (1.00–3.00) | ≥ 3: **missed** |" in text
        assert "old" not in text
    assert BEGIN in (ROOT / "README.md").read_text() and END in (ROOT / "README.md").read_text()


def test_the_picture_is_said_in_words():
    results = [
        Result("a", ratios=[150.0], goal="≥ 100", drawn="listing : stock"),
        Result("b", ratios=[0.5], drawn="304 & kept"),
        Result("c", ratios=[7.0]),
    ]
    space = "{http://www.w3.org/2000/svg}"
    root = ElementTree.fromstring(picture("How fast", results))
    assert root.get("role") == "img" and root.findtext(f"{space}title") == "How fast"
    said = root.findtext(f"{space}desc")
    assert said == "listing : stock: 150 times, goal 100. 304 & kept: 0.50 times."
    assert "prefers-color-scheme: dark" in root.findtext(f"{space}style")
    bars = [one for one in root.iter(f"{space}rect")]
    assert len(bars) == 2 and float(bars[0].get("width")) > float(bars[1].get("width")) > 0
    assert len([one for one in root.iter(f"{space}line") if one.get("class") == "goal"]) == 1
