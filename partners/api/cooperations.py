"""Cooperations of all kinds in one list, each with all its fields."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.v2.utils import parse_fields_parameter

from ..models.pages import KINDS, CooperationPage, NetworkPage
from ..words.dates import PartialDate
from . import filters
from .errors import BadParameter, unknown
from .views import KIND_NAMES, PagesAPIViewSet, specific

BY_KIND = {model.kind: model for model in KINDS}
SPECIFIC = {model.kind: str(model._meta.model_name) for model in KINDS}


class FactFilter(BaseFilterBackend):
    """Filters by what a cooperation is, whatever its kind.

    ``kind``, ``level``, ``country`` (ISO 3166-1 alpha-2), ``topic`` and ``organisation``
    (translation keys), each also as ``__in``; ``since`` by a partial date (EDTF), also as ``__gte``
    and ``__lte``.
    """

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        for name, text in request.GET.items():
            base, _, lookup = name.partition("__")
            if base == "since":
                queryset = queryset.filter(self.since(name, lookup, text))
            elif base in FACTS:
                values = text.split(",") if lookup else [text]
                if len(values) > filters.MOST_VALUES:
                    raise BadParameter(name, f"takes at most {filters.MOST_VALUES} values")
                queryset = queryset.filter(pk__in=FACTS[base](name, values).values("pk"))
        return queryset

    @staticmethod
    def since(name: str, lookup: str, text: str) -> Q:
        try:
            date = PartialDate.parse(text)
        except ValidationError as error:
            raise BadParameter(name, " ".join(error.messages)) from error
        if lookup == "gte":
            return Q(earliest__gte=date.earliest)
        if lookup == "lte":
            return Q(earliest__lte=date.latest)
        # A month lies in a year; a year doesn't lie in one of its months.
        return Q(since__startswith=str(date))


def _choices(name: str, values: list[str], known: Any) -> list[str]:
    for value in values:
        if value not in known:
            raise BadParameter(name, unknown(value, known, "value"))
    return values


def _kind(name: str, values: list[str]) -> QuerySet[CooperationPage]:
    fits = Q(pk__in=[])
    for kind in _choices(name, values, BY_KIND):
        fits |= Q(**{f"{SPECIFIC[kind]}__isnull": False})
    return CooperationPage.objects.filter(fits)


def _level(name: str, values: list[str]) -> QuerySet[CooperationPage]:
    levels = _choices(name, values, NetworkPage.Level.values)
    return CooperationPage.objects.filter(networkpage__level__in=levels)


def _country(name: str, values: list[str]) -> QuerySet[CooperationPage]:
    codes = [value.upper() for value in values]
    for code in codes:
        if len(code) != 2 or not code.isascii() or not code.isalpha():
            raise BadParameter(name, "takes two-letter codes by ISO 3166-1, for example SK")
    return CooperationPage.objects.filter(
        Q(exchangeprogrammepage__countries__country__in=codes)
        | _with_organisation(country__in=codes)
    )


def _keys(name: str, values: list[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in values]
    except ValueError as error:
        raise BadParameter(name, "takes translation keys, which are UUIDs") from error


def _topic(name: str, values: list[str]) -> QuerySet[CooperationPage]:
    return CooperationPage.objects.filter(
        topics__topic__translation_key__in=_keys(name, values), topics__topic__live=True
    )


def _organisation(name: str, values: list[str]) -> QuerySet[CooperationPage]:
    return CooperationPage.objects.filter(
        _with_organisation(translation_key__in=_keys(name, values))
    )


def _with_organisation(**conditions: Any) -> Q:
    """Cooperations in which a published organisation takes part that meets the conditions."""
    fits = Q()
    for way in (
        "partnerpage__organisation",
        "networkpage__members__organisation",
        "exchangeprogrammepage__organisations__organisation",
    ):
        met = {f"{way}__{name}": value for name, value in conditions.items()}
        fits |= Q(**met, **{f"{way}__live": True})
    return fits


FACTS: dict[str, Any] = {
    "kind": _kind,
    "level": _level,
    "country": _country,
    "topic": _topic,
    "organisation": _organisation,
}


class CooperationsAPIViewSet(PagesAPIViewSet):
    """Partners, networks and exchanges, each with the fields of its kind."""

    model = CooperationPage
    name = "cooperations"
    problems = True
    backends = (FactFilter, *PagesAPIViewSet.backends)
    own_parameters = (
        PagesAPIViewSet.own_parameters
        | set(FACTS)
        | {f"{name}__in" for name in FACTS}
        | {"since", "since__gte", "since__lte"}
    )
    known_query_parameters = PagesAPIViewSet.known_query_parameters - {"type", "site"}
    # An item of the list is the whole item.
    detail_only_fields: list[str] = []

    @classmethod
    def get_listing_default_fields(cls, model: Any) -> Any:
        return cls.get_available_fields(model)

    @classmethod
    def listed_models(cls) -> list[Any]:
        return [cls.model]

    @classmethod
    def item_models(cls) -> list[Any]:
        return list(KINDS)

    @cached_property
    def listed(self) -> QuerySet[Any]:
        return super().listed.select_related(*KIND_NAMES)

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
        serializers = self.serializers()
        return self.get_paginated_response(
            [serializers[type(page)].to_representation(page) for page in pages]
        )

    def serializers(self) -> dict[type[CooperationPage], Any]:
        """A serializer for each kind, with those of the selected fields that the kind has."""
        context = self.get_serializer_context()
        router = self.request.wagtailapi_router
        return {
            kind: self._get_serializer_class(router, kind, selection)(context=context)
            for kind, selection in self.selections().items()
        }

    def selections(self) -> dict[type[CooperationPage], list[Any]]:
        """What ``?fields=`` selects of each kind."""
        try:
            selected = parse_fields_parameter(self.request.GET.get("fields", ""))
        except ValueError as error:
            raise BadParameter("fields", str(error)) from error
        known = {kind: {*self.get_available_fields(kind), "*", "_"} for kind in KINDS}
        for name, _negated, _below in selected:
            if not any(name in names for names in known.values()):
                raise BadParameter("fields", unknown(name, set().union(*known.values()), "field"))
        return {kind: [one for one in selected if one[0] in names] for kind, names in known.items()}
