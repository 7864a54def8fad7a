"""Language-neutral values, carried over to the translations when their source is published.

These are dates, choices, child rows, files and the end of publication, and the removal of blocks
and people. Texts wait for their translator. A translator's draft stays a draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import models, transaction
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, Page, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import SegmentOverride, Translation

from . import extraction, stream_values
from .drafts import target_item
from .link_targets import localize_links

IsKept = Callable[[str], bool]


@transaction.atomic
def carry_over(instance: Any) -> None:
    """Carry the language-neutral values of a published item over to its translations.

    If none of its texts has changed, the translations count as up to date again.
    """
    translations = Translation.objects.filter(
        source__object_id=instance.translation_key,
        source__locale=instance.locale_id,
        enabled=True,
    ).select_related("source", "target_locale")
    if not translations:
        return
    source = translations[0].source
    if isinstance(instance, Page):
        instance = instance.specific
    if extraction.texts_of_item(instance) == extraction.texts_of_source(source):
        extraction.update_source(source, instance)
    for translation in translations:
        _carry_over_to(instance, translation)


def _carry_over_to(source: Any, translation: Translation) -> None:
    row = target_item(translation)
    if row is None or getattr(row, "alias_of_id", None):
        return
    overridden = set(
        SegmentOverride.objects.filter(
            context__object_id=translation.source.object_id,
            locale=translation.target_locale,
            has_error=False,
        ).values_list("context__path", flat=True)
    )
    pending = None
    if isinstance(row, DraftStateMixin) and row.latest_revision_id:
        if row.has_unpublished_changes or not row.live:
            pending = row.get_latest_revision_as_object()
    elif isinstance(row, DraftStateMixin) and not row.live:
        pending = row
    if getattr(row, "live", True) and _carry_all(source, row, overridden.__contains__):
        if getattr(row, "current_workflow_state", None):
            # Publishing would end the workflow.
            row.save()
        elif isinstance(row, DraftStateMixin):
            revision = row.save_revision()
            revision.publish(changed=False)
        else:
            row.save()
            if isinstance(row, RevisionMixin):
                row.save_revision()
    if pending is not None and _carry_all(source, pending, overridden.__contains__):
        pending.save_revision()


def _carry_all(source: Any, row: Any, kept: IsKept) -> bool:
    """Carry all language-neutral values over to one row; gives whether that changed the row."""
    before = _content(row)
    _carry_fields(source, row, kept)
    if isinstance(row, DraftStateMixin):
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
    theirs, ours = getattr(source, field.name), getattr(row, field.name)
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
    if isinstance(row, ClusterableModel):
        data: dict[str, Any] = row.serializable_data()
        return data
    return dict(get_serializable_data_for_fields(row))
