"""The endpoints of the API, answered from the shelf where it has what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from django.apps import apps
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.v2.filters import TranslationOfFilter
from wagtail.api.v2.utils import (
    BadRequestError,
    page_models_from_string,
    parse_fields_parameter,
)
from wagtail.models import Page, get_page_models

from ...api import filters
from ...api.cooperations import CooperationsAPIViewSet as Cooperations
from ...api.cooperations import FactFilter
from ...api.language import PARAMETERS, Wanted
from ...api.locales import LocalesAPIViewSet as Locales
from ...api.payload import payloads, whole_pages
from ...api.renderers import dumps
from ...api.views import DocumentsAPIViewSet as Documents
from ...api.views import Endpoint
from ...api.views import ImagesAPIViewSet as Images
from ...api.views import PagesAPIViewSet as Pages
from ...conf import conf
from ...public.translations import STATES
from ..models import Item
from ..shelf import version as shelf
from ..shelf.version import Row
from .recipes import Form, Recipe, asked, shaped


class FromShelf(Endpoint):
    """Takes what is public from the shelf, as long as that is up to date."""

    @cached_property
    def version(self) -> shelf.Version:
        """The version that this answer is made from."""
        return shelf.of(self.request)

    @cached_property
    def site(self) -> int | None:
        """The site that is asked."""
        return shelf.site_id(self.request)

    @property
    def shelved(self) -> bool:
        """Whether the shelf may be asked."""
        return conf().languages and self.version.usable

    def address(self) -> str:
        name = ("address", self.site)
        url: str | None = self.version.lasting.get(name)
        return url or self.version.remember(name, super().address(), lasting=True)

    @cached_property
    def public_pages(self) -> QuerySet[Page]:
        if self.shelved:
            return shelf.pages_on_shelf(self.site)
        pages: QuerySet[Page] = super().public_pages
        return pages

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        keys = ["api"]
        shown = getattr(self, "shown", ())
        if getattr(self, "action", None) != "detail_view" or not shown:
            # Whatever changes, an answer that is no single page's may be another.
            keys.append("listings")
        keys += [f"page-{pk}" for pk in shown]
        response["Surrogate-Key"] = " ".join(keys)
        if "random" in request.GET.get("order", "").split(","):
            response["Cache-Control"] = "no-store"
        return response


class ImagesAPIViewSet(FromShelf, Images):
    """Images that public pages show."""


class DocumentsAPIViewSet(FromShelf, Documents):
    """Documents that public pages offer."""


@dataclass(frozen=True)
class Chosen:
    """The rows that answer a request for a language: :class:`Wanted`, asked of the shelf."""

    wanted: Wanted
    site: int | None

    def rows(self) -> QuerySet[Any]:
        """Of each page the one version that answers the request, or all, without a language."""
        wanted = self.wanted
        rows = shelf.on_shelf(self.site)
        if not wanted.include_aliases:
            rows = rows.filter(repeats=False)
        good = STATES[STATES.index(wanted.min_state) :]
        if len(good) < len(STATES):
            rows = rows.filter(state__in=good)
        if not wanted.languages:
            return rows
        rows = rows.filter(locale__in=wanted.languages)
        if len(wanted.languages) == 1:
            return rows
        ranks = [When(locale=code, then=Value(rank)) for rank, code in enumerate(wanted.languages)]
        ranked = rows.annotate(language_rank=Case(*ranks))
        better = ranked.filter(
            translation_key=OuterRef("translation_key"), language_rank__lt=OuterRef("language_rank")
        )
        return ranked.filter(~Exists(better))


class LanguageFilter(filters.LanguageFilter):
    """``?locale=`` and what belongs to it, by the columns of the shelf."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if not view.shelved:
            return super().filter_queryset(request, queryset, view)
        return queryset.filter(pk__in=Chosen(view.wanted, view.site).rows().values("page_id"))


Selection = Sequence[tuple[str, bool, Any]]


class PagesAPIViewSet(FromShelf, Pages):
    """Pages that everybody may read, of all languages of the site."""

    backends: tuple[Any, ...] = (
        filters.LookupFilter,
        filters.TreeFilter,
        TranslationOfFilter,
        LanguageFilter,
        filters.StableOrdering,
        filters.Search,
    )

    @cached_property
    def whole(self) -> bool:
        """Whether stored items have all that is asked for."""
        query = self.request.GET
        return (
            self.shelved
            and query.get("rich_text_format", "html") == "html"
            and not query.get("renditions")
            and "(" not in query.get("fields", "")
            and "search" not in query
        )

    @cached_property
    def listed(self) -> QuerySet[Any]:
        if not self.whole:
            return super().listed
        return self.typed.order_by("pk")

    def count(self, queryset: QuerySet[Any]) -> int:
        if not self.whole:
            return super().count(queryset)
        beside = ("cursor", "fields", "format", "limit", "offset", "order", "_")
        query = sorted(pair for pair in self.request.GET.items() if pair[0] not in beside)
        key = ("count", type(self), self.site, *query)
        number: int | None = self.version.known.get(key)
        if number is None:
            # Types and languages stand in the rows.
            simple = {name for name, _value in query} <= {*PARAMETERS, "type"}
            number = self.rows_listed().count() if simple else super().count(queryset)
            self.version.remember(key, number)
        return number

    def rows_listed(self) -> QuerySet[Item]:
        """The rows of the pages in this language and of these types."""
        rows = Chosen(self.wanted, self.site).rows()
        names = self.request.GET.get("type")
        models = tuple(page_models_from_string(names) if names else [self.model])
        if Page in models:
            return rows
        types = [model._meta.label for model in get_page_models() if issubclass(model, models)]
        return rows.filter(type__in=types)

    def listing_view(self, request: Request) -> Response:
        if not self.whole:
            return super().listing_view(request)
        queryset = self.get_queryset()
        self.check_query_parameters(queryset)
        forms = self.forms(queryset.model)
        queryset = self.filter_queryset(queryset)
        if isinstance(queryset, QuerySet):
            # Of a page nothing is read but what orders it: the item has the rest.
            queryset = queryset.values_list(*(name for name, _down in self.keys), named=True)
        ids = [row.pk for row in self.paginate_queryset(queryset)]
        items = self.rows(ids)
        if not all(self.makes(item, forms) for item in items.values()):
            # A part of these pages is made faster than all of them.
            self.whole = False
            self.__dict__.pop("listed", None)
            return super().listing_view(request)
        self.fill(items.values())
        found = [items[pk] for pk in ids if pk in items and items[pk].payload is not None]
        response = self.get_paginated_response(self.present(found, forms))
        meta, data = response.data["meta"], response.data["items"]
        if len(data) == len(ids) and not self.linked_data:
            head = dumps({"meta": meta})[:-1] + b',"items":['
            response.recipe = Recipe(self.site, ids, forms, self.wanted.requested, head, b"]}")
        return response

    def detail_view(self, request: Request, pk: int) -> Response:
        if not self.whole:
            return super().detail_view(request, pk)
        item = self.items([pk]).get(pk) if pk < 2**63 else None
        if item is None or not self.answers_for(item):
            raise Http404(f"No {self.model._meta.object_name} matches the given query.")
        if self.wanted.languages and item.served not in self.wanted.languages:
            asked = ", ".join(self.wanted.languages)
            raise Http404(f"This page is in {item.served}, not in {asked}")
        forms = self.forms(apps.get_model(item.type), show_details=True)
        (data,) = self.present([item], forms)
        response = Response(data)
        if not self.linked_data:
            response.recipe = Recipe(self.site, [pk], forms, self.wanted.requested)
        return response

    def answers_for(self, item: Row) -> bool:
        """Whether an item is one of this endpoint's."""
        return issubclass(apps.get_model(item.type), self.model)

    def resolved(self, data: list[Any]) -> list[Any]:
        return data if self.whole else super().resolved(data)

    def items(self, ids: list[int]) -> dict[int, Row]:
        """The rows of these pages by id, each with its payload."""
        found = self.rows(ids)
        self.fill(found.values())
        return {pk: item for pk, item in found.items() if item.payload is not None}

    def rows(self, ids: list[int]) -> dict[int, Row]:
        """The rows of these pages by id, as they are."""
        return {row.page_id: row for row in shelf.of_pages(self.site, ids)}

    def fill(self, items: Iterable[Item | Row]) -> None:
        """Make the payloads that these rows lack, and keep them.

        A row whose page is gone by now stays without.
        """
        empty = [item for item in items if item.payload is None]
        if not empty:
            return
        made = self.build({item.page_id: item.type for item in empty})
        for item in empty:
            if item.page_id in made:
                item.payload = dumps(made[item.page_id]).decode()
        shelf.keep([item for item in empty if item.payload is not None])

    def build(self, types: dict[int, str]) -> dict[int, dict[str, Any]]:
        """Whole items of pages, made from the pages, from their types by id."""
        request = self.request
        return payloads(
            whole_pages(types),
            request,
            self.public_pages,
            request.wagtailapi_router,
            self.address(),
        )

    def forms(self, model: Any, show_details: bool = False) -> dict[str, Form]:
        """The form of items by type; that of "" is for every other one."""
        try:
            selection = parse_fields_parameter(self.request.GET.get("fields", ""))
        except ValueError as error:
            raise BadRequestError(f"fields error: {error}") from error
        return {"": self.form(model, selection, show_details)}

    def makes(self, item: Row, forms: dict[str, Form]) -> bool:
        """Whether an item is there, or is worth to be made for what is asked for."""
        form = forms.get(item.type) or forms[""]
        return item.payload is not None or (form.most and form.type == item.type)

    def form(self, model: Any, selection: Selection, show_details: bool = False) -> Form:
        """What a selection of fields means for a type."""
        key = ("form", type(self), model, repr(selection), show_details)
        form: Form | None = self.version.lasting.get(key)
        if form is None:
            router = self.request.wagtailapi_router
            made = self._get_serializer_class(router, model, selection, show_details=show_details)
            known = self.get_available_fields(model)
            names = tuple(name for name in known if name in made.Meta.fields)
            form = Form(
                type=model._meta.label,
                names=names,
                meta=frozenset(made.meta_fields),
                lacks=frozenset(known) - set(names),
                most=set(names) >= set(known) - set(self.detail_only_fields),
            )
            self.version.remember(key, form, lasting=True)
        return form

    def present(self, items: list[Row], forms: dict[str, Form]) -> list[Any]:
        """Items as this request asked for them: JSON that is ready, or what it is parsed to."""
        self.served = [item.served for item in items]
        self.shown = [item.page_id for item in items]
        if self.linked_data:
            return [orjson.loads(asked(item, self.wanted.requested)) for item in items]
        return [shaped(item, forms, self.wanted.requested) for item in items]

    def languages_served(self, data: Any) -> list[str]:
        return getattr(self, "served", None) or super().languages_served(data)


class CooperationsAPIViewSet(PagesAPIViewSet, Cooperations):
    """Partners, networks and exchanges, each with the fields of its kind."""

    backends = (FactFilter, *PagesAPIViewSet.backends)

    def forms(self, model: Any, show_details: bool = False) -> dict[str, Form]:
        return {
            kind._meta.label: self.form(kind, selection, show_details)
            for kind, selection in self.selections().items()
        }


class LocalesAPIViewSet(FromShelf, Locales):
    """The languages of the site."""
