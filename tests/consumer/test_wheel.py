"""The wheel in a site that isn't ours: other languages, other content, an app called partners."""

from __future__ import annotations

import json
import zipfile

import polib

from tests.consumer.conftest import django

SLOVAK = {
    "Cooperation": "Spolupráca",
    "cooperation": "spolupraca",
    "Cooperation with Example Shelter": "Spolupráca s útulkom",
    "example-shelter": "utulok",
    "Example Shelter": "Vzorový útulok",
}


def test_the_wheel_holds_the_plugin_and_nothing_else(built):
    [wheel] = built.glob("kis_wagtail-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kis_partners"}
    for needed in (
        "kis_partners/py.typed",
        "kis_partners/migrations/0001_initial.py",
        "kis_partners/locale/sk/LC_MESSAGES/django.mo",
        "kis_partners/templates/kis_partners/cooperation_page.html",
        "kis_partners/templates/kis_partners/openapi.html",
        "kis_partners/static/kis_partners/openapi.css",
        "kis_partners/static/kis_partners/person-reference.js",
    ):
        assert needed in names
    assert list(built.glob("*.tar.gz"))


def test_a_foreign_site_runs_with_it(run):
    assert "no issues" in django(run, "check")
    django(run, "migrate", "--verbosity", "0")
    assert "No changes detected" in django(run, "makemigrations", "--check", "--dry-run")

    assert "strings to translate" in django(run, "load_content", "--write-po")
    for path in (run.folder / "site/content/po/sk").glob("*.po"):
        po = polib.pofile(str(path))
        for entry in po:
            entry.msgstr = SLOVAK[entry.msgid]
        po.save(str(path))
    assert "3 created" in django(run, "load_content")
    assert django(run, "load_content") == "Nothing changed.\n"

    assert json.loads(run("probe.py")) == {
        "module": "kis_partners.models.pages",
        "total": 1,
        "title": "Spolupráca s útulkom",
        "period": "od septembra 2012",
        "country": "Slovensko",
        "status": 200,
        "described": ["documents", "images", "pages"],
        "typed": True,
        "docs": 200,
        "lang": True,
        "found": ["Spolupráca s útulkom"],
        "words": True,
    }
