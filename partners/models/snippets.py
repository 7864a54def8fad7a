"""Snippets: organisations and topics, with translations, used on many pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
)
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from ..public.translations import begun
from ..search.index import Searchable, Texts
from .fields import CountryField


class TranslatableSnippet(
    Searchable,
    DraftStateMixin,
    RevisionMixin,
    LockableMixin,
    TranslatableMixin,
    index.Indexed,
    models.Model,
):
    """A snippet with drafts, history, locking and translations."""

    # Wagtail's name for the reverse has no label of an app: a site may have a Person of its own.
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    locked_by.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]

    class Meta(TranslatableMixin.Meta):
        abstract = True

    @property
    def localized(self) -> TranslatableSnippet:
        """The version in the active language, if it is there, else the snippet itself."""
        version: TranslatableSnippet = super().localized
        if version.pk == self.pk or begun(type(self).objects.filter(pk=version.pk)).exists():
            return version
        return self


class Topic(TranslatableSnippet):
    """A topic of cooperations. Editors choose from one list, so that topics are worded alike."""

    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_(
            "One or two words, as readers see them on pages and in the filter of the list."
        ),
    )

    panels = [FieldPanel("name")]
    search_fields = [*Searchable.search_fields, index.FilterField("locale_id")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def search_texts(self) -> Texts:
        return Texts([self.name])


class OrganisationForm(WagtailAdminModelForm):
    """Asks before it takes the street of a women's shelter."""

    street_is_known = forms.BooleanField(label=_("This address may be public"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        is_shelter = cleaned.get("kind") == Organisation.Kind.SHELTER
        place = {"kind", "street", "postal_code"}
        if (
            is_shelter
            and any(cleaned.get(name) for name in ("street", "postal_code"))
            and place & set(self.changed_data)
            and not cleaned.get("street_is_known")
        ):
            self.add_error(
                "street_is_known",
                _(
                    "Readers and other sites would see where this women's shelter is. Leave street "
                    "and postal code empty, or tick this if the shelter wants its address public."
                ),
            )
        return cleaned


class Organisation(TranslatableSnippet):
    """An organisation that takes part: police, a counselling centre, a church office …"""

    class Kind(models.TextChoices):
        INTERVENTION = "intervention", _("Intervention centre")
        POLICE = "police", _("Police")
        AUTHORITY = "authority", _("Public authority")
        COUNSELLING = "counselling", _("Counselling centre")
        SHELTER = "shelter", _("Women's shelter")
        CHURCH = "church", _("Church institution")
        EDUCATION = "education", _("Educational institution")
        ASSOCIATION = "association", _("Association")
        OTHER = "other", _("Other")

    name = models.CharField(
        _("name"), max_length=200, help_text=_("As readers of this language know the body.")
    )
    official_name = models.CharField(
        _("official name"),
        max_length=200,
        blank=True,
        help_text=_("In the body's own language. It is the same in every translation."),
    )
    short_name = models.CharField(
        _("short name"),
        max_length=40,
        blank=True,
        help_text=_("For example: KIS. The search finds it, and other sites receive it."),
    )
    legal_form = models.CharField(
        _("legal form"), max_length=40, blank=True, help_text=_("For example: GbR, e. V., gGmbH")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind,
        default=Kind.OTHER,
        help_text=_(
            "The list of organisations can be filtered by it. Other sites receive it, too."
        ),
    )
    website = models.URLField(
        _("website"),
        blank=True,
        help_text=_("Where the name leads, beginning with https://. Empty: the name is no link."),
    )
    street = models.CharField(
        _("street and number"),
        max_length=120,
        blank=True,
        help_text=_(
            "Readers see the address beside contact people. Leave it empty if it must not be known."
        ),
    )
    postal_code = models.CharField(
        _("postal code"), max_length=12, blank=True, help_text=_("Readers see it before the city.")
    )
    city = models.CharField(
        _("city"),
        max_length=80,
        blank=True,
        help_text=_("Without a street, readers see the city alone."),
    )
    country = CountryField(blank=True, help_text=_("Readers see its name in their language."))
    logo = models.ForeignKey(
        get_image_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_(
            "Readers see it in lists and on pages of cooperations, and other sites receive it. Add "
            "it only if the organisation agrees."
        ),
    )

    base_form_class = OrganisationForm
    panels = [
        FieldPanel("name"),
        FieldPanel("official_name"),
        FieldRowPanel([FieldPanel("short_name"), FieldPanel("legal_form")]),
        FieldPanel("kind"),
        FieldPanel("website"),
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
                FieldPanel("country"),
                FieldPanel(
                    "street_is_known",
                    help_text=_("Asked for women's shelters only, whenever their address changes."),
                ),
            ],
            heading=_("Address"),
        ),
        FieldPanel("logo"),
    ]
    search_fields = [*Searchable.search_fields, index.FilterField("locale_id")]
    override_translatable_fields: ClassVar[list[Any]] = [
        SynchronizedField(name, overridable=False)
        for name in ("official_name", "legal_form", "street", "postal_code", "city")
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_language(cls, ids: set[int], language: str | None) -> dict[int, Organisation]:
        """Organisations by id, each in a language if it is published there; one statement."""
        families = cls.objects.filter(pk__in=ids).values("translation_key")
        spoken = models.Q(
            translation_key__in=families, locale__language_code=language or "", live=True
        )
        rows = cls.objects.filter(models.Q(pk__in=ids) | spoken).select_related("locale")
        found = {one.pk: one for one in rows} if ids else {}
        in_language = {
            one.translation_key: one
            for one in found.values()
            if one.live and one.locale.language_code == language
        }
        return {
            pk: in_language.get(found[pk].translation_key, found[pk]) for pk in ids & found.keys()
        }

    def words(self) -> list[str]:
        """All its names."""
        return [self.name, self.official_name, self.short_name]

    def search_texts(self) -> Texts:
        return Texts([self.name], self.words()[1:], [self.city])
