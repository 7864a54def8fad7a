"""Serializers of the API, in the language of the item and without statements of their own.

Serialised data has a ``Deferred`` for each thing that a field refers to; the view loads the things
of all items together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, get_type_hints

from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from rest_framework.fields import Field, SkipField
from taggit.managers import _TaggableManager
from wagtail.api.v2.serializers import BaseSerializer as StockSerializer
from wagtail.api.v2.serializers import DetailUrlField
from wagtail.api.v2.serializers import PageSerializer as StockPageSerializer
from wagtail.api.v2.utils import get_full_url, get_object_detail_url
from wagtail.coreutils import get_content_languages
from wagtail.documents.api.v2.serializers import DocumentSerializer as StockDocumentSerializer
from wagtail.fields import RichTextField, StreamField
from wagtail.images.api.fields import ImageRenditionField
from wagtail.models import Page

from ..conf import conf
from ..items import represent, shapes, streams
from ..items.deferred import Deferred, set_language
from ..items.references import NamedPage
from ..items.relations import Relation
from ..items.richtext import Foreign
from ..items.richtext import represent as rich_text
from ..public.translations import TranslationState
from .errors import UNREACHABLE

FieldSelection = Sequence[tuple[str, bool, Any]]


def project(value: Any, selection: FieldSelection | None) -> Any:
    """The parts of a nested value that ``?fields=`` names: ``name(part,other(deeper))``."""
    if not selection or value is None:
        return value
    if isinstance(value, Deferred):
        then = value.then
        return Deferred(
            value.needs, lambda *found: project(then(*found), selection), value.language
        )
    if isinstance(value, list):
        return [project(one, selection) for one in value]
    if not isinstance(value, dict):
        return value
    removed = {name for name, negated, _below in selection if negated}
    below = {name: part for name, negated, part in selection if not negated}
    everything = "*" in below or not below
    return {
        name: project(one, below.get(name))
        for name, one in value.items()
        if name not in removed and (everything or name in below)
    }


class RelationField(Field):
    """A relation of a kind of cooperation."""

    def __init__(self, relation: Relation, shape: Any) -> None:
        super().__init__(read_only=True, source="*")
        self.relation, self.shape = relation, shape

    def to_representation(self, page: Any) -> Any:
        return self.relation.value(page, self.context["references"])


class PageField(Field):
    """A field whose value depends on its page: ``to_representation`` gets (page, value)."""

    def get_attribute(self, instance: Any) -> Any:
        value = super().get_attribute(instance)
        return None if value is None else (instance, value)

    def foreign(self, page: Any, then: Any) -> Any:
        """``then(texts)`` with the page's texts without translation by path, or deferred."""
        if not isinstance(page, Page):
            return then({})

        def known(states: represent.States | None) -> Any:
            state = (states or {}).get(page.locale.language_code)
            if state is None or state.state != "partial":
                return then({})
            return Deferred(
                [("untranslated", (page.translation_key, page.locale_id))],
                lambda texts: then(
                    {path: Foreign(state.source_locale, one) for path, one in (texts or {}).items()}
                ),
            )

        return Deferred([("state", page.translation_key)], known)


class StreamValues(PageField):
    """A StreamField; the pages, images and documents of its blocks are nested."""

    def to_representation(self, value: tuple[Any, Any]) -> Any:
        page, stream = value
        references = self.context["references"]
        return self.foreign(
            page,
            lambda foreign: streams.stream_value(
                stream, streams.BlockContext(references, self.field_name, foreign)
            ),
        )


class RichTextValue(PageField):
    """A rich text field of a page."""

    shape = shapes.RichText | None

    def to_representation(self, value: tuple[Any, Any]) -> Any:
        page, source = value
        references = self.context["references"]
        return self.foreign(
            page, lambda foreign: rich_text(source, references, foreign.get(self.field_name))
        )


class Related(Field):
    """A foreign key: the other object as Wagtail's API nests it; None unless it is public."""

    def __init__(self, serializer_class: Any, field: Any) -> None:
        super().__init__(read_only=True)
        self.serializer_class, self.model_field = serializer_class, field

    def get_attribute(self, instance: Any) -> Any:
        return getattr(instance, self.model_field.attname)

    def to_representation(self, key: Any) -> Deferred:
        label = self.model_field.related_model._meta.label
        return Deferred(
            [(label, key)], lambda item: item and self.serializer.to_representation(item)
        )

    @cached_property
    def serializer(self) -> Any:
        return self.serializer_class(context=self.context)


class RelatedMany(Field):
    """Child objects and many-to-many relations, as a list of nested objects."""

    def __init__(self, serializer_class: Any, relation: str, field: Any) -> None:
        super().__init__(read_only=True)
        self.serializer_class, self.relation, self.model_field = serializer_class, relation, field

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> Deferred:
        thing = f"{type(instance)._meta.label}:{self.relation}"
        self.context["references"].loaders.setdefault(thing, self.loader(type(instance)))
        serializer = self.serializer_class(context=self.context)
        return Deferred(
            [(thing, instance.pk)],
            lambda items: [serializer.to_representation(item) for item in items or ()],
        )

    def loader(self, model: Any) -> Any:
        references = self.context["references"]
        field = model._meta.get_field(self.relation)

        def load(keys: set[Any]) -> dict[Any, list[Any]]:
            found: dict[Any, list[Any]] = {}
            related = references.visible(field.related_model._default_manager.all())
            if field.one_to_many:
                column = field.field.attname
                for item in related.filter(**{f"{field.field.name}__in": keys}):
                    found.setdefault(getattr(item, column), []).append(item)
                return found
            through = field.remote_field.through._default_manager
            source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
            links = through.filter(**{f"{source}__in": keys}).order_by("pk")
            owners: dict[Any, list[Any]] = {}
            for owner, key in links.values_list(f"{source}_id", f"{target}_id"):
                owners.setdefault(key, []).append(owner)
            # In the order of their model, as the relation itself gives them.
            for item in related.filter(pk__in=owners):
                for owner in owners[item.pk]:
                    found.setdefault(owner, []).append(item)
            return found

        return load


class PublicRendition(Field):
    """Wagtail's field of a rendition; None unless everybody may see the image."""

    def __init__(self, stock: ImageRenditionField) -> None:
        super().__init__(read_only=True, source=stock.source)
        self.stock = stock

    def to_representation(self, image: Any) -> Deferred:
        return Deferred(
            [("image", image.pk)], lambda found: found and self.stock.to_representation(found[0])
        )


class Tags(Field):
    """The names of an object's tags."""

    shape = list[str]

    def __init__(self, manager: Any) -> None:
        super().__init__(read_only=True)
        self.manager = manager

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> Deferred:
        thing = f"{type(instance)._meta.label}:{self.field_name}"
        through, model = self.manager.through, type(instance)

        def load(keys: set[Any]) -> dict[Any, list[str]]:
            found: dict[Any, list[str]] = {}
            links = through._default_manager.order_by("tag__name")
            column = "object_id" if hasattr(through, "object_id") else "content_object_id"
            if hasattr(through, "content_type"):
                links = links.filter(content_type=ContentType.objects.get_for_model(model))
            names = links.filter(**{f"{column}__in": keys})
            for key, name in names.values_list(column, "tag__name"):
                found.setdefault(key, []).append(name)
            return found

        self.context["references"].loaders.setdefault(thing, load)
        return Deferred([(thing, instance.pk)], lambda names: names or [])


# A plain mixin at run time, so that fields declared by Wagtail's serializers aren't overridden.
Mixin: Any = StockSerializer if TYPE_CHECKING else object


class DeferredRelations(Mixin):
    """Mixin for serializers: related objects are deferred, and so loaded together."""

    serializer_field_mapping = {
        **StockSerializer.serializer_field_mapping,
        StreamField: StreamValues,
        RichTextField: RichTextValue,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not conf().languages:
            self.serializer_field_mapping = StockSerializer.serializer_field_mapping

    #: The parts of nested values that ``?fields=`` selects, by field.
    selections: dict[str, FieldSelection] = {}

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if conf().languages:
            for name, one in fields.items():
                if isinstance(one, ImageRenditionField):
                    fields[name] = PublicRendition(one)
        return fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        for name, selection in self.selections.items():
            for part in (data, data.get("meta", {})):
                if name in part:
                    part[name] = project(part[name], selection)
        return data

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        if not conf().languages:
            return super().build_relational_field(field_name, relation_info)
        serializer_class = self.child_serializer_classes[field_name]
        field = self.Meta.model._meta.get_field(field_name)
        if relation_info.to_many:
            return RelatedMany, {
                "serializer_class": serializer_class,
                "relation": field_name,
                "field": field,
            }
        return Related, {"serializer_class": serializer_class, "field": field}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if issubclass(field_class, PageField):
            return field_class, {"read_only": True}
        return field_class, kwargs

    def build_property_field(self, field_name: str, model_class: Any) -> Any:
        manager = getattr(model_class, field_name)
        if conf().languages and isinstance(manager, _TaggableManager):
            return Tags, {"manager": manager}
        return super().build_property_field(field_name, model_class)


class PageUrl(Field):
    """The full address of a page."""

    shape = shapes.Url | None

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> str | None:
        url: str | None = self.context["references"].page_url(page)
        return url


class DetailUrl(DetailUrlField):
    """The address of an object in the API, left out where it has none."""

    def get_attribute(self, instance: Any) -> str:
        url = detail_url(self.context, type(instance), instance.pk)
        if not url:
            raise SkipField
        return url


def detail_url(context: Any, model: Any, pk: int) -> str | None:
    """The address of an object in the request's API, None where it has none."""
    look_up = partial(get_object_detail_url, context["router"], context["request"])
    url: str | None = context["references"].detail_url(model, pk, look_up)
    return url


class PageReference(Field):
    """Another page by id, title and addresses, None unless it is public."""

    shape = shapes.PageReference | None

    def to_representation(self, key: Any) -> Deferred:
        return Deferred([("page", key)], lambda family: self.nested((family or {}).get("")))

    def nested(self, page: NamedPage | None) -> Any:
        if page is None:
            return None
        addresses = {
            "detail_url": detail_url(self.context, Page, page.pk),
            "html_url": self.context["references"].page_url(page),
        }
        meta = {"type": page.model._meta.label, **addresses}
        return {"id": page.pk, "meta": meta, "title": page.title}


class AliasOf(PageReference):
    def get_attribute(self, instance: Page) -> Any:
        return instance.alias_of_id


class Parent(PageReference):
    def get_attribute(self, instance: Page) -> Any:
        return instance.path[: -instance.steplen] if instance.depth > 1 else None


class LanguageField(Field):
    """The requested language, the served language, and the state of the translation."""

    shape = shapes.LanguageFacts

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> Deferred:
        served = represent.served_language(page)
        requested = self.context["view"].wanted.requested

        def then(states: represent.States | None) -> dict[str, Any]:
            state = (states or {}).get(served) or TranslationState("source")
            own = page.locale.language_code
            asked = requested or own
            return {
                "requested": requested,
                "served": served,
                "fallback_from": asked if asked != served else None,
                "state": state.state,
                "percent": state.percent,
                "reviewed": state.reviewed,
                "reviewed_at": state.reviewed_at,
                "source_newer": state.source_newer,
            }

        return Deferred([("state", page.translation_key)], then)


class TranslationsField(Field):
    """The versions of a page by language: id, state and addresses, or null."""

    shape = dict[str, shapes.Translation | None]

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> Deferred:
        def then(
            family: dict[str, NamedPage] | None, states: represent.States | None
        ) -> dict[str, Any]:
            return {
                code: self.version((family or {}).get(code), states or {})
                for code in get_content_languages()
            }

        key = page.translation_key
        return Deferred([("page", key), ("state", key)], then)

    def version(self, page: NamedPage | None, states: represent.States) -> dict[str, Any] | None:
        if page is None or page.served != page.language:
            return None
        state = states.get(page.language) or TranslationState("source")
        return {
            "id": page.pk,
            "state": state.state,
            "html_url": self.context["references"].page_url(page),
            "detail_url": detail_url(self.context, page.model, page.pk),
        }


class PageSerializer(DeferredRelations, StockPageSerializer):
    """A page with labels, dates and links in its own language, not in the request's.

    With a function ``left_out(id, error)`` in its context, a page that can't be represented is
    None.
    """

    html_url = PageUrl(read_only=True)
    detail_url = DetailUrl(read_only=True)
    language = LanguageField(read_only=True)
    translations = TranslationsField(read_only=True)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        if conf().languages:
            for name, field in (("alias_of", AliasOf), ("parent", Parent)):
                if name in fields:
                    fields[name] = field(read_only=True)
        return fields

    def to_representation(self, instance: Page) -> Any:
        if not conf().languages:
            return StockPageSerializer.to_representation(self, instance)
        language = represent.served_language(instance)
        try:
            with translation.override(language):
                data: dict[str, Any] = super().to_representation(instance)
        except Exception as error:
            if "left_out" not in self.context or isinstance(error, UNREACHABLE):
                raise
            self.context["left_out"](instance.pk, error)
            return None
        set_language(data, language)
        return data


class ImageDownloadUrlField(Field):
    shape = shapes.Url

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, image: Any) -> str:
        return get_full_url(self.context["request"], image.file.url)


class ImagePart(Field):
    """One part of an image, by the name of the field; see :func:`represent.image`."""

    @property
    def shape(self) -> Any:
        return get_type_hints(shapes.Image, include_extras=True)[self.field_name] | None

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, image: Any) -> Deferred:
        references = self.context["references"]
        alt, name = getattr(image, "default_alt_text", ""), self.field_name
        return Deferred(
            [("image", image.pk)],
            lambda found: found and represent.loaded_image(found, references, alt)[name],
        )


class ImageSerializer(DeferredRelations, StockSerializer):
    """Images with absolute addresses, and in the sizes that were asked for."""

    download_url = ImageDownloadUrlField(read_only=True)
    alt = ImagePart(read_only=True)
    focal_point = ImagePart(read_only=True)
    url = ImagePart(read_only=True)
    renditions = ImagePart(read_only=True)
    srcset = ImagePart(read_only=True)


class DocumentPart(Field):
    """One part of a document, by the name of the field: file name, type or size in bytes."""

    @property
    def shape(self) -> Any:
        return get_type_hints(shapes.Document, include_extras=True)[self.field_name]

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, document: Any) -> Any:
        if self.field_name == "size":
            return document.get_file_size()
        return getattr(document, self.field_name or "")


class DocumentSerializer(DeferredRelations, StockDocumentSerializer):
    """Documents with name, type and size."""

    filename = DocumentPart(read_only=True)
    content_type = DocumentPart(read_only=True)
    size = DocumentPart(read_only=True)
