"""What wagtail-localize's records name, when it is deleted: what translators chose in place of the
source's images, documents and pages, and items that are translated along.

wagtail-localize looks for the object each time the translation is shown or saved.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey
from django.utils.translation import gettext as _
from wagtail.blocks import BaseStreamBlock, BaseStructBlock, ChooserBlock, ListBlock
from wagtail.coreutils import resolve_model_string
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin
from wagtail_localize.models import (
    RelatedObjectSegment,
    SegmentOverride,
    TranslationContext,
    TranslationSource,
)


def end_overrides(deleted: Any) -> None:
    """End the choice of an object that is being deleted; the translation has that of its source.

    The translation's editor says so at its place. An item that was translated along no longer is.
    """
    if isinstance(deleted, TranslatableMixin):
        RelatedObjectSegment.objects.filter(
            object_id=deleted.translation_key, source__locale_id=deleted.locale_id
        ).delete()
    rows = SegmentOverride.objects.filter(
        data_json=json.dumps(deleted.pk, cls=DjangoJSONEncoder), has_error=False
    )
    for row in rows.exclude(context=None).select_related("context"):
        if isinstance(deleted, _chosen_model(row.context) or ()):
            row.has_error = True
            row.field_error = _("What was chosen here has been deleted.")
            row.save(update_fields=["has_error", "field_error"])


def _chosen_model(context: TranslationContext) -> Any:
    """The model of the objects that are chosen at a place of an item; None if none are."""
    source = TranslationSource.objects.filter(object=context.object_id).first()
    if source is None:
        return None
    name, *path = context.path.split(".")
    model: Any = source.specific_content_type.model_class()
    field = model._meta.get_field(name)
    if isinstance(field, ForeignKey):
        return field.related_model
    if not isinstance(field, StreamField):
        return None
    stored = json.loads(source.content_json).get(name) or "[]"
    block = _block_at(field.stream_block, json.loads(stored), path)
    return resolve_model_string(block.target_model) if isinstance(block, ChooserBlock) else None


def _block_at(block: Any, value: Any, path: list[str]) -> Any:
    """The block at a path of ids and names in a stored value; None if there isn't one."""
    if not path:
        return block
    name, *rest = path
    if isinstance(block, BaseStructBlock):
        return name in block.child_blocks and _block_at(
            block.child_blocks[name], (value or {}).get(name), rest
        )
    if not isinstance(block, BaseStreamBlock | ListBlock):
        return None
    for child in value or []:
        if child.get("id") == name:
            inner = block.child_block if isinstance(block, ListBlock) else None
            inner = inner or block.child_blocks.get(child["type"])
            return inner and _block_at(inner, child["value"], rest)
    return None
