"""The endpoints of things: what public cooperations refer to, each with its own address.

A thing is there while a public cooperation shows it, in the languages that it is published in and
that have public cooperations. It is given as cooperations give it, by its :class:`Target`: so a
person has a name here only while a consent for passing it on holds.

An app has its own by a class with its model; a :class:`Target` must be registered for that:

    class VenuesAPIViewSet(FromShelf, ThingsAPIViewSet):
        model = Venue
        name = "venues"
        columns = ("name",)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any, get_type_hints

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from rest_framework.fields import Field
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api import APIField
from wagtail.api.v2.serializers import BaseSerializer
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.coreutils import get_content_languages
from wagtail.models import TranslatableMixin

from .. import kinds
from ..items import represent, shapes
from ..items.deferred import Deferred, set_language
from ..items.links import paths
from ..items.relations import Relation, target_of
from ..models import ExchangeCountry, Organisation, Person, Topic
from ..public.translations import TranslationState, begun, in_own_words
from ..words import countries
from . import filters
from .endpoint import Endpoint, ListOnly, with_deferred_relations
from .fields import DeferredRelations
from .language import Wanted
from .serializers import DetailUrl, detail_url

#: The number of public cooperations that show a thing, by its key and by language.
Counts = dict[Any, dict[str, int]]
LANGUAGES = frozenset(["locale", "fallback", "min_state"])


def relations_to(model: Any) -> list[tuple[Any, Relation, str]]:
    """The relations that lead to things of a model: kind, relation, and the column of their key."""
    key = "translation_key" if issubclass(model, TranslatableMixin) else "pk"
    found, seen = [], set()
    for kind in kinds.kinds():
        for relation, path in paths(kind):
            place = (path.model, path.column)
            if path.related is not None and issubclass(path.related, model) and place not in seen:
                seen.add(place)
                found.append((kind, relation, key))
    return found


def in_all_languages(numbers: dict[str, int]) -> dict[str, int]:
    """Numbers by language, zero where there is none."""
    return {code: numbers.get(code, 0) for code in get_content_languages()}


class OfCooperations(Endpoint):
    """An endpoint of what public cooperations show."""

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, for which an endpoint may remember an earlier answer."""
        return make()

    @property
    def cooperations(self) -> QuerySet[Any]:
        """The public cooperations, each in its own language."""
        pages = in_own_words(self.public_pages).order_by().values("pk")
        return kinds.base().objects.filter(pk__in=pages).order_by()

    @cached_property
    def languages(self) -> dict[int, str]:
        """The languages of the public cooperations, by id; one statement."""
        return dict(self.cooperations.values_list("pk", "locale__language_code"))

    def counted(self, name: Any, relations: Iterable[tuple[Any, Relation, str]]) -> Counts:
        """How many public cooperations show a thing, by its key and by language.

        One statement for each relation.
        """
        return self.once(("cooperations", name), lambda: self._counted(relations))

    def _counted(self, relations: Iterable[tuple[Any, Relation, str]]) -> Counts:
        ids: Any = self.cooperations.values("pk")
        # A cooperation may show a thing by several relations.
        pairs = {
            pair
            for kind, relation, column in relations
            for pair in relation.values(kind, column, ids)
        }
        found: Counts = {}
        for page, key in pairs:
            if key and page in self.languages:
                numbers = found.setdefault(key, {})
                language = self.languages[page]
                numbers[language] = numbers.get(language, 0) + 1
        return found


class ThingPart(Field):
    """A part of a thing, as cooperations give it, by the name of the field."""

    @property
    def shape(self) -> Any:
        target = target_of(self.parent.Meta.model)
        return get_type_hints(target and target.shape, include_extras=True)[self.field_name]

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, thing: Any) -> Deferred:
        references, target = self.context["references"], target_of(type(thing))
        assert target is not None

        def part(found: Any) -> Any:
            value = target.value(found, references) if found else None
            return value and value[self.field_name]

        return Deferred([(target.loads, thing.pk)], part)


class ThingTranslations(Field):
    """The versions of a thing by language: id, state and address, or null."""

    shape = dict[str, shapes.ThingTranslation | None]

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, thing: Any) -> Deferred:
        model, view = type(thing), self.context["view"]
        versions = f"{model._meta.label}:versions"
        self.context["references"].loaders.setdefault(versions, view.versions)

        def then(family: dict[str, int] | None, states: represent.States | None) -> dict[str, Any]:
            source = TranslationState("source")
            return {
                code: (family or {}).get(code)
                and {
                    "id": (family or {})[code],
                    "state": (states or {}).get(code, source).state,
                    "detail_url": detail_url(self.context, model, (family or {})[code]),
                }
                for code in get_content_languages()
            }

        key = thing.translation_key
        return Deferred([(versions, key), ("state", key)], then)


class Cooperations(Field):
    """How many public cooperations show a thing, by their language."""

    shape = dict[str, shapes.Count]

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, thing: Any) -> dict[str, int]:
        view = self.context["view"]
        return in_all_languages(view.counts.get(view.key_of(thing), {}))


class ThingSerializer(DeferredRelations, BaseSerializer):
    """A thing in its own language, not in the request's."""

    detail_url = DetailUrl(read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        locale = getattr(instance, "locale", None)
        language = locale.language_code if locale else settings.LANGUAGE_CODE
        with translation.override(language):
            data: dict[str, Any] = super().to_representation(instance)
        set_language(data, language)
        return data


class LanguageFilter(filters.LanguageFilter):
    """``?locale=`` (strict), ``?fallback=`` and ``?min_state=``, of things with translations."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return view.wanted.select(queryset) if view.is_translatable() else queryset


class ThingsAPIViewSet(OfCooperations):
    """Things of a model that public cooperations show, each version of them."""

    base_serializer_class = ThingSerializer
    backends = (filters.LookupFilter, LanguageFilter, filters.StableOrdering)
    own_parameters = frozenset(["order", *LANGUAGES])
    #: Fields of the model to filter and to sort by. Nothing that some readers don't see: what is
    #: found by a value gives the value away.
    columns: tuple[str, ...] = ()

    @classmethod
    def is_translatable(cls) -> bool:
        return issubclass(cls.model, TranslatableMixin)

    @classmethod
    def key_of(cls, thing: Any) -> Any:
        """What a thing has in common with its versions in other languages."""
        return thing.translation_key if cls.is_translatable() else thing.pk

    @classmethod
    def get_body_fields(cls, model: Any) -> Any:
        target = target_of(model)
        parts = get_type_hints(target.shape) if target else {}
        return [
            *cls._convert_api_fields(["id"]),
            *(APIField(name, serializer=ThingPart()) for name in parts if name != "id"),
            APIField("cooperations", serializer=Cooperations()),
        ]

    @classmethod
    def get_meta_fields(cls, model: Any) -> Any:
        versions = [APIField("translations", serializer=ThingTranslations())]
        own: Any = cls._convert_api_fields(cls.meta_fields)
        return own + (versions if cls.is_translatable() else [])

    @classmethod
    def get_available_fields(cls, model: Any, db_fields_only: bool = False) -> Any:
        if db_fields_only:
            return ["id", *(["translation_key"] if cls.is_translatable() else []), *cls.columns]
        return super().get_available_fields(model)

    @classmethod
    def get_listing_default_fields(cls, model: Any) -> Any:
        return cls.get_available_fields(model)

    @classmethod
    def _get_serializer_class(
        cls,
        router: Any,
        model: Any,
        fields_config: Any,
        show_details: bool = False,
        nested: bool = False,
    ) -> Any:
        if nested:  # As part of something else, a thing is what any object is.
            plain = with_deferred_relations(BaseAPIViewSet)
            return plain._get_serializer_class(router, model, fields_config, nested=True)
        return super()._get_serializer_class(router, model, fields_config, show_details, nested)

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        without = {"search", "search_operator", "rich_text_format"}
        if not cls.is_translatable():
            without |= LANGUAGES
        return super().listing_parameters(model) - without

    find_query_parameters = frozenset(["id", "translation_key", "locale", "fallback"])

    @cached_property
    def wanted(self) -> Wanted:
        """The languages and states that the request asks for."""
        return replace(Wanted.parse(self.request.GET), include_aliases=True)

    @cached_property
    def counts(self) -> Counts:
        """The number of public cooperations that show a thing, by its key and by language."""
        return self.counts_of(self.model)

    def counts_of(self, model: Any) -> Counts:
        """The same for things of any model."""
        return self.counted(model, relations_to(model))

    @cached_property
    def spoken(self) -> set[str]:
        """The languages that have public cooperations."""
        return self.once("spoken", lambda: set(self.languages.values()))

    def shown_keys(self) -> Iterable[Any]:
        """The keys of all things that public cooperations show."""
        return self.counts

    @cached_property
    def listed(self) -> QuerySet[Any]:
        """The things that are there, each version of them."""
        target = target_of(self.model)
        assert target is not None
        things = self.references.visible(target.shown(self.model._default_manager.order_by("pk")))
        if not self.is_translatable():
            return things.filter(pk__in=self.shown_keys())
        things = things.filter(
            translation_key__in=list(self.shown_keys()), locale__language_code__in=self.spoken
        )
        return begun(things).select_related("locale")

    def get_queryset(self) -> QuerySet[Any]:
        return self.listed

    def versions(self, keys: set[Any]) -> dict[Any, dict[str, int]]:
        """By translation key: the ids of the versions that are there, by language."""
        found: dict[Any, dict[str, int]] = {}
        rows = self.listed.filter(translation_key__in=keys).order_by()
        for key, code, pk in rows.values_list("translation_key", "locale__language_code", "pk"):
            found.setdefault(key, {})[code] = pk
        return found

    def items(self, things: Iterable[Any]) -> list[dict[str, Any]]:
        """The whole items of things."""
        context = self.get_serializer_context()
        serializer = self._get_serializer_class(
            context["router"], self.model, [], show_details=True
        )(context=context)
        return self.resolved([serializer.to_representation(thing) for thing in things])

    def find_object(self, queryset: QuerySet[Any], request: Request) -> Any:
        """By id or translation key, in the requested language or the best that stands in for it."""
        for name in ("id", "translation_key"):
            if name in request.GET and name in self.get_available_fields(self.model, True):
                field = self.model._meta.get_field(name)
                value = filters.read_value(name, field, request.GET[name])
                found = queryset.filter(**{name: value})
                if not self.is_translatable():
                    return found.first()
                if self.wanted.languages:
                    found = queryset.filter(translation_key__in=found.values("translation_key"))
                return self.wanted.choose(found)
        raise BadRequestError("say what to find: id or translation_key")


class TopicsAPIViewSet(ThingsAPIViewSet):
    """Topics that public cooperations have."""

    model = Topic
    name = "topics"
    columns = ("name",)


class OrganisationsAPIViewSet(ThingsAPIViewSet):
    """Organisations that take part in public cooperations, and those of their contact people.

    ``cooperations`` has the number of those that they take part in.
    """

    model = Organisation
    name = "organisations"
    columns = ("name", "official_name", "short_name", "legal_form", "kind", "city", "country")

    def shown_keys(self) -> Iterable[Any]:
        people = list(self.counts_of(Person))
        rows = Person.objects.filter(translation_key__in=people).order_by("pk")
        named: dict[Any, Any] = {}
        for key, organisation in rows.values_list(
            "translation_key", "organisation__translation_key"
        ):  # That of the source counts.
            named.setdefault(key, organisation)
        return {*super().shown_keys(), *named.values()} - {None}


class PeopleAPIViewSet(ThingsAPIViewSet):
    """Contact people of public cooperations, each as cooperations give them.

    Nothing but the role can be asked for: only the role is everybody's.
    """

    model = Person
    name = "people"
    columns = ("role",)


class CountriesAPIViewSet(OfCooperations, ListOnly):
    """Countries that take part in public cooperations, and those of the organisations in them."""

    model = ExchangeCountry
    name = "countries"
    #: The type of an item.
    shape = shapes.CountryOfCooperations
    own_parameters = frozenset(["locale"])
    described = {"locale": ("Only countries of cooperations in this language.", None)}

    @classmethod
    def listing_parameters(cls, model: Any) -> set[str]:
        return {"locale", "format", "_"}

    @cached_property
    def counts(self) -> Counts:
        """The number of public cooperations of a country, by its code and by language."""
        return self.counted(self.model, kinds.relation_filters()["country"])

    def listing_view(self, request: Request) -> Response:
        self.check_known(self.listing_parameters(self.model))
        language = Wanted.parse(request.GET).requested
        items = [
            {"code": code, "names": _names(code), "cooperations": in_all_languages(numbers)}
            for code, numbers in sorted(self.counts.items())
            if language is None or numbers.get(language)
        ]
        return Response({"meta": {"total_count": len(items)}, "items": items})


def _names(code: str) -> dict[str, str]:
    """The names of a country by language."""
    found = {}
    for language in get_content_languages():
        with translation.override(language):
            found[language] = countries.name(code)
    return found
