"""Keys in OpenSearch and Elasticsearch, by Wagtail's own backends.

    WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "kis_partners.search.backend", "ENGINE": "opensearch3", "URLS": […]}
    }

Keys are in fields of their own, split at spaces alone, and queried as terms.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from modelsearch.backends.base import BaseSearchBackend

from .index import Beginnings, KeyField, Searchable, WordBeginnings, WordKeyField
from .keyed import KeyIndex, KeySearch, VersionRebuilder
from .query import KeyQuery, Word

ENGINES = ("opensearch2", "opensearch3", "elasticsearch7", "elasticsearch8", "elasticsearch9")
# The fields with keys, and their weights.
FIELDS = {"keys": 1, "keys_title": 10, "keys_lead": 4}
# The longest beginning of a word that Wagtail's index keeps.
LONGEST_BEGINNING = 15


class KeyMapping:
    """Mixin for a mapping: documents of all models have fields with keys."""

    def get_field_column_name(self, field: Any) -> str:
        if isinstance(field, KeyField | Beginnings):
            return field.column
        parent: Any = super()
        name: str = parent.get_field_column_name(field)
        return name

    def get_field_mapping(self, field: Any) -> tuple[str, dict[str, Any]]:
        if isinstance(field, KeyField):
            return field.column, {"type": "text", "analyzer": "whitespace"}
        parent: Any = super()
        name, mapping = parent.get_field_mapping(field)
        return name, mapping

    def get_mapping(self) -> dict[str, Any]:
        parent: Any = super()
        mapping: dict[str, Any] = parent.get_mapping()
        for column in FIELDS:
            mapping["properties"][column] = {"type": "text", "analyzer": "whitespace"}
        return mapping

    def get_document(self, item: Any) -> dict[str, Any]:
        parent: Any = super()
        document: dict[str, Any] = parent.get_document(item)
        if not isinstance(item, Searchable):
            document[KeyField.column] = WordKeyField("keys").get_value(item)
            document["_edgengrams"].append(WordBeginnings("keys").get_value(item))
        return document


class KeyQueries:
    """Mixin for a compiler: compiles queries of keys; other queries are compiled by Wagtail."""

    def _compile_plaintext_query(self, query: Any, fields: list[Any], boost: float = 1.0) -> Any:
        if not isinstance(query, KeyQuery):
            parent: Any = super()
            return parent._compile_plaintext_query(query, fields, boost)
        how = "must" if query.operator == "and" else "should"
        names = [field.field_name for field in fields]
        readings = [
            {"bool": {how: [self.word(word, names) for word in reading]}}
            for reading in query.readings
        ]
        return {"bool": {"should": readings, "boost": boost}}

    def word(self, word: Word, names: list[str]) -> dict[str, Any]:
        """One word of a query: any of its keys."""
        keys = sorted(word)
        asked: list[Any] = [
            {"terms": {field: keys, "boost": weight}} for field, weight in FIELDS.items()
        ]
        # Words as they are written, for models that aren't Searchable.
        asked += [{"match": {name: " ".join(keys)}} for name in names]
        return {"bool": {"should": asked}}


class TypingQueries(KeyQueries):
    def word(self, word: Word, names: list[str]) -> dict[str, Any]:
        begun = sorted({one.rstrip("*")[:LONGEST_BEGINNING] for one in word})
        return {"bool": {"should": [{"terms": {name: begun}} for name in names]}}


def backend_class(engine: str) -> type[BaseSearchBackend]:
    """Wagtail's backend for an engine (one of :data:`ENGINES`), with queries of keys.

    Raises ImproperlyConfigured for another engine, ImportError without the engine's client.
    """
    if engine not in ENGINES:
        raise ImproperlyConfigured(f'ENGINE is "{engine}", but can only be {", ".join(ENGINES)}.')
    return asked_by_keys(import_module(f"modelsearch.backends.{engine}").SearchBackend)


def asked_by_keys(stock: Any) -> type[BaseSearchBackend]:
    """One of Wagtail's backends with the mixins of this module."""
    mapping = type("Mapping", (KeyMapping, stock.mapping_class), {})

    def derived(name: str, *before: type, base: str, **more: Any) -> type:
        return type(name, (*before, getattr(stock, base)), more)

    return type(
        "KeySearchBackend",
        (KeySearch, stock),
        {
            "mapping_class": mapping,
            "index_class": derived("Index", KeyIndex, base="index_class"),
            "query_compiler_class": derived(
                "Queries", KeyQueries, base="query_compiler_class", mapping_class=mapping
            ),
            "autocomplete_query_compiler_class": derived(
                "Typing",
                TypingQueries,
                base="autocomplete_query_compiler_class",
                mapping_class=mapping,
            ),
            "basic_rebuilder_class": derived(
                "Rebuilder", VersionRebuilder, base="basic_rebuilder_class"
            ),
            "atomic_rebuilder_class": derived(
                "AtomicRebuilder", VersionRebuilder, base="atomic_rebuilder_class"
            ),
        },
    )
