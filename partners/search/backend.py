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
