"""One step of a rehearsal of backup and restore, in a process and a database of its own.

``python -m tests.delivery.rehearsal STEP FOLDER``; what a step finds is printed as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from partners.delivery.shelf.settle import settle  # noqa: E402
from partners.models import Consent, PartnerPage, Person  # noqa: E402

NAMES = ("Erika Mustermann", "Max Beispiel")


def feed(since: str = "") -> dict[str, Any]:
    """All changes since a cursor, or the status of a refusal."""
    found: dict[str, Any] = {"status": 200, "named": [], "gone": [], "ids": []}
    while True:
        query = f"?limit=500&since={since}" if since else "?limit=500"
        answer = Client().get(f"/api/v2/changes/{query}")
        if answer.status_code != 200:
            return {"status": answer.status_code}
        data = answer.json()
        found["named"] += [name for name in NAMES if name in answer.content.decode()]
        found["ids"] += [one["id"] for one in data["changes"] if one["action"] == "upsert"]
        found["gone"] += [one["id"] for one in data["changes"] if one["action"] != "upsert"]
        since = data["meta"]["next"]
        if not data["meta"]["has_more"]:
            return {**found, "cursor": since}


def people() -> list[Person]:
    rows = PartnerPage.objects.filter(locale__language_code="de", contacts__isnull=False)
    keys = sorted({row.person_id for page in rows for row in page.contacts.all()})
    return [Person.objects.get(pk=pk) for pk in keys[:2]]


def consent(person: Person) -> None:
    Consent.objects.create(person=person, name=True, contact=True, api=True, evidence="x")


def withdraw(person: Person) -> None:
    for one in Consent.holding().filter(person=person):
        one.withdrawn_on = one.given_on
        one.save()


def before(folder: Path) -> dict[str, Any]:
    """Two people are named; one of them has withdrawn it again when the backup is made."""
    settle()
    call_command("reconcile", stdout=sys.stderr)
    for name, person in zip(NAMES, people(), strict=True):
        person.name = name
        person.save_revision().publish()
        consent(person)
    first = feed()
    withdraw(people()[0])
    return {"named at first": sorted(set(first["named"])), **feed(first["cursor"])}


def after(folder: Path) -> dict[str, Any]:
    """The other one withdraws it, and a page is unpublished, after the backup."""
    cursor = json.loads((folder / "before.json").read_text())["cursor"]
    withdraw(people()[1])
    page = PartnerPage.objects.filter(locale__language_code="de").order_by("pk").last()
    assert page is not None
    page.unpublish()
    call_command("keep_withdrawn", folder / "public.json", "--write")
    return {"page": page.pk, **feed(cursor)}


def moved(folder: Path) -> dict[str, Any]:
    """Restored to the moment of the backup, with nothing lost: readers go on."""
    return feed(json.loads((folder / "before.json").read_text())["cursor"])


def restored(folder: Path) -> dict[str, Any]:
    """Restored to a moment before what was withdrawn."""
    cursor = json.loads((folder / "after.json").read_text())["cursor"]
    behind = sorted(set(feed()["named"]))
    call_command("keep_withdrawn", folder / "public.json", stdout=sys.stderr)
    call_command("reconcile", "--new-epoch", stdout=sys.stderr)
    return {"behind": behind, "with the old cursor": feed(cursor)["status"], **feed()}


if __name__ == "__main__":
    step, where = sys.argv[1], Path(sys.argv[2])
    (where / f"{step}.json").write_text(json.dumps(globals()[step](where)))
