"""A kind of cooperation of this site's own: events, and the people who speak there."""

from django.db import models
from kis_partners.kinds import Fact, Relation, entity, person
from kis_partners.models import CooperationPage, Person
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.api import APIField
from wagtail.models import Orderable


class EventPage(CooperationPage):
    """A talk or a workshop."""

    kind = "event"
    relations = [*CooperationPage.relations, Relation("speakers", "Speakers")]
    facts = [
        Fact("day", card="value"),
        Fact("place"),
        Fact("speakers"),
        *CooperationPage.facts,
    ]
    filters = ["day", "place"]

    day = models.DateField("day")
    place = models.CharField("place", max_length=120)

    fact_panels = [
        FieldPanel("day"),
        FieldPanel("place"),
        InlinePanel("speakers", label="Speaker"),
        *CooperationPage.fact_panels,
    ]
    api_fields = [
        *CooperationPage.api_fields,
        APIField("day"),
        APIField("place"),
        APIField("speakers"),
    ]

    class Meta:
        verbose_name = "event"

    @staticmethod
    def linked_data(item):
        return entity(
            item,
            "Event",
            startDate=item["day"],
            location={"@type": "Place", "name": item["place"]},
            performer=[one for speaker in item["speakers"] if (one := person(speaker))],
        )


class Speaker(Orderable):
    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="speakers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("person")]
