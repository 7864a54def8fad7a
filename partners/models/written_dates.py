"""Form fields for dates and times as people write them, in every form of the admin.

What is read is :mod:`..words.reading`; the texts here are also those of the script that reads while
somebody types.
"""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import BaseTemporalField
from django.forms.utils import from_current_timezone
from django.utils.formats import ISO_INPUT_FORMATS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin import widgets
from wagtail.admin.forms.models import register_form_field_override

from ..words.reading import Reading, example, reading

# By what a field takes: that a text can't be read, and how to write it.
REFUSALS = {
    "date": _(
        "“%(value)s” can’t be read as a date. Please write it like this: %(example)s or 2025-12-31."
    ),
    "datetime": _(
        "“%(value)s” can’t be read as a date with a time. Please write it like this: "
        "%(example)s 08:00 or 2025-12-31 08:00."
    ),
    "time": _("“%(value)s” can’t be read as a time. Please write it like this: 08:00."),
}


class Written(BaseTemporalField):
    """Mixin of a field: takes ISO 8601, what its widget writes, and what people write."""

    kind: ClassVar[str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        own = getattr(self.widget, "format", None)
        iso = ISO_INPUT_FORMATS[f"{self.kind.upper()}_INPUT_FORMATS"]
        self.input_formats = [own, *iso] if own else iso

    def read(self, text: str, how: Reading) -> Any:
        """The value of a text, or None; raises ``ValueError`` for a day that there isn't."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            language = get_language() or "en"
            try:
                found = self.read(str(value), reading(language))
            except ValueError:
                found = None
            if found is None:
                raise ValidationError(
                    REFUSALS[self.kind],
                    code="invalid",
                    params={"value": value, "example": example(language)},
                ) from None
            return found


class WrittenDateField(Written, forms.DateField):
    kind = "date"

    def read(self, text: str, how: Reading) -> datetime.date | None:
        return _day(how, text)


class WrittenTimeField(Written, forms.TimeField):
    kind = "time"

    def read(self, text: str, how: Reading) -> datetime.time | None:
        rest, time = how.time(text)
        return datetime.time(*time) if time and not rest else None


class WrittenDateTimeField(Written, forms.DateTimeField):
    kind = "datetime"

    def read(self, text: str, how: Reading) -> datetime.datetime | None:
        rest, time = how.time(text)
        day = _day(how, rest)
        clock = datetime.time(*time or (0, 0))
        return from_current_timezone(datetime.datetime.combine(day, clock)) if day else None


def _day(how: Reading, text: str) -> datetime.date | None:
    year, month, day = how.date(text) or (0, None, None)
    return datetime.date(year, month, day) if month and day else None


def register() -> None:
    """Have Wagtail's forms use these fields for Django's three, not for those derived from them.

    What a site registers later counts.
    """
    for model_field, form_class, widget in (
        (models.DateField, WrittenDateField, widgets.AdminDateInput),
        (models.TimeField, WrittenTimeField, widgets.AdminTimeInput),
        (models.DateTimeField, WrittenDateTimeField, widgets.AdminDateTimeInput),
    ):
        register_form_field_override(
            model_field, override={"form_class": form_class, "widget": widget}, exact_class=True
        )
