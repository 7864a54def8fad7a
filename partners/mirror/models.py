"""The page type for a page of another site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.utils.html import format_html, strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import Field
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.api import APIField
from wagtail.locks import BaseLock
from wagtail.models import Page
from wagtail.search import index


class Values(Field):
    """The fields of the page's kind, as the other site gives them."""

    shape = dict[str, Any]

    def __init__(self) -> None:
        super().__init__(read_only=True)

    def to_representation(self, value: Any) -> Any:
        return value


class MirrorLock(BaseLock):
    """A lock for everybody, because the page is edited on the other site."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        return format_html(
            '{} <a href="{}" target="_blank" rel="noreferrer">{}</a>',
            gettext("This page comes from another site and is changed there:"),
            self.object.source_url,
            self.object.host,
        )

    def get_locked_by(self, user: Any) -> str:
        return gettext("Kept in step with another site")

    def get_description(self, user: Any) -> str:
        return gettext("The next run of the command “mirror” brings changes from there.")


class MirroredPage(Page):
    """A page of another site in one language, for readers of this one.

    ``source`` is the address of that site's API, ``remote_id`` and ``remote_key`` are id and
    translation key there. The translation key here is derived from both, so that it differs from
    that of a page which both sites loaded from the same content package. ``values`` are the fields
    of the page's kind there (period, organisation, topics, basis …), as its API gives them. There
    are no revisions,
    so that nothing remains of a text that the other site has withdrawn.
    """

    # A site may have a page type with the same class name.
    page_ptr = models.OneToOneField(
        Page,
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name="kis_mirroredpage",
    )
    source = models.CharField(_("address of the other site's API"), max_length=500)
    source_url = models.CharField(_("address of the page"), max_length=2000)
    remote_id = models.BigIntegerField()
    remote_key = models.UUIDField()
    remote_type = models.CharField(max_length=100)
    lead = models.TextField(_("lead"), blank=True)
    body = models.TextField(_("text"), blank=True)
    values = models.JSONField(_("Facts"), default=dict, blank=True, editable=False)
    unreviewed = models.BooleanField(_("translation nobody has reviewed"), default=False)

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title", read_only=True),
                    FieldPanel("source_url", read_only=True),
                    FieldPanel("lead", read_only=True),
                    FieldPanel("body", read_only=True),
                ],
                heading=_("Content"),
            )
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("text"),
        index.FilterField("source"),
    ]
    api_fields = [
        APIField("lead"),
        APIField("body"),
        APIField("source_url"),
        APIField("unreviewed"),
        APIField("values", serializer=Values()),
    ]
    template = "kis_mirror/mirrored_page.html"
    page_description = _("A page of another site; it is kept in step and can't be edited.")
    is_creatable = False
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of another site")
        verbose_name_plural = _("pages of other sites")
        indexes = [models.Index(fields=["source", "remote_id"], name="kis_mirror_remote")]

    @property
    def host(self) -> str:
        """The host name of the other site."""
        return urlsplit(self.source_url).hostname or ""

    @property
    def shown_values(self) -> list[str]:
        """What of the values is told in words: period, organisations, countries, topics."""
        found: list[str] = []
        for name in ("period", "organisation", "organisations", "members", "countries", "topics"):
            value = self.values.get(name)
            several = value if isinstance(value, list) else [value]
            words = [one.get("text") or one.get("name") for one in several if isinstance(one, dict)]
            if told := ", ".join(str(one) for one in words if one):
                found.append(told)
        return found

    @property
    def text(self) -> str:
        """The body without tags, for the search index."""
        return strip_tags(self.body)

    def get_lock(self) -> BaseLock:
        return MirrorLock(self)

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        """None, because search engines find the page on the other site."""
        return []
