"""Checks of the environment that a deployment gives; ``manage.py check --deploy`` runs them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

#: Django's own bounds, which are a warning there: with a key that can be guessed, everybody can
#: make the links that set new passwords.
SHORTEST_KEY, FEWEST_CHARACTERS = 50, 5


@register(deploy=True)
def check_environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS or key.startswith("django-"):
        found.append(
            Error(
                "SECRET_KEY can be guessed.",
                hint="Set it to 50 random characters or more: openssl rand -base64 48",
                id="kis.E001",
            )
        )
    if "*" in settings.ALLOWED_HOSTS or "." in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS allows every host name, so links in mails can lead elsewhere.",
                hint="Name the hosts of the site.",
                id="kis.E002",
            )
        )
    parts = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    if parts.scheme != "https" or not parts.hostname:
        found.append(
            Error(
                f"BASE_URL is {settings.WAGTAILADMIN_BASE_URL!r}, no address with https.",
                hint="Links in mails begin with it, such as https://www.example.org",
                id="kis.E003",
            )
        )
    for is_lacking, what, name, number in (
        (
            settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
            "The database is a file: only one host can serve the site.",
            "DATABASE_URL",
            1,
        ),
        (
            settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"),
            "Each process keeps answers of its own.",
            "CACHE_URL",
            2,
        ),
        (
            "console" in _mail_backend(),
            "Mails for new passwords and reminders are printed instead of sent.",
            "EMAIL_URL",
            3,
        ),
    ):
        if is_lacking:
            hint = f"Set {name}, or silence kis.W00{number} if that is meant; see docs/operators.md"
            found.append(Warning(what, hint=hint, id=f"kis.W00{number}"))
    return found


def _mail_backend() -> str:
    mailers = getattr(settings, "MAILERS", None)
    backend = mailers["default"]["BACKEND"] if mailers else settings.EMAIL_BACKEND
    return str(backend)
