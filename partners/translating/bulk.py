"""Submitting pages for translation: one, or a whole tree in the background.

A page and its versions are one transaction, in which the run notes its progress, so a run that
was interrupted goes on where it stopped.
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
def translate(
    instance: Any, locales: Iterable[Locale], user: Any = None, seen: set[Any] | None = None
) -> None:
    """Submit an item and what is translated with it, and make its versions in some languages.

    They are published where the item is and the user may. ``seen`` has the translation keys
    that need no second look. Raises ``ValidationError``.
    """
    seen = set() if seen is None else seen
    if instance.translation_key in seen:
        return
    seen.add(instance.translation_key)
    if isinstance(instance, Page):
        instance = instance.specific
    source = extraction.submit(instance)
    for part in source.relatedobjectsegment_set.select_related("object"):
        related = part.object.get_instance_or_none(source.locale_id)
        if related is not None:
            translate(related, locales, user, seen)
    for locale in locales:
        if locale.pk == source.locale_id:
            continue
        translation, created = Translation.objects.get_or_create(
            source=source, target_locale=locale
        )
        if not created and not translation.enabled:
            translation.enabled = True
            translation.save(update_fields=["enabled"])
        if created or drafts.target(translation) is None:
            with _indexed_once() as indexed:
                publish = getattr(instance, "live", True) and _may_publish(user, translation)
                indexed(drafts.save(translation, user, publish=publish))


def _may_publish(user: Any, translation: Translation) -> bool:
    """Whether a user may publish what a translation makes; nobody in particular may."""
    if user is None:
        return True
    row = drafts.target(translation)
    if row is not None:
        return may_publish(user, row)
    model = translation.source.specific_content_type.model_class()
    if issubclass(model, Page):
        place = drafts.place(translation)
        return bool(place.permissions_for_user(user).can_publish_subpage())
    return may_publish(user, model(locale=translation.target_locale))


class _indexed_once:
    """References are written down at the end, not at each of the saves on the way."""

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


def start(page: Page, locales: Iterable[Locale], user: Any) -> TranslationRun:
    """Begin to translate a page and all below it in the background."""
    pages = page.get_descendants(inclusive=True).filter(alias_of__isnull=True)
    with transaction.atomic():
        run = TranslationRun.objects.create(
            title=page.get_admin_display_title(),
            user=user,
            pages=list(pages.order_by("path").values_list("pk", flat=True)),
        )
        run.locales.set(locales)
        transaction.on_commit(lambda: work.enqueue(run.pk))
    return run


@task()
def work(run_id: int) -> None:
    """Do what is left of a run."""
    locales = list(TranslationRun.objects.get(pk=run_id).locales.all())
    seen: set[Any] = set()
    while _step(run_id, locales, seen):
        pass


@transaction.atomic
def _step(run_id: int, locales: list[Locale], seen: set[Any]) -> bool:
    """Translate the next page of a run; whether there was one."""
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
            translate(page, locales, run.user, seen)
        except ValidationError as error:
            seen.intersection_update(before)
            run.fail(page, " ".join(error.messages))
    run.done += 1
    run.save(update_fields=["done", "failed"])
    return True
