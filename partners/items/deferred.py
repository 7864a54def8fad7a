"""Values that wait for something from the database, so that many can be loaded at once.

A representation is built as a tree of plain values in which a :class:`Deferred` stands wherever
something must be looked up. :func:`resolve` then loads all that is waited for, one kind after the
other, and puts the finished values in place. The number of queries is that of the kinds, not of
the values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

Need = tuple[str, Hashable]
#: Loads things of one kind: ``load(kind, keys)`` gives what was found, by key.
Load = Callable[[str, set[Any]], dict[Any, Any]]
#: Most values in a tree, which are passed over.
PLAIN = frozenset([str, int, bool, float, type(None)])
#: Where a value waits: its container, its place there, the value and its language.
Waiting = tuple[Any, Any, "Deferred", str | None]


@dataclass(slots=True)
class Deferred:
    """``then(*found)``, called with what was found for each need, None where there is nothing.

    It runs in its ``language``, None being that of the value that it is a part of, and may itself
    give a tree with further values of this kind.
    """

    needs: Sequence[Need]
    then: Callable[..., Any]
    language: str | None = None


def speak(tree: Any, language: str) -> None:
    """Give the values in a tree that have no language this one."""
    waiting: list[Waiting] = []
    _collect(tree, waiting, language)
    for _container, _key, later, spoken in waiting:
        later.language = spoken


def resolve(tree: Any, load: Load, order: Sequence[str]) -> Any:
    """The tree with every value in place. Dictionaries and lists are filled where they are.

    ``order`` names the kinds such that what one kind brings needs later kinds only: then each is
    loaded once. Kinds that it doesn't name come last.
    """
    root = [tree]
    found: dict[Need, Any] = {}
    rank = {kind: number for number, kind in enumerate(order)}
    waiting: list[Waiting] = []
    _collect(root, waiting, translation.get_language())
    while waiting:
        missing = {need for _place, _key, later, _language in waiting for need in later.needs}
        missing -= found.keys()
        if missing:
            kind = min(
                (need[0] for need in missing), key=lambda one: (rank.get(one, len(rank)), one)
            )
            keys = {key for one, key in missing if one == kind}
            loaded = load(kind, keys)
            found.update({(kind, key): loaded.get(key) for key in keys})
        # Changing the language takes longer than most values do.
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
    """Find the values that wait, below a container or below one of its places."""
    places: Any = enumerate(container)
    if only is not None:
        places = [(only, container[only])]
    elif isinstance(container, dict):
        places = container.items()
    for key, value in places:
        if type(value) in PLAIN:
            continue
        if isinstance(value, Deferred):
            waiting.append((container, key, value, value.language or language))
        elif isinstance(value, (dict, list)):
            _collect(value, waiting, language)
