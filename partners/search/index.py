"""Keys of pages and snippets in Wagtail's search index.

A model gives its texts (:meth:`Searchable.search_texts`); the index has their keys:

    class Article(Searchable, Page):
        search_fields = [*Page.search_fields, *Searchable.search_fields, *title_fields]

        def search_texts(self) -> Texts:
            return Texts(title=[self.title], lead=[self.intro], body=[self.text])

Only texts that readers see belong in the index: searching reveals its content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from wagtail.models import TranslatableMixin
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index

from ..public.translations import untranslated_strings
from .analysis import index_keys, prefix_tokens

# The mark of a key among the tokens for autocompletion.
WHOLE = "zy"
# The marks of words among them: of title and lead, and of the body.
TYPED = ("zz", "zx")


def languages() -> list[str]:
    """The codes of the languages of the site."""
    pairs = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", None) or settings.LANGUAGES
    return [code for code, _name in pairs]


def keys_in(texts: Iterable[str], locales: Iterable[str]) -> str:
    """The keys of texts in all of these languages, with spaces between."""
    text = "\n".join(texts)
    return " ".join(sorted(frozenset().union(*(index_keys(text, code) for code in locales))))


@dataclass(frozen=True)
class Texts:
    """The texts of a page or snippet, by weight in the ranking."""

    title: list[str] = field(default_factory=list)
    # Lead, topics, and the editor's search terms.
    lead: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def every(self) -> list[str]:
        """All texts that aren't empty."""
        return [text for text in [*self.title, *self.lead, *self.body] if text]


class KeyField(index.SearchField):
    """A search field with keys, by default all keys of an object."""

    # The name of the field in OpenSearch and Elasticsearch.
    column = "keys"


class TitleKeyField(KeyField):
    """The keys of the title, in the index's field for titles."""

    column = "keys_title"

    def get_value(self, obj: Searchable) -> str:
        return obj.keys_of(obj.indexed_texts().title)


class LeadKeyField(KeyField):
    """The keys of lead, topics and search terms, in the index's field for titles."""

    column = "keys_lead"

    def get_value(self, obj: Searchable) -> str:
        return obj.keys_of(obj.indexed_texts().lead)


class Beginnings(index.AutocompleteField):
    """The tokens for autocompletion."""

    column = "keys_beginnings"


class Searchable:
    """A mixin for models: objects are found by any form of their words."""

    #: :mod:`.upkeep` indexes saved objects, in place of Wagtail's handlers.
    search_auto_update = False

    search_fields: ClassVar[list[Any]] = [
        KeyField("search_keys"),
        # For the admin's search while typing.
        Beginnings("search_beginnings"),
    ]

    def search_texts(self) -> Texts:
        """The texts of this object that readers see, in its own language."""
        raise NotImplementedError

    def search_locale(self) -> str:
        """The code of the language of the texts."""
        item: Any = self
        # An alias has the words of its original.
        return (getattr(item, "alias_of", None) or item).locale.language_code

    def search_keys(self) -> str:
        """The keys of all texts, with spaces between."""
        return self._once("keys", lambda: self.keys_of(self.indexed_texts().every()))

    def search_beginnings(self) -> str:
        """The tokens for autocompletion, see :func:`beginnings_of`."""
        texts = self.indexed_texts()
        return beginnings_of(
            [*texts.title, *texts.lead],
            texts.body,
            self.search_keys(),
            self.search_locale(),
        )

    def indexed_texts(self) -> Texts:
        """:meth:`search_texts`, called once while the object is being indexed."""
        return self._once("texts", self.search_texts)

    def keys_of(self, texts: list[str]) -> str:
        """The keys of some texts of this object, with spaces between.

        Texts without translation have keys of the source's language.
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
        """The language of the texts without translation; without any, the object's own."""
        locale, strings = self._once("untranslated", self._untranslated)
        return locale if strings else self.search_locale()

    def _untranslated(self) -> tuple[str, list[str]]:
        return _untranslated([self])[0]

    def _once(self, name: str, ask: Callable[[], Any]) -> Any:
        """The result of ``ask``, called once while the object is being indexed."""
        memory = self.__dict__.get("_search_memory")
        if memory is None:
            return ask()
        if name not in memory:
            memory[name] = ask()
        return memory[name]


def _untranslated(items: Sequence[Any]) -> list[tuple[str, list[str]]]:
    """Of each object, the language of its source and its texts without translation, the longest
    first; its own language if there are none. One statement."""
    found = untranslated_strings(item for item in items if isinstance(item, TranslatableMixin))
    texts = []
    for item in items:
        identity: Any = getattr(item, "translation_key", None), getattr(item, "locale_id", None)
        locale, strings = found.get(identity) or (item.search_locale(), [])
        plain = {" ".join(get_text_for_indexing(string).split()) for string in strings}
        texts.append((locale, sorted(plain - {""}, key=len, reverse=True)))
    return texts


def beginnings_of(first: list[str], rest: list[str], keys: str, locale: str) -> str:
    """The tokens for autocompletion, with spaces between.

    Words of title and lead, and all keys with a mark. Words of the body have another mark; they
    are for suggestions (:mod:`.suggest`) alone.
    """
    words = frozenset().union(
        *(
            prefix_tokens("\n".join(texts), locale, mark)
            for texts, mark in zip((first, rest), TYPED, strict=True)
        )
    )
    return " ".join([*sorted(words), *(f"{WHOLE}{key}" for key in keys.split())])


class WordKeyField(KeyField):
    """The keys of all search fields, for models that aren't :class:`Searchable`."""

    def get_value(self, obj: Any) -> str:
        return keys_in(_words(obj, index.SearchField), tongues(obj))


class WordBeginnings(Beginnings):
    """The tokens for autocompletion, for models that aren't :class:`Searchable`."""

    def get_value(self, obj: Any) -> str:
        typed = list(_words(obj, index.AutocompleteField))
        keys = WordKeyField(self.field_name).get_value(obj)
        return beginnings_of(typed, [], keys, tongues(obj)[0])


def tongues(item: Any) -> list[str]:
    """The languages of an object's texts: its own, or all for models without a language."""
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
    """While it lasts, each object collects its texts once for all its search fields, and models
    that aren't :class:`Searchable` have fields with keys.

    What isn't translated is read by one statement for all."""
    items = list(items)
    own = [item for item in items if isinstance(item, Searchable)]
    for item, untranslated in zip(own, _untranslated(own) if own else (), strict=True):
        item.__dict__["_search_memory"] = {"untranslated": untranslated}
    for item in items:
        if not isinstance(item, Searchable):
            fields = [*type(item).get_search_fields(), WordKeyField("keys"), WordBeginnings("keys")]
            item.__dict__["get_search_fields"] = lambda fields=fields: fields
    try:
        yield
    finally:
        for item in items:
            item.__dict__.pop("_search_memory", None)
            item.__dict__.pop("get_search_fields", None)


# For models with a title: matches in these fields rank higher, in both databases.
title_fields: list[Any] = [TitleKeyField("title", boost=10), LeadKeyField("title", boost=4)]


def stream_texts(item: Any, *names: str) -> list[str]:
    """The texts in these StreamFields that readers see."""
    found: list[str] = []
    for name in names:
        found += item._meta.get_field(name).get_searchable_content(getattr(item, name))
    return found
