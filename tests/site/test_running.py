"""The examples for those who run the site: each names what there is."""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from tests.site.test_deploy import DOCUMENTED

ROOT = settings.BASE_DIR
UNITS = sorted((ROOT / "examples" / "systemd").glob("*.*"))


def unit(path):
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(path.read_text())
    return parser


@pytest.mark.parametrize("path", [one for one in UNITS if one.suffix != ".env"], ids=str)
def test_units_of_systemd_name_commands_that_there_are(path):
    read = unit(path)
    if path.suffix == ".timer":
        assert path.stem.partition("@")[2] in get_commands()
        assert read["Timer"]["OnCalendar"] and read["Install"]["WantedBy"] == "timers.target"
        return
    service = read["Service"]
    assert service["User"] == "kis" and service["ProtectSystem"] == "strict"
    assert service["EnvironmentFile"] == "/etc/kis/kis.env"
    for name in re.findall(r"manage\.py (\w+)", service.get("ExecStartPre", "")):
        assert name in get_commands()
    assert (ROOT / "gunicorn.conf.py").exists()


def test_the_environment_of_the_example_is_the_documented_one():
    text = (ROOT / "examples" / "systemd" / "kis.env").read_text()
    names = set(re.findall(r"(?m)^([A-Z_]+)=", text))
    assert DOCUMENTED.keys() <= names
    documented = (ROOT / "docs" / "operators.md").read_text()
    for name in names:
        assert f"`{name}`" in documented or f"`{name}=" in documented, name


def test_the_dockerfile_copies_what_there_is_and_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    words = {line.split()[0] for line in lines if line and not line.startswith("#")}
    assert words <= set("FROM WORKDIR COPY RUN ENV USER EXPOSE VOLUME HEALTHCHECK CMD".split())
    allowed = {one[1:] for one in (ROOT / ".dockerignore").read_text().split() if one[0] == "!"}
    for line in lines:
        if line.startswith("COPY") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists() and source in allowed, source
        if line.startswith("FROM"):
            assert re.search(r":\d", line), "a version is named"
    last = [line for line in lines if line.startswith(("USER", "CMD", "FROM"))]
    assert last.index("USER 10001") > max(i for i, line in enumerate(last) if line[:4] == "FROM")


def test_the_compose_file_names_what_there_is():
    read = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = read["services"]
    for name, service in services.items():
        assert "image" in service or service["build"] == "."
        assert "latest" not in service.get("image", ":1") and ":" in service.get("image", ":1")
        for needed in service.get("depends_on", []):
            assert needed in services, name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source[0] == "." else source in read["volumes"]
        for command in re.findall(r"manage\.py (\w+)", service.get("command", "")):
            assert command in get_commands()
    published = [name for name, service in services.items() if "ports" in service]
    assert published == ["proxy"]


@pytest.mark.parametrize(
    "linter",
    [
        ["hadolint", "Dockerfile"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
    ],
    ids=["Dockerfile", "compose.yaml"],
)
def test_linters_know_nothing_to_say(linter):
    program = Path(sys.executable).parent / linter[0]
    said = subprocess.run([program, *linter[1:]], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
