"""Submitting for translation: one item at once, or a page tree as a run in the background.

A run translates each page in a transaction of its own, in which it also stores its progress. So an
interrupted run continues with the next page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.models import Translation

from ..models import TranslationRun
from . import drafts, extraction
from .permissions import may_publish


@transaction.atomic
def submit(
    instance: Any, locales: Iterable[Locale], user: Any = None, seen: set[Any] | None = None
) -> None:
    """Submit an item and its related snippets, and save their translations into some languages.

    A translation is published if the item is and the user may publish it; otherwise it is a draft.
    ``seen`` has the translation keys of items that were submitted before. Raises
    ``ValidationError``.
    """
    seen = set() if seen is None else seen
    if instance.translation_key in seen:
        return
    seen.add(instance.translation_key)
    if isinstance(instance, Page):
        instance = instance.specific
    source = extraction.ensure_source(instance)
    for part in source.relatedobjectsegment_set.select_related("object"):
        related = part.object.get_instance_or_none(source.locale_id)
        if related is not None:
            submit(related, locales, user, seen)
    for locale in locales:
        if locale.pk == source.locale_id:
            continue
        translation, created = Translation.objects.get_or_create(
            source=source, target_locale=locale
        )
        if not created and not translation.enabled:
            translation.enabled = True
            translation.save(update_fields=["enabled"])
        if created or drafts.target_item(translation) is None:
            with _IndexAtTheEnd() as indexed:
                publish = getattr(instance, "live", True) and _may_publish(user, translation)
                indexed(drafts.save(translation, user, publish=publish))


def _may_publish(user: Any, translation: Translation) -> bool:
    """Whether a user may publish the page or snippet of a translation; always without a user."""
    if user is None:
        return True
    row = drafts.target_item(translation)
    if row is not None:
        return may_publish(user, row)
    model = translation.source.specific_content_type.model_class()
    if issubclass(model, Page):
        parent = drafts.parent_in_language(translation)
        return bool(parent.permissions_for_user(user).can_publish_subpage())
    return may_publish(user, model(locale=translation.target_locale))


class _IndexAtTheEnd:
    """Switches the reference index off inside the block, and indexes the given items at its end."""

    def __enter__(self) -> Any:
        self.items: list[Any] = []
        self.off = disable_reference_index_auto_update()
        self.off.__enter__()
        return self.items.append

    def __exit__(self, *error: Any) -> None:
        self.off.__exit__(*error)
        if not error[0]:
            for item in self.items:
                ReferenceIndex.create_or_update_for_object(item)


def start_run(page: Page, locales: Iterable[Locale], user: Any) -> TranslationRun:
    """Start a run for a page and all pages below it."""
    pages = page.get_descendants(inclusive=True).filter(alias_of__isnull=True)
    with transaction.atomic():
        run = TranslationRun.objects.create(
            title=page.get_admin_display_title(),
            user=user,
            pages=list(pages.order_by("path").values_list("pk", flat=True)),
        )
        run.locales.set(locales)
        transaction.on_commit(lambda: do_run.enqueue(run.pk))
    return run


@task()
def do_run(run_id: int) -> None:
    """Translate the remaining pages of a run."""
    locales = list(TranslationRun.objects.get(pk=run_id).locales.all())
    seen: set[Any] = set()
    while _submit_next(run_id, locales, seen):
        pass


@transaction.atomic
def _submit_next(run_id: int, locales: list[Locale], seen: set[Any]) -> bool:
    """Translate the next page of a run; gives False if none remains."""
    run = TranslationRun.objects.select_for_update().get(pk=run_id)
    if run.done >= run.total:
        if run.finished_at is None:
            run.finished_at = timezone.now()
            run.save(update_fields=["finished_at"])
        return False
    page = Page.objects.filter(pk=run.pages[run.done]).first()
    if page is not None:
        before = set(seen)
        try:
            submit(page, locales, run.user, seen)
        except ValidationError as error:
            seen.intersection_update(before)
            run.fail(page, " ".join(error.messages))
    run.done += 1
    run.save(update_fields=["done", "failed"])
    return True
