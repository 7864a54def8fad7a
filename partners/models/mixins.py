"""Mixins for page types: fields with their panels and API fields."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from ..search.index import Searchable, title_fields
from ..words.dates import edtf_period, word_period
from .blocks import BodyBlock
from .fields import PartialDateEdge, PartialDateField, parse_partial_date


class ProtectingMixin(models.Model):
    """An item whose versions open without what they name and has been deleted.

    Modelcluster empties such a field, but refuses the version where the field protects its object.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Any:
        if check_fks:
            data = {**data, **dict.fromkeys(_deleted_choices(cls, data))}
        return super().from_serializable_data(data, check_fks, strict_fks)  # type: ignore[misc]


def _deleted_choices(model: Any, data: dict[str, Any]) -> list[str]:
    """The names of a model's protecting fields that name an object which has been deleted."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.many_to_one and field.remote_field.on_delete in (models.PROTECT, models.RESTRICT)
    ]
    return [
        field.name
        for field in fields
        if (key := data.get(field.name)) is not None
        and not field.related_model._base_manager.filter(pk=key).exists()
    ]


class BodyMixin(models.Model):
    """A lead and a body of blocks."""

    lead = models.TextField(
        _("lead"),
        blank=True,
        help_text=_("The first sentences. Lists of pages show them, too."),
    )
    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("text"),
        help_text=_(
            "What readers see below the first sentences, in blocks. Pictures and documents are "
            "blocks, too."
        ),
    )

    body_panels: ClassVar[list[Any]] = [FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        abstract = True


class SearchTermsMixin(Searchable, models.Model):
    """A page that is found by its texts, and by search terms that editors add."""

    search_terms = models.TextField(
        _("search terms"),
        blank=True,
        help_text=_(
            "Words that readers may search for and the text doesn't contain, for example everyday "
            "words and abbreviations. They are published nowhere, but the page can be found by "
            "them."
        ),
    )

    search_panel = FieldPanel("search_terms")
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        *Searchable.search_fields,
        *title_fields,
    ]

    class Meta:
        abstract = True


class PeriodMixin(models.Model):
    """Since and until, as partial dates.

    ``earliest`` and ``latest`` are their days for sorting, null where a date is empty.
    """

    since = PartialDateField(
        _("since"),
        help_text=_(
            "As exactly as it is known: 2005, 2005-02 or 2005-02-14. Readers see it in words."
        ),
    )
    until = PartialDateField(_("until"), relation="until", help_text=_("Empty while it goes on."))
    period_wording = models.CharField(
        _("period in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "If filled, readers see this instead of the dates, for example: since the network "
            "was founded"
        ),
    )
    earliest = PartialDateEdge(of="since", edge="earliest")
    latest = PartialDateEdge(of="until", edge="latest")

    period_panel = MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("since"), FieldPanel("until")]),
            FieldPanel("period_wording"),
        ],
        heading=_("Period"),
    )
    period_translatable: ClassVar[list[Any]] = [
        SynchronizedField("since", overridable=False),
        SynchronizedField("until", overridable=False),
    ]

    class Meta:
        abstract = True

    @property
    def period_text(self) -> str:
        """The period in words, in the active language."""
        return self.period_wording or word_period(
            parse_partial_date(self.since),
            parse_partial_date(self.until),
            get_language() or "en",
        )

    @property
    def period_edtf(self) -> str:
        """The period as an EDTF interval (ISO 8601-2), empty where there is no date."""
        return edtf_period(parse_partial_date(self.since), parse_partial_date(self.until))

    def clean(self) -> None:
        super().clean()
        since, until = parse_partial_date(self.since), parse_partial_date(self.until)
        if since and until and until.latest < since.earliest:
            raise ValidationError({"until": _("The end lies before the beginning.")})


class CheckMixin(models.Model):
    """A page with a day by which somebody has to check that its content still holds.

    The day belongs to the source; translations take it over.
    """

    check_again_by = models.DateField(
        _("check again by"),
        null=True,
        blank=True,
        help_text=_(
            "From this day on, the report “Keeping it true” lists the page. Once you have made "
            "sure of what it says, set a later day."
        ),
    )

    check_panel = FieldPanel("check_again_by")
    check_synchronized = SynchronizedField("check_again_by", overridable=False)

    class Meta:
        abstract = True
