"""How a page or snippet gets its keys into Wagtail's index.

A model says its words (:meth:`Searchable.search_texts`), and the index holds their keys:

    class Article(Searchable, Page):
        search_fields = [*Page.search_fields, *Searchable.search_fields, *title_fields]

        def search_texts(self) -> Texts:
            return Texts(title=[self.title], lead=[self.intro], body=[self.text])

Only what readers see belongs there: whoever can search can find out what is in the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wagtail.search import index

from .analysis import index_keys, prefixes

# Before a key among beginnings of words.
WHOLE = "zy"


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


class TitleKeys(index.SearchField):
    """The keys of the title, in the index's field for titles."""

    def get_value(self, obj: Searchable) -> str:
        return obj.keys_of(obj.indexed_texts().title)


class LeadKeys(index.SearchField):
    """The keys of what leads an item, in the index's field for titles."""

    def get_value(self, obj: Searchable) -> str:
        return obj.keys_of(obj.indexed_texts().lead)


class Searchable:
    """A model that can be found by any form of its words."""

    search_fields: ClassVar[list[Any]] = [
        index.SearchField("search_keys"),
        # The admin searches this while someone types.
        index.AutocompleteField("search_beginnings"),
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
        return self.keys_of(self.indexed_texts().every())

    def search_beginnings(self) -> str:
        """What a word that is still being typed is compared with.

        The words of title and lead by their beginnings, and all keys, marked so that no word
        begins like one. The words of the body stand there for the suggestions.
        """
        texts = self.indexed_texts()
        words = prefixes("\n".join([*texts.title, *texts.lead]), self.search_locale())
        keys = [f"{WHOLE}{key}" for key in self.keys_of(texts.every()).split()]
        rest = prefixes("\n".join(texts.body), self.search_locale(), mark="zx")
        return " ".join([*sorted(words | rest), *keys])

    def indexed_texts(self) -> Texts:
        """:meth:`search_texts`, asked once while an item is being indexed."""
        memory = self.__dict__.get("_search_memory")
        if memory is None:
            return self.search_texts()
        if not memory:
            memory.append(self.search_texts())
        return memory[0]

    def keys_of(self, texts: list[str]) -> str:
        """The keys of some texts of this item, with spaces between."""
        return self.keys_in(texts, self.search_locale())

    @staticmethod
    def keys_in(texts: list[str], locale: str) -> str:
        """The keys of some texts in a language, with spaces between."""
        return " ".join(sorted(index_keys("\n".join(texts), locale)))


@contextmanager
def indexing(items: Iterable[Any]) -> Iterator[None]:
    """While it lasts, each item gathers its texts only once, however many fields ask for them."""
    found = [item for item in items if isinstance(item, Searchable)]
    for item in found:
        item.__dict__["_search_memory"] = []
    try:
        yield
    finally:
        for item in found:
            del item.__dict__["_search_memory"]


# For models with a title: both databases rank a match there above one elsewhere.
title_fields: list[Any] = [TitleKeys("title", boost=10), LeadKeys("title", boost=4)]


def stream_texts(item: Any, *names: str) -> list[str]:
    """The texts that readers see in these StreamFields of an item."""
    found: list[str] = []
    for name in names:
        found += item._meta.get_field(name).get_searchable_content(getattr(item, name))
    return found
