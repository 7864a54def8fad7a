"""How a site's team is reached: kept once, shown on its home page, in every footer and in the API.

Numbers, address and hours are the same in every language and stand on the contact itself; what has
words stands in a row for each language. What isn't filled in isn't shown.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from babel import Locale as Language
from babel.core import UnknownLocaleError
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Site

from home import hours
from partners.items.shapes import Url
from partners.models.fields import CountryField
from partners.words import countries


class NamedCode(TypedDict):
    """A country or a language: its code, and its name in the language of the answer."""

    code: str
    name: str


class ContactAddress(TypedDict):
    street: NotRequired[str]
    postal_code: NotRequired[str]
    city: NotRequired[str]
    country: NotRequired[NamedCode]


class ContactPhone(TypedDict):
    """``opening_hours`` as schema.org writes them, ``hours`` in words."""

    number: str
    uri: str
    opening_hours: NotRequired[str]
    hours: NotRequired[str]


class ContactValues(TypedDict):
    """How the team of the site is reached. What isn't filled in is absent."""

    name: NotRequired[str]
    address: NotRequired[ContactAddress]
    is_address_withheld: NotRequired[bool]
    phones: NotRequired[list[ContactPhone]]
    email: NotRequired[str]
    languages: NotRequired[list[NamedCode]]
    barrier_free: NotRequired[str]
    access: NotRequired[str]
    map_url: NotRequired[Url]


def language_name(code: str) -> str:
    """The name of a language in the active language; empty for a code that there isn't."""
    try:
        return str(Language.parse(code, sep="-").get_display_name(get_language() or "en") or "")
    except (UnknownLocaleError, ValueError):
        return ""


class SiteContact(ClusterableModel):
    """How the team of a site is reached."""

    class Address(models.TextChoices):
        UNDECIDED = "", _("not decided yet: no address is shown")
        SHOWN = "shown", _("the address is published")
        WITHHELD = "withheld", _("the address is not published, and readers are told so")

    class BarrierFree(models.TextChoices):
        UNKNOWN = "", _("not stated")
        YES = "yes", _("barrier-free")
        PARTLY = "partly", _("barrier-free in part")
        NO = "no", _("not barrier-free")

    site = models.OneToOneField(
        Site,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("On which site readers see this contact."),
    )
    address_decision = models.CharField(
        _("publish the address?"),
        max_length=10,
        choices=Address,
        blank=True,
        default="",
        help_text=_("Decide it with the team: an address can put people in danger."),
    )
    street = models.CharField(
        _("street and number"), max_length=200, blank=True, help_text=_("As on a letter.")
    )
    postal_code = models.CharField(
        _("postal code"), max_length=20, blank=True, help_text=_("As on a letter.")
    )
    city = models.CharField(_("town"), max_length=100, blank=True, help_text=_("As on a letter."))
    country = CountryField(blank=True, help_text=_("Readers see its name in their language."))
    map_url = models.URLField(
        _("link to a map"),
        blank=True,
        help_text=_("Readers follow it or not; no map is loaded into the page."),
    )
    email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("The address of the team, not of a person.")
    )
    spoken = models.CharField(
        _("languages spoken"),
        max_length=200,
        blank=True,
        help_text=_("Codes with spaces between them, for example: de en uk ar"),
    )
    barrier_free = models.CharField(
        _("barrier-free access"),
        max_length=10,
        choices=BarrierFree,
        blank=True,
        default="",
        help_text=_("Whether people with disabilities come in without help."),
    )

    panels = [
        FieldPanel("site"),
        InlinePanel("words", heading=_("In words"), label=_("Language")),
        InlinePanel("phones", heading=_("Telephone"), label=_("Telephone number")),
        FieldPanel("email"),
        FieldPanel("spoken"),
        MultiFieldPanel(
            [
                FieldPanel("address_decision"),
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
                FieldPanel("country"),
                FieldPanel("map_url"),
                FieldPanel("barrier_free"),
            ],
            heading=_("Address"),
        ),
    ]

    class Meta:
        verbose_name = _("contact of the site")
        verbose_name_plural = _("contacts of the sites")

    def __str__(self) -> str:
        return str(self.site)

    def clean(self) -> None:
        self.spoken = " ".join(self.spoken.lower().replace(",", " ").split())
        unknown = [code for code in self.spoken.split() if not language_name(code)]
        if unknown:
            raise ValidationError(
                {"spoken": _("There is no such language: {}").format(", ".join(unknown))}
            )
        shown = self.address_decision == self.Address.SHOWN
        if shown and not (self.street and self.city):
            raise ValidationError(
                {"street": _("An address that is published needs street and town.")}
            )

    @property
    def missing(self) -> list[Any]:
        """What readers would look for and isn't filled in, by name."""
        said = {row.language for row in self.words.all() if row.name}
        without = [name for code, name in settings.LANGUAGES if code not in said]
        return [
            *(_("name ({})").format(name) for name in without),
            *([] if self.phones.all() else [_("telephone number")]),
            *(_("hours of {}").format(one.number) for one in self.phones.all() if not one.hours),
            *([] if self.email else [_("e-mail")]),
            *([] if self.spoken else [_("languages spoken")]),
            *([] if self.address_decision else [_("whether the address is published")]),
            *([] if self.barrier_free else [_("barrier-free access")]),
        ]


class SiteContactWords(models.Model):
    """What a contact says in one language."""

    contact = ParentalKey(SiteContact, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        help_text=_("On the pages of which language readers see it."),
    )
    name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("The name of the office or the team.")
    )
    access = models.TextField(
        _("how to get in"),
        blank=True,
        help_text=_("For people with disabilities: steps, lift, toilet, sign language."),
    )

    panels = [FieldPanel("language"), FieldPanel("name"), FieldPanel("access")]

    class Meta:
        verbose_name = _("words for a contact")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "language"],
                name="home_site_contact_words",
                violation_error_message=_("There are words in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SiteContactPhone(Orderable):
    """A telephone number of a contact."""

    contact = ParentalKey(SiteContact, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(
        _("telephone number"),
        max_length=30,
        help_text=_("With the country's code, for example +49 341 123456. Readers tap it to call."),
        validators=[
            RegexValidator(r"^\+?[0-9][0-9 ]*$", _("Digits and spaces only, for example 116 016."))
        ],
    )
    hours = models.CharField(
        _("hours"),
        max_length=200,
        blank=True,
        help_text=_("When it is answered, for example: Mo-Fr 9-17, Sa 10:00-12:00, or 24/7"),
    )

    panels = [FieldRowPanel([FieldPanel("number"), FieldPanel("hours")])]

    class Meta(Orderable.Meta):
        verbose_name = _("telephone number of a contact")

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        try:
            self.hours = hours.normal(self.hours)
        except ValidationError as error:
            raise ValidationError({"hours": error}) from error


def contact_of(site: Site | None) -> SiteContact | None:
    """The contact of a site, None without one. Three statements at the most."""
    found = SiteContact.objects.filter(site=site).prefetch_related("words", "phones")
    return found.first() if site else None


def values_of(contact: SiteContact | None) -> ContactValues | None:
    """What readers see of a contact in the active language; None where nothing is filled in."""
    if contact is None:
        return None
    language = get_language() or settings.LANGUAGE_CODE
    words = next((row for row in contact.words.all() if row.language == language), None)
    choice = SiteContact.Address
    address = {
        "street": contact.street,
        "postal_code": contact.postal_code,
        "city": contact.city,
        "country": contact.country
        and {"code": contact.country, "name": countries.name(contact.country)},
    }
    is_shown = contact.address_decision == choice.SHOWN
    found: Any = {
        "name": words and words.name,
        "address": is_shown and _filled(address),
        "is_address_withheld": contact.address_decision == choice.WITHHELD,
        "phones": [
            _filled(
                {
                    "number": phone.number,
                    "uri": f"tel:{phone.number.replace(' ', '')}",
                    "opening_hours": phone.hours,
                    "hours": hours.in_words(phone.hours),
                }
            )
            for phone in contact.phones.all()
        ],
        "email": contact.email,
        "languages": [
            {"code": code, "name": language_name(code)} for code in contact.spoken.split()
        ],
        "barrier_free": contact.barrier_free,
        "access": words and words.access,
        "map_url": contact.map_url if is_shown else "",
    }
    filled: Any = _filled(found)
    return filled or None


def linked_data(values: ContactValues, url: str) -> dict[str, Any]:
    """A contact in the vocabulary of schema.org, as an ``Organization`` of the site."""
    address = values.get("address", {})
    points = [
        _filled(
            {
                "@type": "ContactPoint",
                "telephone": phone["number"],
                "availableLanguage": [one["code"] for one in values.get("languages", [])],
                "hoursAvailable": hours.specifications(phone.get("opening_hours", "")),
            }
        )
        for phone in values.get("phones", [])
    ]
    postal = _filled(
        {
            "streetAddress": address.get("street"),
            "postalCode": address.get("postal_code"),
            "addressLocality": address.get("city"),
            "addressCountry": address.get("country", {}).get("code"),
        }
    )
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "Organization",
            "@id": f"{url}#contact",
            "url": url,
            "name": values.get("name"),
            "email": values.get("email"),
            "address": postal and {"@type": "PostalAddress", **postal},
            "contactPoint": points,
            "location": values.get("map_url") and {"@type": "Place", "hasMap": values["map_url"]},
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
