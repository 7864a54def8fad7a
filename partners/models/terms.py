"""The glossary for translators: terms of the site's first language with their translations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

from ..search.index import Searchable, Texts
from .fields import SiteLanguageField


class Term(Searchable, index.Indexed, ClusterableModel):
    """A term of one or a few words, in the site's first language."""

    word = models.CharField(
        _("word"),
        max_length=120,
        unique=True,
        help_text=_("In its basic form. It is found in texts in every form that it has."),
    )
    note = models.TextField(
        _("note for translators"), blank=True, help_text=_("What it means, and what it doesn't.")
    )

    panels = [
        FieldPanel("word"),
        FieldPanel("note"),
        InlinePanel("words", heading=_("In other languages"), label=_("Word")),
    ]
    search_fields = Searchable.search_fields

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("glossary")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def search_texts(self) -> Texts:
        return Texts([self.word], [self.note])

    def search_locale(self) -> str:
        return settings.LANGUAGE_CODE

    def in_words(self) -> str:
        """Its translations in one line, for lists."""
        return "; ".join(f"{one.language}: {one.word}" for one in self.words.all())


class TermWord(Orderable):
    """A translation of a term. The first of a language is preferred, others are allowed."""

    term = ParentalKey(Term, on_delete=models.CASCADE, related_name="words")
    language = SiteLanguageField(
        _("language"), help_text=_("Whoever translates into it sees the word beside the text.")
    )
    word = models.CharField(
        _("word"), max_length=120, help_text=_("In its basic form, without an article.")
    )

    panels: list[Any] = [FieldRowPanel([FieldPanel("language"), FieldPanel("word")])]

    class Meta(Orderable.Meta):
        verbose_name = _("word in another language")

    def __str__(self) -> str:
        return self.word
