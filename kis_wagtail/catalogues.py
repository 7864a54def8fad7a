"""The catalogues of interface texts: collected from the sources, and compiled.

The English catalogue has the texts of the sources, unless it says one better.

Collecting needs GNU gettext; compiling is done by polib, so that a checkout runs without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polib
from django.conf import settings

from partners.words.languages import language

from . import admin_texts

ROOT = settings.BASE_DIR
# The plugin carries its own catalogue; the site's apps share one.
CATALOGUES = {ROOT / "partners": ROOT / "partners/locale", ROOT: ROOT / "locale"}
# Texts of installed packages that these leave untranslated; manage.py missing_translations.
ADMIN = admin_texts.CATALOGUE


def languages() -> list[str]:
    """The languages of the interface, with English, whose catalogue has what others lack."""
    return [code for code, _name in settings.LANGUAGES]


def collect() -> None:
    """Bring the PO files up to date with the sources."""
    for folder, catalogue in CATALOGUES.items():
        catalogue.mkdir(exist_ok=True)
        command = [sys.executable, str(ROOT / "manage.py"), "makemessages"]
        command += ["--no-obsolete", "--add-location", "file", "--no-wrap"]
        for code in languages():
            command += ["-l", code]
        if folder == ROOT:
            for name in ("partners", "tests", "benchmarks", "var", ".venv", "node_modules"):
                command += ["-i", f"{name}/*"]
        subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        for path in catalogue.glob("*/LC_MESSAGES/django.po"):
            code = path.parts[-3]
            po = polib.pofile(str(path), wrapwidth=99)
            po.header, po.metadata_is_fuzzy = "", 0
            po.metadata = {
                "Language": code,
                "MIME-Version": "1.0",
                "Content-Type": "text/plain; charset=UTF-8",
                "Content-Transfer-Encoding": "8bit",
                "Plural-Forms": language(code).plurals,
            }
            for entry in po:
                if entry.fuzzy:  # a guess of gettext's
                    entry.msgstr, entry.flags = "", []
                    entry.previous_msgctxt = entry.previous_msgid = None
                    entry.previous_msgid_plural = None
                    entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
                if code == "en" and entry.msgid_plural:
                    entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
                elif code == "en":
                    entry.msgstr = entry.msgstr or entry.msgid
            po.save(str(path))
    for code in admin_texts.languages():
        admin_texts.collect(code)


def compile_file(path: Path, target: Path, with_english: bool = True) -> None:
    """Write a catalogue's MO file; ``with_english``, what has no translation yet is English in it.

    Without an entry, Django takes the text of the site's language, German, unless there is an
    English catalogue of it. Other packages have none.
    """
    po = polib.pofile(str(path))
    for entry in po.untranslated_entries() if with_english else ():
        if entry.msgid_plural:
            for form in entry.msgstr_plural:
                entry.msgstr_plural[form] = entry.msgid_plural if form else entry.msgid
        else:
            entry.msgstr = entry.msgid
    po.save_as_mofile(str(target))


def compile_all() -> None:
    """Write the MO file of every catalogue."""
    for catalogue in (*CATALOGUES.values(), ADMIN):
        for path in catalogue.glob("*/LC_MESSAGES/*.po"):
            compile_file(path, path.with_suffix(".mo"), with_english=catalogue == ADMIN)
