"""Interface words without translation: shown in English, and marked with ``lang="en"``.

Django takes what a catalogue lacks from the language of the site, so a Polish reader of a German
site would see German. Texts that have an English catalogue (those of the plugin, and those of each
app or LOCALE_PATHS folder with ``en/LC_MESSAGES/django.mo``) are shown in English instead. All
other texts stay as Django has them.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polib
from django.apps import apps
from django.conf import global_settings, settings
from django.core.signals import request_started, setting_changed
from django.utils.translation import (
    get_language,
    get_supported_language_variant,
    to_locale,
    trans_real,
)

ENGLISH = "en"

_PLACEHOLDER = re.compile(r"%\\\(\w+\\\)[a-z]")


class _Nothing(gettext.NullTranslations):
    """The fallback of a catalogue: an empty text where it has no translation."""

    def gettext(self, message: str) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return ""

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return ""


class English(trans_real.DjangoTranslation):
    """The English catalogues, with the site's own fallback behind them."""

    def __init__(self, instead: gettext.NullTranslations) -> None:
        super().__init__(ENGLISH)
        self.add_fallback(instead)


@dataclass(frozen=True)
class Untranslated:
    """The texts that a language has in English only: plain ones, and ones with placeholders."""

    texts: frozenset[str]
    patterns: re.Pattern[str] | None

    def __contains__(self, text: str) -> bool:
        return _plain(text) in self.texts or bool(self.patterns and self.patterns.fullmatch(text))


def folders() -> list[Path]:
    """The folders of catalogues, as Django looks through them."""
    own = [Path(app.path) / "locale" for app in apps.get_app_configs()]
    return [*map(Path, settings.LOCALE_PATHS), *own]


def languages() -> list[str]:
    """The languages that readers of the site may choose: those that the site names, not the ninety
    of Django's default."""
    named = settings.LANGUAGES if settings.LANGUAGES != global_settings.LANGUAGES else []
    pairs = [*named, *getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", [])]
    if not pairs:
        return [get_supported_language_variant(settings.LANGUAGE_CODE)]
    return list(dict.fromkeys(code for code, _name in pairs))


def is_english(language: str) -> bool:
    return language.lower().startswith(ENGLISH)


def put_english_first(**kwargs: Any) -> None:
    """Have each language of the site look into the English catalogues before those of the site.

    Django reads its catalogues anew when settings or files change, so each request makes sure.
    """
    if is_english(settings.LANGUAGE_CODE):
        return
    for code in languages():
        if code == settings.LANGUAGE_CODE or is_english(code):
            continue
        catalogue: Any = trans_real.translation(code)
        if not isinstance(catalogue._fallback, English):
            catalogue._fallback = English(trans_real.translation(settings.LANGUAGE_CODE))


def lacking(language: str, where: Iterable[Path] | None = None) -> list[polib.MOEntry]:
    """The entries of English catalogues that a language has no translation of.

    ``where`` are the folders whose English texts are asked for, by default all.
    """
    if is_english(language):
        return []
    catalogues = list(_catalogues(language))
    return [
        entry
        for folder in (folders() if where is None else where)
        for entry in english(folder)
        if not any(_has(catalogue, entry) for catalogue in catalogues)
    ]


@lru_cache(maxsize=32)
def untranslated(language: str) -> Untranslated:
    """The English texts among the interface words of a language."""
    texts, patterns = set(), []
    for entry in lacking(language):
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            pattern = _PLACEHOLDER.sub(".*", re.escape(text))
            if pattern == re.escape(text):
                texts.add(_plain(text))
            else:
                patterns.append(pattern)
    joined = re.compile("|".join(patterns), re.DOTALL) if patterns else None
    return Untranslated(frozenset(texts), joined)


def language_of(text: Any) -> str:
    """The language of a word of the interface where it isn't the active one; else empty."""
    language = get_language()
    return ENGLISH if language and str(text) in untranslated(language) else ""


def _plain(text: str) -> str:
    """A text however it begins: templates write labels with a capital."""
    return text.casefold()


@lru_cache(maxsize=64)
def english(folder: Path) -> list[Any]:
    """The texts of a folder's English catalogue; none where it has no such catalogue."""
    path = folder / ENGLISH / "LC_MESSAGES" / "django.mo"
    return [entry for entry in polib.mofile(str(path)) if entry.msgid] if path.is_file() else []


def _catalogues(language: str) -> Iterator[gettext.NullTranslations]:
    """Django's catalogues of a language, each without its fallbacks."""
    names = [to_locale(language), to_locale(language.split("-")[0])]
    for folder in folders():
        if gettext.find("django", str(folder), names):
            found = gettext.translation("django", str(folder), names)
            found.add_fallback(_Nothing())
            yield found


def _has(catalogue: gettext.NullTranslations, entry: Any) -> bool:
    # Some versions of Python 3.11 find a text with plural forms by these alone.
    if entry.msgid_plural and entry.msgctxt:
        return bool(catalogue.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, 1))
    if entry.msgid_plural:
        return bool(catalogue.ngettext(entry.msgid, entry.msgid_plural, 1))
    if entry.msgctxt:
        return bool(catalogue.pgettext(entry.msgctxt, entry.msgid))
    return bool(catalogue.gettext(entry.msgid))


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting in ("INSTALLED_APPS", "LANGUAGES", "LANGUAGE_CODE", "LOCALE_PATHS"):
        untranslated.cache_clear()


def connect() -> None:
    """Put English first from now on."""
    put_english_first()
    request_started.connect(put_english_first, dispatch_uid="kis_partners.english")
    setting_changed.connect(_forget, dispatch_uid="kis_partners.interface")
