"""Publishing away from the editor asks first, too: approving a step of a workflow, and in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import workflow as generic
from wagtail.admin.views.pages import workflow
from wagtail.models import Page
from wagtail.snippets.views import snippets

from .misses import Miss, misses
from .publishing import offers, publish_along

#: In the address of a form whose reader has been told what readers will miss.
TOLD = "told"
#: The most pages that a question about many lists.
SHOWN = 50


class TellsMisses(generic.BaseWorkflowFormView):
    """Mixin for a dialog about a step of a workflow: it lists what readers will miss."""

    object: Any

    @cached_property
    def misses(self) -> list[Miss]:
        """What readers will miss once the submitted version is approved."""
        return misses(self.task_state.revision.as_object()) if self.action_name == "approve" else []

    def get_template_names(self) -> Any:
        names = super().get_template_names()
        return ["kis_partners/translating/approval_dialog.html"] if self.misses else names

    def get_submit_url(self) -> str:
        return f"{super().get_submit_url()}?{TOLD}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = [(miss, "") for miss in self.misses]
        dialogs = super().get_template_names()
        return super().get_context_data(offers=found, dialogs=dialogs, **kwargs)


class AsksFirst(TellsMisses):
    """Mixin for a step of a workflow: approving asks, unless a dialog has told what is missing."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.misses and TOLD not in request.GET:
            return self.question()
        with transaction.atomic():
            publish_along(request.user, self.misses, request.POST.getlist("along"))
            answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def question(self) -> HttpResponse:
        """A page with what readers will miss; what helps can be published along."""
        actions = self.task.get_actions(self.object, self.request.user)
        fields = [(name, self.request.POST[name]) for name in ("next", "comment")
                  if name in self.request.POST]  # fmt: skip
        return question(
            self.request,
            [("", offers(self.request.user, self.misses))],
            page_subtitle=str(self.object),
            action_url=self.get_submit_url(),
            back_url=self.redirect_url,
            fields=fields,
            button=next(label for name, label, _dialog in actions if name == self.action_name),
        )


class PageAction(AsksFirst, workflow.WorkflowActionView):
    pass


class PageActionData(TellsMisses, workflow.CollectWorkflowActionDataView):
    pass


class SnippetAction(AsksFirst, snippets.WorkflowActionView):
    pass


class SnippetActionData(TellsMisses, snippets.CollectWorkflowActionDataView):
    pass


def question(
    request: HttpRequest, found: list[tuple[Any, list[tuple[Miss, str]]]], **context: Any
) -> HttpResponse:
    """A page that asks whether to publish items as they are; each with what readers will miss."""
    context = {
        "page_title": _("Publish this?"),
        "header_icon": "warning",
        "found": found,
        "button": _("Publish"),
        **context,
    }
    return TemplateResponse(request, "kis_partners/translating/approving.html", context)


def ask_in_bulk(request: HttpRequest, pages: Iterable[Any], action: Any) -> HttpResponse | None:
    """Ask before many pages are published; None where readers would miss nothing."""
    if TOLD in request.POST:
        return None
    descendants = bool(action.cleaned_form.cleaned_data.get("include_descendants"))
    found: list[tuple[Any, list[tuple[Miss, str]]]] = []
    for page in _published_by(request.user, pages, descendants):
        version = page.get_latest_revision_as_object()
        if missed := misses(version):
            found.append((version, [(miss, "") for miss in missed]))
        if len(found) == SHOWN:
            break
    if not found:
        return None
    fields = [(TOLD, "1"), *([("include_descendants", "on")] if descendants else [])]
    return question(
        request,
        found,
        action_url=request.get_full_path(),
        back_url=action.next_url,
        fields=fields,
        first=len(found) == SHOWN and SHOWN,
    )


def _published_by(user: Any, pages: Iterable[Any], descendants: bool) -> Iterator[Any]:
    """The pages that the action publishes, which leaves out what the user may not publish."""
    for page in pages:
        yield page
        drafts = page.get_descendants().not_live() if descendants else Page.objects.none()
        for draft in drafts:
            if draft.permissions_for_user(user).can_publish():
                yield draft
