"""The JSON-LD of every page fits schema.org as Google's schema-dts types it.

npm install --no-save --prefix var/npm schema-dts typescript
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from wagtail.models import Page

from partners import kinds
from partners.items import jsonld
from tests.items.test_jsonld import contact, item, organisation, period

NPM = Path(__file__).resolve().parents[2] / "var" / "npm"
TSC = NPM / "node_modules" / ".bin" / "tsc"

if shutil.which("node") is None or not TSC.exists():
    pytest.skip(f"there is no node, or no typescript in {NPM}", allow_module_level=True)
if not (NPM / "node_modules" / "schema-dts").is_dir():
    pytest.skip(f"there is no schema-dts in {NPM}", allow_module_level=True)


def described(item):
    """An item as linked data, its kind described as it says itself."""
    return jsonld.page_document(item, kinds.linked_data())


@pytest.fixture
def compile_documents():
    """Writes documents as constants of their type and gives what the compiler complains of."""
    path = NPM / "documents.mts"

    def compiled(documents):
        lines = [
            'import type { CollectionPage, ItemList, WebPage, WithContext } from "schema-dts";'
        ]
        for number, document in enumerate(documents):
            text = json.dumps(document)
            lines.append(f"const d{number}: WithContext<{document['@type']}> = {text};")
        path.write_text("\n".join(lines), encoding="utf-8")
        strict = ["--strict", "--noEmit", "--module", "nodenext", "--pretty", "false"]
        done = subprocess.run([TSC, *strict, path.name], cwd=NPM, capture_output=True, text=True)
        return done.stdout.splitlines()

    yield compiled
    path.unlink(missing_ok=True)


def invented():
    """Pages that have everything that KIS's own don't have."""
    everything = {
        "lead": "Ein Muster",
        "purpose": "Zeigen, was es gibt",
        "period": period("2004-01-15", "2008-12-31"),
        "topics": [{"translation_key": "5", "locale": "de", "name": "Stalking"}],
        "contacts": [
            contact("own", email="erika.mustermann@example.org", name="Erika Mustermann"),
            contact("partner", phone="0341 000000"),
            contact("partner", organisation(2, kind="shelter"), phone="0341 000001"),
        ],
        "downloads": [
            {
                "title": "Faltblatt",
                "url": "https://www.example.org/documents/1/faltblatt.pdf",
                "content_type": "application/pdf",
                "language": "sk",
            }
        ],
        "related": [{"html_url": "https://www.example.org/de/anderes/"}],
        "organisation": organisation(logo=None, official_name="Musterverein e. V."),
        "role": "member",
        "members": [organisation(3, kind="police"), organisation(4, kind="education")],
        "working_groups": [{"type": "group", "value": {"name": "Gruppe", "text": ""}}],
        "countries": [{"code": "SK", "name": "Slowakei"}],
        "organisations": [organisation(5, kind="church")],
    }
    for kind in ("PartnerPage", "NetworkPage", "ExchangeProgrammePage"):
        yield described(item(kind, **everything))


def test_every_document_fits_the_types(db, compile_documents):
    client = Client()
    pages = Page.objects.live().filter(depth__gt=1).values_list("pk", flat=True)
    paths = [f"pages/{pk}/?format=jsonld" for pk in pages]
    paths += ["cooperations/?format=jsonld&limit=100", "pages/?format=jsonld&limit=100"]
    documents = [client.get(f"/api/v2/{path}").json() for path in paths]
    assert len(documents) > 60
    assert compile_documents([*documents, *invented()]) == []


def test_what_does_not_fit_is_found(compile_documents):
    context = "https://schema.org"
    good = {"@context": context, "@type": "WebPage", "name": "Muster"}
    bad = [
        {**good, "nameOfPage": "Muster"},
        {**good, "inLanguage": 7},
        {**good, "mainEntity": {"@type": "Police", "name": "Muster"}},
        {**good, "mainEntity": {"@type": "NGO", "startDate": "2004-01-15"}},
        {**good, "publisher": {"@type": "Organization", "memberOf": {"@type": "WebPage"}}},
    ]
    assert compile_documents([good]) == []
    for document in bad:
        assert compile_documents([document]), document
