"""System checks of the webhooks."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from ..conf import conf


@register()
def check_webhooks(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Webhooks tell what is on the shelf, and where the API has it."""
    found: list[CheckMessage] = []
    if not apps.is_installed(f"{__name__.rpartition('.webhooks.')[0]}.delivery"):
        found.append(
            Error(
                "kis_partners.webhooks is installed without kis_partners.delivery.",
                hint='Add "kis_partners.delivery" to INSTALLED_APPS, or take webhooks out.',
                id="kis_webhooks.E001",
            )
        )
    if not conf().api_router:
        found.append(
            Error(
                "Webhooks name the addresses of items, and the site's API router isn't known.",
                hint='Set KIS_PARTNERS["API_ROUTER"] to its dotted path.',
                id="kis_webhooks.E002",
            )
        )
    return found
