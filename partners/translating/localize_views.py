"""Replacements for views of wagtail-localize: update, submit, machine translation; list of runs."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.views import edit_translation
from wagtail_localize.views.edit_translation import apply_machine_translation
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitSnippetTranslationView,
)
from wagtail_localize.views.update_translations import UpdateTranslationsView

from ..models import TranslationRun
from . import drafts, extraction, submitting
from .cascade_views import titles_with_languages
from .permissions import may_edit, may_publish

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
                if instance is not None and may_edit(self.request.user, instance):
                    apply_machine_translation(
                        translation.pk, self.request.user, get_machine_translator()
                    )
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
                if instance is None or not may_publish(self.request.user, instance):
                    raise PermissionDenied
                drafts.save(translation, self.request.user, publish=True)
            except (PermissionDenied, ValidationError):
                left.append(instance)
        if left := [one for one in left if one is not None]:
            text = _("These have not been published:")
            messages.warning(self.request, format_html("{} {}", text, titles_with_languages(left)))


class SubmitMixin:
    """Submit an item for translation; a page with its subtree becomes a run in the background."""

    object: Any
    request: Any

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
    return response


# Named like wagtail-localize's own, because the role middleware recognises views by these names.
urlpatterns = [
    path("translate/<int:translation_id>/machine_translate/", machine_translate),
    path("submit/page/<int:page_id>/", SubmitPageView.as_view(), name="submit_page_translation"),
    path(
        "submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/",
        SubmitSnippetView.as_view(),
        name="submit_snippet_translation",
    ),
    path("update/<int:translation_source_id>/", UpdateView.as_view(), name="update_translations"),
]
