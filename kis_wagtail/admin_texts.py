"""The admin's texts in the languages of its users, where the installed packages have none.

Wagtail and the packages around it bring catalogues that are partly translated. What is missing
there is listed in ``admin_locale``, one PO file per language and domain. An entry without a text
is one that nobody has translated yet; it is compiled as English, because Django would otherwise
take it from the language of the site, German.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import polib
from django.apps import apps
from django.conf import settings
from django.utils.translation import to_locale

from partners.words.interface import is_english
from partners.words.languages import language as entry_of

CATALOGUE = Path(__file__).parent / "admin_locale"
DOMAINS = ("django", "djangojs")

Key = tuple[str, str, str]


def languages() -> list[str]:
    """The languages of the admin that need translations."""
    return [code for code, _name in settings.LANGUAGES if not is_english(code)]


def _key(entry: polib.POEntry) -> Key:
    """Context, text, and text of the plural."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


def _answers(entries: Iterable[polib.POEntry] | None) -> set[Key]:
    """What a catalogue has a text for. One with plural forms serves who asks without, too."""
    return {
        key
        for entry in entries or ()
        if entry.translated()
        for key in (_key(entry), (entry.msgctxt or "", entry.msgid, ""))
    }


@dataclass(frozen=True)
class Text:
    """A text of an installed package: where it is from, and what its catalogue says of it."""

    app: str
    entry: polib.POEntry

    @property
    def key(self) -> Key:
        return _key(self.entry)

    @property
    def area(self) -> str:
        """The part of the package that shows it: "templates/wagtailadmin/pages"."""
        where = self.entry.occurrences[0][0] if self.entry.occurrences else ""
        where = where.removeprefix("src/wagtail_localize/")
        parts = where.split("/")
        return "/".join(parts[: 3 if parts[0] in ("templates", "static_src") else 2])


def _locale_dirs() -> Iterator[tuple[str, Path]]:
    """Name and folder of catalogues of everything installed but the site's own apps."""
    yield "django", Path(django.__file__).parent / "conf/locale"
    for app in apps.get_app_configs():
        path = Path(app.path)
        if "site-packages" in path.parts:
            yield app.name, path / "locale"


def _catalogue(folder: Path, language: str, domain: str) -> polib.POFile | None:
    for variant in (to_locale(language), *entry_of(language).catalogue_variants):
        path = folder / variant / "LC_MESSAGES" / f"{domain}.po"
        if path.is_file():
            return polib.pofile(str(path))
    return None


def packages(domain: str) -> Iterator[Text]:
    """Texts of the installed packages: those listed in English, and what German has besides.

    An entry that names no place is left over from an older source.
    """
    for app, folder in _locale_dirs():
        seen: set[Key] = set()
        for language in ("en", "de"):
            for entry in _catalogue(folder, language, domain) or ():
                if not entry.obsolete and entry.occurrences and _key(entry) not in seen:
                    seen.add(_key(entry))
                    yield Text(app, entry)


def translated(language: str, domain: str) -> dict[str, set[Key]]:
    """What the packages translate themselves: {package: texts}."""
    return {app: _answers(_catalogue(folder, language, domain)) for app, folder in _locale_dirs()}


def lacking(language: str, domain: str) -> list[Text]:
    """Texts that the packages leave untranslated, each once.

    Python's texts are one for all packages. A script gets those of its own package alone.
    """
    theirs = translated(language, domain)
    everywhere = set().union(*theirs.values())
    found: dict[tuple[str, str], Text] = {}
    for text in packages(domain):
        if text.key in (everywhere if domain == "django" else theirs[text.app]):
            continue
        if text.key[:2] not in found or text.entry.msgid_plural:
            found[text.key[:2]] = text
    return list(found.values())


def path(language: str, domain: str) -> Path:
    return CATALOGUE / language / "LC_MESSAGES" / f"{domain}.po"


def missing(language: str) -> list[Text]:
    """Texts that are shown in English to users of a language."""
    found = []
    for domain in DOMAINS:
        ours = _answers(polib.pofile(str(path(language, domain))))
        found += [text for text in lacking(language, domain) if text.key not in ours]
    return found


def areas(texts: list[Text]) -> Counter[tuple[str, str]]:
    """How many texts there are in each part of each package."""
    return Counter((text.app, text.area) for text in texts)


def collect(language: str) -> None:
    """Bring the files of a language up to date with the installed packages.

    Texts are kept while no package has its own; another version of a package may ask for them.
    Those with a translator's comment stay: they correct what a package says.
    """
    for domain in DOMAINS:
        file = path(language, domain)
        entries = {_key(one): one for one in (polib.pofile(str(file)) if file.is_file() else ())}
        theirs = translated(language, domain)
        asked = {text.key: text for text in lacking(language, domain)}
        po = polib.POFile(wrapwidth=99)
        po.metadata = {
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": entry_of(language).plurals,
        }
        known = set().union(*theirs.values())
        po.extend(
            entry
            for key, entry in entries.items()
            if key in asked or entry.tcomment or key not in known
        )
        po.extend(_entry(text, language) for key, text in asked.items() if key not in entries)
        po.sort(key=lambda entry: (entry.occurrences, entry.msgctxt or "", entry.msgid))
        file.parent.mkdir(parents=True, exist_ok=True)
        po.save(str(file))


def _entry(text: Text, language: str) -> polib.POEntry:
    """An entry of ours that waits for its translation."""
    source, forms = text.entry, entry_of(language).plural_count
    return polib.POEntry(
        msgctxt=source.msgctxt,
        msgid=source.msgid,
        msgid_plural=source.msgid_plural,
        msgstr_plural=dict.fromkeys(range(forms), "") if source.msgid_plural else {},
        comment=source.comment,
        occurrences=[(f"{text.app}:{text.area}", "")],
        flags=[flag for flag in source.flags if flag.endswith("-format")],
    )
