"""Home page, standard pages, exit control and emergency numbers."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from home.blocks import HomeBlock
from home.contact import ContactValues, contact_of, values_of
from partners.items.represent import Value
from partners.models.blocks import BodyBlock
from partners.models.fields import CountryField
from partners.models.headless import HeadlessMixin
from partners.models.mixins import CheckMixin, SearchTermsMixin
from partners.models.slugs import SlugMixin
from partners.search.index import Texts, stream_texts


def contact_of_home(page: Page, _references: Any) -> ContactValues | None:
    """How the team of the site is reached whose home page in a language this is."""
    sites = Site.objects.filter(root_page__translation_key=page.translation_key)
    return values_of(contact_of(sites.order_by("pk").first()))


class HomePage(SlugMixin, HeadlessMixin, SearchTermsMixin, CheckMixin, Page):
    """The root page of a language."""

    lead = models.TextField(
        _("lead"), blank=True, help_text=_("The first sentences that readers see on the site.")
    )
    body = StreamField(
        HomeBlock(),
        blank=True,
        verbose_name=_("text"),
        help_text=_(
            "What readers see below the title, in blocks. Pictures and documents are blocks, too."
        ),
    )

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [
        *Page.promote_panels,
        SearchTermsMixin.search_panel,
        CheckMixin.check_panel,
    ]
    search_fields = SearchTermsMixin.search_fields
    api_fields = [
        APIField("lead"),
        APIField("body"),
        APIField("contact", serializer=Value(contact_of_home, ContactValues | None)),
    ]
    shelf_computed: ClassVar[dict[str, list[str]]] = {
        "contact": [
            *("home.SiteContact", "home.SiteContactWords", "home.SiteContactPhone"),
            "wagtailcore.Site",
        ]
    }
    override_translatable_fields: ClassVar[list[Any]] = [CheckMixin.check_synchronized]

    page_description = _("The first page of the site in one language.")
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.StandardPage", "kis_partners.CooperationIndexPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def search_texts(self) -> Texts:
        return Texts([self.title], [self.lead, self.search_terms], stream_texts(self, "body"))

    @property
    def has_cooperations(self) -> bool:
        """Whether an editor has chosen cooperations; otherwise the first of each list are shown."""
        return self._has("cooperations")

    @property
    def has_contact(self) -> bool:
        """Whether an editor has placed the contact; otherwise it comes last."""
        return self._has("contact")

    def _has(self, name: str) -> bool:
        return any(block["type"] == name for block in self.body.raw_data)


class StandardPage(SlugMixin, HeadlessMixin, SearchTermsMixin, CheckMixin, Page):
    """A page of text, with or without a legal ``purpose`` such as imprint or privacy."""

    class Purpose(models.TextChoices):
        TEXT = "text", _("Plain text")
        IMPRINT = "imprint", _("Imprint")
        # The context, because Wagtail translates "Privacy" as the visibility of a page.
        PRIVACY = "privacy", pgettext_lazy("page", "Privacy")
        ACCESSIBILITY = "accessibility", _("Accessibility statement")
        EASY_LANGUAGE = "easy_language", _("Easy language")
        TRACES = "traces", _("How to remove traces of a visit")

    class Conformance(models.TextChoices):
        FULL = "full", _("conforms fully")
        PARTIAL = "partial", _("conforms in part")
        NONE = "none", _("does not conform")

    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=Purpose,
        default=Purpose.TEXT,
        help_text=_(
            "Every page links its imprint, privacy, accessibility and easy-language page, and the "
            "one about traces."
        ),
    )
    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("text"),
        help_text=_(
            "What readers see below the title, in blocks. Pictures and documents are blocks, too."
        ),
    )
    conformance = models.CharField(
        _("conformance with the standard"),
        max_length=20,
        choices=Conformance,
        blank=True,
        help_text=_(
            "Readers see it in the statement. Empty: the statement says that it is missing."
        ),
    )
    assessed_on = models.DateField(
        _("date of the assessment"),
        null=True,
        blank=True,
        help_text=_(
            "Readers see it in the statement. Empty: the statement says that it is missing."
        ),
    )
    feedback_contact = models.TextField(
        _("contact for feedback"),
        blank=True,
        help_text=_("Where readers report a barrier: an office, not a person."),
    )
    enforcement_body = models.TextField(
        _("enforcement body"),
        blank=True,
        help_text=_("Whom readers turn to when they get no satisfactory answer."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("purpose"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                HelpPanel(content=_("Shown on the accessibility statement only.")),
                FieldRowPanel([FieldPanel("conformance"), FieldPanel("assessed_on")]),
                FieldPanel("feedback_contact"),
                FieldPanel("enforcement_body"),
            ],
            heading=_("Accessibility statement"),
        ),
    ]
    promote_panels = [
        *Page.promote_panels,
        SearchTermsMixin.search_panel,
        CheckMixin.check_panel,
    ]
    search_fields = SearchTermsMixin.search_fields
    api_fields = [
        APIField("purpose"),
        APIField("body"),
        APIField("conformance"),
        APIField("assessed_on"),
        APIField("feedback_contact"),
        APIField("enforcement_body"),
    ]
    override_translatable_fields: ClassVar[list[Any]] = [
        CheckMixin.check_synchronized,
        SynchronizedField("conformance", overridable=False),
        SynchronizedField("assessed_on", overridable=False),
    ]

    page_description = _("A page of text: imprint, privacy, accessibility statement and the like.")
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    def search_texts(self) -> Texts:
        return Texts([self.title], [self.search_terms], stream_texts(self, "body"))

    #: Who asks for a page of a purpose.
    LAW: ClassVar[dict[str, Any]] = {
        Purpose.IMPRINT: _("the law asks for it (in Germany § 5 DDG)"),
        Purpose.PRIVACY: _("the law asks for it (Article 13 of the GDPR)"),
        Purpose.ACCESSIBILITY: _(
            "the law asks for it from public bodies (Article 7 of Directive (EU) 2016/2102)"
        ),
        Purpose.EASY_LANGUAGE: _(
            "the law asks for it from federal bodies (in Germany § 4 BITV 2.0)"
        ),
        Purpose.TRACES: _("people in danger need it"),
    }

    @property
    def unstated(self) -> list[Any]:
        """What the law wants an accessibility statement to say, and this one doesn't."""
        names = ("conformance", "assessed_on", "feedback_contact", "enforcement_body")
        fields: list[Any] = [self._meta.get_field(name) for name in names]
        return [field.verbose_name for field in fields if not getattr(self, field.name)]

    @property
    def is_accessibility_statement(self) -> bool:
        return self.purpose == self.Purpose.ACCESSIBILITY

    @classmethod
    def missing(cls) -> list[tuple[Locale, list[Any]]]:
        """The languages without a page for each purpose, with the purposes that they lack."""
        required = [purpose for purpose in cls.Purpose if purpose != cls.Purpose.TEXT]
        homes = HomePage.objects.live().values_list("locale_id", flat=True)
        found = set(cls.objects.live().values_list("locale_id", "purpose"))
        gaps = [
            (locale, [one for one in required if (locale.pk, one.value) not in found])
            for locale in Locale.objects.filter(pk__in=homes)
        ]
        return [(locale, purposes) for locale, purposes in gaps if purposes]


class ExitControl(models.Model):
    """The link for leaving a site quickly: its target and label, by site and language.

    Defaults replace empty fields and missing rows.
    """

    site = models.ForeignKey(
        Site,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("On which site readers see this control."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        help_text=_("On the pages of which language readers see it."),
    )
    target = models.URLField(
        _("where it leads"),
        blank=True,
        help_text=_(
            "A harmless site that many people use. It is opened only when a reader leaves. "
            "Without an address: the encyclopedia Wikipedia in this language."
        ),
    )
    label = models.CharField(
        _("words on the control"),
        max_length=60,
        blank=True,
        help_text=_("Promise no secrecy here: the visit stays in the browser's history."),
    )
    neutral_title = models.CharField(
        _("neutral page title"),
        max_length=60,
        blank=True,
        help_text=_(
            "If filled, tabs and the browser's history show this instead of the title of each "
            "page. People who use a screen reader then can't tell tabs apart."
        ),
    )

    panels = [
        FieldRowPanel([FieldPanel("site"), FieldPanel("language")]),
        FieldPanel("target"),
        FieldPanel("label"),
        FieldPanel("neutral_title"),
    ]

    class Meta:
        verbose_name = _("exit control")
        verbose_name_plural = _("exit controls")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "language"],
                name="home_exit_control",
                violation_error_message=_("This site has an exit control in this language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.site}, {self.get_language_display()}"

    @classmethod
    def for_site(cls, site: Site | None, language: str) -> ExitControl:
        """The exit control of a site in a language, with defaults for empty fields.

        Without a site it consists of defaults and needs no database, as for an error 500.
        """
        found = site and cls.objects.filter(site=site, language=language).first()
        return (found or cls()).completed(language)

    def completed(self, language: str) -> ExitControl:
        """This control with defaults for empty fields, in its language."""
        self.target = self.target or f"https://{language}.wikipedia.org/"
        if not self.label:
            with override(language):
                self.label = gettext("Leave this page")
        return self


class EmergencyNumber(index.Indexed, ClusterableModel):
    """An emergency number of a country. Number and date of verification hold for all languages.

    It is shown in the languages in which it has :class:`EmergencyNumberWords`: German numbers in
    all, others in the language of their country.
    """

    VALID_FOR = datetime.timedelta(days=365)

    country = CountryField(help_text=_("Readers see the number below the name of its country."))
    number = models.CharField(
        _("telephone number"),
        max_length=20,
        help_text=_("As it is dialled in that country. Readers tap it to call."),
        validators=[
            RegexValidator(r"^\+?[0-9][0-9 ]*$", _("Digits and spaces only, for example 116 016."))
        ],
    )
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("When someone last made sure that number, name and hours are right."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Small numbers come first.")
    )
    at_top = models.BooleanField(
        _("at the top of every page"),
        default=False,
        help_text=_(
            "Readers see it before everything else. Choose two for each country: whom to call in "
            "danger, and who advises."
        ),
    )

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("country")]),
        FieldPanel("at_top"),
        FieldRowPanel([FieldPanel("verified_on"), FieldPanel("position")]),
        InlinePanel("words", heading=_("In words"), label=_("Language"), min_num=1),
    ]

    # By these, lists of the admin find a number in any grouping.
    search_fields: ClassVar = [
        index.SearchField("number"),
        index.AutocompleteField("number"),
        index.RelatedFields("words", [index.SearchField("name"), index.AutocompleteField("name")]),
    ]

    class Meta:
        verbose_name = _("emergency number")
        verbose_name_plural = _("emergency numbers")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.number} ({self.country})"

    def clean(self) -> None:
        if self.verified_on and self.verified_on > timezone.localdate():
            raise ValidationError({"verified_on": _("A check can't lie in the future.")})

    @property
    def uri(self) -> str:
        """The number as a ``tel:`` URI (RFC 3966)."""
        return f"tel:{self.number.replace(' ', '')}"

    @property
    def verification(self) -> Any:
        """The state of the verification in words, for editors."""
        if self.verified_on is None:
            return _("not verified yet")
        if self.verified_on < timezone.localdate() - self.VALID_FOR:
            return _("verified more than 12 months ago")
        return _("verified")

    @classmethod
    def to_verify(cls) -> models.QuerySet[EmergencyNumber]:
        """Numbers that were never verified, or more than 12 months ago."""
        limit = timezone.localdate() - cls.VALID_FOR
        return cls.objects.filter(
            models.Q(verified_on__isnull=True) | models.Q(verified_on__lt=limit)
        )


class EmergencyNumberWords(models.Model):
    """Name and hours of an emergency number in one language."""

    emergency_number = ParentalKey(EmergencyNumber, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        help_text=_("The number is shown on the pages of the languages that have words here."),
    )
    name = models.CharField(_("who answers"), max_length=120, help_text=_("For example: Police"))
    hours = models.CharField(
        _("hours"),
        max_length=120,
        blank=True,
        help_text=_("When it is answered. Leave it empty until you have made sure."),
    )

    panels = [FieldPanel("language"), FieldPanel("name"), FieldPanel("hours")]

    class Meta:
        verbose_name = _("words for an emergency number")
        constraints = [
            models.UniqueConstraint(
                fields=["emergency_number", "language"],
                name="home_emergency_number_words",
                violation_error_message=_("There are words in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
