"""The forms for signing in and for a new password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import PasswordResetForm

from signin import limits
from signin.adapter import codes, use


class SignInForm(LoginForm):
    """allauth's form, with the field name ``username``, which password managers know.

    The code of a second factor is asked for where passwords alone have to wait.
    """

    code = forms.CharField(
        label=_("Code of the second factor"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix("username" if field_name == "login" else field_name)


class CountedCode:
    """Counts codes of an account that were wrong."""

    user: Any

    def clean_code(self) -> str:
        counted = codes(context.request, self.user.pk)
        limits.begin(counted)
        code: str = super().clean_code()  # type: ignore[misc]
        if not use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        limits.take_back(counted)
        return code


class CodeForm(CountedCode, AuthenticateForm):
    """The code when signing in."""


class ConfirmingCodeForm(CountedCode, ReauthenticateForm):
    """The code before something is changed that needs it anew."""


class ResetForm(PasswordResetForm):
    """Sends one account few mails only; the owner has one by then, whoever has asked for it."""

    def get_users(self, email: str) -> Iterator[Any]:
        for user in super().get_users(email):
            try:
                limits.begin([(limits.RESET_MAILS, str(user.pk))])
            except limits.TooMany:
                continue
            yield user
