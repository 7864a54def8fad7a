"""The blocks of pages, and their values in the API."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock as StockDocumentChooser
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock

from ..items import represent, richtext, shapes
from ..items.deferred import Deferred
from ..items.references import References, spoken
from ..items.richtext import PEOPLE
from ..items.streams import BlockContext
from ..public.addresses import page_address
from ..public.files import is_public_file
from .page_chooser import PageChooserBlock

# The choices for the language of a document: codes, and names of languages in themselves.
DOCUMENT_LANGUAGES = [
    (code, Locale(code).get_display_name(code))
    for code in (
        "ar bg cs da de el en es et fa fi fr hr hu it lt lv nl pl pt ro ru sk sl sv tr uk"
    ).split()
]
FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link", *PEOPLE]


class RichText(blocks.RichTextBlock):
    """Rich text with links to the page of the reader's language, and names of people by consent."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.RichTextBlock", args, kwargs

    def render_basic(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        return mark_safe(richtext.to_html(value.source, audience="site"))


class Paragraph(RichText):
    class Meta:
        description = _("Ordinary text with links and lists. Type / for what else there is.")
        preview_value = format_lazy(
            "<p>{}</p>", _("The intervention centre works with the police in Leipzig.")
        )


class SearchableBlock(blocks.StructBlock):
    """A struct block with texts for the search, as far as readers see them."""

    def get_searchable_content(self, value: Any) -> list[str]:
        return [
            text
            for name, block in self.child_blocks.items()
            if not isinstance(block, blocks.ChoiceBlock)
            for text in block.get_searchable_content(value.get(name))
        ]


class WordChoice(blocks.ChoiceBlock):
    """A choice whose keys are strings, as they are stored: they aren't looked up in the choices
    each time that a page is read."""

    def to_python(self, value: Any) -> Any:
        return value


class HeadingBlock(SearchableBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=200)
    level = WordChoice(
        label=_("Level"),
        choices=[("h2", _("Section")), ("h3", _("Subsection"))],
        default="h2",
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Readers jump from heading to heading; screen readers list them.")
        preview_value = {"text": _("How we work together"), "level": "h2"}
        template = "kis_partners/blocks/heading.html"
        form_layout = ["text", "level"]


class QuoteBlock(SearchableBlock):
    text = blocks.TextBlock(label=_("Quotation"), help_text=_("Without quotation marks."))
    source = blocks.CharBlock(label=_("Source"), required=False, max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        description = _("Words of somebody else, set apart, with their source.")
        preview_value = {
            "text": _("Nobody has to cope with violence alone."),
            "source": _("From a joint leaflet"),
        }
        template = "kis_partners/blocks/quote.html"


class ImageValue(blocks.StructValue):
    @property
    def public_image(self) -> Any:
        """The image if it is public, else None."""
        image = self["image"]
        return image if image and is_public_file(image) else None


class DocumentValue(blocks.StructValue):
    @property
    def public_document(self) -> Any:
        """The document if it is public, else None."""
        document = self["document"]
        return document if document and is_public_file(document) else None


class LinkValue(blocks.StructValue):
    @property
    def address(self) -> str | None:
        """The address of the link; None while its page isn't public."""
        if self["url"] or not self["page"]:
            return self["url"] or None
        pk = self["page"].pk
        references = References(audience="site")
        page = spoken(references.load("page", {pk}).get(pk))
        return page and page_address(references.as_page(page), "")


class ImageBlock(SearchableBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        max_length=300,
        help_text=_("What the image says to someone who can't see it."),
    )
    decorative = blocks.BooleanBlock(
        label=_("Only decoration"),
        required=False,
        help_text=_("Screen readers pass over the image. It then needs no alternative text."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = blocks.CharBlock(
        label=_("Credit"), required=False, max_length=200, help_text=_("Who made the image.")
    )

    class Meta:
        icon = "image"
        label = _("Image")
        description = _("A picture, with a description for those who cannot see it.")
        template = "kis_partners/blocks/image.html"
        value_class = ImageValue

    shape = shapes.CaptionedImage | None

    def get_preview_value(self) -> Any:
        image = get_image_model().objects.order_by("-pk").first()
        return self.normalize({"image": image, "alt": "", "caption": _("Caption")})

    def get_searchable_content(self, value: Any) -> list[str]:
        return super().get_searchable_content(value) if value.public_image else []

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not value["alt"] and not value["decorative"]:
            message = _("Describe the image, or tick “Only decoration”.")
            raise StructBlockValidationError({"alt": ValidationError(message)})
        return value

    def represent(self, raw: Any, context: BlockContext) -> Deferred | None:
        """The image with its texts; a decorative one has no alternative text."""
        # Texts that nobody has written are null where the page was saved by code.
        value = {**raw, **{name: raw.get(name) or "" for name in ("alt", "credit", "caption")}}
        alt = "" if value.get("decorative") else value["alt"]
        references = context.references

        def then(found: Any) -> Any:
            return found and {
                **represent.loaded_image(found, references, alt, value["credit"]),
                "caption": value["caption"],
            }

        return Deferred([("image", value["image"])], then) if value.get("image") else None


class DocumentBlock(SearchableBlock):
    document = StockDocumentChooser(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("Without one, readers see the title of the document."),
    )
    language = WordChoice(
        label=_("Language of the document"), choices=DOCUMENT_LANGUAGES, required=False
    )

    class Meta:
        icon = "doc-full"
        label = _("Document")
        description = _("A file to download. Readers see its title, kind, size and language.")
        template = "kis_partners/blocks/document.html"
        value_class = DocumentValue

    shape = shapes.Download | None

    def get_preview_value(self) -> Any:
        document = get_document_model().objects.order_by("-pk").first()
        return self.normalize({"document": document, "title": "", "language": ""})

    def represent(self, raw: Any, context: BlockContext) -> Deferred | None:
        """The document with the block's title and language."""
        more = {"language": raw.get("language") or None}
        if raw.get("title"):
            more["title"] = raw["title"]
        return represent.document(raw.get("document"), context.references, **more)

    def get_searchable_content(self, value: Any) -> list[str]:
        document = value.public_document
        return [value["title"] or document.title] if document else []


class CalloutBlock(SearchableBlock):
    tone = WordChoice(
        label=_("Kind"),
        choices=[("info", _("Note")), ("help", _("Where to find help")), ("warning", _("Warning"))],
        default="info",
    )
    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)
    text = RichText(label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        description = _("A box that stands out: a note, where to find help, or a warning.")
        preview_value = {
            "tone": "help",
            "title": _("Do you need help now?"),
            "text": format_lazy("<p>{}</p>", _("The police answer at any time: 110.")),
        }
        template = "kis_partners/blocks/callout.html"


class ActivityBlock(SearchableBlock):
    title = blocks.CharBlock(label=_("What is done"), max_length=255)
    rhythm = blocks.CharBlock(
        label=_("How often"),
        required=False,
        max_length=80,
        help_text=_("For example: every year"),
    )
    text = RichText(label=_("Description"), required=False)

    class Meta:
        icon = "calendar-check"
        label = _("Activity")
        description = _("Something that is done, and how often. Other sites can list activities.")
        preview_value = {
            "title": _("Training for new police officers"),
            "rhythm": _("every year"),
            "text": format_lazy("<p>{}</p>", _("What to do when the police are called.")),
        }
        template = "kis_partners/blocks/activity.html"


class LinkBlock(SearchableBlock):
    title = blocks.CharBlock(label=_("Link text"), max_length=200)
    page = PageChooserBlock(label=_("Page of this site"), required=False)
    url = blocks.URLBlock(label=_("Address on another site"), required=False)

    class Meta:
        icon = "link"
        label = _("Link")
        value_class = LinkValue

    shape = shapes.Link

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if bool(value["page"]) == bool(value["url"]):
            message = _("Choose a page or enter an address, one of the two.")
            raise StructBlockValidationError({"url": ValidationError(message)})
        return value

    def represent(self, raw: Any, context: BlockContext) -> Any:
        """The text of the link, its address, and its page if it leads to one of this site."""
        title, url, pk = raw.get("title", ""), raw.get("url") or None, raw.get("page")
        if not pk:
            return {"title": title, "url": url, "page": None}

        def then(family: Any) -> Any:
            page = represent.page_ref(spoken(family), context.references)
            return {"title": title, "url": url or (page or {}).get("html_url"), "page": page}

        return Deferred([("page", pk)], then)


class LinkListBlock(SearchableBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)
    links = blocks.ListBlock(LinkBlock(), label=_("Links"))

    class Meta:
        icon = "list-ul"
        label = _("Link list")
        description = _("Links under a heading, to pages of this site or to others.")
        preview_value = {
            "heading": _("Read on"),
            "links": [{"title": _("Police in Leipzig"), "url": "https://example.org/"}],
        }
        template = "kis_partners/blocks/link_list.html"


class WorkingGroupBlock(SearchableBlock):
    name = blocks.CharBlock(label=_("Name"), max_length=255)
    text = RichText(label=_("Description"), required=False)

    class Meta:
        icon = "group"
        label = _("Working group")
        description = _("A part of a network that meets on its own, and what it is about.")
        preview_value = {
            "name": _("Working group on high-risk cases"),
            "text": format_lazy("<p>{}</p>", _("Police, counselling centres and shelters meet.")),
        }
        template = "kis_partners/blocks/working_group.html"


class BodyBlock(blocks.StreamBlock):
    """The blocks of a page's body."""

    heading = HeadingBlock()
    paragraph = Paragraph(label=_("Text"), icon="pilcrow")
    quote = QuoteBlock()
    image = ImageBlock()
    document = DocumentBlock()
    callout = CalloutBlock()
    activity = ActivityBlock()
    links = LinkListBlock()
