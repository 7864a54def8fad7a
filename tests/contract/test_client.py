"""A client is generated from the document, checked by the compiler, and talks to the server.

npm install --no-save --prefix var/npm typescript@5 openapi-typescript@7.13 openapi-fetch@0 \
    @types/node@20
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "var" / "npm" / "node_modules"

#: What the compiler refuses: a change of the client, and the word that it complains of.
MISTAKES = [
    # A member that no type has, and one that another type has.
    ("item.level", "item.lvl", "lvl"),
    ("item.organisation.name", "item.organisation.nmae", "nmae"),
    ("return [item.level,", "return [item.basis,", "basis"),
    # A member that a list doesn't have, a type that there isn't, a type that is forgotten.
    ("seen.push(item.id)", "seen.push(item.body.length)", "body"),
    ('case "kis_partners.NetworkPage":', 'case "kis_partners.Network":', "Network"),
    ("return item.countries.map((country) => country.code);", "break;", "2366"),
    ("change.item.type", "change.itm.type", "itm"),
    ("change.reason", "change.item.title", "item"),
    ("page.source_url", "page.source_adress", "source_adress"),
    # Null where there may be none, and what isn't sure to be selected.
    ('page.meta.html_url ?? ""', "page.meta.html_url", "null"),
    ('must(selected.title, "title")', "selected.title.trim()", "undefined"),
    # A parameter, a value of it, and an address that aren't there.
    ("{ locale, limit: 100,", "{ locale, limt: 100,", "limt"),
    ('"de", "en", "sk", "lv"', '"de", "en", "sk", "xx"', "xx"),
    ('order: ["since", "-title"]', 'order: ["sincee"]', "sincee"),
    ('client.GET("/locales/")', 'client.GET("/locale/")', "locale"),
    ('query: { fields: "_,id,title" }', "query: {}", "fields"),
    ("problem.parameter", "problem.param", "param"),
]  # fmt: skip


def run(command, folder):
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def compiler(*options):
    return [
        MODULES / ".bin" / "tsc",
        *("--strict", "--noUncheckedIndexedAccess", "--noImplicitReturns", "--pretty", "false"),
        *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
        *("--skipLibCheck", "--lib", "es2022,dom,dom.iterable", "--types", "node"),
        *options,
    ]


@pytest.mark.skipif(
    not shutil.which("node") or not (MODULES / ".bin" / "openapi-typescript").exists(),
    reason="openapi-typescript, openapi-fetch and typescript aren't in var/npm",
)
def test_a_typed_client(server, tmp_path):
    (tmp_path / "node_modules").symlink_to(MODULES)
    shutil.copy(HERE / "client.ts", tmp_path)
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    generated = [MODULES / ".bin" / "openapi-typescript", f"{server}/api/v2/openapi.json"]
    for command in (
        [*generated, "-o", "api.d.ts"],
        compiler("client.ts"),
    ):
        status, said = run(command, tmp_path)
        assert status == 0, said
    assert run(["node", "client.js", f"{server}/api/v2"], tmp_path) == (
        *(0, "64 pages, 4 languages\n"),
    )

    # Each mistake is in a copy of its own; the compiler finds all of them in one run.
    text = (HERE / "client.ts").read_text()
    for number, (old, new, _word) in enumerate(MISTAKES):
        assert text.count(old) == 1, old
        (tmp_path / f"wrong{number}.ts").write_text(text.replace(old, new))
    names = [f"wrong{number}.ts" for number in range(len(MISTAKES))]
    _status, said = run(compiler("--noEmit", *names), tmp_path)
    unnoticed = []
    for name, (_old, new, word) in zip(names, MISTAKES, strict=True):
        complaints = [line for line in said.splitlines() if line.startswith(f"{name}(")]
        if not any(re.search(word, line) for line in complaints):
            unnoticed.append((new, complaints))
    assert not unnoticed


def test_the_client_trusts_the_types():
    """It has no cast, no ``any`` and no exception from the rules of the compiler."""
    lines = (HERE / "client.ts").read_text().splitlines()
    code = [line.partition("//")[0] for line in lines if not line.lstrip().startswith("/**")]
    for line in code:
        assert not re.search(r"\bas\b|\bany\b|<[A-Z]\w*>\w|!\.|!\)|@ts-", line), line
