"""The blocks of a home page: what all pages have, and ways in for the people who come to it."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from partners.models.blocks import BodyBlock, LinkValue, RichText, SearchableBlock, WordChoice
from partners.models.list_filter import loaded, with_logos
from partners.models.page_chooser import PageChooserBlock
from partners.models.pages import CooperationIndexPage, CooperationPage
from partners.public.addresses import page_address
from partners.public.pages import pages_in_language


class WayValue(LinkValue):
    @property
    def address(self) -> str | None:
        """Where the way leads; None while its page isn't public."""
        places = {"numbers": "#emergency", "contact": "#contact"}
        if self["place"] == "cooperations":
            lists = CooperationIndexPage.objects.filter(locale__language_code=get_language())
            found = pages_in_language(lists).order_by("path").first()
            return found and page_address(found, "")
        return places.get(self["place"]) or super().address


class WayBlock(SearchableBlock):
    title = blocks.CharBlock(
        label=_("Words of the link"), max_length=80, help_text=_("For example: I need help")
    )
    text = blocks.CharBlock(
        label=_("One sentence"), max_length=200, required=False, help_text=_("What is found there.")
    )
    place = WordChoice(
        label=_("Where it leads"),
        choices=[
            ("page", _("to a page")),
            ("cooperations", _("to the list of cooperations")),
            ("numbers", _("to the emergency numbers")),
            ("contact", _("to the contact of the site")),
        ],
        default="page",
    )
    page = PageChooserBlock(label=_("Page of this site"), required=False)
    url = blocks.URLBlock(label=_("Address on another site"), required=False)

    class Meta:
        icon = "arrow-right"
        label = _("Way in")
        value_class = WayValue

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value["place"] == "page" and bool(value["page"]) == bool(value["url"]):
            message = _("Choose a page or enter an address, one of the two.")
            raise StructBlockValidationError({"page": ValidationError(message)})
        return value


class WaysBlock(SearchableBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)
    ways = blocks.ListBlock(WayBlock(), label=_("Ways in"), min_num=1, max_num=6)

    class Meta:
        icon = "arrow-right"
        label = _("Ways in")
        description = _("Large links for people who come with different questions.")
        preview_value = {
            "ways": [
                {
                    "title": _("I need help"),
                    "text": _("Whom to call, at any hour."),
                    "place": "numbers",
                }
            ]
        }
        template = "home/blocks/ways.html"


class HelpBlock(SearchableBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)

    class Meta:
        icon = "warning"
        label = _("Emergency numbers")
        description = _("The emergency numbers of the reader's country, from the list of the site.")
        preview_value = {"heading": _("Whom to call")}
        template = "home/blocks/help.html"


class ContactBlock(SearchableBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)

    class Meta:
        icon = "mail"
        label = _("Contact")
        description = _("How the team is reached, as it is filled in once for the whole site.")
        preview_value = {"heading": _("How to reach us")}
        template = "home/blocks/contact.html"


class CooperationsValue(blocks.StructValue):
    @property
    def shown(self) -> list[CooperationPage]:
        """The chosen cooperations in the active language, in the editor's order, if public."""
        keys = [page.translation_key for page in self["pages"] if page]
        rows = pages_in_language(
            CooperationPage.objects.filter(
                translation_key__in=keys, locale__language_code=get_language()
            )
        )
        ids = dict(rows.values_list("translation_key", "pk"))
        return with_logos(loaded([ids[key] for key in keys if key in ids]))


class CooperationsBlock(SearchableBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)
    pages = blocks.ListBlock(
        PageChooserBlock(page_type=["kis_partners.CooperationPage"]),
        label=_("Cooperations"),
        min_num=1,
        max_num=12,
    )

    class Meta:
        icon = "group"
        label = _("Selected cooperations")
        description = _("Cooperations that readers see on the home page, in this order.")
        preview_value = {"heading": _("We work together"), "pages": []}
        value_class = CooperationsValue
        template = "home/blocks/cooperations.html"


class NewsItemBlock(SearchableBlock):
    date = blocks.DateBlock(
        label=_("Date"), help_text=_("Readers see it in words; the newest stands first.")
    )
    title = blocks.CharBlock(label=_("Heading"), max_length=200)
    text = RichText(label=_("Text"), required=False)
    page = PageChooserBlock(label=_("Page of this site"), required=False)
    url = blocks.URLBlock(label=_("Address on another site"), required=False)

    class Meta:
        icon = "date"
        label = _("News item")
        value_class = LinkValue

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value["page"] and value["url"]:
            message = _("Choose a page or enter an address, not both.")
            raise StructBlockValidationError({"url": ValidationError(message)})
        return value


class NewsValue(blocks.StructValue):
    @property
    def newest_first(self) -> list[Any]:
        """The news by date; those of one day in the editor's order."""
        day = lambda entry: entry["date"] or datetime.date.min  # noqa: E731
        return sorted(self["entries"], key=day, reverse=True)


class NewsBlock(SearchableBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=200)
    entries = blocks.ListBlock(NewsItemBlock(), label=_("News"), min_num=1, max_num=12)

    class Meta:
        icon = "date"
        label = _("News")
        description = _("What is new, with its date, and a link if there is more to read.")
        preview_value = {
            "entries": [
                {
                    "date": datetime.date(2026, 11, 25),
                    "title": _("Training for new police officers"),
                    "text": format_lazy("<p>{}</p>", _("What to do when the police are called.")),
                }
            ]
        }
        value_class = NewsValue
        template = "home/blocks/news.html"


class HomeBlock(BodyBlock):
    """The blocks of a home page."""

    ways = WaysBlock()
    help = HelpBlock()
    contact = ContactBlock()
    cooperations = CooperationsBlock()
    news = NewsBlock()
