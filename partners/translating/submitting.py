"""Submitting for translation: one item at once, or a page tree as a run in the background.

A run does its action for each item in a transaction of its own, in which it also stores its
progress. So an interrupted run continues with the next item.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django_tasks import task
from wagtail.models import DraftStateMixin, Locale, Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.models import Translation, TranslationSource

from ..conf import conf
from ..models import TranslationRun
from . import drafts, extraction, restart, review
from .bulk import ACTIONS
from .permissions import may_publish


@transaction.atomic
def submit(
    instance: Any, locales: Iterable[Locale], user: Any = None, seen: set[Any] | None = None
) -> None:
    """Submit an item and its related snippets, and save their translations into some languages.

    A translation is a draft, unless enough of it is translated already (see
    :func:`publish_if_translated`).
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
        if locale.pk == source.locale_id or _is_written_otherwise(source, locale):
            continue
        translation, created = Translation.objects.get_or_create(
            source=source, target_locale=locale
        )
        if not created and not translation.enabled:
            restart.start_again(translation, user)
        if created or drafts.target_item(translation) is None:
            with _IndexAtTheEnd() as indexed:
                publish = (
                    getattr(instance, "live", True)
                    and _is_translated(translation)
                    and _may_publish(user, translation)
                )
                indexed(drafts.save(translation, user, publish=publish))


def publish_if_translated(translation: Translation, user: Any) -> Any:
    """Publish a translation that was never published, as soon as enough of it is translated.

    How much is enough is a setting, ``KIS_PARTNERS["TRANSLATED_SHARE"]``. Gives the page or
    snippet, None where nothing is published: its source isn't, or the user may not publish it.
    """
    row = drafts.target_item(translation)
    if not isinstance(row, DraftStateMixin) or row.live or row.first_published_at:
        return None
    if not translation.source.get_source_instance().live or not _is_translated(translation):
        return None
    if not may_publish(user, row):
        return None
    with suppress(ValidationError):  # Recorded at the segment.
        return drafts.save(translation, user, publish=True)
    return None


def _is_translated(translation: Translation) -> bool:
    """Whether people have translated or reviewed the share of the texts that is enough."""
    parts = review.segments_of(translation)
    done = sum(part.how not in ("missing", "machine") for part in parts)
    return not parts or 0 < done >= conf().translated_share * len(parts)


def _is_written_otherwise(source: TranslationSource, locale: Locale) -> bool:
    """Whether the item is there in a language, made by hand or from another source."""
    model = source.specific_content_type.model_class()
    rows = model._default_manager.filter(translation_key=source.object_id, locale=locale)
    if issubclass(model, Page):
        rows = rows.filter(alias_of=None)
    own = Translation.objects.filter(source=source, target_locale=locale)
    return bool(rows.exists() and not own.exists())


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
    """Start a run that submits a page and all pages below it."""
    pages = page.get_descendants(inclusive=True).filter(alias_of__isnull=True)
    ids = list(pages.order_by("path").values_list("pk", flat=True))
    return _start("submit", page.get_admin_display_title(), ids, locales, user)


def start_bulk(
    action: str, items: list[int | str], locales: Iterable[Locale], user: Any
) -> TranslationRun:
    """Start a run for items, which are given as :class:`TranslationRun` keeps them."""
    return _start(action, str(ACTIONS[action][0]), items, locales, user)


@transaction.atomic
def _start(
    action: str, title: str, items: list[Any], locales: Iterable[Locale], user: Any
) -> TranslationRun:
    run = TranslationRun.objects.create(action=action, title=title, user=user, pages=items)
    run.locales.set(locales)
    transaction.on_commit(lambda: do_run.enqueue(run.pk))
    return run


@task()
def do_run(run_id: int) -> None:
    """Do the action of a run for the remaining items."""
    run = TranslationRun.objects.select_related("user").get(pk=run_id)
    locales = list(run.locales.all())
    profile = getattr(run.user, "wagtail_userprofile", None)
    seen: set[Any] = set()
    with override(profile.get_preferred_language() if profile else get_language()):
        while _do_next(run_id, locales, seen):
            pass


@transaction.atomic
def _do_next(run_id: int, locales: list[Locale], seen: set[Any]) -> bool:
    """Do the action for the next item of a run; gives False if none remains."""
    run = TranslationRun.objects.select_for_update().get(pk=run_id)
    if run.done >= run.total:
        if run.finished_at is None:
            run.finished_at = timezone.now()
            run.save(update_fields=["finished_at"])
        return False
    item = _item(run.pages[run.done])
    if item is not None:
        before = set(seen)
        _label, do = ACTIONS[run.action]
        try:
            if do is None:
                submit(item, locales, run.user, seen)
            else:
                for reason in do(item, locales, run.user):
                    run.fail(item, reason)
        except ValidationError as error:
            seen.intersection_update(before)
            run.fail(item, " ".join(error.messages))
    run.done += 1
    run.save(update_fields=["done", "failed"])
    return True


def _item(kept: int | str) -> Any:
    """The page or snippet that a run keeps as an id, or as the label of its model and its id."""
    if isinstance(kept, int):
        page = Page.objects.filter(pk=kept).first()
        return page and page.specific
    label, _colon, pk = kept.partition(":")
    return apps.get_model(label)._default_manager.filter(pk=pk).first()
