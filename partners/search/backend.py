"""The search backend that ``WAGTAILSEARCH_BACKENDS`` names: the database, asked by keys.

    WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "kis_partners.search.backend"}}

All that Wagtail asks its default backend goes through here: the admin's page search, listings and
choosers, and the API. Items of models that don't say their texts have the keys of all that is
searched in them. A search in certain fields alone is one for words as they stand there.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.backends.database.fallback import DatabaseSearchBackend
from wagtail.search.query import MATCH_ALL

from .index import indexing
from .query import keyed
from .upkeep import record_version


class KeySearch:
    """Turns queries into keys before the backend that it stands before gets them."""

    def _search(
        self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any
    ) -> Any:
        backend: Any = self
        queryset: Any = model_or_queryset
        if isinstance(queryset, type):
            manager: Any = queryset
            queryset = manager._default_manager.all()
        model = queryset.model
        typing = query_compiler_class is backend.autocomplete_query_compiler_class
        by_keys = kwargs.get("fields") is None
        query = keyed(query, model, kwargs.get("operator"), typing, by_keys)
        if query is None:  # Nothing but signs has been typed.
            query, queryset = MATCH_ALL, queryset.none()
        parent: Any = super()
        return parent._search(query_compiler_class, query, queryset, **kwargs)


class KeyIndex:
    """Gathers the texts of each item once, and gives keys to those that have none."""

    def add_items(self, model: Any, objs: list[Any]) -> None:
        parent: Any = super()
        with indexing(objs):
            parent.add_items(model, objs)


class VersionRebuilder:
    """Remembers which analyser the index has been built with."""

    def finish(self) -> None:
        record_version()
        parent: Any = super()
        parent.finish()


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:
    """The backend for the database in use, or for the search engine that ``ENGINE`` names.

    Which database's is decided by the kind of database alone, so that a process that migrates a
    fresh database and then fills it (``manage.py demo``) indexes what it fills in.
    """
    engine = params.pop("ENGINE", "")
    if engine:
        from .opensearch import backend_class

        return backend_class(engine)(params)
    if connection.vendor == "sqlite":
        from .sqlite import KeySearchBackend as SQLite

        return SQLite(params)
    if connection.vendor == "postgresql":
        from .postgres import KeySearchBackend as PostgreSQL

        return PostgreSQL(params)
    return DatabaseSearchBackend(params)
