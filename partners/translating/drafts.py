"""Pages and snippets made from translated segments: saved as a draft, or published.

A draft is only a revision. The row that readers see is written by publishing alone.
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
from wagtail_localize.models import StringTranslation, Translation, TranslationLog
from wagtail_localize.segments.ingest import ingest_segments

from . import neutral_values
from .link_targets import localize_links


def save(translation: Translation, user: Any = None, *, publish: bool = False) -> Any:
    """Save a translation as a draft, or ``publish`` it; gives the page or snippet.

    Untranslated segments have the text of the source. A model without drafts is saved directly.
    Raises ``ValidationError`` where a text doesn't fit its field, and records that at the segment.
    """
    try:
        with transaction.atomic():
            return _save(translation, user, publish)
    except ValidationError as error:
        record_errors(translation, error)
        raise


def _save(translation: Translation, user: Any, publish: bool) -> Any:
    source, locale = translation.source, translation.target_locale
    row = target_item(translation)
    original = source.as_instance()
    if row is None and isinstance(original, Page):
        return _add_page(translation, original, user, publish)
    if row is None:
        row = _add_snippet(translation, original)
    instance = translated(translation)
    if isinstance(instance, Page):
        instance.slug = find_available_slug(
            instance.get_parent(), slugify(instance.slug), ignore_page_id=instance.pk
        )
        if row.alias_of_id:
            Page.objects.filter(pk=row.pk).update(alias_of=None)
            instance.alias_of = None
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


def translated(translation: Translation) -> Any:
    """The unsaved page or snippet of a translation, as it would be published; its row exists."""
    source, locale = translation.source, translation.target_locale
    instance = source.get_ephemeral_translated_instance(locale, fallback=True)
    neutral_values.carry_to(source.get_source_instance(), instance)
    localize_links(instance, locale)
    return instance


def parent_in_language(translation: Translation) -> Page:
    """The parent page for a translation; aliases are made for parents without a translation."""
    parent = translation.source.get_source_instance().get_parent()
    if parent.is_root():
        return parent
    there: Page | None = parent.get_translation_or_none(translation.target_locale)
    return there or parent.specific.copy_for_translation(
        translation.target_locale, copy_parents=True, alias=True
    )


def _add_page(translation: Translation, original: Any, user: Any, publish: bool) -> Any:
    """Create the page of a translation with all its texts, in one insert."""
    source, locale = translation.source, translation.target_locale
    parent = parent_in_language(translation)
    page = _unsaved_copy(original, locale, user)
    ingest_segments(
        original,
        page,
        source.locale,
        locale,
        source._get_segments_for_translation(locale, fallback=True),
    )
    neutral_values.carry_to(source.get_source_instance(), page)
    localize_links(page, locale)
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


def _unsaved_copy(original: Any, locale: Locale, user: Any) -> Any:
    """An unsaved copy of a page with all its content, in another language."""
    data = _without_ids(type(original), original.serializable_data())
    data = {name: value for name, value in data.items() if name not in _NOT_COPIED}
    page = type(original).from_serializable_data(data, check_fks=False)
    page.translation_key, page.locale, page.owner = original.translation_key, locale, user
    _set_locale(page, locale)
    return page


def _without_ids(model: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Serialized data of an item and its child rows, without primary keys."""
    data = {**data, "pk": None}
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name in data:
            data[name] = [_without_ids(relation.related_model, child) for child in data[name]]
    return data


def _set_locale(item: Any, locale: Locale) -> None:
    """Set the locale of all translatable child rows of an item."""
    for relation in get_all_child_relations(type(item)):
        for child in getattr(item, relation.get_accessor_name()).all():
            if isinstance(child, TranslatableMixin):
                child.locale = locale
            if isinstance(child, ClusterableModel):
                _set_locale(child, locale)


# Fields about the position of a page in the tree and its history, which a copy doesn't take.
_NOT_COPIED = {
    *("path", "depth", "numchild", "url_path", "latest_revision", "live_revision", "alias_of"),
    *("first_published_at", "last_published_at", "latest_revision_created_at", "draft_title"),
    *("locked", "locked_at", "locked_by", "go_live_at", "expired"),
    COMMENTS_RELATION_NAME,
}


#: What the copy of a snippet that is published or locked doesn't take from it.
_NEVER_PUBLISHED = {
    "live": False,
    "has_unpublished_changes": True,
    **dict.fromkeys(("first_published_at", "last_published_at", "live_revision", "go_live_at")),
    **dict.fromkeys(("latest_revision", "locked_at", "locked_by")),
    "locked": False,
}


def target_item(translation: Translation) -> Any:
    """The live row of the page or snippet that a translation makes; None before it exists."""
    try:
        return translation.get_target_instance()
    except ObjectDoesNotExist:
        return None


def _add_snippet(translation: Translation, original: Any) -> Any:
    """Create the row of a snippet's new translation, unpublished."""
    row = original.copy_for_translation(translation.target_locale)
    for name, value in _NEVER_PUBLISHED.items():
        if hasattr(row, name):
            setattr(row, name, value)
    row.save()
    return row


def record_errors(translation: Translation, error: ValidationError) -> None:
    """Show the errors of fields at the segments of a translation."""
    for name, errors in getattr(error, "error_dict", {}).items():
        # By an update: saving a StringTranslation copies a title to the draft title, invalid or
        # not.
        StringTranslation.objects.filter(
            context__object_id=translation.source.object_id,
            context__path=name,
            locale=translation.target_locale,
            translation_of__in=translation.source.stringsegment_set.values("string"),
        ).update(has_error=True, field_error=errors[0].messages[0])
