"""Panels on the admin's first page."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component
from wagtail.models import TaskState

from .translations import waiting


class WaitingPanel(Component):
    """What waits for the user: translations in their languages, and decisions."""

    name = "kis_waiting"
    template_name = "kis_partners/desk/waiting_panel.html"
    order = 60

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        request = parent_context["request"]
        return {
            "languages": waiting(request),
            "tasks": TaskState.objects.reviewable_by(request.user).count(),
        }
