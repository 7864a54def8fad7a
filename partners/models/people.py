"""Contact people and their consents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import Locale, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from ..public.translations import there
from ..search.index import Searchable, Texts
from .snippets import Organisation, TranslatableSnippet

if TYPE_CHECKING:
    import datetime

Audience = Literal["site", "api"]


@dataclass(frozen=True)
class PublicPerson:
    """A person as an audience may see them: always with the role, all else by consent.

    ``organisation`` and ``photo`` are objects, set by :meth:`Person.disclose` alone.
    """

    role: str
    role_locale: str
    translation_key: str
    organisation_id: int | None
    name: str = ""
    email: str = ""
    phone: str = ""
    photo_id: int | None = None
    organisation: Organisation | None = None
    photo: Any = None


@dataclass(frozen=True, slots=True)
class _PersonColumns:
    """The columns of a person, and a flag for each scope of consent."""

    pk: int
    translation_key: Any
    live: bool
    locale__language_code: str
    role: str
    organisation_id: int | None
    name: str
    email: str
    phone: str
    photo_id: int | None
    may_name: bool
    may_contact: bool
    may_photo: bool

    def disclosed(self, original: _PersonColumns) -> PublicPerson:
        """The role of this record, with the details of ``original`` that have consent."""
        return PublicPerson(
            role=self.role,
            role_locale=self.locale__language_code,
            translation_key=str(UUID(str(original.translation_key))),
            organisation_id=original.organisation_id,
            name=original.name if original.may_name else "",
            email=original.email if original.may_contact else "",
            phone=original.phone if original.may_contact else "",
            photo_id=original.photo_id if original.may_photo else None,
        )


class Person(TranslatableSnippet):
    """A contact person. The role is public, all else only by consent.

    Name, contact details and photo are stored in the source alone (the record with the lowest id);
    a translation has the role. So a withdrawn consent or a changed name holds in all languages.
    """

    # Read by partners.public.files: rich text names a person by the role alone.
    named_in_texts = True
    PERSONAL = ("name", "email", "phone", "photo")
    SCOPES = ("name", "contact", "photo")

    role = models.CharField(
        _("role"),
        max_length=200,
        help_text=_("Always public. Write it so that it says enough without the name."),
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Always public, with its address: readers see it below the role."),
    )
    name = models.CharField(
        pgettext_lazy("of a person", "name"),
        max_length=120,
        blank=True,
        help_text=_("Public only while a consent for the name is recorded."),
    )
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_("Public only while a consent for contact details is recorded."),
    )
    phone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        help_text=_("Public only while a consent for contact details is recorded."),
    )
    photo = models.ForeignKey(
        get_image_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("photo"),
        help_text=_("Public only while a consent for the photo is recorded."),
    )

    panels = [
        FieldPanel("role"),
        FieldPanel("organisation"),
        MultiFieldPanel(
            [
                HelpPanel(
                    content=_(
                        "These details are personal data of someone who may be stalked. They "
                        "stay unpublished until a consent is recorded under “Consents”. They are "
                        "kept once for all languages."
                    )
                ),
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("photo"),
            ],
            heading=_("Personal details"),
        ),
    ]
    # For the admin's choosers; no public search uses them.
    search_fields = [
        *Searchable.search_fields,
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]
    translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("role"),
        SynchronizedField("organisation", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["role"]

    def __str__(self) -> str:
        # Without the name: labels are kept in logs and versions, and shown to all who work here.
        return f"{self.role} #{self.pk}" if self.pk else self.role

    def search_texts(self) -> Texts:
        return Texts([self.role])

    def copy_for_translation(
        self, locale: Locale, exclude_fields: list[str] | None = None
    ) -> Person:
        copy: Person = super().copy_for_translation(locale, exclude_fields)
        for name in self.PERSONAL:
            field: Any = self._meta.get_field(name)
            setattr(copy, name, field.get_default())
        return copy

    @classmethod
    def published(
        cls, ids: Iterable[Any], audience: Audience
    ) -> dict[Any, dict[str, PublicPerson]]:
        """People as an audience may see them, by id and language; one statement.

        The audience ``site`` reads this site's pages; ``api`` is other sites, for which a consent
        must include passing on. The language "" has the source. People whose source isn't
        published are left out.
        """
        keys = cls.objects.filter(pk__in=set(ids)).order_by().values("translation_key")
        names = [field.name for field in fields(_PersonColumns)][: -len(cls.SCOPES)]
        columns = [there() if name == "live" else name for name in names]
        may = [Exists(Consent.given(scope, audience)) for scope in cls.SCOPES]
        records = cls.objects.filter(translation_key__in=keys).order_by()
        rows = records.values_list(*columns, *may)
        families: dict[Any, list[_PersonColumns]] = {}
        # Sorted in Python: for a sort in the database, Django compares each selected column.
        for record in (_PersonColumns(*row) for row in sorted(rows)):
            families.setdefault(record.translation_key, []).append(record)
        found: dict[Any, dict[str, PublicPerson]] = {}
        for versions in families.values():
            original = versions[0]
            if original.live:
                spoken = {
                    row.locale__language_code: row.disclosed(original)
                    for row in versions
                    if row.live
                }
                spoken[""] = original.disclosed(original)
                found.update((row.pk, spoken) for row in versions)
        return found

    @classmethod
    def showing(
        cls, people: models.QuerySet[Person], field: str, audience: Audience
    ) -> models.QuerySet[Person]:
        """Those of these people that show an audience what they refer to by a field.

        A photo needs its consent, and on this site's pages a name beside it. It is given by this
        site for other sites, too, so both audiences count here.
        """
        people = cls.objects.filter(pk__in=people.values("pk"), live=True)
        if field != "photo":
            return people
        passed_on = Exists(Consent.given("photo", "api"))
        if audience == "api":
            return people.filter(passed_on)
        shown = Exists(Consent.given("photo", "site")) & Exists(Consent.given("name", "site"))
        return people.filter(models.Q(shown & ~models.Q(name="")) | models.Q(passed_on))

    @classmethod
    def disclose(
        cls, ids: Iterable[Any], language: str | None, audience: Audience
    ) -> dict[int, PublicPerson]:
        """People as an audience may see them, by id; see :meth:`published`.

        With the role in a language, or else in that of the source, and with organisations and
        photos as objects; at most three statements.
        """
        shown = {
            pk: versions.get(language or "") or versions[""]
            for pk, versions in cls.published(ids, audience).items()
            if pk in ids
        }
        photo: Any = cls._meta.get_field("photo").related_model
        photos = photo.objects.in_bulk({one.photo_id for one in shown.values()} - {None})
        organisations = Organisation.in_language(
            {one.organisation_id for one in shown.values() if one.organisation_id}, language
        )
        return {
            pk: replace(
                one,
                organisation=organisations.get(one.organisation_id or 0),
                photo=photos.get(one.photo_id),
            )
            for pk, one in shown.items()
        }


class Consent(models.Model):
    """A consent given on paper or by mail: its scope (the details to publish) and its days.

    It has no drafts: it counts as soon as it is saved, until a withdrawal is saved or its last day
    is over. It holds for the person in all languages.
    """

    # Read by partners.delivery: the object that a consent changes, and the fields with days on
    # which this happens.
    shelf_owner = "person"
    shelf_dates: ClassVar[dict[str, int]] = {"given_on": 0, "valid_until": 1}

    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="consents",
        verbose_name=_("person"),
        help_text=_("The consent counts for this person in every language."),
    )
    name = models.BooleanField(
        pgettext_lazy("of a person", "name"),
        default=False,
        help_text=_("Readers then see the name beside the role."),
    )
    contact = models.BooleanField(
        _("contact details"), default=False, help_text=_("Readers then see e-mail and telephone.")
    )
    photo = models.BooleanField(
        _("photo"),
        default=False,
        help_text=_("Readers then see the photo, if the name is public, too."),
    )
    api = models.BooleanField(
        _("passing on to other sites"),
        default=False,
        help_text=_("Other organisations' websites receive these details through the API."),
    )
    given_on = models.DateField(
        _("given on"), default=timezone.localdate, help_text=_("The first day on which it counts.")
    )
    evidence = models.TextField(
        _("evidence"),
        help_text=_("How the consent was given and where it is kept. Never published."),
    )
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it counts. Empty: until it is withdrawn."),
    )
    withdrawn_on = models.DateField(
        _("withdrawn on"),
        null=True,
        blank=True,
        help_text=_("As soon as a date stands here, the details are no longer public."),
    )

    panels = [
        FieldPanel("person"),
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("contact"), FieldPanel("photo"), FieldPanel("api")],
            heading=_("The person agrees to the publication of"),
        ),
        FieldRowPanel(
            [FieldPanel("given_on"), FieldPanel("valid_until"), FieldPanel("withdrawn_on")]
        ),
        FieldPanel("evidence"),
    ]

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.person}, {self.given_on:%Y-%m-%d}"

    def clean(self) -> None:
        if self.given_on and self.given_on > timezone.localdate():
            raise ValidationError({"given_on": _("A consent can't be given in the future.")})
        if self.withdrawn_on and self.given_on and self.withdrawn_on < self.given_on:
            raise ValidationError(
                {"withdrawn_on": _("A consent can't be withdrawn before it is given.")}
            )
        if self.valid_until and self.given_on and self.valid_until < self.given_on:
            raise ValidationError({"valid_until": _("A consent can't end before it is given.")})
        if not any(getattr(self, scope) for scope in Person.SCOPES):
            raise ValidationError(_("Tick at least one of name, contact details and photo."))

    @classmethod
    def given(
        cls, scope: str, audience: Audience, day: datetime.date | None = None
    ) -> models.QuerySet[Consent]:
        """For a subquery: the consents of an outer person for a scope and an audience."""
        consents = cls.holding(day).filter(
            person__translation_key=models.OuterRef("translation_key"), **{scope: True}
        )
        return consents if audience == "site" else consents.filter(api=True)

    @classmethod
    def holding(cls, day: datetime.date | None = None) -> models.QuerySet[Consent]:
        """The consents that hold on a day, by default today: begun, not withdrawn, not over."""
        day = day or timezone.localdate()
        return cls.objects.filter(
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=day),
            withdrawn_on__isnull=True,
            given_on__lte=day,
        )
