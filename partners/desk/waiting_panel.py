"""The panel about waiting translations and approvals on the admin's first page."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component
from wagtail.models import TaskState

from .translation_overview import waiting


class WaitingPanel(Component):
    """The translations that wait in the user's languages, and the number of texts to approve."""

    name = "kis_waiting"
    template_name = "kis_partners/desk/waiting_panel.html"
    order = 60

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        request = parent_context["request"]
        return {
            "languages": waiting(request.user),
            "tasks": TaskState.objects.reviewable_by(request.user).count(),
        }
