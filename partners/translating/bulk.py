"""What can be done to the translations of many items: each function does it for one item.

They yield what they leave undone, as sentences for the user who asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import DraftStateMixin, Locale
from wagtail_localize.models import StringTranslation, Translation

from . import drafts, extraction, review
from .misses import misses
from .permissions import lock_against, may_edit, may_publish

Action = Callable[[Any, Iterable[Locale], Any], Iterator[str]]


def update(item: Any, locales: Iterable[Locale], user: Any) -> Iterator[str]:
    """Take over the changes of a source for its translators; its texts are stored once for all
    languages."""
    found = list(_translations(item, locales))
    if not found:
        yield _("It is not translated into these languages.")
    elif not any(_hindrance(user, one, may_edit) is None for one in found):
        yield _("You may not edit it.")
    else:
        extraction.update_source(found[0].source, item)


def publish(item: Any, locales: Iterable[Locale], user: Any) -> Iterator[str]:
    """Publish the translations that are complete and have changed since they were published.

    One of which readers would miss something waits for somebody who sees what that is.
    """
    for translation in _translations(item, locales):
        reason = _hindrance(user, translation, may_publish)
        total, done = translation.get_progress()
        if reason is None and done < total:
            reason = _("It is not complete.")
        if reason is None and _has_news(translation):
            if found := misses(drafts.translated(translation)):
                told = _("Readers would miss something. Publish it in its editor. {}")
                yield _in_language(translation, told.format(found[0].text))
                continue
            try:
                drafts.save(translation, user, publish=True)
            except ValidationError as error:
                reason = " ".join(error.messages)
        if reason is not None:
            yield _in_language(translation, reason)


def mark_reviewed(item: Any, locales: Iterable[Locale], user: Any) -> Iterator[str]:
    """Mark the translations as reviewed as they stand."""
    for translation in _translations(item, locales):
        reason = _hindrance(user, translation, may_edit)
        if reason is None:
            review.mark(translation, user)
        else:
            yield _in_language(translation, reason)


#: The names of the actions, and what does them; submitting has a module of its own.
ACTIONS: dict[str, tuple[Any, Action | None]] = {
    "submit": (gettext_lazy("Submit for translation"), None),
    "update": (gettext_lazy("Take over the changes of the original"), update),
    "publish": (pgettext_lazy("action", "Publish"), publish),
    "review": (gettext_lazy("Mark as reviewed"), mark_reviewed),
}


def _translations(item: Any, locales: Iterable[Locale]) -> Iterable[Translation]:
    return (
        Translation.objects.filter(
            source__object_id=item.translation_key,
            source__locale=item.locale_id,
            target_locale__in=[locale.pk for locale in locales],
            enabled=True,
        )
        .select_related("source", "target_locale")
        .order_by("target_locale__language_code")
    )


def _hindrance(user: Any, translation: Translation, may: Callable[[Any, Any], bool]) -> str | None:
    """Why a user may not do something to the page or snippet of a translation; None if nothing."""
    instance = drafts.target_item(translation)
    if instance is None:
        return _("It has been deleted.")
    if lock_against(user, instance):
        return _("It is locked.")
    return None if may(user, instance) else _("You may not do that.")


def _has_news(translation: Translation) -> bool:
    """Whether a translation has texts that readers don't see yet."""
    instance = drafts.target_item(translation)
    if not isinstance(instance, DraftStateMixin):
        return True
    if not instance.live or instance.has_unpublished_changes or not instance.last_published_at:
        return True
    texts = StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, locale=translation.target_locale_id
    )
    since = instance.last_published_at
    return translation.source.last_updated_at > since or (
        texts.filter(updated_at__gt=since).exists()
    )


def _in_language(translation: Translation, reason: str) -> str:
    return f"{translation.target_locale.get_display_name()}: {reason}"
