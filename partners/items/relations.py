"""Relations of a kind of cooperation: what its pages refer to, in the order that editors give it.

A relation is declared by its name alone. What it leads to and how it is stored is read from the
model: a foreign key of the page, or child rows with one foreign key besides that to their page, or
with one plain column that says itself what it holds (``relation_target``, as a country does). How
the things at its end look, in the API and to readers, is kept once for their model, as a
:class:`Target`.

    class EventPage(CooperationPage):
        relations = [*CooperationPage.relations, Relation("speakers", _("Speakers"))]

The links of many pages are read by one statement, and what they lead to by one for each model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from modelcluster.fields import ParentalKey

from .deferred import Deferred
from .links import STORED, Link, Path, Undeclared, labels
from .references import References


@dataclass(frozen=True)
class Target:
    """How things of one model are given wherever a page refers to them.

    ``kind`` is what :class:`References` loads them as. ``value`` makes a thing that is loaded a
    plain value, None for one that isn't public. ``shape`` is the type of that value, ``template``
    shows a list of such values to readers, and ``words`` are what the search finds in one: only
    what everybody may read. ``filters`` are parameters of the API by name, each with the field of
    the model that it compares, and ``facet`` one of them that the search page narrows by.

    ``name`` is a field of the model, if nothing but its name is shown. The names are then read
    together with the links, in all languages, and :class:`~.links.Label` is what ``value`` gets.
    """

    kind: str
    value: Callable[[Any, References], Any]
    shape: Any = Any
    template: str = ""
    words: Callable[[Any], list[str]] = lambda value: []
    filters: Mapping[str, str] = field(default_factory=dict)
    facet: str = ""
    name: str = ""


#: By the label of a model, or by the name that a plain column calls itself by.
TARGETS: dict[str, Target] = {}


def register_target(model: str, target: Target) -> None:
    """Say how things of a model are given; ``model`` is its label ("events.Venue")."""
    TARGETS[model] = target


def target_of(model: Any) -> Target | None:
    """How things of a model, or of one that it derives from, are given."""
    found = (TARGETS.get(one._meta.label) for one in model.__mro__ if hasattr(one, "_meta"))
    return next((target for target in found if target), None)


@dataclass(frozen=True)
class Relation:
    """What a kind of cooperation refers to by a field or by child rows of this ``name``.

    ``extra`` are columns of the child rows that stand beside each value, and ``shape`` is then the
    type of one of them together.
    """

    name: str
    label: Any = ""
    extra: tuple[str, ...] = ()
    shape: Any = None

    def path(self, model: Any) -> Path:
        """Where a model stores it. Raises :class:`Undeclared`."""
        found = _PATHS.get((self, model))
        if found is None:
            found = _PATHS[self, model] = self._path(model)
        return found

    def _path(self, model: Any) -> Path:
        where = f"{model._meta.label}.{self.name}"
        try:
            field = model._meta.get_field(self.name)
        except FieldDoesNotExist as error:
            raise Undeclared(f"{where} is neither a field nor a relation of child rows") from error
        if field.concrete and field.many_to_one:
            return Path(field.model, field, None, self._target(field, where))
        parent = getattr(field, "field", None)
        if not isinstance(parent, ParentalKey):
            raise Undeclared(f"{where} is neither a foreign key nor a relation of child rows")
        own = [one for one in field.related_model._meta.concrete_fields if one is not parent]
        for name in self.extra:
            if name not in {one.name for one in own}:
                raise Undeclared(f"{field.related_model._meta.label} has no field {name!r}")
        links = [one for one in own if one.many_to_one or hasattr(one, "relation_target")]
        if len(links) != 1:
            raise Undeclared(
                f"{field.related_model._meta.label} must have one field that leads to what "
                f"{where} refers to; it has {len(links)}"
            )
        return Path(field.related_model, links[0], parent.name, self._target(links[0], where))

    def _target(self, field: Any, where: str) -> Target:
        plain = getattr(field, "relation_target", None)
        target = TARGETS.get(plain) if plain else target_of(field.related_model)
        if target is None:
            to = plain or field.related_model._meta.label
            raise Undeclared(f"{where} leads to {to}, and no Target is registered for that")
        return target

    def is_many(self, model: Any) -> bool:
        """Whether it is a list."""
        return self.path(model).owner is not None

    def shape_of(self, model: Any) -> Any:
        """The type of its value in the API."""
        shape = self.shape or self.path(model).target.shape
        return list[shape] if self.is_many(model) else shape | None  # type: ignore[valid-type]

    def value(self, page: Any, references: References) -> Any:
        """A list of plain values, or one or None; whatever isn't public is left out."""
        path = self.path(type(page))
        if path.owner is None:
            key = getattr(page, path.column.attname)
            return self.given(path, [(key,)] if key else [], references, many=False)
        if references.from_objects:
            return self.given(path, self.read(page, path), references)
        stored = page.__dict__.get(STORED)
        if stored is not None:
            return self.given(path, stored.get(self.name, ()), references)
        return Deferred(
            [("links", (type(page), page.pk))],
            lambda links: self.given(path, (links or {}).get(self.name, ()), references),
        )

    def read(self, page: Any, path: Path) -> list[Link]:
        """The links of a page as it is in memory, which may be a draft."""
        rows = getattr(page, self.name).all()
        names = (path.column.attname, *self.extra)
        return [[getattr(row, name) for name in names] for row in rows]

    def given(
        self, path: Path, links: Sequence[Link], references: References, many: bool = True
    ) -> Any:
        """What links lead to, as soon as it is loaded."""
        target, kind = path.target, path.target.kind

        # Links that were read from the database may have the names of what they lead to.
        known = [
            labels(link) if target.name and len(link) > len(self.extra) + 1 else None
            for link in links
        ]
        needs = [(kind, link[0]) for link, one in zip(links, known, strict=True) if one is None]

        def then(*loaded: Any) -> Any:
            rest = iter(loaded)
            values = []
            for link, one in zip(links, known, strict=True):
                thing = next(rest) if one is None else one or None
                value = None if thing is None else target.value(thing, references)
                if value is not None and self.extra:
                    value = {**dict(zip(self.extra, link[1:], strict=False)), **value}
                if value is not None:
                    values.append(value)
            return values if many else next(iter(values), None)

        return Deferred(needs, then) if needs else then()

    def pages(self, model: Any, column: str, values: Sequence[Any]) -> QuerySet[Any]:
        """The ids of the pages of a model that refer to something public with one of these
        values in a column; ``column`` is one of the target's filters."""
        path = self.path(model)
        name = path.column.name
        rows: Any = path.model._default_manager.order_by()
        if path.related is None:
            rows = rows.filter(**{f"{name}__in": values})
        else:
            public = References().visible(path.related._default_manager.order_by())
            rows = rows.filter(**{f"{name}__in": public.filter(**{f"{column}__in": values})})
        return rows.values(f"{path.owner}_id" if path.owner else "pk")

    def values(self, model: Any, column: str, ids: Collection[int]) -> Iterable[tuple[int, Any]]:
        """The pages of a model with the values of a column of what they refer to, as far as that
        is public; ``column`` is one of the target's filters."""
        path = self.path(model)
        name = path.column.name
        owner = f"{path.owner}_id" if path.owner else "pk"
        rows: Any = path.model._default_manager.filter(**{f"{owner}__in": ids}).order_by()
        if path.related is not None:
            public = References().visible(path.related._default_manager.all())
            rows = rows.filter(**{f"{name}__in": public})
        return rows.values_list(owner, f"{name}__{column}" if column else name)


_PATHS: dict[tuple[Relation, Any], Path] = {}
