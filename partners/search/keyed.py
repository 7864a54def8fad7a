"""What stands before Wagtail's own search backends, whichever engine they ask: keys for words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.search.backends import get_search_backends
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


# The primary keys of the items to index when ``indexed_once`` ends, by model; None outside of it.
_later: ContextVar[dict[Any, set[Any]] | None] = ContextVar("later", default=None)


@contextmanager
def indexed_once() -> Iterator[None]:
    """Index each item once, when the block ends, however often it is saved inside.

    For a transaction that saves many items several times each; where it fails, none is indexed.
    """
    later: dict[Any, set[Any]] = {}
    token = _later.set(later)
    try:
        yield
    finally:
        _later.reset(token)
    for backend in get_search_backends(with_auto_update=True):
        for model, keys in later.items():
            backend.add_bulk(model, list(model.get_indexed_objects().filter(pk__in=keys)))


class KeyIndex:
    """Gathers the texts of each item once, and gives keys to those that have none."""

    def add_items(self, model: Any, objs: list[Any]) -> None:
        later = _later.get()
        if later is not None:
            later.setdefault(model, set()).update(item.pk for item in objs)
            return
        parent: Any = super()
        with indexing(objs):
            parent.add_items(model, objs)


class VersionRebuilder:
    """Remembers which analyser the index has been built with."""

    def finish(self) -> None:
        record_version()
        parent: Any = super()
        parent.finish()
