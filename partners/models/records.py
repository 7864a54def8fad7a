"""Bookkeeping of the content loader, the search index, changed sources, and links."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models


class LoadedItem(models.Model):
    """An item of a content package, as ``load_content`` last saved it.

    The fingerprint is a digest of its content right after loading. While the content still has it,
    no editor has changed the item, and a new version of the package may replace it.
    """

    package = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    object_id = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "type", "key"], name="kis_partners_loaded_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


class IndexVersion(models.Model):
    """The version of the analyser that built the search index; at most one row."""

    version = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.version


class SourceChange(models.Model):
    """The number of segments of a source that its last publication changed.

    It counts until the translations take over the source's new texts.
    """

    source = models.OneToOneField(
        "wagtail_localize.TranslationSource", on_delete=models.CASCADE, related_name="kis_change"
    )
    segments = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source_id}: {self.segments}"


class ExternalLink(models.Model):
    """A link to another site in a page or snippet, and the result of its last check.

    ``status`` is the HTTP status code of the other site; ``problem`` is empty if it answered.
    """

    url = models.TextField()
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=255)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["url", "content_type", "object_id"], name="kis_partners_external_link"
            )
        ]

    def __str__(self) -> str:
        return self.url
