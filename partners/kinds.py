"""The kinds of cooperation: all page types that derive from ``CooperationPage``.

Deriving is the registration. A site's own kind is a page type in one of its apps, described by
class attributes, as Wagtail's pages are by ``api_fields``:

``kind``
    Its name: in items, in ``?kind=`` and in the filter of a list.
``kind_label``
    A short name for readers; by default the name of the page type.
``relations``
    The things that its pages refer to (:class:`~.items.relations.Relation`), as far as public.
``facts``
    Labels and values for readers and for the search (:class:`~.items.facts.Fact`).
``filters``
    Names of fields, as parameters of ``/cooperations/``.
``linked_data``
    A function of the item: its main entity in the vocabulary of schema.org, see
    :mod:`~.items.jsonld`.
``fact_panels``
    The panels of the second tab of its editor.

The rest of the plugin takes kinds from here. ``manage.py check`` reports attributes that the model
can't satisfy. Imports items.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet

from .items.facts import Fact
from .items.jsonld import Content, entity, person
from .items.links import STORED, Links, Undeclared, paths
from .items.relations import Relation, Target, register_target

if TYPE_CHECKING:
    from .models.pages import CooperationPage

__all__ = [
    "Content",
    "Fact",
    "Relation",
    "Target",
    "accessor",
    "all_links",
    "as_kind",
    "base",
    "by_name",
    "entity",
    "facets",
    "field_filters",
    "is_kind",
    "kinds",
    "linked_data",
    "person",
    "problems",
    "register_target",
    "relation_filters",
    "with_links",
]

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def base() -> Any:
    """``CooperationPage``, from which all kinds derive."""
    return apps.get_model("kis_partners", "CooperationPage")


@cache
def kinds() -> tuple[type[CooperationPage], ...]:
    """The page types of all kinds, in the order of their apps and of their definition."""
    found = (one for one in apps.get_models() if issubclass(one, base()) and one is not base())
    return tuple(found)  # type: ignore[arg-type]


def by_name() -> dict[str, Any]:
    """The kinds by their names."""
    return {model.kind: model for model in kinds()}


def is_kind(model: Any) -> bool:
    """Whether a model is a kind of cooperation."""
    return model in kinds()


def accessor(model: Any) -> str:
    """The look-up that leads from ``CooperationPage`` to a kind: "partnerpage"."""
    steps: list[str] = []
    while model is not base():
        parent = next(one for one in model._meta.parents if issubclass(one, base()))
        link = model._meta.parents[parent]
        steps.insert(0, link.related_query_name())
        model = parent
    return "__".join(steps)


def _from_page() -> str:
    """The look-up that leads from ``Page`` to ``CooperationPage``."""
    return str(base()._meta.pk.related_query_name())


def as_kind(page: Any) -> Any:
    """A cooperation as its own page type; no statement for pages of :func:`with_links`."""
    model = page.specific_class
    own = page
    if not isinstance(page, base()):
        own = getattr(page, _from_page())
    if type(own) is base():
        for step in accessor(model).split("__"):
            own = getattr(own, step)
    links = all_links()
    if set(links.names[model].values()) <= page.__dict__.keys():
        own.__dict__[STORED] = links.from_columns(model, page.__dict__.__getitem__)
    return own


@cache
def all_links() -> Links:
    """The annotations for the links of all kinds."""
    return Links(kinds())


def with_links(pages: QuerySet[Any], models: Sequence[Any]) -> QuerySet[Any]:
    """Pages with the columns and links of these kinds, read by the same statement.

    :func:`as_kind` then makes each its own page type.
    """
    if is_kind(pages.model):
        models = [pages.model]
    names = {name for model in models for name in all_links().names[model].values()}
    columns = {name: column for name, column in all_links().columns.items() if name in names}
    to = {base(): "", models[0]: None}.get(pages.model, f"{_from_page()}__")
    if to is not None:
        pages = pages.select_related(*(f"{to}{accessor(model)}" for model in models))
    return pages.annotate(**columns)


def linked_data() -> dict[str, Callable[[Any], Any]]:
    """The functions ``linked_data`` of the kinds that have one, by the label of the page type."""
    return {model._meta.label: model.linked_data for model in kinds() if model.linked_data}


def relation_filters() -> dict[str, list[tuple[Any, Relation, str]]]:
    """The parameters that filter by a relation, each with the kinds, relations and columns."""
    found: dict[str, list[tuple[Any, Relation, str]]] = {}
    seen = set()
    for model in kinds():
        for relation, path in paths(model):
            for name, column in path.target.filters.items():
                if (path.model, path.column, name) not in seen:
                    seen.add((path.model, path.column, name))
                    found.setdefault(name, []).append((model, relation, column))
    return found


def facets() -> dict[str, list[tuple[Any, Relation, str]]]:
    """The parameters of :func:`relation_filters` that the search page offers as facets."""
    return {
        name: [one for one in relations if one[1].path(one[0]).target.facet == name]
        for name, relations in relation_filters().items()
    }


def field_filters() -> dict[str, list[tuple[Any, Any]]]:
    """The parameters that filter by a field, each with the kinds and their fields."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for model in kinds():
        for name in model.filters:
            field = _field(model, name)
            if field and all(known is not field for _model, known in found.get(name, ())):
                found.setdefault(name, []).append((model, field))
    return found


def _field(model: Any, name: str) -> Any:
    """A field of a model by name; None for relations and unknown names."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete and not field.is_relation else None


def problems() -> list[CheckMessage]:
    """The system checks of kinds."""
    names = Counter(model.kind for model in kinds())
    return [
        Error(text, hint=hint, obj=model, id=f"kis_partners.{number}")
        for model in kinds()
        for number, text, hint in _problems(model, names)
    ]


def _problems(model: Any, names: Counter[str]) -> Iterator[tuple[str, str, str]]:
    if not _NAME.fullmatch(model.kind) or names[model.kind] > 1:
        yield (
            "E010",
            f"{model.__name__}.kind is {model.kind!r}, which is no name or that of another kind.",
            'Give each kind a name of its own, in lower case: kind = "event".',
        )
    relations = {relation.name for relation in model.relations}
    for relation in model.relations:
        try:
            relation.path(model)
        except Undeclared as error:
            yield (
                "E011",
                f"The relation {relation.name!r} of {model.__name__} can't be loaded: {error}.",
                "Correct its name, its model, or register a Target for what it leads to.",
            )
    for fact in model.facts:
        if fact.name not in relations and not hasattr(model, fact.name):
            yield (
                "E012",
                f"{model.__name__} has the fact {fact.name!r}, but neither a field nor a property "
                "nor a relation of that name.",
                "Correct the name in its facts.",
            )
    for name in model.filters:
        if _field(model, name) is None:
            yield (
                "E013",
                f"{model.__name__} can't be filtered by {name!r}, which is no plain field.",
                "Name fields in filters; relations are filters by themselves.",
            )
    rows = {one.name for one in model._meta.related_objects if one.one_to_many}
    for field in model.api_fields:
        name = getattr(field, "name", field)
        if name in rows - relations and getattr(field, "serializer", None) is None:
            yield (
                "E014",
                f"{model.__name__} gives {name!r} in the API, but it is no relation of it.",
                f"Add Relation({name!r}) to its relations.",
            )
