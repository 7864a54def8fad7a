"""The panel "Languages" in Wagtail's form for groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from ..models import Role


class GroupLanguagesForm(forms.Form):
    """The form of the panel; Wagtail shows and saves it with the group."""

    locales = forms.ModelMultipleChoiceField(
        queryset=Locale.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Only in these languages"),
        help_text=_(
            "Members work on organisations, people, topics and translations in these languages "
            "alone; with none ticked, in all. Which pages they work on is said under “Page "
            "permissions”: each language has a home page of its own."
        ),
    )

    def __init__(self, data: Any = None, files: Any = None, instance: Group | None = None) -> None:
        self.group = instance or Group()
        super().__init__(data, files, prefix="languages", initial={"locales": self._chosen()})
        field: Any = self.fields["locales"]
        field.queryset = Locale.objects.all()

    def _chosen(self) -> list[int]:
        through = Role.locales.through.objects
        return list(through.filter(role__group=self.group.pk).values_list("locale", flat=True))

    def save(self) -> None:
        """Store the languages of the group, which Wagtail has saved before."""
        role, _new = Role.objects.get_or_create(group=self.group)
        role.locales.set(self.cleaned_data["locales"])

    def as_admin_panel(self) -> SafeString:
        return render_to_string("kis_partners/admin/group_languages.html", {"form": self})
