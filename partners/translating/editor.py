"""Around wagtail-localize's editor: messages about the state, publishing, the review screen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail_localize.models import Translation, get_edit_url

from ..public.translations import is_begun, translation_state
from . import again, drafts, extraction, restart, review, source_changes
from .misses import misses
from .permissions import lock_against, may_edit, may_publish
from .publishing import BeforePublishingView, offers, publish_along
from .submitting import publish_if_translated

REVIEW_URL = "kis_review"


def translation_of(instance: Any) -> Translation | None:
    """The active translation record of an item; None for sources and items edited by hand."""
    if getattr(instance, "alias_of_id", None) and instance.alias_of.locale_id != instance.locale_id:
        return None
    return (
        Translation.objects.filter(
            source__object_id=instance.translation_key,
            target_locale_id=instance.locale_id,
            enabled=True,
        )
        .select_related("source__locale", "target_locale")
        .first()
    )


def before_edit(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Runs before wagtail-localize's editor: publishes on request, else shows the state."""
    if request.method == "POST" and "localize-restart-translation" in request.POST:
        return start_again(request, instance)
    if request.method == "GET":
        again.offer(request, instance)
    translation = translation_of(instance)
    if translation is None:
        return None
    if request.method == "POST":
        if request.POST.get("action") == "publish":
            return publish(request, translation, instance)
    else:
        extraction.follow_schema(translation.source)
        show_state(request, translation, instance)
    return None


def start_again(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Start a stopped translation again; asks first where words were written by hand meanwhile."""
    translation = (
        Translation.objects.filter(
            source__object_id=instance.translation_key,
            target_locale_id=instance.locale_id,
            enabled=False,
        )
        .select_related("source__locale", "target_locale")
        .first()
    )
    if translation is None:
        return None
    if answer := refuse_locked(request, instance):
        return answer
    if not may_edit(request.user, instance):
        raise PermissionDenied
    words = request.POST.get("words")
    if words is None and (found := restart.differences(translation)):
        context = {
            "page_title": _("Start synced translation again?"),
            "page_subtitle": str(instance),
            "header_icon": "warning",
            "differences": found,
            "translation": translation,
            "action_url": request.path,
        }
        return TemplateResponse(request, "kis_partners/translating/start_again.html", context)
    restart.start_again(translation, request.user, keep=words != "stored")
    messages.success(request, _("The translation follows its original again."))
    return redirect(request.path)


def publish(request: HttpRequest, translation: Translation, instance: Any) -> HttpResponse:
    """Publish a translation; asks first if segments are untranslated or readers miss something."""
    if answer := refuse_locked(request, instance):
        return answer
    if not may_publish(request.user, instance):
        raise PermissionDenied
    if not is_begun(instance):
        messages.error(request, _("Nothing of it is translated yet, so it stays a draft."))
        return redirect(request.path)
    missing = [segment for segment in review.segments_of(translation) if segment.how == "missing"]
    found = misses(drafts.translated(translation))
    if (missing or found) and "incomplete" not in request.POST:
        context = {
            "page_title": _("Publish an incomplete translation?")
            if missing
            else BeforePublishingView.page_title,
            "page_subtitle": str(instance),
            "header_icon": "warning",
            "missing": missing,
            "offers": offers(request.user, found),
            "translation": translation,
            "action_url": request.path,
        }
        return TemplateResponse(request, "kis_partners/translating/incomplete.html", context)
    names = {"object": str(instance), "locale": translation.target_locale.get_display_name()}
    try:
        with transaction.atomic():
            publish_along(request.user, found, request.POST.getlist("along"))
            saved = drafts.save(translation, request.user, publish=True)
    except ValidationError as error:
        drafts.record_errors(translation, error)  # Once more, as they were taken back.
        text = _("“%(object)s” in %(locale)s has not been published: %(why)s")
        messages.error(request, text % {**names, "why": " ".join(error.messages)})
    else:
        names["object"] = str(saved)
        if missing:
            text = _("“%(object)s” in %(locale)s has been published; parts aren't translated yet.")
            messages.warning(request, text % names)
        else:
            messages.success(request, _("“%(object)s” in %(locale)s has been published.") % names)
    return redirect(request.path)


def refuse_locked(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """The answer to somebody whom a lock keeps from changing an item; None where none does.

    403 with the reason for the editor's script, for people the item with the reason above it.
    """
    lock = instance and lock_against(request.user, instance)
    if not lock:
        return None
    told = lock.get_message(request.user)
    if request.method in ("PUT", "DELETE"):
        return JsonResponse({"detail": strip_tags(told)}, status=403)
    messages.error(request, told)
    return redirect(get_edit_url(instance))


def tell_published(request: HttpRequest, translation: Translation) -> None:
    """Publish a submitted translation of which enough is translated now, and say so."""
    if published := publish_if_translated(translation, request.user):
        text = _("“%(object)s” in %(locale)s is translated, so it has been published.")
        name = translation.target_locale.get_display_name()
        messages.success(request, text % {"object": str(published), "locale": name})


def show_state(request: HttpRequest, translation: Translation, instance: Any) -> None:
    """Messages about a newer source and waiting segments, with buttons for both."""
    if lock := lock_against(request.user, instance):
        messages.warning(request, lock.get_message(request.user))
    state = translation_state(instance)
    if state.source_newer:
        url = reverse("wagtail_localize:update_translations", args=[translation.source_id])
        may_update = request.user.has_perm("wagtail_localize.submit_translation")
        text = _("The original has been published again since this translation was made from it.")
        source = translation.source
        changes = source_changes.in_words(source, source.get_source_instance())
        messages.warning(
            request,
            f"{text} {changes}".strip(),
            buttons=[messages.button(f"{url}?next={request.path}", _("Take over its changes"))]
            if may_update
            else [],
        )
    waiting = sum(segment.waits for segment in review.segments_of(translation))
    if waiting:
        text = ngettext(
            "%(number)d segment waits for a review.",
            "%(number)d segments wait for a review.",
            waiting,
        )
        url = reverse(REVIEW_URL, args=[translation.pk])
        messages.info(
            request,
            text % {"number": waiting},
            buttons=[messages.button(url, _("Review the translation"))],
        )


class ReviewView(WagtailAdminTemplateMixin, TemplateView):
    """The review screen: all segments beside their source, to mark as reviewed or withdraw."""

    template_name = "kis_partners/translating/review.html"
    header_icon = "check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.translation = get_object_or_404(
            Translation.objects.select_related("source__locale", "target_locale"), pk=kwargs["pk"]
        )
        self.instance = drafts.target_item(self.translation)
        if self.instance is None or not may_edit(request.user, self.instance):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return _("Review of a translation")

    def get_page_subtitle(self) -> str:
        item = self.instance
        return item.get_admin_display_title() if isinstance(item, Page) else str(item)

    def get_breadcrumbs_items(self) -> list[Any]:
        return [
            *self.breadcrumbs_items,
            {"url": get_edit_url(self.instance), "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_header_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        segments = review.segments_of(self.translation)
        return super().get_context_data(
            segments=segments,
            waiting=sum(segment.waits for segment in segments),
            translation=self.translation,
            edit_url=get_edit_url(self.instance),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if answer := refuse_locked(request, self.instance):
            return answer
        chosen = [int(one) for one in request.POST.getlist("segment") if one.isdigit()]
        if "withdraw" in request.POST:
            number = review.withdraw(self.translation, chosen)
            text = ngettext(
                "The review of %(number)d segment has been taken back.",
                "The review of %(number)d segments has been taken back.",
                number,
            )
        else:
            number = review.mark(
                self.translation, request.user, None if "all" in request.POST else chosen
            )
            text = ngettext(
                "%(number)d segment has been marked as reviewed.",
                "%(number)d segments have been marked as reviewed.",
                number,
            )
        messages.success(request, text % {"number": number})
        tell_published(request, self.translation)
        return redirect(request.path)
