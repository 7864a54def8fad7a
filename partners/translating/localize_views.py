"""wagtail-localize's views where they would do more, or less, than their buttons say."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.views.edit_translation import apply_machine_translation
from wagtail_localize.views.update_translations import UpdateTranslationsView

from . import drafts, extraction
from .page_views import named
from .permissions import may_edit, may_publish


class TakeOverView(UpdateTranslationsView):
    """Bring translations up to date with their source.

    Only publishing changes what readers see, and only where the user may publish.
    """

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        extraction.bring(self.object, self.object.get_source_instance())
        translations = self.object.translations.filter(enabled=True)
        translations = list(translations.select_related("source", "target_locale"))
        if form.cleaned_data.get("use_machine_translation"):
            for translation in translations:
                instance = drafts.target(translation)
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
            instance = drafts.target(translation)
            try:
                if instance is None or not may_publish(self.request.user, instance):
                    raise PermissionDenied
                drafts.save(translation, self.request.user, publish=True)
            except (PermissionDenied, ValidationError):
                left.append(instance)
        if left := [one for one in left if one is not None]:
            text = _("These have not been published:")
            messages.warning(self.request, format_html("{} {}", text, named(left)))


urlpatterns = [
    path("update/<int:translation_source_id>/", TakeOverView.as_view()),
]
