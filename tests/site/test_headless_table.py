"""``docs/headless.md`` has all areas, and each test that it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AREAS = 18


def test_each_area_has_its_test_or_its_reason():
    page = (ROOT / "docs/headless.md").read_text()
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", page, re.MULTILINE)[1:]
    assert len(rows) == AREAS
    for area, _wagtail, added, shown in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", shown)
        assert named or "see below" in added, area
        for path, name in named:
            assert f"def {name}" in (ROOT / path).read_text(), (area, name)
