"""The page types: the plugin's three kinds of cooperation, and the list of cooperations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import classproperty
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.api import APIField
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail_localize.fields import SynchronizedField

from .. import kinds
from ..items import jsonld, represent, shapes
from ..items.facts import Fact, ShownFact, shown
from ..items.links import STORED, Link, paths
from ..items.references import LOGO, References
from ..items.relations import Relation
from ..items.represent import Value
from ..public.files import is_public_file
from ..public.pages import pages_in_language
from ..search.index import Texts, stream_texts
from .blocks import DOCUMENT_LANGUAGES, ActivityBlock, DocumentBlock, WorkingGroupBlock
from .fields import AskedField, CountryField
from .headless import HeadlessMixin
from .list_filter import CooperationList
from .mixins import BodyMixin, CheckMixin, PeriodMixin, ProtectingMixin, SearchTermsMixin
from .people import Audience, Person, PublicPerson
from .slugs import SlugMixin
from .snippets import Organisation, Topic


def document_language() -> models.CharField[str, str]:
    """A field for the language of the document in the field before it."""
    return models.CharField(
        _("Language of the document"),
        max_length=10,
        choices=DOCUMENT_LANGUAGES,
        blank=True,
        help_text=_("Readers see it beside the link, so that they know what they open."),
    )


def pointer(to: type[Page], name: str) -> models.OneToOneField[Page, Page]:
    """The link to the row of the model that a page type derives from. A site may have a page type
    with the same class name, so the way back has the plugin's label in its name."""
    return models.OneToOneField(
        to, on_delete=models.CASCADE, parent_link=True, related_name=name, primary_key=True
    )


class CooperationIndexPage(SlugMixin, HeadlessMixin, BodyMixin, SearchTermsMixin, CheckMixin, Page):
    """A list of cooperations, its child pages, in the editor's order."""

    page_ptr = pointer(Page, "kis_cooperationindexpage")

    group_by_kind = models.BooleanField(
        _("group by kind"),
        default=False,
        help_text=_("Readers see partners, networks and exchanges under headings of their own."),
    )

    content_panels = [*Page.content_panels, *BodyMixin.body_panels, FieldPanel("group_by_kind")]
    promote_panels = [
        *Page.promote_panels,
        SearchTermsMixin.search_panel,
        CheckMixin.check_panel,
    ]
    search_fields = SearchTermsMixin.search_fields
    api_fields = [APIField("lead"), APIField("body"), APIField("group_by_kind")]

    override_translatable_fields: ClassVar[list[Any]] = [CheckMixin.check_synchronized]

    template = "kis_partners/cooperation_index_page.html"
    page_description = _("The list of all cooperations. It fills itself from the pages below it.")
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("list of cooperations")
        verbose_name_plural = _("lists of cooperations")

    @classmethod
    def clean_subpage_models(cls) -> list[Any]:
        """The page types that may be created below a list: all kinds of cooperation."""
        return list(kinds.kinds())

    def search_texts(self) -> Texts:
        return Texts([self.title], [self.lead, self.search_terms], stream_texts(self, "body"))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["list"] = CooperationList(
            self.public_cooperations(), request.GET, by_kind=self.group_by_kind
        )
        return context

    def public_cooperations(self) -> QuerySet[CooperationPage]:
        """The public cooperations in the editor's order."""
        children: Any = pages_in_language(CooperationPage.objects.child_of(self))
        return children.order_by("path")


class CooperationPage(
    ProtectingMixin,
    SlugMixin,
    HeadlessMixin,
    BodyMixin,
    PeriodMixin,
    SearchTermsMixin,
    CheckMixin,
    Page,
):
    """The base of all kinds of cooperation; editors create pages of a kind.

    It has a table of its own, so that one query can list, filter and sort cooperations of every
    kind. All page types that derive from it are kinds, described by the attributes in
    :mod:`..kinds`.
    """

    page_ptr = pointer(Page, "kis_cooperationpage")

    kind: ClassVar[str] = ""
    kind_label: ClassVar[Any] = ""
    relations: ClassVar[list[Relation]] = [
        Relation("topics", _("Topics")),
        Relation("contacts", _("Contact people"), extra=("side",), shape=shapes.Contact),
        Relation("related", _("Related cooperations")),
    ]
    facts: ClassVar[list[Fact]] = [
        Fact("period_text", _("Period"), card="value", field="period_wording"),
        Fact("purpose", _("Purpose")),
        Fact("region", _("Region"), card="value"),
        Fact("topics", _("Topics")),
    ]
    filters: ClassVar[list[str]] = []
    linked_data: ClassVar[Any] = None

    purpose = models.TextField(
        _("purpose"), blank=True, help_text=_("What the cooperation is for, in one sentence.")
    )
    region = models.CharField(
        _("region"), max_length=120, blank=True, help_text=_("For example: Leipzig, Saxony")
    )
    activities = StreamField(
        [("activity", ActivityBlock())],
        blank=True,
        verbose_name=_("activities"),
        help_text=_(
            "What was and is done together. Readers see a list in this order, below the text."
        ),
    )
    downloads = StreamField(
        [("document", DocumentBlock())],
        blank=True,
        verbose_name=_("documents to download"),
        help_text=_("Readers see links with kind, size and language of each document."),
    )

    is_creatable = False
    parent_page_types = ["kis_partners.CooperationIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    main_panels: ClassVar[list[Any]] = [*Page.content_panels, *BodyMixin.body_panels]
    fact_panels: ClassVar[list[Any]] = [
        PeriodMixin.period_panel,
        FieldPanel("purpose"),
        FieldPanel("region"),
        InlinePanel("topics", heading=_("Topics"), label=_("Topic")),
    ]
    more_panels: ClassVar[list[Any]] = [
        FieldPanel("activities"),
        InlinePanel("contacts", heading=_("Contact people"), label=_("Contact person")),
        FieldPanel("downloads"),
        InlinePanel("related", heading=_("Related cooperations"), label=_("Cooperation")),
    ]
    promote_panels = [
        *Page.promote_panels,
        SearchTermsMixin.search_panel,
        CheckMixin.check_panel,
    ]
    search_fields = SearchTermsMixin.search_fields
    api_fields = [
        APIField("kind"),
        APIField("lead"),
        APIField("purpose"),
        APIField("period", serializer=Value(represent.period, shapes.Period | None)),
        APIField("region"),
        APIField("topics"),
        APIField("body"),
        APIField("activities"),
        APIField("contacts"),
        APIField("downloads", serializer=Value(represent.downloads, list[shapes.Download])),
        APIField("related"),
    ]
    override_translatable_fields: ClassVar[list[Any]] = [
        *PeriodMixin.period_translatable,
        CheckMixin.check_synchronized,
    ]

    class Meta:
        verbose_name = _("cooperation")
        verbose_name_plural = _("cooperations")

    @classproperty
    def edit_handler(cls) -> TabbedInterface:
        """The tabs of the editor: content, facts, promotion, settings."""
        return TabbedInterface(
            [
                ObjectList(cls.main_panels, heading=_("Text")),
                ObjectList(cls.fact_panels, heading=_("Facts")),
                ObjectList(cls.more_panels, heading=_("Activities, people, documents")),
                ObjectList(cls.promote_panels, heading=_("Search engines and menu")),
                ObjectList(cls.settings_panels, heading=_("Publication")),
            ]
        )

    @property
    def kind_name(self) -> str:
        """The label of the kind, in the active language."""
        return str(self.kind_label or self._meta.verbose_name)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The template of the page type, if the site has one, else that of all cooperations."""
        own = super().get_template(request, *args, **kwargs)
        return [own, "kis_partners/cooperation_page.html"]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page to its readers; the links of all its relations are read by one statement."""
        if STORED not in self.__dict__ and not getattr(request, "is_preview", False):
            key = type(self), self.pk
            setattr(self, STORED, References().load("links", {key}).get(key, {}))
        return super().serve(request, *args, **kwargs)

    def _links(self, name: str) -> Sequence[Link]:
        return next(one for one in self.relations if one.name == name).links(self)

    def shown_facts(self) -> list[ShownFact]:
        """The facts of the page, in the active language."""
        references = References(audience="site", from_objects=True, renditions=[LOGO])
        return shown(self, self.facts, references)

    def card_facts(self) -> list[ShownFact]:
        """The facts for a card in a list, without a statement."""
        facts = [fact for fact in self.facts if fact.card]
        return shown(self, facts, References(audience="site", from_objects=True))

    def facts_at_hand(self) -> list[ShownFact]:
        """The facts of a page whose links were read with it, as far as they need no statement."""
        at_hand = {relation.name for relation, path in paths(type(self)) if path.is_at_hand}
        relations = {relation.name for relation in self.relations}
        facts = [fact for fact in self.facts if fact.name in at_hand or fact.name not in relations]
        return shown(self, facts, References(audience="site", from_objects=True))

    def search_texts(self) -> Texts:
        with translation.override(self.search_locale()):
            facts = {fact.name: fact.words for fact in self.shown_facts()}
            if self.period_text and not self.period_wording:
                facts.pop("period_text", None)
            return Texts(
                title=[self.title],
                lead=[self.lead, *facts.pop("topics", ()), self.search_terms],
                body=[
                    *stream_texts(self, *self.text_fields),
                    *(word for words in facts.values() for word in words),
                    *(person.role for _side, person in self.public_contacts()),
                    *(document.title for document, _language in self.public_documents()),
                ],
            )

    #: The names of the StreamFields whose texts are searched.
    text_fields: ClassVar[tuple[str, ...]] = ("body", "activities", "downloads")

    def public_contacts(self, audience: Audience = "site") -> list[tuple[str, PublicPerson]]:
        """The contact people as (side, public person), in the editor's order."""
        contacts = self._links("contacts")
        people = Person.disclose({key for key, _side in contacts}, get_language(), audience)
        return [(side, people[key]) for key, side in contacts if key in people]

    def public_related(self) -> list[Page]:
        """The public ones of the related cooperations, in the active language."""
        keys = [key for key, *_rest in self._links("related")]
        families = dict(
            CooperationPage.objects.filter(pk__in=keys).values_list("pk", "translation_key")
        )
        versions = pages_in_language(
            CooperationPage.objects.filter(
                models.Q(locale__language_code=get_language()) | models.Q(pk__in=keys),
                translation_key__in=families.values(),
            )
        ).select_related("locale")
        found: dict[Any, CooperationPage] = {}
        for page in map(kinds.as_kind, kinds.with_links(versions, kinds.kinds())):
            found[page.pk] = page
            if page.locale.language_code == get_language():
                found[page.translation_key] = page
        pages = (found.get(families.get(key)) or found.get(key) for key in keys)
        return [page for page in pages if page]

    def public_documents(self) -> list[tuple[Any, str]]:
        """The public documents in fields of the kind (flyer, agreement), each with the code of its
        language or ""."""
        documents = [
            (getattr(self, relation.name), getattr(self, f"{relation.name}_language", ""))
            for relation, path in paths(type(self))
            if path.owner is None and path.target.loads == "document"
        ]
        return [(one, language) for one, language in documents if one and is_public_file(one)]

    def public_downloads(self) -> list[Any]:
        """The blocks of ``downloads`` with public documents."""
        return [
            block
            for block in self.downloads
            if block.value["document"] and is_public_file(block.value["document"])
        ]


class NetworkPage(CooperationPage):
    """A network, and the role of the site's own organisation in it."""

    cooperationpage_ptr = pointer(CooperationPage, "kis_networkpage")

    kind = "network"
    relations: ClassVar[list[Relation]] = [
        *CooperationPage.relations,
        Relation("members", _("Members")),
        Relation("flyer", _("flyer")),
    ]
    facts: ClassVar[list[Fact]] = [
        Fact("role", _("Our part")),
        Fact("level", _("Level"), card="labelled"),
        *CooperationPage.facts[:3],
        Fact("members", _("Members")),
        *CooperationPage.facts[3:],
    ]
    filters: ClassVar[list[str]] = ["level"]
    linked_data = staticmethod(jsonld.network)
    text_fields = (*CooperationPage.text_fields, "working_groups")

    class Role(models.TextChoices):
        COORDINATES = "coordinates", _("coordinates the network")
        MEMBER = "member", _("is a member")
        TAKES_PART = "takes_part", _("takes part")

    class Level(models.TextChoices):
        LOCAL = "local", _("local")
        REGIONAL = "regional", _("regional")
        NATIONAL = "national", _("national")
        INTERNATIONAL = "international", _("international")

    role = models.CharField(
        _("own role in the network"),
        max_length=20,
        choices=Role,
        help_text=_("Readers see it under “Our part”."),
    )
    level = models.CharField(
        _("level"),
        max_length=20,
        choices=Level,
        help_text=_("How far the network reaches. Readers can see it on the page."),
    )
    working_groups = StreamField(
        [("group", WorkingGroupBlock())],
        blank=True,
        verbose_name=_("working groups"),
        help_text=_("Readers see a list in this order, below the activities."),
    )
    flyer = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("flyer"),
        help_text=_("The first of the documents to download. Everybody can open it."),
    )
    flyer_language = document_language()

    fact_panels: ClassVar[list[Any]] = [
        FieldPanel("role"),
        FieldPanel("level"),
        InlinePanel("members", heading=_("Members"), label=_("Member")),
        FieldPanel("working_groups"),
        FieldPanel("flyer"),
        FieldPanel("flyer_language"),
        *CooperationPage.fact_panels,
    ]
    page_description = _("A network that you coordinate, belong to or take part in.")
    api_fields = [
        *CooperationPage.api_fields,
        APIField("role"),
        APIField("level"),
        APIField("members"),
        APIField("working_groups"),
        APIField("flyer"),
    ]

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")


class PartnerPage(CooperationPage):
    """A cooperation with one organisation."""

    cooperationpage_ptr = pointer(CooperationPage, "kis_partnerpage")

    kind = "partner"
    kind_label = _("Partner")
    relations: ClassVar[list[Relation]] = [
        *CooperationPage.relations,
        Relation("organisation", _("Partner")),
        Relation("basis_document", _("Basis")),
    ]
    facts: ClassVar[list[Fact]] = [
        Fact("organisation", _("Partner")),
        *CooperationPage.facts[:2],
        Fact("basis_text", _("Basis"), field="basis_note"),
        *CooperationPage.facts[2:],
    ]
    linked_data = staticmethod(jsonld.partner)

    class Basis(models.TextChoices):
        AGREEMENT = "agreement", _("Written cooperation agreement")
        LAW = "law", _("Statutory duty")
        INFORMAL = "informal", _("Without a written agreement")

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("partner organisation"),
        help_text=_("Readers see its name, with a link to its website."),
    )
    basis = models.CharField(
        _("basis"),
        max_length=20,
        choices=Basis,
        blank=True,
        help_text=_("What the cooperation rests on. Empty: readers see nothing about it."),
    )
    basis_note = models.CharField(
        _("about the basis"),
        max_length=255,
        blank=True,
        help_text=_("For example the name of the agreement."),
    )
    basis_document = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("agreement as a document"),
        help_text=_("Everybody can open it. Leave it empty if the agreement is not public."),
    )
    basis_document_language = document_language()

    fact_panels: ClassVar[list[Any]] = [
        FieldPanel("organisation"),
        MultiFieldPanel(
            [
                FieldPanel("basis"),
                FieldPanel("basis_note"),
                FieldPanel("basis_document"),
                FieldPanel("basis_document_language"),
            ],
            heading=_("Basis"),
        ),
        *CooperationPage.fact_panels,
    ]
    page_description = _("A cooperation with one organisation, for example the police.")
    api_fields = [
        *CooperationPage.api_fields,
        APIField("organisation"),
        APIField("basis"),
        APIField("basis_note"),
        APIField("basis_document"),
    ]
    override_translatable_fields: ClassVar[list[Any]] = [
        *CooperationPage.override_translatable_fields,
        SynchronizedField("organisation", overridable=False),
    ]

    class Meta:
        verbose_name = _("cooperation with a partner")
        verbose_name_plural = _("cooperations with partners")

    @property
    def basis_text(self) -> str:
        """The basis of the cooperation with its details."""
        return ": ".join(text for text in (self.get_basis_display(), self.basis_note) if text)


class ExchangeProgrammePage(CooperationPage):
    """An exchange of specialists with other countries, or a series of meetings."""

    cooperationpage_ptr = pointer(CooperationPage, "kis_exchangeprogrammepage")

    kind = "exchange"
    relations: ClassVar[list[Relation]] = [
        *CooperationPage.relations,
        Relation("countries", _("Partner countries")),
        Relation("organisations", _("Organisations")),
    ]
    facts: ClassVar[list[Fact]] = [
        Fact("exchange_kind", _("Kind")),
        Fact("countries", _("Partner countries")),
        *CooperationPage.facts[:3],
        Fact("organisations", _("Organisations")),
        *CooperationPage.facts[3:],
    ]
    linked_data = staticmethod(jsonld.exchange)

    class ExchangeKind(models.TextChoices):
        SPECIALISTS = "specialists", _("exchange of specialists")
        CONFERENCES = "conferences", _("conference series")
        TRAINING = "training", _("training")

    exchange_kind = models.CharField(
        _("kind of exchange"),
        max_length=20,
        choices=ExchangeKind,
        default=ExchangeKind.SPECIALISTS,
        help_text=_("Readers see it among the facts of the page."),
    )

    fact_panels: ClassVar[list[Any]] = [
        FieldPanel("exchange_kind"),
        InlinePanel("countries", heading=_("Partner countries"), label=_("Country")),
        InlinePanel("organisations", heading=_("Organisations"), label=_("Organisation")),
        *CooperationPage.fact_panels,
    ]
    page_description = _("An exchange of specialists, a conference series or a training.")
    api_fields = [
        *CooperationPage.api_fields,
        APIField("exchange_kind"),
        APIField("countries"),
        APIField("organisations"),
    ]

    class Meta:
        verbose_name = _("exchange programme")
        verbose_name_plural = _("exchange programmes")


class CooperationTopic(Orderable):
    page = ParentalKey(CooperationPage, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(
        Topic,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("topic"),
        help_text=_("Readers see it on the page, and can filter the list of cooperations by it."),
    )

    panels = [FieldPanel("topic")]

    class Meta(Orderable.Meta):
        verbose_name = _("topic")

    def __str__(self) -> str:
        return str(self.topic)


class CooperationContact(Orderable):
    class Side(models.TextChoices):
        OWN = "own", _("our side")
        PARTNER = "partner", _("the partner's side")

    page = ParentalKey(CooperationPage, on_delete=models.CASCADE, related_name="contacts")
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("Readers see the role, and name and contact details while there is a consent."),
    )
    side = AskedField(
        _("side"),
        max_length=10,
        choices=Side,
        default=Side.OWN,
        help_text=_("Readers see the people of both sides under headings of their own."),
    )

    panels = [FieldPanel("person"), FieldPanel("side")]

    class Meta(Orderable.Meta):
        verbose_name = _("contact person")

    def __str__(self) -> str:
        return str(self.person)


class RelatedCooperation(Orderable):
    page = ParentalKey(CooperationPage, on_delete=models.CASCADE, related_name="related")
    page_to = models.ForeignKey(
        CooperationPage,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("cooperation"),
        help_text=_("Readers see a link to it at the end of the page, once it is published."),
    )

    panels = [FieldPanel("page_to")]

    class Meta(Orderable.Meta):
        verbose_name = _("related cooperation")

    def __str__(self) -> str:
        return str(self.page_to)


class OrganisationLink(Orderable):
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Readers see its name, with a link to its website."),
    )

    panels = [FieldPanel("organisation")]

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return str(self.organisation)


class NetworkMember(OrganisationLink):
    page = ParentalKey(NetworkPage, on_delete=models.CASCADE, related_name="members")


class ExchangeOrganisation(OrganisationLink):
    page = ParentalKey(
        ExchangeProgrammePage, on_delete=models.CASCADE, related_name="organisations"
    )


class ExchangeCountry(Orderable):
    page = ParentalKey(ExchangeProgrammePage, on_delete=models.CASCADE, related_name="countries")
    country = CountryField(help_text=_("Readers see its name in their language."))

    panels = [FieldPanel("country")]

    class Meta(Orderable.Meta):
        verbose_name = _("country")

    def __str__(self) -> str:
        return self.get_country_display()
