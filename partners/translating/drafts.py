"""Making a translation out of what is translated: as a draft, or for readers.

A draft is a revision and nothing else: the row that readers see is written by publishing alone.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    DraftStateMixin,
    Locale,
    Page,
    RevisionMixin,
    TranslatableMixin,
)
from wagtail.signals import copy_for_translation_done, page_published, published
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import StringTranslation, Translation, TranslationLog
from wagtail_localize.segments.ingest import ingest_segments

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
    row = target(translation)
    original = source.as_instance()
    if row is None and isinstance(original, Page):
        return _add(translation, original, user, publish)
    if row is None:
        row = _begin(translation, original)
    instance = source.get_ephemeral_translated_instance(locale, fallback=True)
    _follow_choices(original, instance)
    localize(instance, locale)
    if isinstance(instance, Page):
        instance.slug = find_available_slug(
            instance.get_parent(), slugify(instance.slug), ignore_page_id=instance.pk
        )
        if row.alias_of_id:
            Page.objects.filter(pk=row.pk).update(alias_of=None)
            instance.alias_of = None
    if isinstance(instance, DraftStateMixin):
        instance.expire_at = original.expire_at
    revision = None
    if isinstance(instance, RevisionMixin):
        revision = instance.save_revision(user=user)
        if publish and isinstance(instance, DraftStateMixin):
            revision.publish(user=user, skip_permission_checks=True)
    if not isinstance(instance, DraftStateMixin):
        instance.full_clean()
        instance.save()
    TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    return instance


def place(translation: Translation) -> Page:
    """Below which page the translation of a page belongs; aliases stand in for missing ones."""
    parent = translation.source.get_source_instance().get_parent()
    if parent.is_root():
        return parent
    there: Page | None = parent.get_translation_or_none(translation.target_locale)
    return there or parent.specific.copy_for_translation(
        translation.target_locale, copy_parents=True, alias=True
    )


def _add(translation: Translation, original: Any, user: Any, publish: bool) -> Any:
    """A new page with its words in it from the beginning, written once."""
    source, locale = translation.source, translation.target_locale
    parent = place(translation)
    page = _twin(original, locale, user)
    ingest_segments(
        original,
        page,
        source.locale,
        locale,
        source._get_segments_for_translation(locale, fallback=True),
    )
    localize(page, locale)
    slug = slugify(page.slug)
    if parent.is_root() and page.slug == original.slug:
        slug += f"-{locale.language_code}"
    page.slug = find_available_slug(parent, slug)
    if publish:
        page.first_published_at = page.last_published_at = timezone.now()
    page.live, page.has_unpublished_changes = publish, not publish
    parent.add_child(instance=page)
    copy_for_translation_done.send(sender=type(page), source_obj=original, target_obj=page)
    # A restriction is copied without its groups; they are brought where there is one.
    for _step in range(2):
        source.sync_view_restrictions(original, page)
    log(instance=page, action="wagtail.create", user=user, content_changed=True)
    revision = page.save_revision(user=user, clean=False)
    if publish:
        page.live_revision, page.has_unpublished_changes = revision, False
        Page.objects.filter(pk=page.pk).update(
            live_revision=revision, has_unpublished_changes=False
        )
        page_published.send(sender=type(page), instance=page, revision=revision)
        published.send(sender=type(page), instance=page, revision=revision)
        log(instance=page, action="wagtail.publish", user=user, revision=revision)
    TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    return page


def _twin(original: Any, locale: Locale, user: Any) -> Any:
    """An unsaved page with all that a page says, for another language."""
    data = _unsaved(type(original), original.serializable_data())
    data = {name: value for name, value in data.items() if name not in _OF_THE_ROW}
    page = type(original).from_serializable_data(data, check_fks=False)
    page.translation_key, page.locale, page.owner = original.translation_key, locale, user
    _speak(page, locale)
    return page


def _unsaved(model: Any, data: dict[str, Any]) -> dict[str, Any]:
    """What an item and its rows say, as that of new ones."""
    data = {**data, "pk": None}
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name in data:
            data[name] = [_unsaved(relation.related_model, child) for child in data[name]]
    return data


def _speak(item: Any, locale: Locale) -> None:
    """Give the translated rows of an item its language."""
    for relation in get_all_child_relations(type(item)):
        for child in getattr(item, relation.get_accessor_name()).all():
            if isinstance(child, TranslatableMixin):
                child.locale = locale
            if isinstance(child, ClusterableModel):
                _speak(child, locale)


# What a page has as a place in the tree and as a thing with a history.
_OF_THE_ROW = {
    *("path", "depth", "numchild", "url_path", "latest_revision", "live_revision", "alias_of"),
    *("first_published_at", "last_published_at", "latest_revision_created_at", "draft_title"),
    *("locked", "locked_at", "locked_by", "owner", "locale", "go_live_at", "expired"),
    COMMENTS_RELATION_NAME,
}


def target(translation: Translation) -> Any:
    """The item that a translation makes, as readers see it; None where it isn't there yet."""
    try:
        return translation.get_target_instance()
    except ObjectDoesNotExist:
        return None


def _begin(translation: Translation, original: Any) -> Any:
    """The row of a new translation of a snippet, which is nowhere to be seen."""
    row = original.copy_for_translation(translation.target_locale)
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
