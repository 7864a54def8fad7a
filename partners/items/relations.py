"""Relations: the things that pages of a kind refer to, in the editor's order.

A relation is declared by its name; the rest comes from the model. It is a foreign key of the page,
or child rows with one foreign key besides that to their page, or child rows with one plain column
that has an attribute ``relation_target`` (as a country's has). A :class:`Target` is registered once
for each model at the end of relations.

    class EventPage(CooperationPage):
        relations = [*CooperationPage.relations, Relation("speakers", _("Speakers"))]

The links of many pages are read by one statement, the things at their end by one for each model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import OuterRef, QuerySet, Subquery
from modelcluster.fields import ParentalKey

from .deferred import Deferred
from .links import STORED, Link, Path, Undeclared, labels
from .references import References


@dataclass(frozen=True)
class Target:
    """How things of one model are given wherever a page refers to them.

    - ``loads``: the type of thing in :meth:`References.load`.
    - ``value``: makes a plain value of a loaded thing; None if it isn't public.
    - ``shape``: the type of this value. ``template``: shows a list of such values to readers.
    - ``words``: the texts of a value for the search; only what everybody may read.
    - ``filters``: parameters of the API, each with the field of the model that it compares.
      ``facet``: the one of them that the search page offers.
    - ``by_source``: versions in all languages are shown while the source is published, whatever
      version a page refers to.
    - ``name``: a field of the model, if pages show nothing else of it. The names in all languages
      are then read together with the links, and ``value`` gets a :class:`~.links.Label`.
    """

    loads: str
    value: Callable[[Any, References], Any]
    shape: Any = Any
    template: str = ""
    words: Callable[[Any], list[str]] = lambda value: []
    filters: Mapping[str, str] = field(default_factory=dict)
    facet: str = ""
    by_source: bool = False
    name: str = ""

    def shown(self, things: QuerySet[Any]) -> QuerySet[Any]:
        """Those of these things that pages which refer to them show."""
        if not self.by_source:
            return References().visible(things)
        versions = things.model._default_manager.filter(translation_key=OuterRef("translation_key"))
        source = versions.order_by("pk").values("live")[:1]
        return things.annotate(source_is_live=Subquery(source)).filter(source_is_live=True)


#: By the label of a model, or by the ``relation_target`` of a plain column.
TARGETS: dict[str, Target] = {}


def register_target(model: str, target: Target) -> None:
    """Register the target of a model, by its label ("events.Venue")."""
    TARGETS[model] = target


def target_of(model: Any) -> Target | None:
    """The target of a model, or of the nearest model that it derives from."""
    found = (TARGETS.get(one._meta.label) for one in model.__mro__ if hasattr(one, "_meta"))
    return next((target for target in found if target), None)


@dataclass(frozen=True)
class Relation:
    """A foreign key or child rows of a kind of cooperation, by ``name``.

    ``extra`` are columns of the child rows that are added to each value; ``shape`` is then the type
    of a value with them.
    """

    name: str
    label: Any = ""
    extra: tuple[str, ...] = ()
    shape: Any = None
    #: Its paths by model.
    _paths: dict[Any, Path] = field(default_factory=dict, init=False, compare=False, repr=False)

    def path(self, model: Any) -> Path:
        """The place of its links in the database. Raises :class:`Undeclared`."""
        if model not in self._paths:
            self._paths[model] = self._path(model)
        return self._paths[model]

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
        """Whether its value is a list."""
        return self.path(model).owner is not None

    def shape_of(self, model: Any) -> Any:
        """The type of its value in the API."""
        shape = self.shape or self.path(model).target.shape
        return list[shape] if self.is_many(model) else shape | None  # type: ignore[valid-type]

    def value(self, page: Any, references: References) -> Any:
        """Its value for a page: a list, or one plain value or None. Only public things."""
        path = self.path(type(page))
        if path.owner is None:
            key = getattr(page, path.column.attname)
            return self.linked_values(path, [(key,)] if key else [], references, many=False)
        if references.from_objects or STORED in page.__dict__:
            return self.linked_values(path, self.links(page), references)
        return Deferred(
            [("links", (type(page), page.pk))],
            lambda links: self.linked_values(path, (links or {}).get(self.name, ()), references),
        )

    def links(self, page: Any) -> Sequence[Link]:
        """The links that were read with a page, or else those of the page object, which may be a
        draft."""
        stored: Mapping[str, Sequence[Link]] | None = page.__dict__.get(STORED)
        if stored is not None:
            return stored.get(self.name, ())
        path, rows = self.path(type(page)), getattr(page, self.name).all()
        names = (path.column.attname, *self.extra)
        return [[getattr(row, name) for name in names] for row in rows]

    def linked_values(
        self, path: Path, links: Sequence[Link], references: References, many: bool = True
    ) -> Any:
        """The values of the things that links lead to; deferred unless all are known."""
        target = path.target

        # Links from the database have the names at the end, if the target has a name.
        known = [
            labels(link) if target.name and len(link) > len(self.extra) + 1 else None
            for link in links
        ]
        needs = [
            (target.loads, link[0]) for link, one in zip(links, known, strict=True) if one is None
        ]

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

    def pages(self, model: Any, column: str, values: Sequence[Any] | None) -> QuerySet[Any]:
        """The ids of the pages of a model that refer to a public thing with one of these values,
        or to any public thing (None).

        ``column`` has the values; it is one of the target's filters.
        """
        path = self.path(model)
        name = path.column.name
        rows: Any = path.model._default_manager.order_by()
        if path.related is None:
            there = {f"{name}__isnull": False} if values is None else {f"{name}__in": values}
            rows = rows.filter(**there)
        else:
            shown = path.target.shown(path.related._default_manager.order_by())
            if values is not None:
                shown = shown.filter(**{f"{column}__in": values})
            rows = rows.filter(**{f"{name}__in": shown.values("pk")})
        return rows.values(f"{path.owner}_id" if path.owner else "pk")

    def values(self, model: Any, column: str, ids: Collection[int]) -> Iterable[tuple[int, Any]]:
        """Pages of a model, each with a value of a column of a public thing that it refers to.

        ``column`` is one of the target's filters.
        """
        path = self.path(model)
        name = path.column.name
        owner = f"{path.owner}_id" if path.owner else "pk"
        rows: Any = path.model._default_manager.filter(**{f"{owner}__in": ids}).order_by()
        if path.related is not None:
            shown = path.target.shown(path.related._default_manager.order_by())
            rows = rows.filter(**{f"{name}__in": shown.values("pk")})
        return rows.values_list(owner, f"{name}__{column}" if column else name)
