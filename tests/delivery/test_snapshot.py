"""A snapshot has what the API gives to everybody, and nothing else, the same again byte by byte."""

import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction, Site

from partners.delivery.shelf.settle import settle
from partners.delivery.snapshot import write_snapshot
from partners.models import Consent, CooperationPage


def ask(path):
    return Client().get(f"/api/v2/{path}").json()


def snapshot():
    """The snapshot's manifest, its files by name, and its bytes."""
    file = io.BytesIO()
    manifest = write_snapshot(Site.objects.get(is_default_site=True), file)
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return manifest, files, file.getvalue()


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def items(files):
    """The pages and things that a reader has who applies the changes."""
    copy = {}
    for change in lines(files["changes.ndjson"]):
        key = (change.get("type", "page"), change["id"])
        if change["action"] == "upsert":
            copy[key] = change["item"]
        else:
            copy.pop(key, None)
    return copy


def test_it_has_what_a_crawl_gives(db):
    manifest, files, _bytes = snapshot()
    assert json.loads(files["manifest.json"]) == manifest
    whole = ask("pages/?limit=100&fields=*")
    copy = items(files)
    pages = {key[1]: item for key, item in copy.items() if key[0] == "page"}
    assert pages.keys() == {item["id"] for item in whole["items"]}
    assert len([key for key in copy if key[0] != "page"]) == sum(
        ask(f"{name}/")["meta"]["total_count"] for name in ("topics", "organisations", "people")
    )
    assert json.loads(files["site.json"]) == ask("site/")
    assert json.loads(files["locales.json"]) == ask("locales/")
    assert len(lines(files["documents.ndjson"])) == ask("documents/")["meta"]["total_count"]
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256(files[name]).hexdigest() == digest


def test_the_cursor_goes_on_from_it(kis_page):
    manifest, _files, _bytes = snapshot()
    assert ask(f"changes/?cursor={manifest['cursor']}")["changes"] == []
    page = kis_page("triade")
    page.title = "Anders"
    page.save_revision().publish()
    changes = ask(f"changes/?cursor={manifest['cursor']}")["changes"]
    assert page.pk in [one["id"] for one in changes]


def test_the_same_content_makes_the_same_bytes(kis_page):
    settle()
    _manifest, _files, first = snapshot()
    Consent.objects.update(evidence="Brief vom 1. März")
    assert snapshot()[2] == first
    page = kis_page("triade")
    page.title = "Anders"
    page.save_revision().publish()
    assert snapshot()[2] != first


def test_what_is_closed_is_not_in_it(kis_page):
    shown = CooperationPage.objects.filter(locale__language_code="de", contacts__isnull=False)
    person = shown.first().contacts.first().person
    person.name = "Erika Mustermann"
    person.save_revision().publish()
    consent = Consent.objects.create(person=person, name=True, api=True, evidence="Brief")
    assert b"Mustermann" in b"".join(snapshot()[1].values())
    consent.delete()
    page = kis_page("triade")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    _manifest, files, _bytes = snapshot()
    assert b"Mustermann" not in b"".join(files.values())
    assert ("page", page.pk) not in items(files)


def test_files_have_size_and_digest(kis_page):
    content = b"%PDF-1.4 Blatt"
    page = kis_page("polizeidirektion-leipzig")
    page.basis_document = get_document_model().objects.create(
        title="Vertrag", file=ContentFile(content, "vertrag.pdf")
    )
    page.save_revision().publish()
    _manifest, files, _bytes = snapshot()
    media = {one["id"]: one for one in lines(files["media.ndjson"]) if one["kind"] == "documents"}
    found = media[page.basis_document.pk]
    assert found["bytes"] == len(content)
    assert found["sha256"] == hashlib.sha256(content).hexdigest()
    page.basis_document.file.storage.delete(page.basis_document.file.name)
    _manifest, files, _bytes = snapshot()
    media = {one["id"]: one for one in lines(files["media.ndjson"]) if one["kind"] == "documents"}
    assert media[page.basis_document.pk]["sha256"] is None


def test_the_command_writes_all_or_nothing(db, tmp_path, capsys, monkeypatch):
    path = tmp_path / "all.zip"
    call_command("export_snapshot", path)
    assert "changes" in capsys.readouterr().out and zipfile.is_zipfile(path)
    before = path.read_bytes()
    with pytest.raises(CommandError, match="There are: localhost"):
        call_command("export_snapshot", path, site="nowhere.example")
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_snapshot", tmp_path / "nowhere" / "all.zip")
    monkeypatch.setattr(
        "partners.delivery.answers.feed.newest_change", lambda *_args, **_more: None
    )
    with pytest.raises(CommandError, match="No snapshot was written"):
        call_command("export_snapshot", path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
