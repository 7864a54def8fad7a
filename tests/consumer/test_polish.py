"""The foreign site adds Polish in a module of its own, ``site/polish.py``."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polib
import pytest
from bs4 import BeautifulSoup

from tests.consumer.conftest import ROOT

POLISH = {
    "Zusammenarbeit": "Współpraca",
    "zusammenarbeit": "wspolpraca",
    "Netz Lublin": "Lubelska sieć pomocy",
    "netz-lublin": "lublin",
    "Lublin": "Lublin",
    "Netz Lodsch": "Łódzka sieć przeciw przemocy",
    "netz-lodsch": "lodz",
    "Netz Marienburg": "Malborska sieć pomocy",
    "netz-marienburg": "malbork",
}
# The site translates some words of the interface, and leaves the others.
WORDS = {"Period": "Okres", "network": "sieć", "networks": "sieci"}


@pytest.fixture(scope="module")
def polish(run):
    """Run a command in the site with Polish; its errors are part of the output."""

    def call(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=run.folder / "site",
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join([str(run.folder / "packages"), "."]),
                "DJANGO_SETTINGS_MODULE": "polish_settings",
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    folder = run.folder / "site/polish_locale/pl/LC_MESSAGES"
    folder.mkdir(parents=True)
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "pl"}
    po.extend(polib.POEntry(msgid=text, msgstr=words) for text, words in WORDS.items())
    po.save_as_mofile(str(folder / "django.mo"))
    call("-m", "django", "migrate", "--verbosity", "0")
    call("-m", "django", "load_content", "--write-po")
    content = run.folder / "site/polish_content/po/pl"
    for path in content.glob("*.po"):
        po = polib.pofile(str(path))
        for entry in po:
            entry.msgstr = POLISH.get(entry.msgid, "")
        po.save(str(path))
    (content / "networkpage.neu.po").unlink()
    return call


@pytest.fixture(scope="module")
def site(polish):
    """The pages of a Polish reader, after a partial load of the package."""
    said = polish("-m", "django", "load_content", status=1)
    assert "Nothing was loaded: 2 problems." in said
    said = polish("-m", "django", "load_content", "--partial")
    assert "networkpage.neu.po:1: there is no such file (2 strings)" in said
    assert "'Lodsch' has no translation" in said
    assert "5 created" in said and "4 translations" in said
    return json.loads(polish("polish_probe.py"))


def texts(html):
    """The texts of a page, each with its language."""
    page = BeautifulSoup(html, "html.parser")
    for node in page.select("head, script"):
        node.decompose()
    for node in page.body.find_all(string=True):
        if text := " ".join(node.split()):
            yield node.find_parent(lang=True)["lang"], text


def test_the_check_names_what_polish_lacks_and_nothing_else(polish):
    said = polish("-m", "django", "check", "--database", "default")
    assert "System check identified 1 issue" in said
    assert "kis_partners.W014" in said and "have no translation in 'pl'" in said


def test_dates_are_polish(site):
    assert site["periods"] == {
        "Lubelska sieć pomocy": "od listopada 2003 r.",
        "Łódzka sieć przeciw przemocy": "od 2004 r. do maja 2008 r.",
        "Malborska sieć pomocy": None,
    }


def test_words_are_in_polish_order(site):
    ordered = ["Lubelska sieć pomocy", "Łódzka sieć przeciw przemocy", "Malborska sieć pomocy"]
    assert site["ordered"] == ordered
    assert site["backwards"] == ordered[::-1]
    first = [name[0] for name in site["countries"]]
    assert first == sorted(first, key="LŁM".index) and "Ł" in first
    assert site["slug"] == "lodz-i-malopolska"


def test_a_search_finds_other_forms_of_a_word(site):
    assert site["found"] == ["Łódzka sieć przeciw przemocy"]


def test_no_german_word_is_on_a_polish_page(site):
    """Words of the interface are Polish, or English and marked as such."""
    german = {
        entry.msgstr.casefold()
        for entry in polib.pofile(str(ROOT / "partners/locale/de/LC_MESSAGES/django.po"))
        if entry.msgstr.casefold() != entry.msgid.casefold()
    }
    assert site["words"] == {
        "Period": "Okres",
        "Level": "Level",
        "Filter the list": "Filter the list",
    }
    for title in ("list", *site["periods"]):
        found = list(texts(site["pages"][title]))
        assert {language for language, _text in found} <= {"pl", "en", "de"}
        for language, text in found:
            if language == "pl":
                assert text.casefold() not in german, text
    found = set(texts(site["pages"]["Łódzka sieć przeciw przemocy"]))
    assert found >= {
        ("pl", "Łódzka sieć przeciw przemocy"),
        ("pl", "Sieć"),
        ("pl", "Okres"),
        ("pl", "Od 2004 r. do maja 2008 r."),
        ("en", "Level"),
        ("en", "National"),
        ("de", "Lodsch"),
    }
    english = {text for language, text in found if language == "en"}
    assert not english & {text for language, text in found if language == "pl"}
