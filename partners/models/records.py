"""Bookkeeping: content loader, search index, sources, grades, links, texts, forgotten people."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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


class TranslationGrade(models.Model):
    """How far a translation is; ``state`` is ``partial``, ``machine`` (not reviewed) or
    ``complete``."""

    translation = models.OneToOneField(
        "wagtail_localize.Translation", on_delete=models.CASCADE, related_name="kis_grade"
    )
    state = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.translation_id}: {self.state}"


class GradeNote(models.Model):
    """A note of a trigger: the translations of a source, or those with a text in a context, have
    to be counted anew. The ids may be of rows that are gone."""

    source = models.BigIntegerField(null=True)
    context = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.source}, {self.context}"


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


class LostTarget(models.Model):
    """A page or document that was deleted while a page referred to it.

    The text of the page may still link to it. The ids may be of rows that are gone.
    """

    page = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=[("page", "page"), ("document", "document")])
    target = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind", "target"], name="kis_partners_lost_target"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.kind} {self.target}"


class UnfinishedText(models.Model):
    """A page whose stored texts have a placeholder, or a picture that nobody has described.

    The id may be of a page that is gone.
    """

    page = models.BigIntegerField(unique=True)
    placeholder = models.BooleanField()
    picture = models.BooleanField()

    def __str__(self) -> str:
        return str(self.page)


class ForgettingReceipt(models.Model):
    """What was done when a person was forgotten; nothing in it names the person.

    ``done`` are numbers by what was done; ``replaced`` are texts in which the role stands for the
    name now, and ``left`` what an editor has to look at: each with the item, the field and the
    number of mentions.
    """

    person_key = models.UUIDField(db_index=True)
    person_label = models.CharField(max_length=255)
    forgotten_at = models.DateTimeField(default=timezone.now)
    forgotten_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    done = models.JSONField(default=dict)
    replaced = models.JSONField(default=list)
    left = models.JSONField(default=list)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("receipt of a forgotten person")
        verbose_name_plural = _("receipts of forgotten people")
        ordering = ["-forgotten_at"]

    def __str__(self) -> str:
        return f"{self.person_label}, {self.forgotten_at:%Y-%m-%d}"
