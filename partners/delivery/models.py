"""The shelf, what waits to be settled, and how far each reader of its own has come."""

from __future__ import annotations

import uuid

from django.db import models


class State(models.Model):
    """The shelf as a whole; one row.

    ``number`` is that of the newest change, and so the version of all public content. ``epoch``
    names this shelf: cursors of another, or of this one before a backup was restored, don't fit.
    ``due`` is when the clock changes what is public, null if it won't. ``release`` says by which
    code and settings the payloads are made. ``sites`` names what sites there are and where their
    pages stand: the number since when that is so, and a digest of it.
    """

    number = models.BigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid.uuid4)
    due = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    release = models.CharField(max_length=32, default="")
    sites = models.CharField(max_length=64, default="")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.number)


class Touch(models.Model):
    """Something that has changed and isn't settled yet, written by a trigger.

    ``source`` is the label of a model, ``key`` the primary key of a changed object or of the object
    that it belongs to, as :mod:`triggers` decides.
    """

    source = models.CharField(max_length=100)
    key = models.CharField(max_length=100)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Item(models.Model):
    """A page that is or was public on a site.

    ``seq`` is the number of its newest public change, and ``payload`` the item as the API gives it
    (JSON), null until somebody asks for it. A tombstone is no longer public. ``repeats`` marks a
    page that only repeats another language. ``reference`` digests what other pages show of this
    one. ``refiled`` says that type or language have once been others, which readers of a filtered
    feed must learn.
    """

    class Reason(models.TextChoices):
        PUBLISHED = "published"
        MOVED = "moved"
        DEPENDENCY = "dependency"
        UNPUBLISHED = "unpublished"
        DELETED = "deleted"
        RESTRICTED = "restricted"
        EXPIRED = "expired"
        SOURCE_CLOSED = "source_closed"
        LOCALE_REMOVED = "locale_removed"
        SITE_REMOVED = "site_removed"

    page_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    type = models.CharField(max_length=100)
    translation_key = models.UUIDField(db_index=True)
    locale = models.CharField(max_length=100)
    served = models.CharField(max_length=100)
    state = models.CharField(max_length=10)
    repeats = models.BooleanField(default=False)
    reference = models.CharField(max_length=32)
    url_path = models.TextField()
    seq = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason)
    changed_at = models.DateTimeField()
    tombstone = models.BooleanField(default=False)
    refiled = models.BooleanField(default=False)
    payload = models.TextField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page_id", "site_id"], name="kis_delivery_item_place")
        ]
        indexes = [
            models.Index(fields=["site_id", "seq", "page_id"], name="kis_delivery_feed"),
            models.Index(
                fields=["site_id", "locale", "type", "repeats", "page_id"],
                condition=models.Q(tombstone=False),
                name="kis_delivery_listing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.page_id}"


class Address(models.Model):
    """Where a page was when caches were last told of it."""

    page_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    url = models.TextField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page_id", "site_id"], name="kis_delivery_address_place"
            )
        ]

    def __str__(self) -> str:
        return self.url


class Follower(models.Model):
    """How far something that acts on changes has come: the purge of caches, webhooks."""

    name = models.CharField(max_length=100, unique=True)
    seq = models.BigIntegerField(default=0)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.name} {self.seq}"
