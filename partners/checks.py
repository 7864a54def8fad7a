"""System checks: a site that installs the plugin learns what is missing, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from . import headless

REQUIRED_APPS = ("wagtail_localize", "wagtail.api.v2", "wagtail.documents", "wagtail.images")


@register()
def check_installation(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The apps and settings that the page types rely on."""
    messages: list[CheckMessage] = [
        Error(
            f"kis_partners needs the app '{name}'.",
            hint=f"Add '{name}' to INSTALLED_APPS.",
            id="kis_partners.E001",
        )
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        messages.append(
            Warning(
                "WAGTAIL_I18N_ENABLED is off, so cooperations have one language only.",
                hint="Set WAGTAIL_I18N_ENABLED = True and WAGTAIL_CONTENT_LANGUAGES.",
                id="kis_partners.W001",
            )
        )
    if headless.headless() and not apps.is_installed(headless.APP):
        messages.append(
            Error(
                "KIS_PARTNERS['headless'] needs previews on the front end.",
                hint=f"Install wagtail-headless-preview and add '{headless.APP}' to "
                "INSTALLED_APPS.",
                id="kis_partners.E002",
            )
        )
    return messages
