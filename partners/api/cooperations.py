"""The endpoint ``/cooperations/``: cooperations of all kinds in one list, with all fields."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.response import Response

from .. import kinds
from ..items.relations import Relation
from ..words import countries
from ..words.dates import PartialDate
from . import filters, selection
from .errors import BadParameter, unknown
from .views import PagesAPIViewSet, specific


class FactFilter(BaseFilterBackend):
    """Filters of cooperations of all kinds.

    By ``kind``, by relations (``country`` by ISO 3166-1 alpha-2, ``topic`` and ``organisation`` by
    translation key) and by the fields in the ``filters`` of kinds, each also as ``__in``, ``__not``
    and ``__exists``; dates and numbers also as ``__gte`` and ``__lte``; ``since`` by a partial date
    (EDTF).
    """

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        known = cooperation_filters()
        for name, text in request.GET.items():
            base, _, lookup = name.partition("__")
            if base == "since":
                fits = self.since(name, lookup, text)
                queryset = filters.narrowed(queryset, fits, name, text)
            elif name in known:
                queryset = known[name].narrowed(queryset, name, text)
        return queryset

    @staticmethod
    def since(name: str, lookup: str, text: str) -> Q:
        if lookup == "exists":
            return Q(earliest__isnull=False)
        try:
            date = PartialDate.parse(text)
        except ValidationError as error:
            raise BadParameter(name, " ".join(error.messages)) from error
        if lookup == "gte":
            return Q(earliest__gte=date.earliest)
        if lookup == "lte":
            return Q(earliest__lte=date.latest)
        # since=2004 finds 2004-01, since=2004-01 doesn't find 2004.
        return Q(since__startswith=str(date))


@dataclass(frozen=True)
class Parameter:
    """A parameter of ``/cooperations/``.

    ``read(name, text)`` makes a value of the text, ``find(name, values)`` gives the ids of pages
    with one of the values, and with any value for None; ``schema`` and ``text`` describe a value
    for the OpenAPI document.
    """

    find: Callable[[str, list[Any] | None], QuerySet[Any]]
    read: Callable[[str, str], Any]
    schema: dict[str, Any]
    text: str

    def narrowed(self, pages: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        """The pages that fit the text of the request."""
        lookup = name.partition("__")[2]
        values = None
        if lookup != "exists":
            texts = filters.read_values(name, text) if lookup in filters.SEVERAL else [text]
            values = [self.read(name, one) for one in texts]
        return filters.narrowed(pages, Q(pk__in=self.find(name, values)), name, text)


@cache
def cooperation_filters() -> dict[str, Parameter]:
    """The parameters of :class:`FactFilter` by name, except ``since``."""
    found = {"kind": _kind()}
    for name, relations in kinds.relation_filters().items():
        found[name] = _relation(name, relations)
    for name, fields in kinds.field_filters().items():
        found[name] = _field(name, fields)
    several = {f"{name}__{how}": one for name, one in found.items() for how in filters.SEVERAL}
    # Every cooperation is of a kind.
    several |= {f"{name}__exists": one for name, one in found.items() if name != "kind"}
    ranges = {
        f"{name}__{lookup}": found[name]
        for name, fields in kinds.field_filters().items()
        if isinstance(fields[0][1], (models.DateField, models.IntegerField))
        for lookup in ("gte", "lte")
    }
    return {**found, **several, **ranges}


def _kind() -> Parameter:
    known = kinds.by_name()

    def find(name: str, values: list[Any] | None) -> QuerySet[Any]:
        types = ContentType.objects.get_for_models(*(known[value] for value in values or known))
        return kinds.base().objects.filter(content_type__in=types.values()).values("pk")

    schema = {"enum": sorted(known)}
    return Parameter(find, _one_of(known), schema, "The kind of cooperation.")


def _one_of(known: Collection[str]) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in known:
            raise BadParameter(name, unknown(text, known, "value"))
        return text

    return read


def _relation(name: str, relations: list[tuple[Any, Relation, str]]) -> Parameter:
    def find(name: str, values: list[Any] | None) -> QuerySet[Any]:
        fits = Q(pk__in=[])
        for model, relation, column in relations:
            fits |= Q(pk__in=relation.pages(model, column, values))
        return kinds.base().objects.filter(fits).values("pk")

    if name == "country":
        known: dict[str, Any] = {"enum": sorted(countries.names("en"))}
        return Parameter(find, _country, known, "A country that takes part, by ISO 3166-1 alpha-2.")
    schema = {"type": "string", "format": "uuid"}
    return Parameter(find, _key, schema, f"The translation key of {_a(name)}.")


def _a(name: str) -> str:
    return "an organisation that takes part" if name == "organisation" else f"a {name}"


def _country(name: str, text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise BadParameter(name, "takes two-letter codes by ISO 3166-1, for example SK")
    if text.upper() not in countries.names("en"):
        raise BadParameter(name, f"there is no country {text.upper()} in ISO 3166-1")
    return text.upper()


def _key(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadParameter(name, "takes translation keys, which are UUIDs") from error


def _field(name: str, fields: list[tuple[Any, Any]]) -> Parameter:
    field = fields[0][1]

    def find(asked: str, values: list[Any] | None) -> QuerySet[Any]:
        lookup = asked.partition("__")[2]
        condition = Q(**{f"{name}__isnull": False})
        if values is None and isinstance(field, (models.CharField, models.TextField)):
            condition &= ~Q(**{name: ""})
        elif values is not None:
            one = f"{name}__{lookup}" if lookup in ("gte", "lte") else ""
            condition = Q(**{one: values[0]} if one else {f"{name}__in": values})
        fits = Q(pk__in=[])
        for model, _field in fields:
            fits |= Q(pk__in=model.objects.filter(condition).values("pk"))
        return kinds.base().objects.filter(fits).values("pk")

    owners = " or ".join(model.kind for model, _field in fields)
    if field.choices:
        values = [value for value, _label in field.flatchoices]
        return Parameter(find, _one_of(values), {"enum": values}, f"The {name} of a {owners}.")

    def read(asked: str, text: str) -> Any:
        return filters.read_value(asked, field, text)

    return Parameter(find, read, filters.value_schema(field), f"The {name} of a {owners}.")


class CooperationsAPIViewSet(PagesAPIViewSet):
    """Cooperations of all kinds, each with the fields of its kind."""

    model = kinds.base()

    name = "cooperations"
    backends = (FactFilter, *PagesAPIViewSet.backends)
    own_parameters = (
        PagesAPIViewSet.own_parameters
        | set(cooperation_filters())
        | {"since", "since__gte", "since__lte", "since__not", "since__exists"}
    )
    known_query_parameters = PagesAPIViewSet.known_query_parameters - {"type", "site"}
    # The list has whole items.
    detail_only_fields: list[str] = []

    @classmethod
    def get_listing_default_fields(cls, model: Any) -> Any:
        return cls.get_available_fields(model)

    @classmethod
    def listed_models(cls) -> list[Any]:
        return [cls.model]

    @classmethod
    def item_models(cls) -> list[Any]:
        return list(kinds.kinds())

    @cached_property
    def listed(self) -> QuerySet[Any]:
        return kinds.with_links(super().listed, kinds.kinds())

    def sortable(self, model: Any) -> dict[str, Any]:
        return {**super().sortable(model), "since": model._meta.get_field("earliest")}

    def sort_keys(self, keys: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        columns = {"since": "earliest"}
        return super().sort_keys([(columns.get(name, name), down) for name, down in keys])

    @property
    def found(self) -> QuerySet[Any]:
        return self.listed

    def listing_view(self, request: Request) -> Response:
        queryset = self.get_queryset()
        self.check_query_parameters(queryset)
        pages = [specific(page) for page in self.paginate_queryset(self.filter_queryset(queryset))]
        serializers = self.serializers({type(page) for page in pages})
        return self.get_paginated_response(
            [serializers[type(page)].to_representation(page) for page in pages]
        )

    def serializers(self, shown: Collection[Any]) -> dict[Any, Any]:
        """A serializer for each kind that is shown, with the selected fields of the kind."""
        context = self.get_serializer_context()
        router = self.request.wagtailapi_router
        return {
            kind: self._get_serializer_class(router, kind, selected)(context=context)
            for kind, selected in self.selections().items()
            if kind in shown
        }

    def selections(self) -> dict[Any, list[Any]]:
        """The selection of ``?fields=`` for each kind."""
        selected = selection.parsed(self.request.GET.get("fields", ""))
        meta = {name: None for kind in kinds.kinds() for name in self.get_meta_fields_names(kind)}
        selected = selection.without_meta(selected, meta)
        known = {kind: {*self.get_available_fields(kind), "*", "_"} for kind in kinds.kinds()}
        selection.check_names(selected, set().union(*known.values()))
        return {kind: [one for one in selected if one[0] in names] for kind, names in known.items()}
