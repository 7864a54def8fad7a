"""Model fields for partial dates and countries.

Migrations have plain Django fields in their place: so they are valid under any import name of the
plugin, and new choices or texts need no migration.
"""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.staticfiles import versioned_static
from wagtail.coreutils import get_content_languages

from ..words import countries
from ..words.dates import HINT, PartialDate


def parse_partial_date(value: str | None) -> PartialDate | None:
    """The date of a stored value; None for an empty or invalid one."""
    try:
        return PartialDate.parse(value) if value else None
    except ValidationError:
        return None


class PartialDateInput(forms.TextInput):
    """A text input that shows the date in words while it is typed."""

    template_name = "kis_partners/admin/partial_date.html"

    def __init__(self, relation: str = "since", attrs: dict[str, Any] | None = None) -> None:
        self.relation = relation
        super().__init__({"placeholder": "2004-01", "autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        feedback_id = f"{context['widget']['attrs'].get('id', name)}-words"
        described = context["widget"]["attrs"].get("aria-describedby", "")
        context["widget"]["attrs"]["aria-describedby"] = f"{described} {feedback_id}".strip()
        url = reverse("kis_partners_partial_date")
        context["feedback"] = {"id": feedback_id, "url": f"{url}?relation={self.relation}"}
        return context

    @property
    def media(self) -> forms.Media:
        return forms.Media(js=[versioned_static("kis_partners/partial-date.js")])


class PartialDateFormField(forms.CharField):
    """Takes "2004", "2004-01", "15.1.2004" …; its value is EDTF."""

    def clean(self, value: str | None) -> str:
        text = super().clean(value)
        return str(PartialDate.parse(text)) if text else ""


class PartialDateField(models.CharField):
    """A date whose month or day may be unknown, stored as EDTF ("2004-01").

    ``relation`` is "since" or "until", for the words that the editor sees while typing.
    """

    def __init__(self, *args: Any, relation: str = "since", **kwargs: Any) -> None:
        self.relation = relation
        kwargs["max_length"] = 10
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clean(self, value: str, model_instance: models.Model | None) -> str:
        if value:
            value = str(PartialDate.parse(str(value)))
        return super().clean(value, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(
            **{
                "form_class": PartialDateFormField,
                "widget": PartialDateInput(relation=self.relation),
                "help_text": self.help_text or HINT,
                "max_length": 40,
                **kwargs,
            }
        )


class PartialDateEdge(models.DateField):
    """The earliest or latest day of another field, a :class:`PartialDateField`; set on each save.

    For sorting and filtering; null where the date is empty.
    """

    def __init__(self, of: str = "", edge: str = "earliest", **kwargs: Any) -> None:
        self.of, self.edge = of, edge
        super().__init__(**{**kwargs, "null": True, "editable": False, "db_index": True})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime.date | None:
        date = parse_partial_date(getattr(model_instance, self.of))
        value = getattr(date, self.edge) if date else None
        setattr(model_instance, self.attname, value)
        return value


class CountryField(models.CharField):
    """An ISO 3166-1 alpha-2 code; its choices are named in the editor's language."""

    #: The name of the target (:mod:`..items.relations`) of child rows with this field.
    relation_target = "country"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 2
        kwargs["choices"] = countries.choices
        kwargs.setdefault("verbose_name", _("country"))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        del kwargs["choices"]
        return name, "django.db.models.CharField", args, kwargs


class AskedField(models.CharField):
    """A choice that code makes by a default; in a form, somebody has to make it."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        field: Any = super().formfield(**kwargs)
        field.choices, field.initial = self.get_choices(include_blank=True), None
        return field


class SiteLanguageField(models.CharField):
    """The code of a language of the site; migrations don't have the choices."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        languages = list(get_content_languages().items())
        return forms.ChoiceField(
            choices=languages,
            label=capfirst(self.verbose_name),
            required=not self.blank,
            help_text=self.help_text,
        )
