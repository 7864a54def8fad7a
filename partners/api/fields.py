"""Fields of serializers whose related objects are deferred, and the mixin that takes them.

Serialised data has a ``Deferred`` for each thing that a field refers to; the view loads the things
of all items together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from rest_framework.fields import DateTimeField, Field
from taggit.managers import _TaggableManager
from wagtail.api.v2.serializers import BaseSerializer as StockSerializer
from wagtail.fields import RichTextField, StreamField
from wagtail.images.api.fields import ImageRenditionField
from wagtail.models import Page

from ..conf import conf
from ..items import represent, shapes, streams
from ..items.deferred import Deferred
from ..items.relations import Relation
from ..items.richtext import Foreign
from ..items.richtext import represent as rich_text

#: What Wagtail's parser makes of ``?fields=``: (name, whether it is left out, its own selection).
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
    found = {
        name: project(one, below.get(name))
        for name, one in value.items()
        if name not in removed and (everything or name in below)
    }
    # What stands in the value's meta is named with or without it, as at the top.
    meta = value.get("meta")
    if isinstance(meta, dict):
        lifted = [one for one in selection if one[0] not in value and one[0] in meta]
        if lifted:
            first = "*" if everything or "meta" in below else "_"
            start = below.get("meta") or [(first, False, None)]
            found["meta"] = project(meta, [*start, *lifted])
    return found


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


class Moment(DateTimeField):
    """A moment in UTC, as filters take it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **options})


# A plain mixin at run time, so that fields declared by Wagtail's serializers aren't overridden.
Mixin: Any = StockSerializer if TYPE_CHECKING else object


class DeferredRelations(Mixin):
    """Mixin for serializers: related objects are deferred, and so loaded together."""

    serializer_field_mapping = {
        **StockSerializer.serializer_field_mapping,
        StreamField: StreamValues,
        RichTextField: RichTextValue,
        models.DateTimeField: Moment,
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
