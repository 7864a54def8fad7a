"""What is taken back, moved or closed in the source is in its other languages, too.

Only what was made from the source follows: its translations that are still kept in step with
it, and the aliases that repeat it. A site that keeps translations open
(``KIS_PARTNERS["CLOSE_TRANSLATIONS"]``) has none of this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.coreutils import find_available_slug
from wagtail.models import DraftStateMixin, Page
from wagtail_localize.models import Translation, TranslationSource

from ..conf import conf


def made_from(instance: Any) -> list[Any]:
    """The versions in other languages that follow an item, with their languages; two statements."""
    if not conf().close_translations:
        return []
    model = instance._meta.get_field("translation_key").model
    locales = Translation.objects.filter(
        source__object_id=instance.translation_key,
        source__locale_id=instance.locale_id,
        enabled=True,
    ).values_list("target_locale_id", flat=True)
    rows = model.objects.filter(translation_key=instance.translation_key)
    rows = rows.exclude(pk=instance.pk).select_related("locale").order_by("locale_id")
    follow = rows.filter(locale__in=list(locales))
    if issubclass(model, Page):
        follow = follow | rows.filter(alias_of_id=instance.pk)
    return list(follow)


@transaction.atomic
def unpublish(instance: Any) -> None:
    """Unpublish the translations of an item that has been unpublished or has expired."""
    for row in made_from(instance):
        if isinstance(row, DraftStateMixin) and row.live:
            action = UnpublishPageAction if isinstance(row, Page) else UnpublishAction
            item = row.specific if isinstance(row, Page) else row
            expired = getattr(instance, "expired", False)
            action(item, set_expired=expired).execute(skip_permission_checks=True)


def deletion(instance: Any) -> Callable[[], None]:
    """What deletes the versions of an item that is about to be deleted, once it is gone.

    Not before: one may be deleted with the item, being further down the same tree.
    """
    rows = made_from(instance)

    @transaction.atomic
    def delete() -> None:
        for row in rows:
            if left := type(row)._base_manager.filter(pk=row.pk).first():
                left.delete()

    return delete


def destination(row: Page, parent: Page) -> Page | None:
    """Where a version moves when its source moves below a page: the same place in its language.

    None where that place isn't there in that language.
    """
    if parent.is_root():
        return parent
    place: Page | None = parent.get_translation_or_none(row.locale)
    return place


@transaction.atomic
def move(instance: Page, parent: Page) -> None:
    """Move the versions of a page that has been moved below a parent to the same place."""
    siblings = [one.translation_key for one in parent.get_children() if one.path < instance.path]
    for row in made_from(instance):
        place = destination(row, parent)
        if place is None or row.is_descendant_of(instance):
            continue
        if place.path.startswith(row.path):  # The trees differ: there is no such place.
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
            row.move(place, pos="first-child" if before else "last-child")


@transaction.atomic
def restrict(page: Page) -> None:
    """Restrict the translations of a page as the page is restricted."""
    source = TranslationSource.objects.filter(
        object_id=page.translation_key, locale_id=page.locale_id
    ).first()
    if source is not None:
        for row in made_from(page):
            if not row.alias_of_id:
                source.sync_view_restrictions(page, row)
