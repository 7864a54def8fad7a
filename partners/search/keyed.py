"""What stands before Wagtail's own search backends, whichever engine they ask: keys for words."""

from __future__ import annotations

from typing import Any

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
