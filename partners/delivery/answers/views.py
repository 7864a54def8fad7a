"""The endpoints of the API, answered from rows of the shelf where these have what is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.v2.filters import TranslationOfFilter
from wagtail.api.v2.utils import page_models_from_string
from wagtail.models import Page, get_page_models

from ...api import filters, selection
from ...api.computed import is_momentary_class
from ...api.cooperations import CooperationsAPIViewSet as Cooperations
from ...api.cooperations import FactFilter
from ...api.endpoint import NOT_THERE, Endpoint
from ...api.fields import FieldSelection
from ...api.keepable import momentary
from ...api.language import PARAMETERS, Wanted
from ...api.locales import LocalesAPIViewSet as Locales
from ...api.payload import model_of
from ...api.renderers import dumps
from ...api.views import DocumentsAPIViewSet as Documents
from ...api.views import ImagesAPIViewSet as Images
from ...api.views import PagesAPIViewSet as Pages
from ...conf import conf
from ...public.translations import STATES
from ..models import Item
from ..shelf.items import is_stored, make_payloads
from ..shelf.rows import Row, public_pages_by_rows, public_rows, rows_of_pages
from ..shelf.version import Version, neutral_request_for, site_id_for, version_for
from .recipes import Form, Recipe, item_in_form


class FromShelf(Endpoint):
    """An endpoint that takes from the shelf which pages are public, while the shelf is usable."""

    @cached_property
    def version(self) -> Version:
        """The version that this answer is made from."""
        return version_for(self.request)

    @cached_property
    def site(self) -> int | None:
        """The id of the site that is asked."""
        return site_id_for(self.request)

    @property
    def uses_shelf(self) -> bool:
        """Whether this answer is made from the shelf."""
        return conf().languages and self.version.usable

    #: Whether something in the answer was computed that may be another at any moment.
    is_momentary = False

    @cached_property
    def asked_by(self) -> Any:
        # Answers are kept for everybody.
        if conf().languages and self.site is not None:
            return neutral_request_for(self.request, self.request.wagtailapi_router)
        return super().asked_by

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        self.is_momentary |= is_momentary_class(type(getattr(serializer, "child", serializer)))
        return serializer

    def get_serializer_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_serializer_context()
        return {**context, "request": self.asked_by} if conf().languages else context

    def address(self) -> str:
        key = ("address", self.site)
        url: str | None = self.version.lasting.get(key)
        return url or self.version.remember(key, super().address(), lasting=True)

    @cached_property
    def public_pages(self) -> QuerySet[Page]:
        if self.uses_shelf:
            return public_pages_by_rows(self.site)
        pages: QuerySet[Page] = super().public_pages
        return pages

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        keys = ["api"]
        shown = getattr(self, "shown", ())
        if getattr(self, "action", None) != "detail_view" or not shown:
            # An answer that isn't the detail of one page may change with any page.
            keys.append("listings")
        keys += [f"page-{pk}" for pk in shown]
        response["Surrogate-Key"] = " ".join(keys)
        if "random" in request.GET.get("order", "").split(","):
            response["Cache-Control"] = "no-store"
        return momentary(response) if self.is_momentary else response


class ImagesAPIViewSet(FromShelf, Images):
    """Images that public pages show."""


class DocumentsAPIViewSet(FromShelf, Documents):
    """Documents that public pages offer."""


@dataclass(frozen=True)
class RowsByLanguage:
    """The choice of languages that :class:`Wanted` makes among pages, made among rows."""

    wanted: Wanted
    site: int | None

    def rows(self) -> QuerySet[Any]:
        """Of each translation family the page that answers the request; all without a language."""
        wanted = self.wanted
        rows = public_rows(self.site)
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
    """``?locale=``, ``?fallback=`` and ``?min_state=``, by the columns of rows."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if not view.uses_shelf:
            return super().filter_queryset(request, queryset, view)
        return queryset.filter(
            pk__in=RowsByLanguage(view.wanted, view.site).rows().values("page_id")
        )


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
    def uses_payloads(self) -> bool:
        """Whether stored items have everything that is asked for."""
        query = self.request.GET
        return (
            self.uses_shelf
            and query.get("rich_text_format", "html") == "html"
            and not query.get("renditions")
            and "(" not in query.get("fields", "")
            and not self.asks_many
        )

    @property
    def asks_many(self) -> bool:
        """Whether more is asked for than a list of items may have, see ``columns_limit``."""
        text = self.request.GET.get("limit", "")
        return text.isdecimal() and int(text) > self.usual_limit

    @cached_property
    def listed(self) -> QuerySet[Any]:
        if not self.uses_payloads:
            return super().listed
        return self.typed.order_by("pk")

    def count(self, queryset: QuerySet[Any]) -> int:
        if not self.uses_payloads or "search" in self.request.GET:
            return super().count(queryset)
        indifferent = ("cursor", "fields", "format", "limit", "offset", "order", "_")
        query = sorted(pair for pair in self.request.GET.items() if pair[0] not in indifferent)
        key = ("count", type(self), self.site, *query)
        number: int | None = self.version.known.get(key)
        if number is None:
            # Rows have columns for types and languages.
            by_columns = {name for name, _value in query} <= {*PARAMETERS, "type"}
            number = self.listed_rows().count() if by_columns else super().count(queryset)
            self.version.remember(key, number)
        return number

    def found_items(self, matches: list[Any]) -> list[Any]:
        return matches if self.uses_payloads else super().found_items(matches)

    def listed_rows(self) -> QuerySet[Item]:
        """The rows of the languages and types that the request asks for."""
        rows = RowsByLanguage(self.wanted, self.site).rows()
        names = self.request.GET.get("type")
        models = tuple(page_models_from_string(names) if names else [self.model])
        if Page in models:
            return rows
        types = [model._meta.label for model in get_page_models() if issubclass(model, models)]
        return rows.filter(type__in=types)

    def listing_view(self, request: Request) -> Response:
        if not self.uses_payloads:
            return super().listing_view(request)
        queryset = self.get_queryset()
        self.check_query_parameters(queryset)
        forms = self.forms(queryset.model)
        queryset = self.filter_queryset(queryset)
        if isinstance(queryset, QuerySet):
            # Only the columns that order pages are read; their items have the rest.
            queryset = queryset.values_list(*(name for name, _down in self.keys), named=True)
        ids = [row.pk for row in self.paginate_queryset(queryset)]
        rows = {row.page_id: row for row in rows_of_pages(self.site, ids)}
        if not all(self.serves_payload(row, forms) for row in rows.values()):
            # Making a few fields from the pages is faster than making whole items.
            self.uses_payloads = False
            self.__dict__.pop("listed", None)
            self.shown = [pk for pk in ids if pk in rows]
            return super().listing_view(request)
        self.make_payloads(rows.values())
        found = [rows[pk] for pk in ids if pk in rows and rows[pk].payload is not None]
        response = self.get_paginated_response(self.items_in_form(found, forms))
        meta, data = response.data["meta"], response.data["items"]
        if len(data) == len(ids) and not self.linked_data and not self.is_momentary:
            head = dumps({"meta": meta})[:-1] + b',"items":['
            response.recipe = Recipe(self.site, ids, forms, self.wanted.requested, head, b"]}")
        return response

    def detail_view(self, request: Request, pk: int) -> Response:
        if not self.uses_payloads:
            return super().detail_view(request, pk)
        # A larger id doesn't fit the column.
        rows = rows_of_pages(self.site, [pk]) if pk < 2**63 else []
        self.make_payloads(rows)
        row = next((row for row in rows if row.payload is not None), None)
        if row is None or not issubclass(model_of(row.type), self.model):
            raise Http404(NOT_THERE)
        if self.wanted.languages and row.served not in self.wanted.languages:
            wanted = ", ".join(self.wanted.languages)
            raise Http404(f"This page is in {row.served}, not in {wanted}")
        forms = self.forms(model_of(row.type), show_details=True)
        (data,) = self.items_in_form([row], forms)
        response = Response(data)
        if not self.linked_data and not self.is_momentary:
            response.recipe = Recipe(self.site, [pk], forms, self.wanted.requested)
        return response

    def resolved(self, data: list[Any]) -> list[Any]:
        return data if self.uses_payloads else super().resolved(data)

    def make_payloads(self, rows: Iterable[Row]) -> None:
        """Make and store the payloads that these rows lack."""
        rows = list(rows)
        make_payloads(rows, self.request, self.request.wagtailapi_router, self.address())
        self.is_momentary |= any(row.momentary for row in rows)

    def forms(self, model: Any, show_details: bool = False) -> dict[str, Form]:
        """The forms of items by type; the one of "" is for all other types."""
        selected = selection.parsed(self.request.GET.get("fields", ""))
        return {"": self.form(model, selected, show_details)}

    def serves_payload(self, row: Row, forms: dict[str, Form]) -> bool:
        """Whether a row has a payload, or so many fields are selected that it is worth making."""
        form = forms.get(row.type) or forms[""]
        if form.is_listed_whole and form.type == row.type:
            return True
        # A search finds other pages each time, so what it lacks is made for those that come next.
        made = row.payload is not None or "search" in self.request.GET
        return made and is_stored(row.type, self.request.wagtailapi_router)

    def form(self, model: Any, selected: FieldSelection, show_details: bool = False) -> Form:
        """The form that a selection of fields gives items of a type."""
        key = ("form", type(self), model, repr(selected), show_details)
        form: Form | None = self.version.lasting.get(key)
        if form is None:
            router = self.request.wagtailapi_router
            made = self._get_serializer_class(router, model, selected, show_details=show_details)
            known = self.get_available_fields(model)
            names = tuple(name for name in known if name in made.Meta.fields)
            form = Form(
                type=model._meta.label,
                names=names,
                meta=frozenset(made.meta_fields),
                lacks=frozenset(known) - set(names),
                is_listed_whole=set(names) >= set(known) - set(self.detail_only_fields),
            )
            self.version.remember(key, form, lasting=True)
        return form

    def items_in_form(self, rows: list[Row], forms: dict[str, Form]) -> list[Any]:
        """The items of rows as this request asks for them, see :func:`item_in_form`."""
        self.served = [row.served for row in rows]
        self.shown = [row.page_id for row in rows]
        requested = self.wanted.requested
        if self.linked_data:
            return [orjson.loads(row.json(requested)) for row in rows]
        return [item_in_form(row, forms, requested) for row in rows]

    def languages_served(self, data: Any) -> list[str]:
        return getattr(self, "served", None) or super().languages_served(data)


class CooperationsAPIViewSet(PagesAPIViewSet, Cooperations):
    """Partners, networks and exchanges, each with the fields of its kind."""

    backends = (FactFilter, *PagesAPIViewSet.backends)

    def forms(self, model: Any, show_details: bool = False) -> dict[str, Form]:
        return {
            kind._meta.label: self.form(kind, selected, show_details)
            for kind, selected in self.selections().items()
        }

    def serializers(self, shown: Collection[Any]) -> dict[Any, Any]:
        made: dict[Any, Any] = super().serializers(shown)
        self.is_momentary |= any(is_momentary_class(type(one)) for one in made.values())
        return made


class LocalesAPIViewSet(FromShelf, Locales):
    """The languages of the site."""
