"""Mixins for Wagtail's search backends, for all engines: keys in place of words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.search.backends import get_search_backends
from wagtail.search.query import MATCH_ALL

from .index import indexing
from .query import keyed
from .upkeep import index_dependents, record_version


class KeySearch:
    """Mixin for a backend: turns queries into queries of keys."""

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
        if query is None:  # The query has no words.
            query, queryset = MATCH_ALL, queryset.none()
        parent: Any = super()
        return parent._search(query_compiler_class, query, queryset, **kwargs)


# The primary keys of objects to index at the end of ``indexed_once``, by model; None outside it.
_later: ContextVar[dict[Any, set[Any]] | None] = ContextVar("later", default=None)


@contextmanager
def indexed_once() -> Iterator[None]:
    """Index each object that is saved inside, or shows one that is, once, at the end; none after an
    exception."""
    later: dict[Any, set[Any]] = {}
    token = _later.set(later)
    try:
        yield
        index_dependents()
    finally:
        _later.reset(token)
    for backend in get_search_backends(with_auto_update=True):
        for model, keys in later.items():
            backend.add_bulk(model, list(model.get_indexed_objects().filter(pk__in=keys)))


class KeyIndex:
    """Mixin for an index: collects the texts of each object once; all models have keys."""

    def add_items(self, model: Any, objs: list[Any]) -> None:
        later = _later.get()
        if later is not None:
            later.setdefault(model, set()).update(item.pk for item in objs)
            return
        parent: Any = super()
        with indexing(objs):
            parent.add_items(model, objs)


class VersionRebuilder:
    """Mixin for a rebuilder: stores the version of the analyser."""

    def finish(self) -> None:
        record_version()
        parent: Any = super()
        parent.finish()
