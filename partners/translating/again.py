"""Publishing again the translations that were unpublished together with their original."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import registry
from wagtail.models import DraftStateMixin, Page, TranslatableMixin
from wagtail_localize.models import get_edit_url

from .cascade_views import titles_with_languages
from .cascades import UNPUBLISHED_ALONG, followers
from .permissions import may_edit, may_publish

URL_NAME = "kis_publish_again"


def taken_along(instance: Any) -> list[Any]:
    """The translations of a published item that its unpublishing has taken along.

    Those that somebody has published or unpublished since are left out. One statement, and two for
    each that isn't published.
    """
    if not isinstance(instance, DraftStateMixin) or not instance.live:
        return []
    closed = (row for row in followers(instance) if not getattr(row, "live", True))
    rows = (row.specific if isinstance(row, Page) else row for row in closed)
    return [
        row
        for row in rows
        if isinstance(row, DraftStateMixin)
        and not getattr(row, "alias_of_id", None)
        and _last_act(row) == UNPUBLISHED_ALONG
    ]


def _last_act(row: Any) -> str:
    """The last act that has published or unpublished an item, by its log."""
    acts = (UNPUBLISHED_ALONG, "wagtail.publish", "wagtail.unpublish")
    entries = registry.get_logs_for_instance(row).filter(action__in=acts)
    return entries.order_by("-timestamp", "-pk").values_list("action", flat=True).first() or ""


def offer(request: HttpRequest, instance: Any) -> None:
    """Say which translations wait to be published again, with a button that leads there."""
    if isinstance(instance, TranslatableMixin) and (rows := taken_along(instance)):
        model = Page if isinstance(instance, Page) else type(instance)
        url = reverse(URL_NAME, args=[model._meta.label_lower, instance.pk])
        text = _("These were unpublished together with it, and still are:")
        messages.warning(
            request,
            format_html("{} {}", text, titles_with_languages(rows)),
            buttons=[messages.button(url, _("Publish them again"))],
        )


class PublishAgainView(WagtailAdminTemplateMixin, TemplateView):
    """The translations that were unpublished with an item, to be published again in one go."""

    template_name = "kis_partners/translating/again.html"
    header_icon = "upload"
    page_title = gettext_lazy("Publish translations again")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            model = apps.get_model(kwargs["model"])
        except (LookupError, ValueError) as error:
            raise Http404 from error
        if not issubclass(model, TranslatableMixin):
            raise Http404
        self.instance = get_object_or_404(model, pk=kwargs["pk"])
        if isinstance(self.instance, Page):
            self.instance = self.instance.specific
        found = taken_along(self.instance)
        self.rows = [row for row in found if may_publish(request.user, row)]
        if not self.rows and not may_edit(request.user, self.instance):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        item = self.instance
        return item.get_admin_display_title() if isinstance(item, Page) else str(item)

    def get_breadcrumbs_items(self) -> list[Any]:
        return [
            *self.breadcrumbs_items,
            {"url": get_edit_url(self.instance), "label": self.get_page_subtitle()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rows=self.rows, edit_url=get_edit_url(self.instance), **kwargs
        )

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.POST.getlist("item")
        rows = [row for row in self.rows if str(row.pk) in chosen]
        for row in rows:
            revision = row.get_latest_revision() or row.save_revision(user=request.user)
            revision.publish(user=request.user, skip_permission_checks=True)
        if rows:
            text = _("These have been published again:")
            messages.success(request, format_html("{} {}", text, titles_with_languages(rows)))
        return redirect(get_edit_url(self.instance))
