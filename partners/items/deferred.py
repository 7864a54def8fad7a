"""Deferred values: placeholders in an item for values from the database, loaded many at a time.

An item is a tree of dictionaries and lists. :func:`resolve` loads what its deferred values need,
one statement for each type of thing (page, image, person …) however many values need it, and puts
the finished values in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

#: A type of thing ("page") and the key of one.
Need = tuple[str, Hashable]
#: ``load(thing, keys)``: the found things of one type, by key.
Load = Callable[[str, set[Any]], dict[Any, Any]]
#: Types of values without deferred values in them.
PLAIN_TYPES = frozenset([str, int, bool, float, type(None)])
#: A dictionary or list, a key or index in it, the deferred value there and its language.
Waiting = tuple[Any, Any, "Deferred", str | None]


@dataclass(slots=True)
class Deferred:
    """A value that ``then`` makes from the things that it needs: one argument for each need, None
    for a thing that wasn't found.

    ``then`` is called with ``language`` as the active language, by default that of the surrounding
    value. Its result may have further deferred values in it.
    """

    needs: Sequence[Need]
    then: Callable[..., Any]
    language: str | None = None


def set_language(tree: Any, language: str) -> None:
    """Set the language of the deferred values in a tree that have none."""
    waiting: list[Waiting] = []
    _collect(tree, waiting, language)
    for _container, _key, later, spoken in waiting:
        later.language = spoken


def resolve(tree: Any, load: Load, order: Sequence[str]) -> Any:
    """The tree with finished values; its dictionaries and lists are changed in place.

    ``order`` lists types of things so that the values made from a type need later types only: then
    each type is loaded once. Types beyond it come last.
    """
    root = [tree]
    found: dict[Need, Any] = {}
    rank = {thing: number for number, thing in enumerate(order)}
    waiting: list[Waiting] = []
    _collect(root, waiting, translation.get_language())
    while waiting:
        missing = {need for _place, _key, later, _language in waiting for need in later.needs}
        missing -= found.keys()
        if missing:
            thing = min(
                (need[0] for need in missing), key=lambda one: (rank.get(one, len(rank)), one)
            )
            keys = {key for one, key in missing if one == thing}
            loaded = load(thing, keys)
            found.update({(thing, key): loaded.get(key) for key in keys})
        # Grouped by language: activating a language takes longer than making most values.
        ready: dict[str | None, list[Waiting]] = {}
        still: list[Waiting] = []
        for one in waiting:
            known = all(need in found for need in one[2].needs)
            (ready.setdefault(one[3], []) if known else still).append(one)
        waiting = still
        for language, values in ready.items():
            with translation.override(language):
                for container, key, later, _language in values:
                    container[key] = later.then(*(found[need] for need in later.needs))
                    _collect(container, waiting, language, key)
    return root[0]


def _collect(
    container: Any, waiting: list[Waiting], language: str | None, only: Any = None
) -> None:
    """Add the deferred values in a container, or at one key or index of it, to ``waiting``."""
    places: Any = enumerate(container)
    if only is not None:
        places = [(only, container[only])]
    elif isinstance(container, dict):
        places = container.items()
    for key, value in places:
        if type(value) in PLAIN_TYPES:
            continue
        if isinstance(value, Deferred):
            waiting.append((container, key, value, value.language or language))
        elif isinstance(value, (dict, list)):
            _collect(value, waiting, language)
