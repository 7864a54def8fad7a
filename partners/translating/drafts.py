"""Making a translation out of what is translated: as a draft, or for readers.

A draft is a revision and nothing else: the row that readers see is written by publishing alone.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import DraftStateMixin, Page, RevisionMixin
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import StringTranslation, Translation, TranslationLog

from .links import localize


def save(translation: Translation, user: Any = None, *, publish: bool = False) -> Any:
    """Write a translation, as a draft unless it is to be published; gives the item.

    What isn't translated is in the language of the source. Models without drafts are saved.
    Raises ``ValidationError`` where the words don't fit their fields; the segments then say so.
    """
    try:
        with transaction.atomic():
            return _save(translation, user, publish)
    except ValidationError as error:
        _tell(translation, error)
        raise


def _save(translation: Translation, user: Any, publish: bool) -> Any:
    source, locale = translation.source, translation.target_locale
    row = target(translation) or begin(translation)
    instance = source.get_ephemeral_translated_instance(locale, fallback=True)
    _follow_choices(source.as_instance(), instance)
    localize(instance, locale)
    revision = None
    if isinstance(instance, Page):
        instance.slug = find_available_slug(
            instance.get_parent(), slugify(instance.slug), ignore_page_id=instance.pk
        )
        if row.alias_of_id:
            Page.objects.filter(pk=row.pk).update(alias_of=None)
            instance.alias_of = None
    if isinstance(instance, DraftStateMixin):
        instance.expire_at = source.get_source_instance().expire_at
    if isinstance(instance, RevisionMixin):
        revision = instance.save_revision(user=user)
        if publish and isinstance(instance, DraftStateMixin):
            revision.publish(user=user, skip_permission_checks=True)
    if not isinstance(instance, DraftStateMixin):
        instance.full_clean()
        instance.save()
    TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    return instance


def target(translation: Translation) -> Any:
    """The item that a translation makes, as readers see it; None where it isn't there yet."""
    try:
        return translation.get_target_instance()
    except ObjectDoesNotExist:
        return None


def begin(translation: Translation) -> Any:
    """The row of a new translation, which nobody sees: it still has the words of the source."""
    source, locale = translation.source, translation.target_locale
    original = source.as_instance()
    if isinstance(original, Page):
        row = original.copy_for_translation(locale, copy_parents=True)
        source.sync_view_restrictions(original, row)
        return row
    row = original.copy_for_translation(locale)
    if isinstance(row, DraftStateMixin):
        row.live = False
    row.save()
    return row


def _follow_choices(original: Any, instance: Any) -> None:
    """What the source has chosen, not what it had when the translation was last made.

    wagtail-localize leaves a translation with the old choice where the new one isn't translated,
    or where there is none any more.
    """
    for one in get_translatable_fields(type(original)):
        field = one.get_field(type(original))
        if field.many_to_one and field.concrete and one.is_translated(original):
            setattr(instance, field.attname, getattr(original, field.attname))


def _tell(translation: Translation, error: ValidationError) -> None:
    for name, errors in getattr(error, "error_dict", {}).items():
        # Not by saving: the title of a page is copied to its draft title then, fit or unfit.
        StringTranslation.objects.filter(
            context__object_id=translation.source.object_id,
            context__path=name,
            locale=translation.target_locale,
            translation_of__in=translation.source.stringsegment_set.values("string"),
        ).update(has_error=True, field_error=errors[0].messages[0])
