"""A site's own image and document models, and models with the names of the plugin's."""

from django.contrib.auth.models import Group
from django.db import models
from kis_partners.kinds import Fact
from kis_partners.models import CooperationPage as Kind
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    Page,
    RevisionMixin,
    TranslatableMixin,
)
from wagtail.snippets.models import register_snippet


class Picture(AbstractImage):
    credit = models.CharField(max_length=100, blank=True)
    admin_form_fields = ("title", "file", "credit")


class PictureRendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class Paper(AbstractDocument):
    number = models.CharField(max_length=20, blank=True)
    admin_form_fields = ("title", "file", "number")


class Named(DraftStateMixin, RevisionMixin, LockableMixin, TranslatableMixin, models.Model):
    name = models.CharField(max_length=50)

    panels = [FieldPanel("name")]

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self):
        return self.name


@register_snippet
class Person(Named):
    portrait = models.ForeignKey(Picture, null=True, blank=True, on_delete=models.SET_NULL)


@register_snippet
class Organisation(Named):
    pass


@register_snippet
class Topic(Named):
    pass


@register_snippet
class Role(Named):
    group = models.OneToOneField(Group, null=True, blank=True, on_delete=models.CASCADE)


class CooperationPage(Page):
    pass


class PartnerPage(Page):
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)


class MirroredPage(Page):
    pass


class NetworkPage(Kind):
    """A kind of the site's own under a name that the plugin uses, too."""

    kind = "alliance"
    kind_label = "Alliance"
    facts = [*Kind.facts, Fact("seat", "Seat")]
    seat = models.CharField(max_length=50, blank=True)


class Member(Orderable):
    page = ParentalKey(NetworkPage, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
