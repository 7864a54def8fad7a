"""KIS's content package: complete, word for word, and really translated."""

import html
import re
from pathlib import Path

import polib
import pytest
import yaml
from django.conf import settings

from partners.content import read_package
from tests.languages import LANGUAGES, TRANSLATIONS

CONTENT = Path(settings.KIS_PARTNERS["CONTENT"])
SOURCE = Path(__file__).parents[1] / "data" / "kooperationen.de.txt"
NAMES = ["Siebert", "Eßbach", "Essbach", "Heike", "Gabi"]


def plain(text):
    text = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</p>|<br/?>", " ", text)))
    return re.sub(r"\s+", " ", text).strip()


def leaves(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str):
        yield plain(value)


def without_official_names(value):
    if isinstance(value, dict):
        return {
            key: without_official_names(inner)
            for key, inner in value.items()
            if key != "official_name"
        }
    return [without_official_names(one) for one in value] if isinstance(value, list) else value


def german_text():
    files = sorted((CONTENT / "de").glob("*.yaml"))
    items = [item for file in files for item in yaml.safe_load_all(file.read_text("utf-8"))]
    return "\n".join(leaf for item in items for leaf in leaves(item))


def source_sentences():
    text = SOURCE.read_text("utf-8").replace("Kooperationsparter*in", "Kooperationspartner*in")
    # The two people are references in the text, shown by their role until they consent.
    text = text.replace("Heike Siebert, Landes", "Landes").replace("Gabi Eßbach", "eine Fachkraft")
    for line in text.splitlines():
        if line.strip() and line != line.upper():
            yield from re.split(r"(?<=[a-zäöü]\.)\s+(?=[A-ZÄÖÜ])", line.strip())


def test_every_sentence_of_the_source_is_there_word_for_word():
    text = german_text()
    sentences = [one for one in source_sentences() if one != "zum Inhalt springen"]
    assert len(sentences) > 20
    assert [one for one in sentences if one not in text] == []


def test_the_headings_of_the_source_are_the_titles():
    text = german_text()
    headings = [line for line in SOURCE.read_text("utf-8").splitlines() if line.isupper()]
    assert len(headings) == 6
    for heading in headings[:5]:
        assert heading.casefold() in text.casefold()
    # The sixth is about two networks, which have a page each.
    assert "Sächsischen Interventionsprojekte" in text and "der Interventionsstellen" in text


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_po_files_are_complete_and_fit(language):
    package = read_package(CONTENT)
    assert package.problems == []
    expected = {f"{item.name}.po" for item in package.items if item.is_translatable}
    folder = CONTENT / "po" / language
    assert {path.name for path in folder.glob("*.po")} == expected
    for path in folder.glob("*.po"):
        po = polib.pofile(str(path))
        assert po.percent_translated() == 100, path.name
        assert not po.fuzzy_entries()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_german_sentence_is_left_in_a_translation(api, language):
    """Answers in a language have no German text of two words or more, except official names, which
    stand beside or in brackets behind their translation."""
    german = {
        plain(entry.msgid)
        for path in (CONTENT / "po" / language).glob("*.po")
        for entry in polib.pofile(str(path))
        if " " in entry.msgid
    }
    names = {"KIS Leipzig", "Triade GbR"}
    listing = api(f"pages/?locale={language}&limit=100")
    assert listing["meta"]["total_count"] == 16
    for item in listing["items"]:
        answer = api(f"pages/{item['id']}/")
        text = "\n".join(leaves(without_official_names(answer)))
        text = re.sub(r"\([^()]*\)", "", text)
        assert [one for one in german - names if one in text] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_people_are_nowhere_public(api, client, language):
    for item in api(f"pages/?locale={language}&limit=100")["items"]:
        answers = [
            client.get(f"/api/v2/pages/{item['id']}/?rich_text_format={how}").content.decode()
            for how in ("html", "markdown", "db_html", "db_markdown")
        ]
        answers.append(client.get(item["meta"]["html_url"]).content.decode())
        for answer in answers:
            assert not [name for name in NAMES if name in answer]
    for name in NAMES:
        assert api(f"pages/?search={name}")["items"] == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_say_that_nobody_has_reviewed_them(api, client, kis_page, language):
    page = kis_page("polizeidirektion-leipzig", language)
    state = api(f"pages/{page.pk}/")["meta"]["language"]
    assert state == {
        "requested": None,
        "served": language,
        "fallback_from": None,
        "state": "machine",
        "percent": 100,
        "reviewed": False,
        "reviewed_at": None,
        "source_newer": False,
    }
    assert "kis-state" in client.get(page.url).content.decode()


def test_the_german_pages_are_the_source(api, client, kis_page):
    page = kis_page("polizeidirektion-leipzig")
    assert api(f"pages/{page.pk}/")["meta"]["language"]["state"] == "source"
    assert "kis-state" not in client.get(page.url).content.decode()


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("netzwerk-haeusliche-gewalt", {"since": "2004-01", "role": "coordinates",
                                        "level": "local"}),
        ("polizeidirektion-leipzig", {"since": "2003-11", "basis": "agreement"}),
        ("triade", {"since": "2003-11"}),
        ("netzwerk-kinderschutz", {"since": "", "role": "member"}),
        ("landesjugendpfarramt-sachsen", {"since": "2004"}),
        ("saechsische-interventionsprojekte", {"level": "regional"}),
        ("interventionsstellen", {"level": "national"}),
        ("fachkraefteaustausch", {"exchange_kind": "specialists"}),
        ("fachtagungen", {"exchange_kind": "conferences"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_are_in_their_fields(kis_page, key, facts, language):
    page = kis_page(key, language)
    assert {name: getattr(page, name) for name in facts} == facts
