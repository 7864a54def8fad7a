"""Types for Python are generated from the document; a typed program reads the server by them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOOLS = Path(sys.executable).parent
GENERATE = [
    *("--input-file-type", "openapi", "--openapi-scopes", "schemas", "paths"),
    *("--use-operation-id-as-name", "--output-model-type", "pydantic_v2.BaseModel"),
    *("--target-python-version", "3.11", "--use-standard-collections", "--use-union-operator"),
    *("--use-annotated", "--formatters", "builtin", "--no-treat-dot-as-module"),
]
#: What mypy refuses: a change of the program, and the word that it complains of.
MISTAKES = [
    ("item.level.value", "item.levl.value", "levl"),
    ("found.append(item.level.value)", "found.append(item.basis.value)", "basis"),
    ('"kis_partners.NetworkPage"', '"kis_partners.Network"', "countries"),
    ("item.organisation.name if item.organisation", "item.organisation.name if item", "None"),
    ("change.root.item.title", "change.root.reason.title", "reason"),
    ("page.meta.cursor", "page.meta.curser", "curser"),
    ("one.number for", "one.numbr for", "numbr"),
]


def run(folder, *command):
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(ask, tmp_path_factory):
    """Where the types are, and the program beside them."""
    folder = tmp_path_factory.mktemp("python")
    (folder / "openapi.json").write_text(json.dumps(ask("openapi.json")))
    status, said = run(
        folder,
        *(TOOLS / "datamodel-codegen", "--input", "openapi.json", "--output", "kis_types.py"),
        *GENERATE,
    )
    assert status == 0, said
    (folder / "client.py").write_text((HERE / "client.py").read_text())
    return folder


def mypy(folder, program):
    return run(
        folder, sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent",
        "--config-file", "", "--cache-dir", folder / "cache", program,
    )  # fmt: skip


def test_a_typed_program_reads_the_server(server, folder, ask):
    status, said = mypy(folder, "client.py")
    assert status == 0, said
    status, said = run(folder, sys.executable, "client.py", f"{server}/api/v2")
    assert status == 0, said
    *lists, last = said.splitlines()
    assert [line.split(" | ")[0] for line in lists] == ["de", "en", "sk", "lv"]
    assert "LV" in lists[0] and "local" in lists[0]
    assert last.startswith(f"{ask('pages/')['meta']['total_count']} pages")


@pytest.mark.parametrize(("right", "wrong", "word"), MISTAKES)
def test_a_mistake_is_an_error_of_the_types(folder, right, wrong, word):
    program = (HERE / "client.py").read_text()
    assert program.count(right) == 1
    (folder / "wrong.py").write_text(program.replace(right, wrong))
    status, said = mypy(folder, "wrong.py")
    assert status == 1 and word in said, said
