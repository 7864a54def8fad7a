"""The kinds of cooperation: every page type that derives from ``CooperationPage`` is one.

The class is the registration. A site's own kind is a page type in one of its apps, and what the
plugin must know of it stands in class attributes, as ``api_fields`` does for Wagtail:

``kind``
    Its name: in items, in ``?kind=`` and in the filter of a list.
``kind_label``
    What one of them is called where little room is; by default the name of the page type.
``relations``
    What its pages refer to (:class:`~.items.relations.Relation`): loaded for the API, shown only
    as far as it is public.
``facts``
    What readers see as label and value (:class:`~.items.facts.Fact`), and what the search finds.
``filters``
    Names of own fields that ``/cooperations/`` can be filtered by.
``linked_data``
    What its pages are about in the vocabulary of schema.org: a function of the item, see
    :mod:`~.items.jsonld`.
``fact_panels``
    The panels of the second tab of its editor.

All lists of kinds come from here, and nothing else in the plugin names one. What is announced and
can't be had is an error of ``manage.py check``.
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
    """The page type that all kinds derive from."""
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


def as_kind(page: Any) -> Any:
    """A cooperation as its own type, without a statement where that has been selected with it."""
    model = page.specific_class
    own = page
    if not isinstance(page, base()):
        own = page.cooperationpage
    if type(own) is base():
        for step in accessor(model).split("__"):
            own = getattr(own, step)
    links = all_links()
    if set(links.names[model].values()) <= page.__dict__.keys():
        own.__dict__[STORED] = links.of(model, page.__dict__.__getitem__)
    return own


@cache
def all_links() -> Links:
    """The columns that have the links of pages of any kind."""
    return Links(kinds())


def with_links(pages: QuerySet[Any], models: Sequence[Any]) -> QuerySet[Any]:
    """Cooperations or pages that are of some kinds, read together with their links.

    :func:`as_kind` makes these pages of their own types.
    """
    names = {name for model in models for name in all_links().names[model].values()}
    columns = {name: column for name, column in all_links().columns.items() if name in names}
    to = {base(): "", models[0]: None}.get(pages.model, "cooperationpage__")
    if to is not None:
        pages = pages.select_related(*(f"{to}{accessor(model)}" for model in models))
    return pages.annotate(**columns)


def linked_data() -> dict[str, Callable[[Any], Any]]:
    """For each kind that says it, by the label of its page type: what its pages are about."""
    return {model._meta.label: model.linked_data for model in kinds() if model.linked_data}


def relation_filters() -> dict[str, list[tuple[Any, Relation, str]]]:
    """For each parameter: the kinds that it filters, by which relation and column."""
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
    """Those of :func:`relation_filters` that the search page narrows by."""
    return {
        name: [one for one in relations if one[1].path(one[0]).target.facet == name]
        for name, relations in relation_filters().items()
    }


def field_filters() -> dict[str, list[tuple[Any, Any]]]:
    """For each parameter that is a field of kinds: these, each with the field."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for model in kinds():
        for name in model.filters:
            field = _field(model, name)
            if field and all(known is not field for _model, known in found.get(name, ())):
                found.setdefault(name, []).append((model, field))
    return found


def _field(model: Any, name: str) -> Any:
    """A plain field of a model, None where there is none of that name."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete and not field.is_relation else None


def problems() -> list[CheckMessage]:
    """What is wrong with the kinds, for ``manage.py check``."""
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
        if field.name in rows - relations and field.serializer is None:
            yield (
                "E014",
                f"{model.__name__} gives {field.name!r} in the API, but it is no relation of it.",
                f"Add Relation({field.name!r}) to its relations.",
            )
