"""Replacements for views of wagtail-localize: update, submit, machine translation; list of runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale, Page
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import Translation
from wagtail_localize.views import convert, edit_translation
from wagtail_localize.views.edit_translation import apply_machine_translation
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitSnippetTranslationView,
    SubmitTranslationForm,
)
from wagtail_localize.views.update_translations import UpdateTranslationsView

from ..models import TranslationRun
from ..public.translations import is_begun
from . import drafts, extraction, submitting
from .cascade_views import titles_with_languages
from .editor import refuse_locked, tell_published
from .permissions import may_change, may_publish, may_translate_into

logger = logging.getLogger(__name__)


class UpdateView(UpdateTranslationsView):
    """Bring translations up to date with their source; publish those that the user may publish."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        extraction.update_source(self.object, self.object.get_source_instance())
        translations = self.object.translations.filter(enabled=True)
        translations = list(translations.select_related("source", "target_locale"))
        if form.cleaned_data.get("use_machine_translation"):
            for translation in translations:
                instance = drafts.target_item(translation)
                if instance is not None and may_change(self.request.user, instance):
                    apply_machine_translation(
                        translation.pk, self.request.user, get_machine_translator()
                    )
            tell_left(self.request, translations)
        if form.cleaned_data["publish_translations"]:
            self.publish(translations)
        self.components.save(self.object, sources_and_translations={self.object: translations})
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url() or self.get_default_success_url())

    def publish(self, translations: list[Any]) -> None:
        left = []
        for translation in translations:
            instance = drafts.target_item(translation)
            try:
                allowed = instance is not None and may_publish(self.request.user, instance)
                if not allowed or not is_begun(instance):
                    raise PermissionDenied
                drafts.save(translation, self.request.user, publish=True)
            except (PermissionDenied, ValidationError):
                left.append(instance)
        if left := [one for one in left if one is not None]:
            text = _("These have not been published:")
            messages.warning(self.request, format_html("{} {}", text, titles_with_languages(left)))


class SubmitForm(SubmitTranslationForm):
    """Offers the languages into which the user may translate and something is missing.

    For a page with others below it that is all but its own, for those below may be missing.
    """

    def __init__(self, instance: Any, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(instance, *args, **kwargs)
        field: Any = self.fields["locales"]
        self.missing = set(field.queryset.values_list("pk", flat=True))
        others = Locale.objects.exclude(pk=instance.locale_id)
        offered = others.filter(pk__in=[one.pk for one in others if may_translate_into(user, one)])
        if not isinstance(instance, Page) or instance.is_leaf():
            offered = offered.filter(pk__in=self.missing)
        field.queryset = offered
        several = len(offered) > 1
        self.fields["select_all"].widget = forms.CheckboxInput() if several else forms.HiddenInput()
        if not self.missing & {one.pk for one in offered}:
            self.initial.setdefault("include_subtree", True)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        locales = found.get("locales") or []
        if not found.get("include_subtree") and any(one.pk not in self.missing for one in locales):
            text = _("The page itself is translated already. Choose the pages below it, too.")
            self.add_error("include_subtree", text)
        return found


class SubmitMixin:
    """Submit an item for translation; a page with its subtree becomes a run in the background."""

    object: Any
    request: Any

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.get_form().fields["locales"].queryset:
            messages.info(request, _("There is no language left into which you may translate it."))
            url = self.get_success_url() or self.get_default_success_url(None)  # type: ignore[attr-defined]
            return redirect(url)
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def get_form(self) -> Any:
        if self.request.method == "POST":
            return SubmitForm(self.object, self.request.user, self.request.POST)
        code = self.request.GET.get("select_locale", "")
        initial = {"locales": Locale.objects.filter(language_code=code)} if code else {}
        return SubmitForm(self.object, self.request.user, initial=initial)

    def form_valid(self, form: Any) -> HttpResponse:
        locales = list(form.cleaned_data["locales"])
        if isinstance(self.object, Page) and form.cleaned_data["include_subtree"]:
            submitting.start_run(self.object, locales, self.request.user)
            return redirect(reverse(RUNS_URL))
        try:
            submitting.submit(self.object, locales, self.request.user)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return redirect(self.request.path)
        names = ", ".join(str(locale.get_display_name()) for locale in locales)
        messages.success(self.request, self.get_success_message(names))  # type: ignore[attr-defined]
        single = self.object.get_translation(locales[0]) if len(locales) == 1 else None
        url = self.get_success_url() or self.get_default_success_url(single)  # type: ignore[attr-defined]
        return redirect(url)


class SubmitPageView(SubmitMixin, SubmitPageTranslationView):
    pass


class SubmitSnippetView(SubmitMixin, SubmitSnippetTranslationView):
    pass


RUNS_URL = "kis_translation_runs"


class RunsView(WagtailAdminTemplateMixin, ListView):
    """The progress of the runs that a user has started; superusers see everybody's."""

    template_name = "kis_partners/translating/runs.html"
    page_title = gettext_lazy("Translations in the background")
    header_icon = "wagtail-localize-language"
    paginate_by = 50

    def get_queryset(self) -> Any:
        runs = TranslationRun.objects.prefetch_related("locales")
        user: Any = self.request.user
        return runs if user.is_superuser else runs.filter(user=user)

    def get_breadcrumbs_items(self) -> list[Any]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


def unlocked(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that changes a translation, for those whom no lock keeps from changing it.

    Afterwards the translation is published, if it is one that was submitted and enough of it is
    translated by now.
    """

    @wraps(view)
    def inner(request: HttpRequest, translation_id: int, **kwargs: Any) -> Any:
        translation = get_object_or_404(Translation, pk=translation_id)
        if answer := refuse_locked(request, drafts.target_item(translation)):
            return answer
        try:
            with transaction.atomic():
                response = view(request, translation_id, **kwargs)
                if response.status_code < 400:
                    tell_published(request, translation)
        except DataError:  # PostgreSQL refuses a title that wagtail-localize writes to its page.
            return JsonResponse({"detail": _("This text is too long.")}, status=400)
        return response

    return inner


def unlocked_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that changes a page, for those whom no lock keeps from changing it."""

    @wraps(view)
    def inner(request: HttpRequest, page_id: int) -> Any:
        page = get_object_or_404(Page, pk=page_id)
        return refuse_locked(request, page) or view(request, page_id)

    return inner


@unlocked
def machine_translate(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Translate the missing segments by machine; a failing service leaves everything unchanged."""
    try:
        response: HttpResponse = edit_translation.machine_translate(request, translation_id)
    except (OSError, KeyError, ValueError) as error:
        logger.warning("Machine translation failed: %s", type(error).__name__)
        messages.error(
            request, _("The translation service gave no usable answer. Nothing has been changed.")
        )
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")
    tell_left(request, Translation.objects.filter(pk=translation_id))
    return response


def tell_left(request: HttpRequest, translations: Iterable[Translation]) -> None:
    """Say how many texts a machine has not translated, and why that may be."""
    progress = [translation.get_progress() for translation in translations]
    if left := sum(all_texts - done for all_texts, done in progress):
        told = ngettext(
            "%(number)d text was not translated by machine. A name, an address or a number in it "
            "can't be hidden from the service for certain, the service has lost one that was "
            "hidden, or the text isn't public. Please translate it yourself.",
            "%(number)d texts were not translated by machine. A name, an address or a number in "
            "them can't be hidden from the service for certain, the service has lost one that was "
            "hidden, or the texts aren't public. Please translate them yourself.",
            left,
        )
        messages.warning(request, told % {"number": left})


# Named like wagtail-localize's own, because the role middleware recognises views by these names.
urlpatterns = [
    path("translate/<int:translation_id>/machine_translate/", machine_translate),
    path(
        "translate/<int:translation_id>/strings/<int:string_segment_id>/edit/",
        unlocked(edit_translation.edit_string_translation),
    ),
    path(
        "translate/<int:translation_id>/overrides/<int:overridable_segment_id>/edit/",
        unlocked(edit_translation.edit_override),
    ),
    path(
        "translate/<int:translation_id>/disable/",
        unlocked(edit_translation.stop_translation),
    ),
    path("page/<int:page_id>/convert_to_alias/", unlocked_page(convert.convert_to_alias)),
    path("submit/page/<int:page_id>/", SubmitPageView.as_view(), name="submit_page_translation"),
    path(
        "submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/",
        SubmitSnippetView.as_view(),
        name="submit_snippet_translation",
    ),
    path("update/<int:translation_source_id>/", UpdateView.as_view(), name="update_translations"),
]
