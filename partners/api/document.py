"""The OpenAPI 3.1 document of the API, made from the endpoints of the router.

Serializer fields and blocks are described by their ``shape``, model fields by their type,
parameters by the endpoint's filters. A field without any description may be anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from rest_framework import fields as drf
from rest_framework.relations import ManyRelatedField
from rest_framework.serializers import BaseSerializer
from wagtail.api.v2 import serializers as stock
from wagtail.coreutils import get_content_languages
from wagtail.documents.api.v2.serializers import DocumentDownloadUrlField
from wagtail.models import Page

from ..conf import conf
from ..items import shapes, streams
from ..items.richtext import FORMATS
from ..items.schema import (
    Components,
    Schema,
    any_of,
    array,
    closed,
    nullable,
    one_of,
    summary,
)
from ..public.translations import STATES
from . import cooperations, deprecation, filters, terms
from .endpoint import OUTPUT, Endpoint
from .errors import PROBLEM
from .fields import Related, RelatedMany, StreamValues
from .renderers import LinkedDataRenderer
from .serializers import PageSerializer

#: Fields of Wagtail and of REST framework that have one shape everywhere.
SHAPES: dict[type, Any] = {
    stock.PageLocaleField: shapes.Language,
    stock.DetailUrlField: shapes.Url,
    stock.TagsField: list[str],
    DocumentDownloadUrlField: shapes.Url,
    drf.BooleanField: bool,
    drf.UUIDField: shapes.Uuid,
    drf.IntegerField: int,
    drf.FloatField: float,
    drf.DecimalField: str,
    drf.CharField: str,
    drf.DateField: shapes.Day,
    drf.TimeField: str,
    drf.DurationField: str,
}

SELECTED = "The same list with the fields that are selected."
SELECTED_DETAIL = "One by its id, with the fields that are selected."
#: Refusals of all endpoints, by status.
REFUSALS = {
    "400": "A parameter or its value can't be read.",
    "404": "There is none, or it isn't public; or no such language or format.",
    "405": "Only GET, HEAD and OPTIONS are served.",
    "406": "No media type that is accepted is served.",
}
#: What a server in front of the site may answer; the body is its own.
IN_FRONT = {
    "429": "These were too many questions in a short time.",
    "503": "The site is away for a while.",
}
#: The headers of answers: what they say, and the schema of their value.
HEADERS: dict[str, tuple[str, Schema]] = {
    "Allow": ("The methods that are served.", {"type": "string"}),
    "Cache-Control": ("How long a cache may answer without asking (RFC 9111).", {"type": "string"}),
    "Content-Language": ("The languages of the items.", {"type": "string"}),
    "Deprecation": ("Since when this is deprecated (RFC 9745).", {"type": "string"}),
    "Sunset": ("From when this is no longer served (RFC 8594).", {"type": "string"}),
    "ETag": (
        "Names this answer; `If-None-Match` with it asks whether it has changed (RFC 9110).",
        {"type": "string"},
    ),
    "Link": ("The pages of the list beside this one, as in `meta` (RFC 8288).", {"type": "string"}),
    "Retry-After": (
        "When to ask again: a number of seconds, or a moment (RFC 9110).",
        {"type": "string"},
    ),
}


class Items:
    """The schemas of the items of a router's endpoints."""

    def __init__(self, router: Any, components: Components) -> None:
        self.router, self.components = router, components

    def whole(self, view: Any) -> Schema:
        """The whole items of a view: each of one type, which its ``type`` tells."""
        return one_of("type", {_label(one): self.item(view, one) for one in whole_models(view)})

    def item(self, view: Any, model: Any) -> Schema:
        """A reference to an item of a model with all its fields."""
        made = self.build(view, model, [("*", False, None)], show_details=True)
        for part in (made, made["properties"].get("meta", {})):
            if "type" in part.get("properties", {}):
                part["properties"]["type"] = {"type": "string", "const": _label(model)}
        return self.components.named(model._meta.label, {**made, **summary(model)})

    def listed(self, view: Any, model: Any) -> Schema:
        """A reference to an item of a model with the default fields of a list."""
        default = set(view.get_listing_default_fields(model))
        if default == set(view.get_available_fields(model)):
            return self.item(view, model)
        made = self.build(view, model, [])
        return self.components.named(f"{model._meta.label}.listed", made)

    def selected(self, view: Any, model: Any) -> Schema:
        """A reference to an item of a model, or of one derived from it, with selected fields."""
        made = self.build(view, model, [("*", False, None)], show_details=True)
        loose = self.components.selected({**made, **summary(model)})
        return self.components.named(f"{model._meta.label}.selected", loose)

    def build(self, view: Any, model: Any, fields: Any, **options: Any) -> Schema:
        """The schema of the serializer that a view makes for a selection of fields."""
        made = view._get_serializer_class(self.router, model, fields, **options)
        return self.serializer(made(context={"router": self.router}))

    def serializer(self, serializer: BaseSerializer) -> Schema:
        """The schema of the items of a serializer of Wagtail's API: fields, some in ``meta``."""
        model = serializer.Meta.model
        body: dict[str, Schema] = {}
        meta: dict[str, Schema] = {}
        for name, field in serializer.fields.items():
            if name == "detail_url" and not self.router.get_object_detail_urlpath(model, 1):
                continue
            target = meta if name in serializer.meta_fields else body
            target[name] = self.field(field, model)
        first = {"id": body.pop("id")} if "id" in body else {}
        if isinstance(serializer, PageSerializer) and "type" in meta:
            first["type"] = meta["type"]
        inner = {"meta": closed(meta, list(meta))} if meta else {}
        properties = {**first, **inner, **body}
        return closed(properties, list(properties))

    def field(self, field: Any, model: Any) -> Schema:
        """The schema of one field."""
        column = _column(model, field.field_name)
        if isinstance(field, (stock.TypeField, stock.PageTypeField)):
            return {"type": "string", "enum": sorted(_labels(model))}
        if hasattr(field, "shape"):
            return self.components.of(field.shape)
        if isinstance(field, StreamValues):
            return streams.block_schema(column.stream_block, self.components)
        if isinstance(field, Related):
            return nullable(self.nested(field))
        if isinstance(field, RelatedMany):
            return array(self.nested(field))
        if isinstance(field, drf.ReadOnlyField):
            fixed = getattr(model, field.source or "", None)
            return {"type": "string", "const": fixed} if isinstance(fixed, str) else {}
        if isinstance(field, ManyRelatedField):
            return array({})
        if isinstance(field, drf.DateTimeField):
            made: Schema = {"type": "string", "format": "date-time"}
        elif isinstance(field, drf.ChoiceField) and not isinstance(field, drf.MultipleChoiceField):
            blank = [""] if column is not None and column.blank else []
            made = {"enum": [value for value in dict.fromkeys([*field.choices, *blank])]}
        else:
            known = (
                SHAPES[field_class] for field_class in type(field).__mro__ if field_class in SHAPES
            )
            made = self.components.of(next(known, Any))
        return nullable(made) if field.allow_null or getattr(column, "null", False) else made

    def nested(self, field: Any) -> Schema:
        """The schema of a nested related object."""
        made = self.serializer(field.serializer_class(context={"router": self.router}))
        label = field.serializer_class.Meta.model._meta.label
        return self.components.named(f"{label}.nested", made)


def _column(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _labels(model: Any) -> Iterable[str]:
    """The labels of a model and of the models derived from it."""
    yield f"{model._meta.app_label}.{model.__name__}"
    if issubclass(model, Page):
        for below in model.__subclasses__():
            if not below._meta.abstract and not below._meta.proxy:
                yield from _labels(below)


def _label(model: Any) -> str:
    return str(model._meta.label)


def whole_models(view: Any) -> list[Any]:
    """The models that whole items of a view have.

    Page types that nobody can create and that others derive from are no items of their own.
    """
    return [
        model
        for model in view.item_models()
        if getattr(model, "is_creatable", True) or not model.__subclasses__()
    ]


#: What a filter by a column asks.
HOW = {
    "": "is this",
    "gte": "is this or more",
    "lte": "is this or less",
    "in": "is one of these",
    "not": "is none of these, or isn't there",
    "exists": "is there, or isn't",
    "contains": "contains this, in any case",
}


def several(items: Schema, **more: Any) -> Schema:
    """The schema of a parameter with values separated by commas."""
    return array(items, minItems=1, **more)


def parameter_descriptions(view: Any) -> dict[str, tuple[str, Schema]]:
    """The parameters of an endpoint by name: a sentence, and the schema of the value."""
    languages = {"enum": list(get_content_languages())}
    key = {"type": "string", "format": "uuid"}
    page = any_of([{"type": "integer", "minimum": 1}, key])
    page_or_root = any_of([*page["anyOf"], {"const": "root"}])
    formats = [renderer.format for renderer in view.formats]
    most = getattr(settings, "WAGTAILAPI_LIMIT_MAX", 20)
    date = {
        "type": "string",
        "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
    }
    filtered = cooperations.cooperation_filters()
    facts: dict[str, tuple[str, Schema]] = {
        name: (one.text, one.schema) for name, one in filtered.items() if "__" not in name
    }
    how = {"gte": "This or more.", "lte": "This or less."}
    ranges: dict[str, tuple[str, Schema]] = {
        name: (f"{one.text} {how[name.rpartition('__')[2]]}", one.schema)
        for name, one in filtered.items()
        if name.rpartition("__")[2] in how
    }
    several_facts: dict[str, tuple[str, Schema]] = {
        f"{name}__{how}": (f"{text} {what}", several(schema, maxItems=filters.MOST_VALUES))
        for name, (text, schema) in facts.items()
        for how, what in (("in", "One of these."), ("not", "None of these."))
    } | {
        f"{name}__exists": (f"Whether there is one. {text}", {"type": "boolean"})
        for name, (text, _schema) in facts.items()
    }
    types = sorted({label for model in view.listed_models() for label in _labels(model)})
    return {
        **facts,
        **several_facts,
        **ranges,
        "since": ("The beginning lies in this year, month or day (EDTF).", date),
        "since__gte": ("It began on the first day of this date or later.", date),
        "since__not": ("The beginning doesn't lie in it, or isn't known.", date),
        "since__exists": ("Whether the beginning is known.", {"type": "boolean"}),
        "since__lte": ("It began on the last day of this date or earlier.", date),
        "locale": ("Only what is really in this language.", languages),
        "fallback": (
            "What may stand in for the language asked for, in this order. Needs locale.",
            several(languages, uniqueItems=True),
        ),
        "min_state": ("Only translations of this state or a better one.", {"enum": [*STATES]}),
        "include_aliases": (
            "Whether pages that only repeat another language are listed, too.",
            {"type": "boolean", "default": False},
        ),
        "type": ("Only pages of these types, with the filters of one.", several({"enum": types})),
        "fields": (
            "Fields to add, or with a minus to leave out; `*` all of them, `_` none at the "
            f"beginning; parts of a field in brackets, {conf().max_depth} deep: "
            "`_,id,title,organisation(name,address(city))`.",
            {"type": "string", "examples": ["*", "_,id,title", "-title"]},
        ),
        "limit": (
            "How many items."
            + (
                f" More than {most} only with `fields=_` and nothing but "
                f"{', '.join(sorted(view.column_names))}."
                if most and view.columns_limit > most
                else ""
            ),
            {"type": "integer", "minimum": 0, "default": min(20, most or 20)}
            | ({"maximum": max(most, view.columns_limit)} if most else {}),
        ),
        "offset": (
            "How many items to pass over.",
            {"type": "integer", "minimum": 0, "maximum": conf().max_offset, "default": 0},
        ),
        "cursor": ("From meta.next or meta.previous: where to go on.", {"type": "string"}),
        "search": (
            "Words to look for.",
            {"type": "string", "minLength": 1},
        ),
        "search_operator": (
            "Whether all words must be found or any of them.",
            {"enum": ["and", "or"], "default": "and"},
        ),
        "rich_text_format": (
            "What rich text is given as.",
            {"enum": list(FORMATS), "default": FORMATS[0]},
        ),
        "renditions": ("Sizes of images to give.", several({"enum": list(conf().renditions)})),
        "format": ("The format of the answer.", {"enum": formats, "default": formats[0]}),
        "_": ("Anything; it keeps caches from answering.", {"type": "string"}),
        "child_of": ("Only pages directly below this one.", page_or_root),
        "descendant_of": ("Only pages below this one.", page_or_root),
        "ancestor_of": ("Only pages above this one.", page),
        "translation_of": (
            "Only versions of this page in other languages.",
            any_of([page["anyOf"][0], {"const": "root"}]),
        ),
        "html_path": ("The address of the page, or its path.", {"type": "string"}),
        "slug": ("The last part of the address.", {"type": "string"}),
        "id": ("The id.", {"type": "integer", "format": "int64"}),
    }


class Operations:
    """The operations of one endpoint."""

    def __init__(self, name: str, view: Any, items: Items) -> None:
        self.name, self.view, self.items = name, view, items
        self.components = items.components
        self.known = parameter_descriptions(view)
        for parameter, (text, schema) in getattr(view, "described", {}).items():
            self.known[parameter] = (text, schema or {"type": "string"})

    def listing(self) -> Schema:
        view, of = self.view, self.components.of
        if hasattr(view, "answer_schema"):
            schema = view.answer_schema(self.items)
        elif hasattr(view, "shape"):
            schema = _list(of(shapes.Total), of(view.shape))
        else:
            # A list of several types has what all of them have; else it has whole items.
            listed, several_types = view.listed_models(), view.item_models()
            alike = listed == several_types
            item = self.items.listed(view, listed[0]) if alike else self.items.whole(view)
            schema = _list(of(shapes.Paging), item)
        return self.operation(
            "listing", view, self.listing_parameters(), self.answer(schema, pages=True)
        )

    def selected(self) -> Schema:
        schema = _list(self.components.of(shapes.Paging), self.any_selection())
        query = self.selecting(self.listing_parameters(selects=True))
        answers = self.answer(schema, pages=True, selects=True)
        return self.operation("selected", SELECTED, query, answers)

    def detail(self) -> Schema:
        answers = self.answer(self.items.whole(self.view))
        return self.operation("detail", "One by its id.", self.detail_parameters(), answers)

    def selected_detail(self) -> Schema:
        query = self.selecting(self.detail_parameters(selects=True))
        answers = self.answer(self.any_selection(), selects=True)
        return self.operation("selected_detail", SELECTED_DETAIL, query, answers)

    def find(self) -> Schema:
        names = OUTPUT | self.view.find_query_parameters | self.view.detail_parameters
        address = {"schema": {"type": "string", "format": "uri-reference"}, "required": True}
        moved = {"302": {"description": "Where it is.", "headers": {"Location": address}}}
        found = self.answer(self.items.whole(self.view))
        found["200"]["description"] = "The one that is asked for, for who follows the redirect."
        query = [self.parameter(one) for one in sorted(names - {"fields"})]
        answers = {**found, **moved}
        return self.operation("find", "Leads to the one that is asked for.", query, answers)

    def any_selection(self) -> Schema:
        """The schema of an item with the fields that ``?fields=`` selects."""
        return any_of([self.items.selected(self.view, one) for one in self.view.item_models()])

    def detail_parameters(self, selects: bool = False) -> list[Schema]:
        names = OUTPUT | self.view.detail_parameters
        pk = {
            "name": "pk",
            "in": "path",
            "required": True,
            "description": "The id.",
            "schema": {"type": "integer", "minimum": 0},
        }
        return [pk, *(self.parameter(one) for one in sorted(names) if selects or one != "fields")]

    @staticmethod
    def selecting(query: list[Schema]) -> list[Schema]:
        """The parameters of a selection, which is never linked data."""
        query = [one for one in query if one["name"] != "format"]
        return [{**one, "required": True} if one["name"] == "fields" else one for one in query]

    def answer(self, schema: Schema, pages: bool = False, selects: bool = False) -> Schema:
        headers = {name: _header(name) for name in ("ETag", "Cache-Control")}
        if "locale" in self.view.detail_parameters:
            headers["Content-Language"] = _header("Content-Language")
        if pages and "cursor" in self.view.listing_parameters(self.view.model):
            headers["Link"] = _header("Link")
        content = {"application/json": {"schema": schema}}
        if LinkedDataRenderer in self.view.formats and not selects:
            content[LinkedDataRenderer.media_type] = {"schema": {"type": "object"}}
        return {
            "200": {"description": "The answer.", "headers": headers, "content": content},
            "304": {
                "description": "The same as the answer whose `ETag` is in `If-None-Match`.",
                "headers": {name: _header(name) for name in ("ETag", "Cache-Control")},
            },
        }

    def operation(
        self,
        action: str,
        documented: Any,
        query: list[Schema],
        answers: Schema,
    ) -> Schema:
        text = documented if isinstance(documented, str) else summary(documented)["description"]
        going = deprecation.of_endpoint(self.name)
        if going or any("deprecated" in one for one in query):
            shown = {name: _header(name) for name in ("Deprecation", "Sunset")}
            told = answers["200"]
            answers = {**answers, "200": {**told, "headers": {**told["headers"], **shown}}}
        return {
            **({"deprecated": True, "description": going.text} if going else {}),
            "operationId": f"{self.name}_{action}",
            "tags": [self.name],
            "summary": text,
            "parameters": query,
            "responses": {**answers, **self.errors()},
        }

    def sent(self) -> Schema:
        """The listing asked by POST: its parameters stand in the body."""
        made = self.listing()
        query = made.pop("parameters")
        body = closed({one["name"]: one["schema"] for one in query}, [])
        form = {"application/x-www-form-urlencoded": {"schema": body}}
        wrong = {PROBLEM: {"schema": self.components.of(shapes.Problem)}}
        return {
            **made,
            "operationId": f"{self.name}_sent",
            "requestBody": {"content": form, "required": True},
            "responses": {
                **made["responses"],
                "415": {"description": "The body is of another type.", "content": wrong},
            },
        }

    def errors(self) -> Schema:
        """The refusals of this API as problems, and those of a server in front of it."""
        problem = {PROBLEM: {"schema": self.components.of(shapes.Problem)}}
        later = {"headers": {"Retry-After": _header("Retry-After")}}
        refusals = {**REFUSALS, **self.view.refusals}
        allowed = {"headers": {"Allow": _header("Allow")}}
        more = {"405": allowed, "503": later}
        own = {
            status: {"description": text, **more.get(status, {}), "content": problem}
            for status, text in refusals.items()
        }
        in_front = {status: {"description": text, **later} for status, text in IN_FRONT.items()}
        return dict(sorted({**in_front, **own}.items()))

    def listing_parameters(self, selects: bool = False) -> list[Schema]:
        found: dict[str, Schema] = {}
        where: dict[str, list[str]] = {}
        every = self.view.listed_models()
        for model in every:
            columns = filters.filterable(self.view, model)
            for name in sorted(self.view.listing_parameters(model)):
                one = self.parameter(name, columns)
                if name == "order":
                    one["schema"] = self.order(every)
                schema = any_of([found[name]["schema"], one["schema"]]) if name in found else {}
                found[name] = {**one, **({"schema": schema} if schema else {})}
                where.setdefault(name, []).append(model._meta.label)
        for name, labels in where.items():
            if len(labels) < len(every):
                found[name]["description"] += f" With `type={'`, `type='.join(labels)}`."
        return [found[name] for name in sorted(found) if selects or name != "fields"]

    def order(self, every: list[Any]) -> Schema:
        view = self.view()
        names = sorted({name for model in every for name in view.sortable(model)})
        return several({"enum": [*names, *(f"-{name}" for name in names), "random"]})

    def parameter(self, name: str, columns: dict[str, Any] | None = None) -> Schema:
        """A query parameter: one of ``parameter_descriptions``, or a filter by a column."""
        base, _, lookup = name.partition("__")
        own = name in self.view.own_parameters or not (columns and base in columns)
        if name == "order":
            schema: Schema = {}
            text = "Fields to sort by, with a minus the other way round."
        elif own and name in self.known:
            text, schema = self.known[name]
        elif columns and base in columns:
            schema = filters.value_schema(columns[base])
            if lookup in filters.SEVERAL:
                schema = several(schema, maxItems=filters.MOST_VALUES)
            elif lookup == "exists":
                schema = {"type": "boolean"}
            elif lookup == "contains":
                schema = {"type": "string", "minLength": 1, "pattern": r"\S"}
            text = f"Only items whose {base} {HOW[lookup]}."
        elif self.view.model and (column := _column(self.view.model, name)):
            text, schema = f"The {name}.", filters.value_schema(column)
        else:
            text, schema = "", {"type": "string"}
        listed = schema.get("type") == "array" or name == "order"
        style = {"style": "form", "explode": False} if listed else {}
        if going := deprecation.of_endpoint(self.name, name):
            text, style = f"{text} {going.text}".strip(), {**style, "deprecated": True}
        return {"name": name, "in": "query", "description": text, "schema": schema, **style}


def title(site_name: str) -> str:
    """The title of the API of a site."""
    return f"{site_name or 'Site'}: API"


def _list(meta: Schema, item: Schema) -> Schema:
    """The schema of a listing."""
    return closed({"meta": meta, "items": array(item)}, ["meta", "items"])


def _header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


def openapi_document(router: Any, address: str, site_name: str = "") -> Schema:
    """The OpenAPI document of a router's endpoints; ``address`` is where the router is mounted.

    ``site_name`` is the name of the site, and the source of its texts where no other is set.

    Endpoints that don't derive from :class:`Endpoint` are left out.
    """
    components = Components()
    items = Items(router, components)
    paths: dict[str, Any] = {}
    tags = []
    for name, view in router._endpoints.items():
        if not issubclass(view, Endpoint):
            continue
        tags.append({"name": name, **summary(view)})
        operations = Operations(name, view, items)
        for pattern in view.get_urlpatterns():
            route = str(pattern.pattern).replace("<int:pk>", "{pk}")
            if describe := getattr(operations, str(pattern.name), None):
                paths[f"/{name}/{route}"] = {"get": describe()}
                if getattr(view, "takes_post", False):
                    paths[f"/{name}/{route}"]["post"] = operations.sent()
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": title(site_name),
            "version": "2",
            "description": (
                "An item has everything that its schema requires, and its `type` tells which it "
                "is. Which fields it has can be selected with `fields`: at the addresses that end "
                "in `selected/`, which have types of their own, or, as Wagtail has it, at the "
                "others. A parameter that isn't listed here, or that comes twice, is refused. "
                + terms.sentences(site_name)
            ),
            **terms.described(),
        },
        "servers": [{"url": address}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "headers": {
                name: {"description": text, "schema": schema}
                for name, (text, schema) in sorted(HEADERS.items())
            },
        },
    }
    # Lazy translations become text.
    plain: Schema = json.loads(json.dumps(made, cls=DjangoJSONEncoder))
    return plain
