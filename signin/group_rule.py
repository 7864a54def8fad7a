"""The panel with a group's sign-in rule, in Wagtail's form for groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from signin.models import SignInRule


class GroupSignInForm(forms.ModelForm[SignInRule]):
    """The form of the panel; Wagtail shows and saves it with the group."""

    class Meta:
        model = SignInRule
        fields = ["second_factor"]

    def __init__(self, data: Any = None, files: Any = None, instance: Group | None = None) -> None:
        self.group = instance or Group()
        rule = SignInRule.objects.filter(group=self.group.pk).first()
        super().__init__(data, files, prefix="signin", instance=rule)

    def save(self, commit: bool = True) -> SignInRule:
        self.instance.group = self.group
        return super().save(commit)

    def as_admin_panel(self) -> SafeString:
        return render_to_string("signin/group_rule.html", {"form": self})
