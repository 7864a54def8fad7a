"""The search backend for ``WAGTAILSEARCH_BACKENDS``: Wagtail's own, with queries of keys.

    WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "kis_partners.search.backend"}}

The admin's page search, listings and choosers use it as well as the API. Objects of models that
aren't ``Searchable`` have the keys of all their search fields. A search in named fields looks for
words as they are written.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.backends.database.fallback import DatabaseSearchBackend


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:
    """The backend for the database in use, or for the search engine that ``ENGINE`` names.

    Chosen by the database's vendor alone, so that a process that migrates a fresh database and then
    loads content (``manage.py demo``) indexes this content.
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
