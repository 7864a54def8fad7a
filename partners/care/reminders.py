"""Mails that remind users of findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext
from wagtail.admin.localization import get_available_admin_languages
from wagtail.users.models import UserProfile

from .findings import Finding, findings
from .unfinished import collect_unfinished


@dataclass(frozen=True)
class Reminder:
    """A mail to one user, in the language of their admin; ``number`` is that of its findings."""

    email: str
    subject: str
    text: str
    number: int


def reminders() -> Iterator[Reminder]:
    """One mail for each user who is responsible for findings.

    A finding goes to the owner of its page or document if that user can still put it right, and
    otherwise to everybody who can.
    """
    collect_unfinished()
    users = get_user_model()._default_manager.filter(is_active=True).exclude(email="")
    found = {user.pk: findings(user) for user in users.order_by("pk")}
    can = {pk: set(map(_identity, rows)) for pk, rows in found.items()}
    for user in users.order_by("pk"):
        rows = [
            one
            for one in found[user.pk]
            if one.owner == user.pk or _identity(one) not in can.get(one.owner or 0, ())
        ]
        if rows:
            yield _write(user, rows)


def _identity(finding: Finding) -> tuple[str, str, str]:
    return finding.kind, finding.url, finding.title


def _write(user: Any, rows: list[Finding]) -> Reminder:
    profile = UserProfile.get_for_user(user)
    known = {code for code, _name in get_available_admin_languages()}
    language = profile.preferred_language
    with translation.override(language if language in known else settings.LANGUAGE_CODE):
        # Again, because the texts of findings are in the language active when they are made.
        own = {_identity(one) for one in rows}
        rows = [one for one in findings(user) if _identity(one) in own] or rows
        number = len(rows)
        subject = ngettext(
            "%(site)s: %(number)d thing to look at",
            "%(site)s: %(number)d things to look at",
            number,
        ) % {"site": settings.WAGTAIL_SITE_NAME, "number": number}
        text = render_to_string(
            "kis_partners/care/reminder.txt",
            {"findings": rows, "base": settings.WAGTAILADMIN_BASE_URL.rstrip("/")},
        )
    return Reminder(user.email, subject, text, number)
