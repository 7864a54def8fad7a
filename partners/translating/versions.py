"""Wagtail's views of versions: drafts, older ones, two compared. They say what has been deleted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.generic.models import RevisionsCompareView
from wagtail.admin.views.pages import preview, revisions, workflow
from wagtail.models import Page, Revision
from wagtail.snippets.views import snippets

from .deletion import told_gone
from .misses import content_of

#: In the address of a version whose reader has been told what it lacks.
ANYWAY = "anyway"


def say_first(request: HttpRequest, version: Revision | None) -> HttpResponse | None:
    """In place of a version that is shown as readers would see it, what it lacks; then a link.

    Where it is shown, nothing can be said beside it: it is a page of the site.
    """
    if version is None or ANYWAY in request.GET:
        return None
    told = told_gone(version.content_type.model_class(), version.content)
    if not told:
        return None
    query = request.GET.copy()
    query[ANYWAY] = "1"
    context = {
        "page_title": _("Something is missing in this version"),
        "header_icon": "warning",
        "told": told,
        "url": f"?{query.urlencode()}",
    }
    return TemplateResponse(request, "kis_partners/translating/lacking.html", context)


class DraftView(preview.ViewDraftView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = super().dispatch(request, *args, **kwargs)
        page = Page.objects.select_related("latest_revision").get(pk=kwargs["page_id"])
        return say_first(request, page.latest_revision) or answer


class OlderVersion(revisions.RevisionsView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        version = Revision.objects.get(pk=self.revision_id)
        return say_first(request, version) or super().get(request, *args, **kwargs)


class SubmittedVersion(workflow.PreviewRevisionForTaskView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = super().get(request, *args, **kwargs)
        state = self.task_state
        return (say_first(request, state.revision) if state else None) or answer


class SaysBefore(RevisionsCompareView):
    """Mixin for a comparison: above it stands what its versions lack."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        for text in dict.fromkeys(map(self._told, (self.revision_id_a, self.revision_id_b))):
            if text:
                messages.warning(request, text)
        return super().get(request, *args, **kwargs)

    def _told(self, key: str) -> str:
        item, model = self.object, type(self.object)
        if key == "live":
            told = told_gone(model, content_of(item))
            return told and _("Published version: {}").format(told)
        versions = item.revisions.order_by("created_at", "pk")
        if key in ("earliest", "latest"):
            version = versions.first() if key == "earliest" else versions.last()
        else:
            version = versions.filter(pk=key).first()
        told = told_gone(model, version.content) if version else ""
        day = version and date_format(timezone.localtime(version.created_at), "DATETIME_FORMAT")
        return told and _("Version of {}: {}").format(day, told)


class ComparedPages(SaysBefore, revisions.RevisionsCompareView):
    pass


class ComparedSnippets(SaysBefore, snippets.RevisionsCompareView):
    pass
