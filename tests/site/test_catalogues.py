"""Catalogues of interface texts: complete in four languages, and compiled."""

import re

import polib
import pytest

from kis_wagtail.catalogues import CATALOGUES, languages

LANGUAGES = languages()

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
FILES = [
    catalogue / language / "LC_MESSAGES" / "django.po"
    for catalogue in CATALOGUES.values()
    for language in LANGUAGES
]


@pytest.fixture(params=FILES, ids=lambda path: "/".join(path.parts[-5:-2]))
def path(request):
    return request.param


def test_every_text_is_translated(path):
    po = polib.pofile(str(path))
    assert len(po) > 10
    assert [entry.msgid for entry in po if not entry.translated()] == []
    assert not po.fuzzy_entries()


def test_placeholders_are_those_of_the_source(path):
    for entry in polib.pofile(str(path)):
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(entry.msgid)) == sorted(PLACEHOLDER.findall(text)), (
                entry.msgid
            )


def test_what_is_compiled_is_what_is_written(path):
    mo = polib.mofile(str(path.with_suffix(".mo")))

    def texts(entries):
        return {
            (one.msgctxt, one.msgid): one.msgstr_plural.values() or one.msgstr for one in entries
        }

    compiled, written = texts(mo), texts(polib.pofile(str(path)))
    assert compiled.keys() == written.keys()
    for key, text in written.items():
        assert list(text) == list(compiled[key])


def test_every_language_has_the_same_texts():
    for catalogue in CATALOGUES.values():
        texts = {
            language: {
                (entry.msgctxt, entry.msgid)
                for entry in polib.pofile(str(catalogue / language / "LC_MESSAGES/django.po"))
            }
            for language in LANGUAGES
        }
        assert len({frozenset(found) for found in texts.values()}) == 1


def test_a_german_text_is_not_left_in_another_language(path):
    """This fails for a copy of the German catalogue, unlike the other tests."""
    language = path.parts[-3]
    if language == "de":
        return
    german = polib.pofile(str(path).replace(f"/{language}/", "/de/"))
    texts = {entry.msgid: entry.msgstr for entry in german if " " in entry.msgstr}
    same = [
        entry.msgid
        for entry in polib.pofile(str(path))
        if entry.msgstr == texts.get(entry.msgid) and entry.msgid != entry.msgstr
    ]
    assert same == []
