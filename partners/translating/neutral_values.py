"""Language-neutral values, carried over to the translations when their source is published.

These are dates, choices, child rows, files and the end of publication, and the removal of blocks
and people. Texts wait for their translator. A translator's draft stays a draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.db import models, transaction
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import (
    ClusterableModel,
    get_all_child_m2m_relations,
    get_all_child_relations,
    get_serializable_data_for_fields,
)
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, DraftStateMixin, Page, TranslatableMixin
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import SegmentOverride, Translation

from . import extraction, stream_values
from .link_targets import localize_links

IsKept = Callable[[str], bool]


@transaction.atomic
def carry_over(instance: Any) -> None:
    """Carry the language-neutral values of a published item over to its translations.

    What is published has drafts and revisions, and so have its translations.
    If none of its texts has changed, the translations count as up to date again.
    """
    translations = Translation.objects.filter(
        source__object_id=instance.translation_key,
        source__locale=instance.locale_id,
        enabled=True,
    ).select_related("source", "target_locale")
    if not translations:
        return
    versions = _versions(instance, [translation.target_locale_id for translation in translations])
    instance = versions.pop(instance.locale_id)
    source = translations[0].source
    if extraction.texts_of_item(instance) == extraction.texts_of_source(source):
        extraction.update_source(source, instance)
    overridden = _overridden(instance, versions)
    for locale, row in versions.items():
        if not getattr(row, "alias_of_id", None):
            _carry_over_to(instance, row, overridden.get(locale, set()).__contains__)


def carry_to(source: Any, translation: Any) -> None:
    """Carry the language-neutral values of an item as it is now over to an unsaved translation.

    wagtail-localize makes translations from its record of the source, which waits for translators.
    """
    locale = translation.locale_id
    overridden = _overridden(source, [locale]).get(locale, set())
    if isinstance(source, Page):
        source = source.specific
    _carry_fields(source, translation, overridden.__contains__)
    if isinstance(source, DraftStateMixin):
        translation.expire_at = source.expire_at


def _overridden(instance: Any, locales: Iterable[int]) -> dict[int, set[str]]:
    """The paths of what translators have overridden, by id of the language."""
    overridden: dict[int, set[str]] = {}
    for locale, path in SegmentOverride.objects.filter(
        context__object_id=instance.translation_key, locale__in=list(locales), has_error=False
    ).values_list("locale_id", "context__path"):
        overridden.setdefault(locale, set()).add(path)
    return overridden


def _versions(instance: Any, locales: Iterable[int]) -> dict[int, Any]:
    """The item and its versions in these languages as they are stored, by id of the language.

    One statement, and one for each relation to child rows.
    """
    model = instance.specific_class if isinstance(instance, Page) else type(instance)
    rows = model._default_manager.filter(
        translation_key=instance.translation_key, locale__in=[instance.locale_id, *locales]
    ).select_related("locale")
    return {row.locale_id: row for row in rows.prefetch_related(*_child_relations(model))}


def _child_relations(model: Any) -> list[str]:
    """The names of the relations to child rows, without editors' comments, which stay with their
    page."""
    names = [relation.get_accessor_name() for relation in get_all_child_relations(model)]
    return [name for name in names if name != COMMENTS_RELATION_NAME]


def _carry_over_to(source: Any, row: Any, overridden: IsKept) -> None:
    pending = None
    if row.latest_revision_id:
        if row.has_unpublished_changes or not row.live:
            pending = row.get_latest_revision_as_object()
    elif not row.live:
        pending = row
    if row.live and _carry_all(source, row, overridden):
        if getattr(row, "current_workflow_state", None):
            # Publishing would end the workflow.
            row.save()
        else:
            row.save_revision().publish(changed=False)
    if pending is not None and _carry_all(source, pending, overridden):
        pending.save_revision()


def _carry_all(source: Any, row: Any, kept: IsKept) -> bool:
    """Carry all language-neutral values over to one row; gives whether that changed the row."""
    before = _content(row)
    _carry_fields(source, row, kept)
    row.expire_at = source.expire_at
    localize_links(row, row.locale)
    return _content(row) != before


def _carry_fields(source: Any, row: Any, kept: IsKept, path: str = "") -> None:
    model = type(source)
    for one in get_translatable_fields(model):
        field = one.get_field(model)
        here = f"{path}{field.name}"
        if isinstance(field, models.ManyToOneRel):
            _carry_children(source, row, field, kept, here)
        elif isinstance(field, ParentalManyToManyField):
            if one.is_synchronized(source):
                getattr(row, field.name).set(getattr(source, field.name).all())
        elif isinstance(field, StreamField) and one.is_translated(source):
            value = stream_values.carry(
                field.stream_block,
                field.get_prep_value(getattr(source, field.name)),
                field.get_prep_value(getattr(row, field.name)),
                kept,
                here,
            )
            setattr(row, field.name, field.to_python(value))
        elif one.is_translated(source) and not field.is_relation:
            if not getattr(source, field.attname):
                setattr(row, field.attname, getattr(source, field.attname))
        elif (one.is_translated(source) or one.is_synchronized(source)) and not kept(here):
            setattr(row, field.attname, getattr(source, field.attname))


def _carry_children(source: Any, row: Any, field: Any, kept: IsKept, path: str) -> None:
    accessor = field.get_accessor_name()
    theirs, ours = getattr(source, accessor), getattr(row, accessor)
    if not issubclass(field.related_model, TranslatableMixin):
        if _comparable_rows(theirs) != _comparable_rows(ours):
            source.copy_child_relation(field.name, row)
        return
    twins = {child.translation_key: child for child in theirs.all()}
    stay = [child for child in ours.all() if child.translation_key in twins]
    for child in stay:
        _carry_fields(twins[child.translation_key], child, kept, f"{path}.{child.translation_key}.")
    ours.set(stay)


def _comparable_rows(relation: Any) -> list[dict[str, Any]]:
    """Child rows as values, without primary key and parent, which differ between languages."""
    own = {
        field.name for field in relation.model._meta.get_fields() if isinstance(field, ParentalKey)
    } | {"pk"}
    return [
        {name: value for name, value in _data(child).items() if name not in own}
        for child in relation.all()
    ]


def _content(row: Any) -> Any:
    """The values of an item, without primary keys of child rows and order of keys in JSON."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items() if name != "pk"}
        if isinstance(value, list):
            return [plain(one) for one in value]
        if isinstance(value, str) and value.startswith("["):
            with suppress(ValueError):
                return json.loads(value)
        return value

    return plain(_data(row))


def _data(row: Any) -> dict[str, Any]:
    data: dict[str, Any] = get_serializable_data_for_fields(row)
    if isinstance(row, ClusterableModel):
        for name in _child_relations(type(row)):
            data[name] = [_data(child) for child in getattr(row, name).all()]
        for field in get_all_child_m2m_relations(type(row)):
            data[field.name] = [item.pk for item in getattr(row, field.name).all()]
    return data
