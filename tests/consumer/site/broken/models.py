"""A kind that announces what it doesn't have."""

from django.db import models
from kis_partners.kinds import Fact, Relation
from kis_partners.models import CooperationPage
from modelcluster.fields import ParentalKey
from wagtail.api import APIField
from wagtail.models import Orderable


class FairPage(CooperationPage):
    """A fair whose declarations are all wrong."""

    kind = "partner"
    relations = [*CooperationPage.relations, Relation("guests"), Relation("stands")]
    facts = [Fact("entrance")]
    filters = ["opened"]
    api_fields = [*CooperationPage.api_fields, APIField("helpers")]


class Stand(Orderable):
    """Leads to two things, so nobody can say which is meant."""

    page = ParentalKey(FairPage, on_delete=models.CASCADE, related_name="stands")
    first = models.ForeignKey("kis_partners.Person", models.CASCADE, related_name="+")
    second = models.ForeignKey("kis_partners.Person", models.CASCADE, related_name="+")


class Helper(Orderable):
    page = ParentalKey(FairPage, on_delete=models.CASCADE, related_name="helpers")
    person = models.ForeignKey("kis_partners.Person", models.CASCADE, related_name="+")
