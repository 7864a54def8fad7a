"""A page type with every kind of block and field that Wagtail ships, and with code of its own."""

import os
import uuid

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from rest_framework.fields import Field
from taggit.models import TaggedItemBase
from wagtail import blocks
from wagtail.api import APIField
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.api.fields import ImageRenditionField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.models import register_snippet
from wagtail_localize.fields import SynchronizedField


@register_snippet
class Colour(models.Model):
    name = models.CharField(max_length=20)

    api_fields = ["name"]

    class Meta:
        ordering = ["-name"]

    def __str__(self):
        return self.name


class AddressOfImage(ImageChooserBlock):
    """A chooser with code of its own."""

    def get_api_representation(self, value, context=None):
        return value and value.file.name


class Secretive(blocks.StructBlock):
    """A struct with code of its own, which asks for the request."""

    word = blocks.CharBlock()

    def get_api_representation(self, value, context=None):
        return f"{value['word']} {context['request'].GET.get('who')}"


CHOICES = [("a", "A"), ("b", "B")]
PLAIN = [
    ("char", blocks.CharBlock(required=False)),
    ("text", blocks.TextBlock(required=False)),
    ("quote", blocks.BlockQuoteBlock(required=False)),
    ("float", blocks.FloatBlock(required=False)),
    ("decimal", blocks.DecimalBlock(required=False)),
    ("regex", blocks.RegexBlock(regex=r".*", required=False)),
    ("url", blocks.URLBlock(required=False)),
    ("boolean", blocks.BooleanBlock(required=False)),
    ("date", blocks.DateBlock(required=False)),
    ("time", blocks.TimeBlock(required=False)),
    ("moment", blocks.DateTimeBlock(required=False)),
    ("email", blocks.EmailBlock(required=False)),
    ("integer", blocks.IntegerBlock(required=False)),
    ("choice", blocks.ChoiceBlock(choices=CHOICES, required=False)),
    ("choices", blocks.MultipleChoiceBlock(choices=CHOICES, required=False)),
    ("rich", blocks.RichTextBlock(required=False)),
    ("raw", blocks.RawHTMLBlock(required=False)),
    ("static", blocks.StaticBlock()),
    ("embed", EmbedBlock(required=False)),
    ("table", TableBlock(required=False)),
]
CHOOSERS = [
    ("page", blocks.PageChooserBlock(required=False)),
    ("image", ImageChooserBlock(required=False)),
    ("document", DocumentChooserBlock(required=False)),
    ("colour", SnippetChooserBlock(Colour, required=False)),
]
OWN = [("address", AddressOfImage(required=False)), ("secretive", Secretive())]
BLOCKS = [
    *PLAIN,
    *CHOOSERS,
    *OWN,
    ("described", ImageBlock(required=False)),
    ("typed", TypedTableBlock([*PLAIN[:2], *CHOOSERS])),
    ("struct", blocks.StructBlock([*PLAIN, *CHOOSERS])),
    ("list", blocks.ListBlock(blocks.StructBlock([*PLAIN[:2], *CHOOSERS]))),
    ("stream", blocks.StreamBlock([*PLAIN[:2], *CHOOSERS, *OWN])),
]


class Tagged(TaggedItemBase):
    content_object = ParentalKey("EverythingPage", on_delete=models.CASCADE)


class Asker(Field):
    """A serializer that reads the request."""

    def to_representation(self, page):
        request = self.context["request"]
        return [request.user.is_authenticated, request.GET.get("who")]


def optional(model):
    return models.ForeignKey(
        model, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class EverythingPage(Page):
    body = StreamField(BLOCKS, blank=True)
    intro = RichTextField(blank=True)
    data = models.JSONField(default=dict)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    day = models.DateField()
    time = models.TimeField()
    moment = models.DateTimeField()
    span = models.DurationField()
    number = models.IntegerField()
    share = models.FloatField()
    sure = models.BooleanField()
    mail = models.EmailField()
    link = models.URLField()
    mark = models.UUIDField(default=uuid.uuid4)
    address = models.GenericIPAddressField()
    picked = models.CharField(max_length=1, choices=CHOICES)
    picture = optional("wagtailimages.Image")
    paper = optional("wagtaildocs.Document")
    other = optional("wagtailcore.Page")
    colour = optional(Colour)
    colours = ParentalManyToManyField(Colour, related_name="+", blank=True)
    tags = ClusterTaggableManager(through=Tagged, blank=True)

    override_translatable_fields = [SynchronizedField("colours")]

    PLAIN = (
        "intro data price day time moment span number share sure mail link mark address picked "
        "colours tags shouted latest"
    ).split()
    api_fields = [
        *PLAIN,
        "body", "picture", "paper", "other", "colour", "gallery",
        APIField("asker", serializer=Asker(source="*")),
        APIField("thumbnail", serializer=ImageRenditionField("fill-10x10", source="picture")),
    ]  # fmt: skip

    if os.environ.get("LISTED"):
        shelf_computed = {
            "latest": ["wagtailcore.Page"],
            "shouted": [],
            "asker": [],
            "body": ["wagtailimages.Image"],
        }

    def shouted(self):
        return self.title.upper()

    @property
    def latest(self):
        pages = self.get_children().live().public().order_by("-pk")
        return list(pages.values_list("title", flat=True))


class GalleryItem(Orderable):
    page = ParentalKey(EverythingPage, on_delete=models.CASCADE, related_name="gallery")
    caption = models.CharField(max_length=50)
    picture = optional("wagtailimages.Image")

    api_fields = ["caption", "picture"]


class Remark(TranslatableMixin, Orderable):
    """A row of the page with words of its own."""

    page = ParentalKey(EverythingPage, on_delete=models.CASCADE, related_name="remarks")
    text = models.CharField(max_length=50)
    weight = models.IntegerField()

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        pass
