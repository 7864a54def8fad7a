"""Values that wait for something from the database, so that many can be loaded at once.

A representation is built as a tree of plain values in which a :class:`Later` stands wherever
something must be looked up. :func:`resolve` then loads all that is waited for, one kind after the
other, and puts the finished values in place. The number of queries is that of the kinds, not of
the values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

Need = tuple[str, Hashable]
#: Loads things of one kind: ``load(kind, keys)`` gives what was found, by key.
Load = Callable[[str, set[Any]], dict[Any, Any]]


@dataclass(frozen=True)
class Later:
    """``then(*found)``, called with what was found for each need, None where there is nothing.

    It runs in the language that was active when the value was made, and may itself give a tree
    with further values of this kind.
    """

    needs: Sequence[Need]
    then: Callable[..., Any]
    language: str | None = field(default_factory=translation.get_language)


def resolve(tree: Any, load: Load, order: Sequence[str]) -> Any:
    """The tree with every value in place. Dictionaries and lists are filled where they are.

    ``order`` names the kinds such that what one kind brings needs later kinds only: then each is
    loaded once. Kinds that it doesn't name come last.
    """
    root = [tree]
    found: dict[Need, Any] = {}
    rank = {kind: number for number, kind in enumerate(order)}
    waiting: list[tuple[Any, Any, Later]] = []
    _collect(root, waiting)
    while waiting:
        missing = {need for _place, _key, later in waiting for need in later.needs} - set(found)
        if missing:
            kind = min(
                (need[0] for need in missing), key=lambda one: (rank.get(one, len(rank)), one)
            )
            keys = {key for one, key in missing if one == kind}
            loaded = load(kind, keys)
            found.update({(kind, key): loaded.get(key) for key in keys})
        ready, waiting = waiting, []
        for place, key, later in ready:
            if all(need in found for need in later.needs):
                with translation.override(later.language):
                    place[key] = later.then(*(found[need] for need in later.needs))
                _collect(place, waiting, key)
            else:
                waiting.append((place, key, later))
    return root[0]


def _collect(container: Any, waiting: list[tuple[Any, Any, Later]], only: Any = None) -> None:
    """Find the values that wait, below a container or below one of its places."""
    if only is not None:
        places: Any = [(only, container[only])]
    elif isinstance(container, dict):
        places = container.items()
    else:
        places = enumerate(container)
    for key, value in places:
        if isinstance(value, Later):
            waiting.append((container, key, value))
        elif isinstance(value, (dict, list)):
            _collect(value, waiting)
