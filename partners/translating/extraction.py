"""The segments of an item, extracted and stored in a fixed number of statements.

wagtail-localize itself sends four to seven statements for every segment. The records are the same,
so both can read and update each other's.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail.models import Page
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    String,
    StringSegment,
    Template,
    TemplateSegment,
    TranslatableObject,
    TranslationContext,
    TranslationSource,
    get_schema_version,
)
from wagtail_localize.segments import (
    OverridableSegmentValue,
    RelatedObjectSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments

TranslatableTexts = frozenset[tuple[str, ...]]


@transaction.atomic
def ensure_source(instance: Any, *, update: bool = False) -> TranslationSource:
    """The translation source of an item; created if missing, brought up to date by ``update``.

    About fifteen statements if it is created or updated.
    """
    if isinstance(instance, Page):
        instance = instance.specific
    found, _created = TranslatableObject.objects.get_or_create_from_instance(instance)
    source = TranslationSource.objects.filter(object=found, locale=instance.locale_id).first()
    if source is None:
        source = TranslationSource(
            object=found,
            locale_id=instance.locale_id,
            specific_content_type=ContentType.objects.get_for_model(type(instance)),
        )
    elif not update:
        return source
    update_source(source, instance)
    return source


@transaction.atomic
def update_source(source: TranslationSource, instance: Any) -> None:
    """Store the current content and segments of an item as its translation source."""
    if isinstance(instance, ClusterableModel):
        source.content_json = instance.to_json()
    else:
        data = get_serializable_data_for_fields(instance)
        source.content_json = json.dumps(data, cls=DjangoJSONEncoder)
    source.object_repr = str(instance)[:200]
    source.schema_version = get_schema_version(instance._meta.app_label)
    source.last_updated_at = timezone.now()
    source.save()
    _store_segments(source, extract_segments(source.as_instance()))


@transaction.atomic
def follow_schema(source: TranslationSource) -> None:
    """Store the segments of a record anew if its model has other fields than it had then.

    wagtail-localize's editor fails for segments of fields that are gone. The record keeps its
    content, so new fields wait until the translations are brought up to date.
    """
    if source.schema_out_of_date():
        _store_segments(source, extract_segments(source.as_instance()))


def texts_of_item(instance: Any) -> TranslatableTexts:
    """The translatable texts of an item: path, text, and the attributes of links in the text."""
    return frozenset(
        (segment.path, segment.template)
        if isinstance(segment, TemplateSegmentValue)
        else (segment.path, segment.string.data, _attributes_json(segment))
        for segment in extract_segments(instance)
        if not isinstance(segment, OverridableSegmentValue | RelatedObjectSegmentValue)
    )


def texts_of_source(source: TranslationSource) -> TranslatableTexts:
    """The same of a stored translation source; two statements."""
    strings = StringSegment.objects.filter(source=source)
    templates = TemplateSegment.objects.filter(source=source)
    return frozenset(strings.values_list("context__path", "string__data", "attrs")) | frozenset(
        templates.values_list("context__path", "template__template")
    )


def _attributes_json(segment: Any) -> str:
    return json.dumps(segment.attrs, cls=DjangoJSONEncoder)


def _path_id(path: str) -> uuid.UUID:
    return TranslationContext._get_path_id(path)


def _store_segments(source: TranslationSource, values: list[Any]) -> None:
    contexts = _get_or_create_all(
        TranslationContext,
        "path_id",
        {
            _path_id(value.path): TranslationContext(
                object_id=source.object_id, path=value.path, path_id=_path_id(value.path)
            )
            for value in values
        },
        object_id=source.object_id,
    )
    kinds: dict[type[Model], list[Any]] = {
        StringSegment: [],
        TemplateSegment: [],
        RelatedObjectSegment: [],
        OverridableSegment: [],
    }
    for value in values:
        if isinstance(value, TemplateSegmentValue):
            kinds[TemplateSegment].append(value)
        elif isinstance(value, RelatedObjectSegmentValue):
            kinds[RelatedObjectSegment].append(value)
        elif isinstance(value, OverridableSegmentValue):
            kinds[OverridableSegment].append(value)
        else:
            kinds[StringSegment].append(value)

    strings = _get_or_create_all(
        String,
        "data_hash",
        {
            _string_hash(value): String(
                locale_id=source.locale_id, data=value.string.data, data_hash=_string_hash(value)
            )
            for value in kinds[StringSegment]
        },
        locale_id=source.locale_id,
    )
    templates = _get_or_create_all(
        Template,
        "uuid",
        {
            _template_id(value): Template(
                uuid=_template_id(value),
                template=value.template,
                template_format=value.format,
                string_count=value.string_count,
            )
            for value in kinds[TemplateSegment]
        },
    )
    objects = _get_or_create_all(
        TranslatableObject,
        "translation_key",
        {
            value.translation_key: TranslatableObject(
                translation_key=value.translation_key, content_type=value.content_type
            )
            for value in kinds[RelatedObjectSegment]
        },
    )
    wanted: dict[type[Model], list[dict[str, Any]]] = {
        StringSegment: [
            {"string_id": strings[_string_hash(value)].pk, "attrs": _attributes_json(value)}
            for value in kinds[StringSegment]
        ],
        TemplateSegment: [
            {"template_id": templates[_template_id(value)].pk} for value in kinds[TemplateSegment]
        ],
        RelatedObjectSegment: [
            {"object_id": objects[value.translation_key].pk}
            for value in kinds[RelatedObjectSegment]
        ],
        OverridableSegment: [
            {"data_json": json.dumps(value.data, cls=DjangoJSONEncoder)}
            for value in kinds[OverridableSegment]
        ],
    }
    for model, fields in wanted.items():
        _replace_segments(
            model,
            source,
            [
                {"context_id": contexts[_path_id(value.path)].pk, "order": value.order, **more}
                for value, more in zip(kinds[model], fields, strict=True)
            ],
        )


def _string_hash(value: Any) -> uuid.UUID:
    return String._get_data_hash(value.string.data)


def _template_id(value: Any) -> uuid.UUID:
    return uuid.uuid5(uuid.uuid5(Template.BASE_UUID_NAMESPACE, value.format), value.template)


def _get_or_create_all(
    model: Any, key: str, wanted: dict[Any, Any], **scope: Any
) -> dict[Any, Any]:
    """Rows by a unique key; missing ones are created with one statement."""
    if not wanted:
        return {}

    def there(keys: Iterable[Any]) -> dict[Any, Any]:
        rows = model.objects.filter(**{f"{key}__in": list(keys)}, **scope)
        return {getattr(row, key): row for row in rows}

    found = there(wanted)
    if missing := wanted.keys() - found.keys():
        model.objects.bulk_create([wanted[one] for one in missing], ignore_conflicts=True)
        found |= there(missing)
    return found


def _replace_segments(model: Any, source: TranslationSource, wanted: list[dict[str, Any]]) -> None:
    """Make the stored segments of one model those wanted; unchanged ones keep their ids."""
    rows = {}
    for row in model.objects.filter(source=source):
        rows[tuple(getattr(row, name) for name in _compared_columns(model))] = row
    keys = {tuple(one[name] for name in _compared_columns(model)): one for one in wanted}
    if gone := [row.pk for key, row in rows.items() if key not in keys]:
        model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_create(
        [model(source=source, **one) for key, one in keys.items() if key not in rows]
    )


def _compared_columns(model: Any) -> list[str]:
    return [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "source"
    ]
