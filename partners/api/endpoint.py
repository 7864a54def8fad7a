"""What every endpoint of the API does: parameters, forms of answers, errors, nested objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.models import Page

from ..conf import conf
from ..items.references import References
from ..items.richtext import FORMATS
from ..public.pages import site_pages
from . import deprecation, filters, selection
from .errors import PROBLEM, BadParameter, UnknownParameter, problem, unknown
from .fields import DeferredRelations
from .keepable import keepable
from .pagination import KeysetPagination
from .renderers import CompactJSONRenderer, LinkedDataRenderer

#: What isn't there, and what isn't public, is answered alike.
NOT_THERE = "There is no such item, or it isn't public."
OUTPUT = frozenset(["fields", "rich_text_format", "renditions", "format", "_"])


@cache
def with_deferred_relations(endpoint: Any) -> Any:
    """An endpoint, of Wagtail's or a site's, whose nested objects refer to public things alone."""
    base = endpoint.base_serializer_class
    if issubclass(base, DeferredRelations):
        return endpoint
    mixed = type(base.__name__, (DeferredRelations, base), {})
    return type(endpoint.__name__, (endpoint,), {"base_serializer_class": mixed})


@dataclass(frozen=True)
class NestingRouter:
    """A router as Wagtail asks it for the endpoints of nested objects; all models have one."""

    router: WagtailAPIRouter

    def get_model_endpoint(self, model: Any) -> tuple[str, Any]:
        name, endpoint = self.router.get_model_endpoint(model) or ("", BaseAPIViewSet)
        return name, with_deferred_relations(endpoint)


class Endpoint(BaseAPIViewSet):
    """The base of all endpoints: compact JSON, strict parameters, and references that are loaded
    together for all items of an answer."""

    pagination_class = KeysetPagination
    #: The formats of answers, by ``?format=`` or the header ``Accept``.
    formats: tuple[Any, ...] = (CompactJSONRenderer,)
    #: The filters of a listing, applied in this order. Without our rules Wagtail's are.
    backends: tuple[Any, ...] = ()
    #: Whether its listing may be asked by POST, with the parameters in the body.
    takes_post = False
    #: Parameters that aren't filters by a field of the same name.
    own_parameters: frozenset[str] = frozenset()
    keys: list[tuple[str, bool]] = [("pk", False)]
    #: What ``?search=`` has found.
    matches: filters.Found | None = None
    #: Refusals besides those of all endpoints: the reason by status, for the OpenAPI document.
    refusals: Mapping[str, str] = MappingProxyType({})
    #: Whether this is the address of selections, which has no answer without ``?fields=``.
    selects = False

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        # Typed clients know an answer by its address: the types of whole items are exact, and a
        # selection's are not.
        select = partial(cls.as_view, selects=True)
        return [
            *super().get_urlpatterns(),
            path("selected/", select({"get": "listing_view"}), name="selected"),
            path("<int:pk>/selected/", select({"get": "detail_view"}), name="selected_detail"),
        ]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # Messages are for developers, in English; items are in their own language.
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def get_renderers(self) -> list[Any]:
        own = [renderer() for renderer in self.formats]
        return own if conf().languages else [*super().get_renderers(), *own[1:]]

    def get_renderer_context(self) -> dict[str, Any]:
        return {**super().get_renderer_context(), "indent": None}

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        endpoints = self.request.wagtailapi_router._endpoints.items()
        own = next((name for name, view in endpoints if view is type(self)), "")
        for name, text in deprecation.headers(own, request.GET).items():
            response[name] = ", ".join(filter(None, (response.get(name), text)))
        return keepable(response)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Other methods are answered 405 by REST framework, whatever their parameters.
        strict = conf().languages and request.method in ("GET", "HEAD")
        if strict:
            self.check_form(request)
            if self.selects and not request.GET.get("fields"):
                raise BadParameter("fields", "names what is selected, for example _,id,title")
        super().initial(request, *args, **kwargs)
        if strict:
            if self.linked_data and "fields" in request.GET:
                raise BadParameter("fields", "can't be combined with JSON-LD, which needs them all")
            if self.action != "listing_view":
                find = self.find_query_parameters if self.action == "find_view" else frozenset()
                self.check_known(OUTPUT | find | self.detail_parameters)

    detail_parameters: frozenset[str] = frozenset()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        try:
            return super().perform_content_negotiation(request, force)
        except Http404 as error:
            known = [one.format for one in self.formats]
            name = request.GET.get("format", "")
            raise BadParameter("format", unknown(name, known, "format")) from error

    def check_form(self, request: Request) -> None:
        """Refuse repeated and invalid parameters, before any statement."""
        if len(request.META.get("QUERY_STRING", "")) > conf().max_query:
            raise BadRequestError(f"the query is longer than {conf().max_query} characters")
        for name, values in request.GET.lists():
            if len(values) > 1:
                raise BadParameter(name, "is there more than once; give it one value")
            if "\x00" in name or "\x00" in values[0]:
                raise BadParameter(name.replace("\x00", ""), "contains a NUL character")
        depth = deepest = 0
        for character in request.GET.get("fields", ""):
            depth += {"(": 1, ")": -1}.get(character, 0)
            deepest = max(deepest, depth)
        if deepest > conf().max_depth:
            raise BadParameter("fields", f"is nested deeper than {conf().max_depth} levels")
        formats = [renderer.format for renderer in self.formats]
        if "format" in request.GET and request.GET["format"] not in formats:
            raise BadParameter("format", unknown(request.GET["format"], formats, "format"))

    @property
    def linked_data(self) -> bool:
        """Whether the answer is JSON-LD, by ``?format=jsonld`` or by the ``Accept`` header."""
        return isinstance(getattr(self.request, "accepted_renderer", None), LinkedDataRenderer)

    def check_known(self, known: Iterable[str]) -> None:
        """Refuse unknown parameters, and name the nearest known one."""
        known = set(known)
        for name in self.request.GET:
            if name not in known:
                raise UnknownParameter(name, known)

    def check_query_parameters(self, queryset: QuerySet[Any]) -> None:
        if not conf().languages:
            return super().check_query_parameters(queryset)
        return self.check_known(self.listing_parameters(queryset.model))

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        """The names of all parameters of a listing of a model."""
        own = cls.known_query_parameters | cls.own_parameters | {"cursor", "renditions"}
        # Without ?site=: the site is that of the request.
        return (own | set(filters.filter_names(cls, model))) - {"site"}

    @classmethod
    def listed_models(cls) -> list[Any]:
        """The models that ``?type=`` may name, the default first."""
        return [cls.model]

    @classmethod
    def item_models(cls) -> list[Any]:
        """The models of items."""
        return cls.listed_models()

    def sortable(self, model: Any) -> dict[str, Any]:
        """The fields that a listing can be ordered by, by name."""
        return {**filters.sortable(self, model), "id": model._meta.pk}

    def sort_keys(self, keys: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        """An order completed so that no two items have the same place."""
        named = [("pk" if name == "id" else name, down) for name, down in keys]
        return named if "pk" in dict(named) else [*named, ("pk", False)]

    @property
    def sort_language(self) -> str:
        """The language whose collation sorts texts: the requested one, or that of the site.

        Empty for the order of Wagtail's own API.
        """
        if not conf().languages:
            return ""
        wanted = getattr(self, "wanted", None)
        return (wanted and wanted.requested) or settings.LANGUAGE_CODE

    def count(self, queryset: QuerySet[Any]) -> int:
        """The number of items of a listing, on all its pages."""
        return queryset.count() if self.matches is None else len(self.matches)

    def found_items(self, matches: list[Any]) -> list[Any]:
        """The items of the matches of a search, in their order; one statement."""
        whole = self.get_queryset().in_bulk([one.pk for one in matches])
        return [whole[one.pk] for one in matches if one.pk in whole]

    #: The largest ``?limit=`` for lists of nothing but addresses and other columns.
    columns_limit = 0

    @property
    def usual_limit(self) -> int:
        """The largest ``?limit=`` for lists of items."""
        return getattr(settings, "WAGTAILAPI_LIMIT_MAX", 20) or 2**31

    @property
    def limit_max(self) -> int:
        """The largest ``?limit=`` that this request may have."""
        usual = self.usual_limit
        return max(usual, self.columns_limit) if self.has_only_columns else usual

    @cached_property
    def has_only_columns(self) -> bool:
        """Whether ``?fields=`` selects nothing that items are made for."""
        return False

    @cached_property
    def references(self) -> References:
        """The references of this answer."""
        return References(
            base=self.address(),
            pages=self.public_pages,
            text=self.resolve_rich_text_format(),
            renditions=self.renditions(),
            request=self.asked_by,
        )

    @property
    def asked_by(self) -> Any:
        """The request that blocks see."""
        return self.request._request

    def address(self) -> str:
        """The address of the request's site."""
        url: str = get_full_url(self.request, "/")
        return url.rstrip("/")

    @cached_property
    def public_pages(self) -> QuerySet[Page]:
        """The public pages of this site in all languages."""
        return site_pages(self.request)

    def renditions(self) -> list[str]:
        """The image sizes that ``?renditions=`` names."""
        names = [name for name in self.request.GET.get("renditions", "").split(",") if name]
        for name in names:
            if name not in conf().renditions:
                raise BadParameter("renditions", unknown(name, conf().renditions, "rendition"))
        return names

    def resolve_rich_text_format(self) -> str:
        if not conf().languages:
            return super().resolve_rich_text_format()
        asked = self.request.GET.get("rich_text_format", "html")
        if asked not in FORMATS:
            raise BadParameter("rich_text_format", unknown(asked, FORMATS, "format"))
        return str(asked)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "references": self.references}

    @classmethod
    def _get_serializer_class(
        cls,
        router: Any,
        model: Any,
        fields_config: Any,
        show_details: bool = False,
        nested: bool = False,
    ) -> Any:
        # Wagtail selects parts of related objects; parts of other values are selected by
        # ``DeferredRelations``.
        if not conf().languages:
            return super()._get_serializer_class(router, model, fields_config, show_details, nested)
        if not isinstance(router, NestingRouter):
            router = NestingRouter(router)
        relations = {
            field.name: field.related_model
            for field in model._meta.get_fields()
            if field.is_relation
            and field.name not in cls.get_field_serializer_overrides(model)
            and field.name not in ("locale", "alias_of")
        }
        fields_config = selection.without_meta(fields_config, cls.get_meta_fields_names(model))
        known = set(cls.get_available_fields(model))
        if not show_details:
            known -= set(cls.detail_only_fields)
        selection.check_names(fields_config, known)
        for place, (name, negated, below) in enumerate(fields_config):
            if below and name in relations:
                _name, nested_in = router.get_model_endpoint(relations[name])
                below = selection.without_meta(
                    below, nested_in.get_meta_fields_names(relations[name])
                )
                fields_config[place] = (name, negated, below)
                names = nested_in.get_available_fields(relations[name])
                selection.check_names(below, names, name)
        selections = {
            name: below
            for name, _negated, below in fields_config
            if below and name not in relations
        }
        plain = [
            (name, negated, None if name in selections else below)
            for name, negated, below in fields_config
        ]
        if selections and plain[0][0] == "*":
            plain = [one for one in plain if one[0] not in selections]
        made = super()._get_serializer_class(router, model, plain, show_details, nested)
        made.selections = selections
        if selections:
            selection.check_parts(made(context={"router": router}), selections)
        return made

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            if not conf().languages:
                return super().filter_queryset(queryset)
            for backend in self.backends if self.action == "listing_view" else ():
                queryset = backend().filter_queryset(self.request, queryset, self)
            return queryset
        except (ValueError, OverflowError, ValidationError) as error:
            raise BadRequestError(_sentence(error)) from error

    def find_object(self, queryset: QuerySet[Any], request: Request) -> Any:
        try:
            return super().find_object(queryset, request)
        except (ValueError, OverflowError) as error:
            raise BadRequestError(_sentence(error)) from error

    def handle_exception(self, exc: Exception) -> Response:
        response: Response = super().handle_exception(exc)
        response.content_type = "application/json"
        if conf().languages:
            said = str(response.data.get("message") or response.data.get("detail") or exc)
            detail = NOT_THERE if isinstance(exc, Http404) and _names_class(said) else said
            response.data = problem(response.status_code, detail, self.meant(exc, detail))
            response.content_type = PROBLEM
        return response

    def meant(self, error: Exception, detail: str) -> str | None:
        """The parameter that an error is about, None without one."""
        named: str | None = getattr(error, "name", None)
        begins = (name for name in self.request.GET if detail.startswith((f"{name} ", f"{name}:")))
        return named or next(begins, None)

    def detail_view(self, request: Request, pk: int) -> Response:
        data = dict(self.get_serializer(self.get_object()).data)
        return Response(self.references.resolve(data))

    def resolved(self, data: list[Any]) -> list[Any]:
        """Items with finished values in place of deferred ones."""
        items: list[Any] = self.references.resolve(data)
        return items

    def get_paginated_response(self, data: Any) -> Response:
        response: Response = super().get_paginated_response(self.resolved(list(data)))
        # By RFC 8288, for formats without ``meta``.
        places = [(name, response.data["meta"].get(name)) for name in ("next", "previous")]
        if links := [f'<{address}>; rel="{name}"' for name, address in places if address]:
            response.headers["Link"] = ", ".join(links)
        return response


class ListOnly(Endpoint):
    """An endpoint whose items are parts of one list and have no addresses of their own."""

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        return [path("", cls.as_view({"get": "listing_view"}), name="listing")]

    @classmethod
    def get_object_detail_urlpath(cls, model: Any, pk: Any, namespace: str = "") -> None:
        return None


def _names_class(said: str) -> bool:
    """Whether a sentence about something missing is Django's, with the name of a class in it."""
    return said.startswith("No ") and said.endswith("matches the given query.")


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
