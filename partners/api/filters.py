"""Filters and ordering of Wagtail's API, with ranges, several values, and checks of values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.lookups import GreaterThan, LessThan
from django.utils import timezone
from rest_framework.filters import BaseFilterBackend
from taggit.managers import TaggableManager
from wagtail.api.v2.filters import OrderingFilter as StockOrderingFilter
from wagtail.api.v2.utils import parse_boolean
from wagtail.models import Page, TranslatableMixin

from ..conf import conf
from ..items.schema import Schema, any_of
from ..search.query import plain_words
from ..search.ranked import Match, matching, query_of, ranked
from .collation import sort_column
from .errors import BadParameter, unknown

#: What may stand behind the name of a field: from and up to a value, one of several, none of
#: several, whether there is a value, and a part of a title.
LOOKUPS = ("gte", "lte", "in", "not", "exists", "contains")
#: Those that take several values, divided by commas.
SEVERAL = ("in", "not")
#: A time with its offset behind a space: a plus that wasn't escaped in an address.
UNESCAPED_OFFSET = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")
COLUMN_TYPES = (
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DecimalField,
    models.FloatField,
    models.IntegerField,
    models.TextField,
    models.UUIDField,
)
MOST_VALUES = 50


def filterable(view: Any, model: type[models.Model]) -> dict[str, Any]:
    """The fields of a model with filters, by name: plain columns, foreign keys and tags."""
    return _filterable(view if isinstance(view, type) else type(view), model, conf().languages)


@cache
def _filterable(view: Any, model: type[models.Model], _by_our_rules: bool) -> dict[str, Any]:
    found = {}
    for name in view.get_available_fields(model, db_fields_only=True):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.get_internal_type() == "JSONField" or hasattr(field, "stream_block"):
            continue
        if isinstance(field, (*COLUMN_TYPES, TaggableManager)) or field.many_to_one:
            found[name] = field
    found.pop("locale", None)
    return found


def sortable(view: Any, model: type[models.Model]) -> dict[str, Any]:
    """The fields of a model that listings can be ordered by, by name: plain columns."""
    return {
        name: field
        for name, field in filterable(view, model).items()
        if isinstance(field, COLUMN_TYPES)
    }


def filter_names(view: Any, model: type[models.Model]) -> Iterator[str]:
    """The names of all filters of a listing of a model."""
    for name, field in filterable(view, model).items():
        yield name
        yield from (f"{name}__{lookup}" for lookup in lookups_of(name, field))


def lookups_of(name: str, field: Any) -> list[str]:
    """What may stand behind the name of a field."""
    if isinstance(field, (TaggableManager, models.BooleanField)):
        return []
    found = ["in", "not"] if field.many_to_one else ["gte", "lte", "in", "not"]
    if field.null or field.blank:
        found.append("exists")
    if name == "title":
        found.append("contains")
    return found


def read_value(name: str, field: Any, text: str) -> Any:
    """The value of a field from the text of a parameter; raises ``BadParameter``."""
    try:
        if isinstance(field, models.BooleanField):
            return parse_boolean(text)
        if isinstance(field, models.DateTimeField):
            text = UNESCAPED_OFFSET.sub(r"\1+\2", text)
        value = field.to_python(text)
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError("the number is too large")
        if isinstance(value, float) and value != value:
            raise ValueError("NaN is not a number")
        if isinstance(value, datetime):
            aware = timezone.make_aware(value) if timezone.is_naive(value) else value
            # Raises OverflowError for dates that don't exist in UTC (year 1 and 9999).
            return aware.astimezone(UTC)
        return value
    except ValidationError as error:
        raise BadParameter(name, " ".join(error.messages)) from error
    except (ValueError, TypeError, ArithmeticError, OverflowError) as error:
        raise BadParameter(name, str(error)) from error


def read_values(name: str, text: str) -> list[str]:
    """The values of a parameter that takes several; raises ``BadParameter``."""
    texts = text.split(",")
    if len(texts) > MOST_VALUES:
        raise BadParameter(name, f"takes at most {MOST_VALUES} values")
    return texts


def narrowed(queryset: QuerySet[Any], fits: Q, name: str, text: str) -> QuerySet[Any]:
    """The objects that fit, or, as the name and the text of a parameter say, those that don't."""
    lookup = name.partition("__")[2]
    is_not = lookup == "not" or (lookup == "exists" and not read_boolean(name, text))
    return queryset.exclude(fits) if is_not else queryset.filter(fits)


def as_key(text: str, model: Any) -> UUID | None:
    """The translation key that a text is, None if it isn't one or the model has none."""
    if not issubclass(model, TranslatableMixin):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def read_boolean(name: str, text: str) -> bool:
    """A boolean from the text of a parameter; raises ``BadParameter``."""
    try:
        return bool(parse_boolean(text))
    except ValueError as error:
        raise BadParameter(name, str(error)) from error


def value_schema(field: Any) -> Schema:
    """The schema of a filter by a model field."""
    if isinstance(field, TaggableManager):
        return {"type": "string", "description": "Names of tags; an item must have all of them."}
    if field.many_to_one and issubclass(field.related_model, TranslatableMixin):
        key: Schema = {"type": "string", "format": "uuid"}
        return any_of([key, value_schema(field.target_field)])
    while field.remote_field:
        field = field.target_field
    if isinstance(field, models.BooleanField):
        return {"type": "boolean"}
    if isinstance(field, models.UUIDField):
        return {"type": "string", "format": "uuid"}
    if isinstance(field, models.IntegerField):
        return {"type": "integer", "format": "int64"}
    if isinstance(field, (models.FloatField, models.DecimalField)):
        return {"type": "number"}
    if isinstance(field, models.DateTimeField):
        return any_of([{"type": "string", "format": name} for name in ("date-time", "date")])
    if isinstance(field, models.DateField):
        return {"type": "string", "format": "date"}
    return {"type": "string"}


class LookupFilter(BaseFilterBackend):
    """``?field=`` and ``?field__…=`` with one of :data:`LOOKUPS`."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        fields = filterable(view, queryset.model)
        for name, text in request.GET.items():
            base, _, lookup = name.partition("__")
            field = fields.get(base)
            if field is None or name in view.own_parameters:
                continue
            if isinstance(field, TaggableManager):
                for tag in text.split(","):
                    queryset = queryset.filter(**{f"{base}__name": tag})
                queryset._filtered_by_tag = True  # type: ignore[attr-defined]
                continue
            if lookup and lookup not in lookups_of(base, field):
                continue
            fits = self.condition(name, field, lookup, text, view)
            queryset = narrowed(queryset, fits, name, text)
        return queryset

    def condition(self, name: str, field: Any, lookup: str, text: str, view: Any) -> Q:
        """The condition of items that fit; ``not`` and ``exists`` may turn it round."""
        base = field.name
        if field.many_to_one:
            things = view.references.visible(field.related_model._default_manager.all())
            if lookup != "exists":
                texts = read_values(name, text) if lookup in SEVERAL else [text]
                things = things.filter(self.one_of(name, field, texts))
            return Q(**{f"{base}__in": things.order_by().values("pk")})
        if lookup == "exists":
            there = Q(**{f"{base}__isnull": False})
            is_text = isinstance(field, (models.CharField, models.TextField))
            return there & ~Q(**{base: ""}) if is_text else there
        if lookup == "contains":
            if not text.strip():
                raise BadParameter(name, "needs at least one letter")
            # SQLite knows the cases of ASCII alone.
            forms = {text, text.lower(), text.upper(), text.capitalize(), text.title()}
            fits = Q(pk__in=[])
            for form in forms:
                fits |= Q(**{f"{base}__icontains": form})
            return fits
        if lookup in SEVERAL:
            values = [read_value(name, field, one) for one in read_values(name, text)]
            return Q(**{f"{base}__in": values})
        return Q(**{f"{base}__{lookup or 'exact'}": read_value(name, field, text)})

    @staticmethod
    def one_of(name: str, field: Any, texts: list[str]) -> Q:
        """The condition of things that a foreign key may lead to: by id, or by translation key."""
        keys = [as_key(one, field.related_model) for one in texts]
        ids = [
            read_value(name, field.target_field, one)
            for one, key in zip(texts, keys, strict=True)
            if key is None
        ]
        by_id = Q(pk__in=ids)
        known = [key for key in keys if key is not None]
        return by_id | Q(translation_key__in=known) if known else by_id


class StableOrdering(StockOrderingFilter):
    """``?order=a,-b``: items without a value come last, and no two items have the same place."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        text = request.GET.get("order", "")
        if "random" in text.split(","):
            shuffled: QuerySet[Any] = super().filter_queryset(request, queryset, view)
            return shuffled
        fields = view.sortable(queryset.model)
        keys = []
        for part in text.split(",") if text else []:
            name = part.removeprefix("-")
            if name not in fields:
                raise BadParameter("order", unknown(name, fields, "field"))
            keys.append((name, part.startswith("-")))
        view.keys = keys = view.sort_keys(keys)
        return queryset.order_by(*in_order(queryset.model, keys, view.sort_language))


OrderKeys = list[tuple[str, bool]]


def in_order(
    model: type[models.Model], keys: OrderKeys, language: str, backwards: bool = False
) -> list[Any]:
    """The arguments of ``order_by`` for an order; null comes last, ``backwards`` reverses it all.

    Text has the collation of the language.
    """
    return [_ordered(sort_column(model, name, language), down, backwards) for name, down in keys]


def _ordered(column: Any, down: bool, backwards: bool) -> Any:
    if backwards:
        return column.asc(nulls_first=True) if down else column.desc(nulls_first=True)
    return column.desc(nulls_last=True) if down else column.asc(nulls_last=True)


def after(
    model: type[models.Model],
    keys: OrderKeys,
    values: list[Any],
    language: str,
    backwards: bool = False,
) -> Q:
    """The condition for items behind a position in an order, or in front of it (``backwards``).

    ``values`` are those of the position. Text is compared by the collation of :func:`in_order`,
    under which only equal texts have the same position.
    """
    behind = Q(pk__in=[])
    same = Q()
    for (name, down), value in zip(keys, values, strict=True):
        less = down != backwards
        if value is None:
            step = Q(**{f"{name}__isnull": False}) if backwards else Q(pk__in=[])
        else:
            column = sort_column(model, name, language)
            step = Q(LessThan(column, value) if less else GreaterThan(column, value))
            if not backwards:
                step |= Q(**{f"{name}__isnull": True})
        behind |= same & step
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return behind


class Found(list[Match]):
    """The matches of a search, best first, in place of a queryset."""

    #: The order, as a cursor has it: a newer page stands before an older one as near.
    keys: OrderKeys = [("tier", False), ("score", False), ("pk", True)]

    def count(self, *_: Any) -> int:
        return len(self)

    @property
    def matching(self) -> int:
        """How many have the words themselves; the others have related ones."""
        return sum(match.tier == 0 for match in self)

    def after(self, values: list[Any], backwards: bool = False) -> Found:
        """The matches behind a place, or those in front of it, the nearest to it first
        (``backwards``). Raises ``ValueError`` for values that are no place."""
        if not self:
            return self
        tier, score, pk = values
        if not isinstance(tier, int) or not isinstance(score, int | float):
            raise ValueError("no place of a match")
        near, pk = (tier, score), type(self[0].pk)(pk)

        def is_behind(match: Match) -> bool:
            its = (match.tier, match.score)
            return its > near or (its == near and match.pk < pk)

        if backwards:
            before = (match for match in self if match.pk != pk and not is_behind(match))
            return Found(reversed(list(before)))
        return Found(match for match in self if is_behind(match))


class Search(BaseFilterBackend):
    """``?search=``: finds the same as the site's search page, best first or by ``?order=``.

    With ``?search_operator=`` only what has the words themselves.
    """

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> Any:
        operator = request.GET.get("search_operator", "and")
        if operator not in ("and", "or"):
            raise BadParameter("search_operator", "must be 'and' or 'or'")
        if "search" not in request.GET:
            return queryset
        text = request.GET["search"]
        if not plain_words(text):
            raise BadParameter("search", "needs at least one word")
        query = query_of(queryset, text, operator)
        matches = ranked(queryset, query)
        exact = "search_operator" in request.GET
        view.matches = Found(one for one in matches if not exact or one.tier == 0)
        if "order" in request.GET:
            return matching(queryset, query, 0 if exact else None)
        return view.matches


class LanguageFilter(BaseFilterBackend):
    """``?locale=`` (strict), ``?fallback=``, ``?min_state=`` and ``?include_aliases=``."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return view.wanted.select(queryset, among=view.get_base_queryset())


class TreeFilter(BaseFilterBackend):
    """``?child_of=``, ``?descendant_of=``, ``?ancestor_of=``: pages below or above a page.

    With ``?fallback=``, below or above any of its language versions.
    """

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if "child_of" in request.GET and "descendant_of" in request.GET:
            raise BadParameter("descendant_of", "can't be combined with child_of")
        for name in ("child_of", "descendant_of", "ancestor_of"):
            if name in request.GET:
                condition = Q(pk__in=[])
                for page in self.versions(name, request.GET[name], view):
                    condition |= self.place(name, page)
                queryset = queryset.filter(condition)
        return queryset

    def versions(self, name: str, text: str, view: Any) -> list[Page]:
        """The page of a parameter; by key or with ``?fallback=``, all its public versions."""
        public = view.get_base_queryset()
        if text == "root" and name != "ancestor_of":
            page = view.get_root_page()
        else:
            if key := as_key(text, Page):
                versions = list(public.filter(translation_key=key))
                if not versions:
                    raise BadParameter(name, "there is no such page")
                return versions
            pk = read_value(name, Page._meta.pk, text) if text.isdecimal() else None
            if pk is None:
                raise BadParameter(name, "takes the id of a page, or its translation key")
            page = public.filter(pk=pk).first()
            if page is None:
                raise BadParameter(name, "there is no such page")
        if len(view.wanted.languages) < 2:
            return [page]
        return list(public.filter(translation_key=page.translation_key))

    def place(self, name: str, page: Page) -> Q:
        """The condition of a parameter for one page."""
        if name == "ancestor_of":
            ends = range(page.steplen, len(page.path), page.steplen)
            return Q(path__in=[page.path[:end] for end in ends])
        below = Q(path__startswith=page.path, depth__gt=page.depth)
        return below & Q(depth=page.depth + 1) if name == "child_of" else below
