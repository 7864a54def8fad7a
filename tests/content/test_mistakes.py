"""Mistakes that people make in packages, and what they are told; ``mistakes.txt`` has the messages.

``UPDATE_SNAPSHOTS=1`` writes it anew.
"""

import os
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from partners.content import PackageError, load
from tests.packages import ITEMS, PackageFolder

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "mistakes.txt"
FILE = "de/items.yaml"
TOPIC = ITEMS[: ITEMS.index("---")]
BODY = '  - paragraph: <p>Es leitet <a linktype="person" key="leitung">die Leitung</a>.</p>\n'

#: What somebody has written, and in place of what.
MISTAKES = {
    "an unknown setting": ("package.yaml", "languages: [sk]", "languges: [sk]"),
    "a language that the site doesn't have": ("package.yaml", "[sk]", "[sk, xx]"),
    "a type with a slip": (FILE, "kis_partners.PartnerPage", "kis_partners.ParnerPage"),
    "a type in other letters": (FILE, "type: kis_partners.Topic", "type: topic"),
    "a key with capitals": (FILE, "key: muster\n", "key: Muster!\n"),
    "a key that is taken": (FILE, TOPIC, f"{TOPIC}---\n{TOPIC}"),
    "a field with a slip": (FILE, "kind: association", "knd: association"),
    "a choice with a slip": (FILE, "kind: association", "kind: asociation"),
    "a choice among many": (FILE, "country: DE", "country: GR-X"),
    "a date that doesn't exist": (FILE, "since: 2010-05", "since: 2010-13"),
    "a reference with a slip": (FILE, "topics: [gewaltschutz]", "topics: [gewaltschuz]"),
    "a parent with a slip": (FILE, "parent: liste", "parent: lste"),
    "a page below a wrong one": (FILE, "key: liste\n", "key: liste\nparent: muster\n"),
    "a field that is missing": (FILE, "organisation: verein\nsince", "since"),
    "a block with a slip": (FILE, "- paragraph:", "- pragraph:"),
    "a text in place of a list": (FILE, "topics: [gewaltschutz]", "topics: gewaltschutz"),
    "a list in place of a text": (FILE, "title: Musterliste", "title: [Muster, Liste]"),
    "a list in place of a row": (FILE, "topics: [gewaltschutz]", "topics: [[gewaltschutz]]"),
    "a choice of a row": (FILE, "side: partner", "side: partners"),
    "a link to nobody": (FILE, 'key="leitung"', 'key="leitng"'),
    "a link of another kind": (FILE, 'linktype="person"', 'linktype="persn"'),
    "markup that isn't allowed": (FILE, "die Leitung</a>", "die <u>Leitung</u></a>"),
    "a choice of a block": (FILE, BODY, "  - heading: {text: Was wir tun, level: h4}\n"),
    "a block without what it needs": (FILE, BODY, "  - heading: {level: h2}\n"),
    "a text in place of a block": (FILE, BODY, "  - heading: Was wir tun\n"),
    "a word for a yes": (FILE, BODY, "  - image: {image: bild, decorative: yes}\n"),
    "a mail address": (FILE, "erika.mustermann@example.org", "erika.mustermann"),
    "YAML that ends too early": (FILE, "title: Musterliste", "title: 'Musterliste"),
    "a PO file that is missing": ("po/sk/topic.gewaltschutz.po", None, None),
    "a PO file without a text": (
        "po/sk/topic.gewaltschutz.po",
        'msgstr "SK Gewaltschutz"',
        'msgstr ""',
    ),
}


def told(folder):
    with pytest.raises(PackageError) as refused:
        load(folder.root)
    return [str(problem) for problem in refused.value.problems]


def make(folder, mistake):
    name, old, new = mistake
    if old is None:
        (folder.root / name).unlink()
    else:
        folder.replace(name, old, new)


def test_each_mistake_and_its_message(tmp_path):
    found = []
    for number, (what, mistake) in enumerate(MISTAKES.items()):
        folder = PackageFolder.translated(tmp_path / str(number))
        make(folder, mistake)
        found += [f"# {what}", *told(folder), ""]
    text = "\n".join(found)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def test_all_mistakes_are_told_at_once(tmp_path):
    """Whatever else is wrong, in the same item, in one above or below it, or in a PO file."""
    folder = PackageFolder.translated(tmp_path / "probe")
    wanted = (
        "a field with a slip",
        "a choice among many",
        "a date that doesn't exist",
        "a reference with a slip",
        "a choice of a row",
        "a link to nobody",
        "a mail address",
        "a list in place of a text",
        "a PO file without a text",
    )
    alone = []
    for number, what in enumerate(wanted):
        one = PackageFolder.translated(tmp_path / str(number))
        for each in (one, folder):
            make(each, MISTAKES[what])
        alone += told(one)
    assert told(folder) == sorted(alone, key=_place)


def _place(line):
    name, number, text = line.split(":", 2)
    return name, int(number), text


def test_what_stands_below_a_faulty_page_is_looked_through(tmp_path):
    folder = PackageFolder.translated(tmp_path / "probe")
    folder.replace(FILE, "title: Musterliste", "titel: Musterliste")
    folder.replace(FILE, "since: 2010-05", "since: 2010-13\nuntil: 2009\nrelated: [nichts]")
    found = "\n".join(told(folder))
    for each in ("has no field 'titel'", "'title' is missing", "no month 13", "key 'nichts'"):
        assert each in found


def test_what_is_missing_because_of_another_mistake_is_not_told(tmp_path):
    """A page needs its organisation, which is named and wrong."""
    folder = PackageFolder.translated(tmp_path / "probe")
    folder.replace(FILE, "country: DE", "country: XY")
    [found] = told(folder)
    assert "'XY' is no choice" in found


def test_an_order_of_dates_is_told_beside_another_mistake(tmp_path):
    folder = PackageFolder.translated(tmp_path / "probe")
    folder.replace(FILE, "since: 2010-05", "since: 2010-05\nuntil: 2009\nsincce: 1")
    found = "\n".join(told(folder))
    assert "until: The end lies before the beginning." in found and "'sincce'" in found


VALUES = ["[a, [b]]", "{a: {b: c}}", "true", "-1", "null", "''", "x" * 400, "'<p>'", "2010-13"]


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES)
def test_no_value_anywhere_leads_to_an_error_of_the_program(tmp_path, value):
    """In place of each value in turn; what is told is told in words."""
    places = list(re.finditer(r"(?m)^( *[a-z-]+: )(.+)$", ITEMS))
    for number, place in enumerate(places):
        items = ITEMS[: place.start(2)] + value + ITEMS[place.end(2) :]
        folder = PackageFolder(tmp_path / str(number), items)
        folder.replace("package.yaml", "[sk]", "[]")
        try:
            load(folder.root)
        except PackageError as refused:
            text = str(refused)
            assert "Node(" not in text and "can't be loaded" not in text, text


def test_code_of_a_site_that_fails_stops_nothing_else(tmp_path, monkeypatch):
    from partners.models import Organisation

    def failing(self, *args, **kwargs):
        raise RuntimeError("no\nsuch thing")

    folder = PackageFolder.translated(tmp_path / "probe")
    monkeypatch.setattr(Organisation, "clean", failing)
    folder.replace(FILE, "since: 2010-05", "since: 2010-13")
    first, second = told(folder)
    assert first == f"{FILE}:5: this can't be loaded: RuntimeError: no such thing"
    assert "no month 13" in second
    assert not Page.objects.filter(slug="musterliste").exists()


@pytest.mark.parametrize("path", ["nowhere", "file.txt"])
def test_a_folder_that_is_none(tmp_path, path):
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(CommandError, match=r"package\.yaml:1: there is no such file"):
        call_command("load_content", str(tmp_path / path))
