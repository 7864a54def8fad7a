"""Cascades: unpublishing, deleting, moving or restricting a source does so in its languages, too.

The followers of a source are its translations that wagtail-localize keeps in step with it, and its
aliases in other languages. ``KIS_PARTNERS["CLOSE_TRANSLATIONS"] = False`` switches cascades off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.coreutils import find_available_slug
from wagtail.models import DraftStateMixin, Page, TranslatableMixin
from wagtail_localize.models import Translation, TranslationSource

from ..conf import conf

#: The action in the log of a translation that its source's unpublishing has taken along.
UNPUBLISHED_ALONG = "kis_partners.unpublish_along"


def followers(instance: Any) -> list[Any]:
    """The translations and aliases that a cascade reaches, with their locales; one statement."""
    if not (conf().close_translations and isinstance(instance, TranslatableMixin)):
        return []
    model = instance._meta.get_field("translation_key").model
    locales = Translation.objects.filter(
        source__object_id=instance.translation_key,
        source__locale_id=instance.locale_id,
        enabled=True,
    ).values_list("target_locale_id", flat=True)
    rows = model.objects.filter(translation_key=instance.translation_key)
    rows = rows.exclude(pk=instance.pk).select_related("locale").order_by("locale_id")
    follow = rows.filter(locale__in=locales)
    if issubclass(model, Page):
        follow = follow | rows.filter(alias_of_id=instance.pk)
    return list(follow)


@transaction.atomic
def unpublish(instance: Any) -> None:
    """Unpublish the followers of an item that has been unpublished or has expired."""
    for row in followers(instance):
        if isinstance(row, DraftStateMixin) and row.live:
            action = UnpublishPageAction if isinstance(row, Page) else UnpublishAction
            item = row.specific if isinstance(row, Page) else row
            action(item, set_expired=instance.expired, log_action=UNPUBLISHED_ALONG).execute()


def deletion_of_followers(instance: Any) -> Callable[[], None]:
    """A function that deletes the followers of an item; to be called once the item is deleted.

    Followers are found before the deletion, and deleted after it, because a follower that stands
    below the item in the same tree is deleted with it.
    """
    rows = followers(instance)

    @transaction.atomic
    def delete() -> None:
        for row in rows:
            if left := type(row)._base_manager.filter(pk=row.pk).first():
                left.delete()

    return delete


def destination(row: Page, parent: Page) -> Page | None:
    """The page below which a follower moves when its source moves below ``parent``.

    None if ``parent`` has no translation in the language of the follower.
    """
    if parent.is_root():
        return parent
    place: Page | None = parent.get_translation_or_none(row.locale)
    return place


@transaction.atomic
def move(instance: Page, parent: Page) -> None:
    """Move the followers of a page that has been moved: same parent, same order of siblings."""
    siblings = [one.translation_key for one in parent.get_children() if one.path < instance.path]
    for row in followers(instance):
        place = destination(row, parent)
        if place is None or row.is_descendant_of(instance):
            continue
        if place.path.startswith(row.path):  # In this language, the parent stands below the page.
            continue
        if not Page._slug_is_available(row.slug, place, page=row):
            row = row.specific
            row.slug = find_available_slug(place, row.slug, ignore_page_id=row.pk)
            row.save()
        before = {one.translation_key: one for one in place.get_children().exclude(pk=row.pk)}
        left = next((before[key] for key in reversed(siblings) if key in before), None)
        if left is not None:
            row.move(left, pos="right")
        else:
            row.move(place, pos="first-child")


@transaction.atomic
def restrict(page: Page) -> None:
    """Give the translations of a page the view restrictions of the page."""
    for row in followers(page):
        if not row.alias_of_id:
            TranslationSource().sync_view_restrictions(page, row)


def end_other_sources(translation: Translation) -> None:
    """Delete the records of other sources from which the same language version was made before.

    wagtail-localize's editor knows one source of an item. Stored texts belong to none of them.
    """
    Translation.objects.filter(
        source__object_id=translation.source.object_id, target_locale=translation.target_locale_id
    ).exclude(pk=translation.pk).delete()
