"""A client is generated from the document, checked by the compiler, and talks to the server."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "var" / "npm" / "node_modules"


@pytest.mark.skipif(
    not shutil.which("node") or not (MODULES / ".bin" / "openapi-typescript").exists(),
    reason="openapi-typescript, openapi-fetch and typescript aren't in var/npm",
)
def test_a_typed_client(server, tmp_path):
    def run(*command):
        done = subprocess.run(
            [str(part) for part in command], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    (tmp_path / "node_modules").symlink_to(MODULES)
    shutil.copy(HERE / "client.ts", tmp_path)
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    binaries = MODULES / ".bin"
    run(binaries / "openapi-typescript", f"{server}/api/v2/openapi.json", "-o", "api.d.ts")
    run(
        *(binaries / "tsc", "--strict", "--noUncheckedIndexedAccess", "--noImplicitReturns"),
        *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
        *("--skipLibCheck", "--lib", "es2022,dom,dom.iterable", "--types", "node"),
        "client.ts",
    )
    assert run("node", "client.js", f"{server}/api/v2") == "64 pages, 4 languages\n"

    # The compiler does check: a field that the document doesn't have is an error.
    text = (tmp_path / "client.ts").read_text().replace("item.level", "item.lvl")
    (tmp_path / "client.ts").write_text(text)
    with pytest.raises(AssertionError, match="lvl"):
        run(binaries / "tsc", "--noEmit", "--strict", "--skipLibCheck", "client.ts")
