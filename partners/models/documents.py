"""The texts of documents, for the search."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string
from wagtail.search import index

from ..search.index import Searchable, Texts, keys_in, languages


class DocumentText(Searchable, index.Indexed, models.Model):
    """The text of a document's file; empty if unreadable. Filled by :mod:`..search.pdf`."""

    document = models.OneToOneField(
        get_document_model_string(), on_delete=models.CASCADE, related_name="+"
    )
    file_hash = models.CharField(max_length=40)
    text = models.TextField(blank=True)

    search_fields = Searchable.search_fields

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")

    def __str__(self) -> str:
        return self.document.title

    def search_texts(self) -> Texts:
        return Texts(title=[self.document.title], body=[self.text])

    def search_locale(self) -> str:
        return languages()[0]

    def keys_of(self, texts: list[str]) -> str:
        """Keys in all languages of the site, because the language of a file is unknown."""
        return keys_in(texts, languages())
