"""Rules of groups for signing in, and counts of attempts."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInRule(models.Model):
    """The rule of a group; members of a group without one need a password only."""

    group = models.OneToOneField(
        Group, on_delete=models.CASCADE, related_name="sign_in_rule", verbose_name=_("group")
    )
    second_factor = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_(
            "Members confirm who they are by an app that shows codes, or by a passkey. Those who "
            "have none yet set one up when they next open the administration."
        ),
    )

    class Meta:
        verbose_name = _("rule for signing in")
        verbose_name_plural = _("rules for signing in")

    def __str__(self) -> str:
        return str(self.group)


class Attempts(models.Model):
    """How often something was tried from an address, and from when on it may be tried again.

    Rows hold no address and no name, and go an hour after the last attempt.
    """

    key = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()
    last = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("attempts")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.number}"
