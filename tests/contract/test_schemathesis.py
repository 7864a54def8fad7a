"""Schemathesis asks a live server what the document allows and what it doesn't.

No 5xx, no status, media type or shape that the document doesn't name, no bad input taken for good.
"""

import os
import subprocess
import sys
from pathlib import Path

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "negative_data_rejection",
]


CONFIG = """
[[operations]]
include-name = "GET /{name}/{{pk}}/"
parameters = {{ "path.pk" = {pk} }}
"""


def run(server, folder, *options):
    """Runs schemathesis in a folder with its configuration; gives what it printed."""
    done = subprocess.run(
        [
            Path(sys.executable).with_name("st"),
            *("run", f"{server}/api/v2/openapi.json", "--no-color", "--seed", "1"),
            *("--checks", ",".join(CHECKS)),
            *("--phases", os.environ.get("SCHEMATHESIS_PHASES", "examples,fuzzing")),
            *("--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "10")),
            *("--generation-database", "none", "--continue-on-failure", "--workers", "2"),
            *options,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    print(done.stdout[-2000:])
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_server_keeps_to_the_document(server, tmp_path):
    """``SCHEMATHESIS_EXAMPLES`` asks for more random questions than usual, and
    ``SCHEMATHESIS_PHASES=examples,coverage,fuzzing`` each parameter with each kind of bad value."""
    assert "Tested: 46" in run(server, tmp_path)


def test_details_of_what_there_is(server, ask, tmp_path):
    """The same for items that exist, which numbers at random hardly meet."""
    ids = {
        name: ask(f"{name}/")["items"][0]["id"] for name in ("pages", "cooperations", "documents")
    }
    config = "".join(CONFIG.format(name=name, pk=pk) for name, pk in ids.items())
    (tmp_path / "schemathesis.toml").write_text(config)
    only = [part for name in ids for part in ("--include-name", f"GET /{name}/{{pk}}/")]
    assert "Tested: 3" in run(server, tmp_path, *only)
