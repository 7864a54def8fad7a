"""A kind of cooperation of the foreign site, with all outputs of the plugin's own kinds."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.consumer.conftest import ROOT, django

NPM = ROOT / "var" / "npm" / "node_modules" / ".bin"
TYPED = """
import type { components } from "./api";
type Event = components["schemas"]["events.EventPage"];
type Speaker = Event["speakers"][number];
const speaker: Pick<Speaker, "role" | "name"> = { role: "psychologist", name: null };
const event: Pick<Event, "kind" | "day"> = { kind: "event", day: "2027-03-08" };
// @ts-expect-error: an event is no network
const wrong: Event["kind"] = "network";
export { event, speaker, wrong };
"""


@pytest.fixture(scope="module")
def probed(run):
    django(run, "migrate", "--settings", "events_settings", "--verbosity", "0")
    run.settings = "events_settings"
    return json.loads(run("events_probe.py"))


def test_it_takes_at_most_eighty_lines(probed):
    assert probed["lines"] <= 80


def test_the_api_lists_it_with_all_its_fields(probed):
    assert probed["item"] == {"kind": "event", "day": "2027-03-08", "place": "Exampletown"}
    # In the order of the editor, and by consent.
    assert probed["speakers"] == [["psychologist", "Erika Mustermann"], ["lawyer", None]]
    assert probed["same"]


def test_the_list_is_filtered_by_its_fields(probed):
    assert probed["filters"] == {
        "kind=event": 1,
        "kind=partner": 0,
        "day=2027-03-08": 1,
        "day__gte=2027-03-09": 0,
        "day__lte=2027-12-31": 1,
        "place=Exampletown": 1,
        "place=Elsewhere": 0,
    }
    assert probed["refused"] == "day"


def test_it_is_described(probed):
    assert probed["enum"] == ["event", "exchange", "network", "partner"]
    of_day = ["day", "day__exists", "day__gte", "day__in", "day__lte", "day__not"]
    assert probed["described"] == [*of_day, "place", "place__exists", "place__in", "place__not"]
    assert probed["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Person"},
    }


def test_a_generated_type_is_exact(run, probed, tmp_path):
    if not (NPM / "openapi-typescript").exists() or not shutil.which("node"):
        pytest.skip("openapi-typescript and typescript aren't in var/npm")
    shutil.copy(run.folder / "site/openapi.json", tmp_path)
    make = [NPM / "openapi-typescript", "openapi.json", "-o", "api.ts"]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "events.ts").write_text(TYPED)
    strict = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022"]
    done = subprocess.run(
        [NPM / "tsc", *strict, "events.ts"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_readers_see_its_facts(probed):
    assert probed["facts"] == {
        "Day": "8 March 2027",
        "Place": "Exampletown",
        "Speakers": "Erika Mustermann, psychologist lawyer",
    }
    assert probed["card"]


def test_machines_read_it_as_an_event(probed):
    about = probed["linked"]
    assert about["@type"] == "Event" and about["startDate"] == "2027-03-08"
    assert about["location"] == {"@type": "Place", "name": "Exampletown"}
    # A person of whom only the role is public is no performer.
    assert [one["name"] for one in about["performer"]] == ["Erika Mustermann"]


def test_a_list_has_it_among_its_kinds(probed):
    assert probed["facet"] and probed["narrowed"] and probed["subpages"]


def test_the_search_finds_its_speakers_by_role_and_never_by_name(probed):
    assert probed["search"] == ["Safe at last"] and probed["unfound"] == []


def test_it_is_translated(probed):
    assert probed["slovak"] == [["Konečne v bezpečí", "sk"]]
    assert probed["translated"]["Day"] == "8. marca 2027"


def test_the_feed_and_a_mirror_have_it(probed):
    assert probed["feed"] == ["Exampletown"]
    assert probed["copied"] == ["Erika Mustermann", None]
    assert probed["mirrored"] == "Safe at last"


def test_a_withdrawn_consent_takes_the_name_from_everywhere(probed):
    assert probed["withdrawn"] == {
        "speakers": [["psychologist", None], ["lawyer", None]],
        "facts": "psychologist lawyer",
        "feed": [None],
        "linked": False,
    }


def test_what_is_announced_and_is_not_there_is_an_error(run):
    environment = {**run.environment, "DJANGO_SETTINGS_MODULE": "broken_settings"}
    done = subprocess.run(
        [run.python, "-m", "django", "check"],
        cwd=run.folder / "site",
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    for number, words in {
        "E010": "'partner', which is no name or that of another kind",
        "E011": "broken.FairPage.guests is neither a field nor a relation of child rows",
        "E012": "the fact 'entrance', but neither a field nor a property nor a relation",
        "E013": "can't be filtered by 'opened', which is no plain field",
        "E014": "gives 'helpers' in the API, but it is no relation of it",
    }.items():
        assert f"kis_partners.{number}" in done.stderr and words in done.stderr, done.stderr
    assert "broken.Stand must have one field" in done.stderr and "it has 2" in done.stderr
