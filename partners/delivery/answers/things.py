"""The endpoints of things, with what a version knows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...api import things
from .views import FromShelf


class CountedOnce(FromShelf):
    """Which cooperations show a thing is counted once for a version."""

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        key = ("things", name, self.site)
        known = self.version.known.get(key)
        return self.version.remember(key, make()) if known is None else known


class ThingsAPIViewSet(CountedOnce, things.ThingsAPIViewSet):
    """Things of a model that public cooperations show, each version of them."""


class TopicsAPIViewSet(CountedOnce, things.TopicsAPIViewSet):
    """Topics that public cooperations have."""


class OrganisationsAPIViewSet(CountedOnce, things.OrganisationsAPIViewSet):
    """Organisations that take part in public cooperations, and those of their contact people.

    ``cooperations`` has the number of those that they take part in.
    """


class PeopleAPIViewSet(CountedOnce, things.PeopleAPIViewSet):
    """Contact people of public cooperations, each as cooperations give them.

    Nothing but the role can be asked for: only the role is everybody's.
    """


class CountriesAPIViewSet(CountedOnce, things.CountriesAPIViewSet):
    """Countries that take part in public cooperations, and those of the organisations in them."""
