"""Publishing asks first, where readers would miss something, and publishes along what helps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import DraftStateMixin, Page
from wagtail_localize.models import get_edit_url

from ..public.translations import translation_state
from .misses import Miss, misses
from .permissions import may_publish

URL_NAME = "kis_before_publishing"


def ask_first(request: HttpRequest, item: Any) -> HttpResponse | None:
    """Ask in place of publishing, if readers would miss something; the item stays a draft."""
    if not misses(item):
        return None
    if item.live and item.live_revision_id is None:
        # The form for a new page has saved it as published.
        type(item)._default_manager.filter(pk=item.pk).update(
            live=False, has_unpublished_changes=True
        )
    meta = item._meta
    return redirect(URL_NAME, meta.app_label, meta.model_name, item.pk)


def tell_approver(request: HttpRequest, item: Any) -> None:
    """Warn above the editor of a submitted item what readers would miss once it is approved."""
    if getattr(item, "current_workflow_state", None) and (found := misses(item)):
        text = _("If you publish it as it is, readers will find this:")
        lines = format_html_join("", "<li>{}</li>", ((miss.text,) for miss in found))
        messages.warning(request, format_html("{}<ul>{}</ul>", text, lines))


def offers(user: Any, found: Iterable[Miss]) -> list[tuple[Miss, str]]:
    """What readers would miss, each with a name for the form if it can be published along."""
    return [(miss, _name(miss.draft) if may_help(user, miss.draft) else "") for miss in found]


def _name(draft: Any) -> str:
    return f"{draft._meta.label_lower}:{draft.pk}"


def may_help(user: Any, draft: Any) -> bool:
    """Whether a user may publish a draft along: it is open to them, and translated."""
    if draft is None or not may_publish(user, draft):
        return False
    lock = draft.get_lock() if hasattr(draft, "get_lock") else None
    return not (lock and lock.for_user(user)) and translation_state(draft).percent == 100


def publish_along(user: Any, found: Iterable[Miss], names: Collection[str]) -> None:
    """Publish those drafts whose names were chosen in the form. Raises ``ValidationError``."""
    drafts = {name: miss.draft for miss, name in offers(user, found) if name}
    for draft in (draft for name, draft in drafts.items() if name in names):
        version = draft.latest_revision or draft.save_revision(user=user)
        version.publish(user=user, skip_permission_checks=True)


class BeforePublishingView(WagtailAdminTemplateMixin, TemplateView):
    """What readers would miss if the newest version of an item were published, and its buttons."""

    template_name = "kis_partners/translating/before_publishing.html"
    page_title = gettext_lazy("Publish this?")
    header_icon = "warning"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            model: Any = apps.get_model(kwargs["app_label"], kwargs["model_name"])
        except LookupError as error:
            raise Http404 from error
        if not issubclass(model, DraftStateMixin):
            raise Http404
        row = get_object_or_404(model, pk=kwargs["pk"])
        lock = row.get_lock() if hasattr(row, "get_lock") else None
        if not may_publish(request.user, row) or (lock and lock.for_user(request.user)):
            raise PermissionDenied
        self.row = row
        self.item = row.get_latest_revision_as_object()
        self.misses = misses(self.item)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.item)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            offers=offers(self.request.user, self.misses),
            edit_url=get_edit_url(self.row),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                publish_along(request.user, self.misses, request.POST.getlist("along"))
                version = self.row.latest_revision or self.row.save_revision(user=request.user)
                version.publish(user=request.user, skip_permission_checks=True)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(get_edit_url(self.row))
        self.row.refresh_from_db()
        name, day = str(self.item), self.item.go_live_at
        if self.row.scheduled_revision and day:
            text = _("“%(item)s” will be published on %(day)s.")
            text %= {"item": name, "day": date_format(day, "SHORT_DATETIME_FORMAT")}
        else:
            text = _("“%(item)s” has been published.") % {"item": name}
        messages.success(request, text)
        if isinstance(self.row, Page):
            return redirect("wagtailadmin_explore", self.row.get_parent().pk)
        return redirect(reverse(self.row.snippet_viewset.get_url_name("list")))
