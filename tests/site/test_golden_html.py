"""Three pages as readers get them, whole: golden HTML beside the golden answers of the API.

What differs from one run to the next is replaced: moments of publishing, names of files, which
can't be guessed, and ids. The rest is compared to the letter, so whoever changes a template sees
what it changes for readers.
"""

import difflib
import os
import re
from pathlib import Path

import pytest
from django.test import Client

GOLDEN = Path(__file__).resolve().parents[1] / "snapshots" / "html"
PAGES = [("start", "de"), ("kooperationen", "sk"), ("polizeidirektion-leipzig", "lv")]
#: What changes each time, and what stands for it.
CHANGING = [
    (re.compile(r"/documents/\d+/"), "/documents/0/"),
    (re.compile(r'<option value="\d+"'), '<option value="0"'),
    (re.compile(r"(/media/[\w/]*?)[0-9a-f]{32}"), r"\1FILE"),
    (re.compile(r'<time datetime="[^"]+">[^<]+</time>'), '<time datetime="DAY">DAY</time>'),
    (re.compile(r'("date(?:Modified|Published)": ")[^"]+"'), r'\1MOMENT"'),
]


def as_golden(text):
    for changing, stands in CHANGING:
        text = changing.sub(stands, text)
    return text


@pytest.mark.parametrize(("key", "language"), PAGES)
def test_a_page_is_as_it_was(kis_page, key, language):
    """``UPDATE_SNAPSHOTS=1`` writes the files anew; review the difference."""
    page = kis_page(key, language)
    response = Client().get(page.url)
    assert response.status_code == 200
    text = as_golden(response.content.decode())
    golden = GOLDEN / f"{type(page).__name__}.{language}.html"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    changed = difflib.unified_diff(
        golden.read_text().splitlines(), text.splitlines(), "golden", "now", lineterm="", n=1
    )
    assert list(changed) == []
