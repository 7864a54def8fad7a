"""How a page or snippet gets its keys into Wagtail's index.

A model says its words (:meth:`Searchable.search_texts`), and the index holds their keys:

    class Article(Searchable, Page):
        search_fields = [*Page.search_fields, *Searchable.search_fields, *title_fields]

        def search_texts(self) -> Texts:
            return Texts(title=[self.title], lead=[self.intro], body=[self.text])

Only what readers see belongs there: whoever can search can find out what is in the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from wagtail.models import TranslatableMixin
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index

from ..public.translations import untranslated_strings
from .analysis import index_keys, prefixes

# Before a key among beginnings of words.
WHOLE = "zy"


def languages() -> list[str]:
    """The codes of the languages that a text or query may be in."""
    pairs = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", None) or settings.LANGUAGES
    return [code for code, _name in pairs]


def keys_in(texts: Iterable[str], locales: Iterable[str]) -> str:
    """The keys of texts that may be in any of these languages, with spaces between."""
    text = "\n".join(texts)
    return " ".join(sorted(frozenset().union(*(index_keys(text, code) for code in locales))))


@dataclass(frozen=True)
class Texts:
    """The words of an item, those that weigh most first."""

    title: list[str] = field(default_factory=list)
    # The lead, topics, the editor's search terms.
    lead: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def every(self) -> list[str]:
        """All texts that aren't empty."""
        return [text for text in [*self.title, *self.lead, *self.body] if text]


class Keys(index.SearchField):
    """All keys of an item."""

    # What OpenSearch and Elasticsearch call the field.
    column = "keys"


class TitleKeys(Keys):
    """The keys of the title, in the index's field for titles."""

    column = "keys_title"

    def get_value(self, obj: Searchable) -> str:
        return obj.keys_of(obj.indexed_texts().title)


class LeadKeys(Keys):
    """The keys of what leads an item, in the index's field for titles."""

    column = "keys_lead"

    def get_value(self, obj: Searchable) -> str:
        return obj.keys_of(obj.indexed_texts().lead)


class Beginnings(index.AutocompleteField):
    """What a word that is still being typed is compared with."""

    column = "keys_beginnings"


class Searchable:
    """A model that can be found by any form of its words."""

    search_fields: ClassVar[list[Any]] = [
        Keys("search_keys"),
        # The admin searches this while someone types.
        Beginnings("search_beginnings"),
    ]

    def search_texts(self) -> Texts:
        """What readers see of this item, in its own language."""
        raise NotImplementedError

    def search_locale(self) -> str:
        """The code of the language that the texts are in."""
        item: Any = self
        # An alias repeats a page of another language until it is translated.
        return (getattr(item, "alias_of", None) or item).locale.language_code

    def search_keys(self) -> str:
        """The keys of all texts, with spaces between."""
        return self._once("keys", lambda: self.keys_of(self.indexed_texts().every()))

    def search_beginnings(self) -> str:
        """What a word that is still being typed is compared with, see :func:`beginnings_of`."""
        texts = self.indexed_texts()
        return beginnings_of(
            [*texts.title, *texts.lead],
            texts.body,
            self.search_keys(),
            self.search_locale(),
        )

    def indexed_texts(self) -> Texts:
        """:meth:`search_texts`, asked once while an item is being indexed."""
        return self._once("texts", self.search_texts)

    def keys_of(self, texts: list[str]) -> str:
        """The keys of some texts of this item, with spaces between.

        What isn't translated yet has the keys of the language that it is in.
        """
        locale, strings = self._once("untranslated", self._untranslated)
        if not strings:
            return keys_in(texts, [self.search_locale()])
        own, rest = [], []
        for text in texts:
            text = " ".join(text.split())
            for string in strings:
                if string in text:
                    text = text.replace(string, "\n")
                    rest.append(string)
            own.append(text)
        return f"{keys_in(own, [self.search_locale()])} {keys_in(rest, [locale])}"

    def source_locale(self) -> str:
        """The language of what isn't translated yet; the item's own where nothing is left."""
        locale, strings = self._once("untranslated", self._untranslated)
        return locale if strings else self.search_locale()

    def _untranslated(self) -> tuple[str, list[str]]:
        if not isinstance(self, TranslatableMixin):
            return self.search_locale(), []
        locale, strings = untranslated_strings(self)
        texts = {" ".join(get_text_for_indexing(string).split()) for string in strings}
        return locale, sorted(texts - {""}, key=len, reverse=True)

    def _once(self, name: str, ask: Callable[[], Any]) -> Any:
        """An answer that is kept while an item is being indexed."""
        memory = self.__dict__.get("_search_memory")
        if memory is None:
            return ask()
        if name not in memory:
            memory[name] = ask()
        return memory[name]


def beginnings_of(first: list[str], rest: list[str], keys: str, locale: str) -> str:
    """Tokens for words that are still being typed.

    The words of title and lead by their beginnings, and all keys, marked so that no word begins
    like one. The words of the body stand there for the suggestions.
    """
    words = prefixes("\n".join(first), locale) | prefixes("\n".join(rest), locale, mark="zx")
    return " ".join([*sorted(words), *(f"{WHOLE}{key}" for key in keys.split())])


class WordKeys(Keys):
    """The keys of an item that doesn't say its texts itself: of all that is searched in it."""

    def get_value(self, obj: Any) -> str:
        return keys_in(_words(obj, index.SearchField), tongues(obj))


class WordBeginnings(Beginnings):
    """What a word that is still being typed is compared with, for such an item."""

    def get_value(self, obj: Any) -> str:
        typed = list(_words(obj, index.AutocompleteField))
        keys = WordKeys(self.field_name).get_value(obj)
        return beginnings_of(typed, [], keys, tongues(obj)[0])


def tongues(item: Any) -> list[str]:
    """The languages that an item may be in: its own, or all where it doesn't say which."""
    if isinstance(item, TranslatableMixin):
        return [(getattr(item, "alias_of", None) or item).locale.language_code]
    return languages()


def _words(item: Any, kind: type[index.BaseField]) -> Iterator[str]:
    for one in type(item).get_search_fields():
        if isinstance(one, kind):
            value = one.get_value(item)
            yield from map(str, value) if isinstance(value, list) else [str(value or "")]


@contextmanager
def indexing(items: Iterable[Any]) -> Iterator[None]:
    """While it lasts, each item gathers its texts only once, however many fields ask for them,
    and items of models without keys have those of their words.
    """
    items = list(items)
    for item in items:
        if isinstance(item, Searchable):
            item.__dict__["_search_memory"] = {}
        else:
            fields = [*type(item).get_search_fields(), WordKeys("keys"), WordBeginnings("keys")]
            item.__dict__["get_search_fields"] = lambda fields=fields: fields
    try:
        yield
    finally:
        for item in items:
            item.__dict__.pop("_search_memory", None)
            item.__dict__.pop("get_search_fields", None)


# For models with a title: both databases rank a match there above one elsewhere.
title_fields: list[Any] = [TitleKeys("title", boost=10), LeadKeys("title", boost=4)]


def stream_texts(item: Any, *names: str) -> list[str]:
    """The texts that readers see in these StreamFields of an item."""
    found: list[str] = []
    for name in names:
        found += item._meta.get_field(name).get_searchable_content(getattr(item, name))
    return found
