"""The home page and the plain pages every site needs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page

from partners.blocks import BodyBlock
from partners.models.mixins import SearchTermsMixin
from partners.search.index import Texts, stream_texts


class HomePage(SearchTermsMixin, Page):
    """The page a language begins with."""

    lead = models.TextField(_("lead"), blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, SearchTermsMixin.search_panel]
    search_fields = SearchTermsMixin.search_fields
    api_fields = [APIField("lead"), APIField("body")]

    page_description = _("The first page of the site in one language.")
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.StandardPage", "kis_partners.CooperationIndexPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def search_texts(self) -> Texts:
        return Texts([self.title], [self.lead, self.search_terms], stream_texts(self, "body"))


class StandardPage(SearchTermsMixin, Page):
    """Imprint, privacy, accessibility statement, easy language, or any plain text."""

    class Purpose(models.TextChoices):
        TEXT = "text", _("Plain text")
        IMPRINT = "imprint", _("Imprint")
        # Wagtail calls the visibility of a page so, too.
        PRIVACY = "privacy", pgettext_lazy("page", "Privacy")
        ACCESSIBILITY = "accessibility", _("Accessibility statement")
        EASY_LANGUAGE = "easy_language", _("Easy language")

    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=Purpose,
        default=Purpose.TEXT,
        help_text=_("Every page links its imprint, privacy, accessibility and easy-language page."),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*Page.content_panels, FieldPanel("purpose"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, SearchTermsMixin.search_panel]
    search_fields = SearchTermsMixin.search_fields
    api_fields = [APIField("purpose"), APIField("body")]

    page_description = _("A page of text: imprint, privacy, accessibility statement and the like.")
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    def search_texts(self) -> Texts:
        return Texts([self.title], [self.search_terms], stream_texts(self, "body"))
