"""The tables of the delivery: notes, the shelf with its state, and how far its followers are."""

from __future__ import annotations

import uuid

from django.db import models

#: The release of a closed shelf: not every change may have been noted, so nothing on it is served.
CLOSED = ""


class State(models.Model):
    """The state of the shelf; the table has one row.

    - ``number``: the version. Each settlement that may have changed an answer has its own.
    - ``epoch``: names this shelf. Cursors carry it, so those of another database, or of this one
      before a backup was restored, are refused.
    - ``due``: when the clock next changes what is public (a page expires, a consent ends); null if
      it won't.
    - ``release``: a digest of the code and settings that payloads are made by, or ``CLOSED``.
    - ``sites``: the number since when sites and the roots of their page trees have been the same,
      and a digest of these.
    """

    number = models.BigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid.uuid4)
    due = models.DateTimeField(null=True)
    release = models.CharField(max_length=32, default=CLOSED)
    sites = models.CharField(max_length=64, default="")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.number)


class Note(models.Model):
    """A change of content that isn't settled yet, written by a trigger.

    ``source`` is the label of a model. ``key`` is the primary key of the changed object, or of the
    object that it belongs to; see :class:`notes.triggers.Watch`.
    """

    source = models.CharField(max_length=100)
    key = models.CharField(max_length=100)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Item(models.Model):
    """A row of the shelf: a page that is public on a site, or was.

    - ``type``: the label of the page's model.
    - ``locale``: the language of the page; ``served``: the language of its words, which is another
      one for an alias that repeats a page.
    - ``state``: how far the translation is; ``repeats``: whether the page only repeats another one.
    - ``reference``: a digest of what other pages show of this page, such as title and address.
    - ``seq``: the version since which the public bytes of the page are what they are, and
      ``changed_at`` its moment.
    - ``touched``: the newest version in which something may have changed what others keep of the
      page.
    - ``suspect``: the item may have changed since ``seq``; :mod:`shelf.suspects` compares it.
    - ``tombstone``: the page is no longer public; ``reason``: why.
    - ``refiled``: type or language have once been others. Readers of a feed that is filtered by
      these must learn of it.
    - ``payload``: the item as the API gives it to a request for no language, as JSON; null until
      somebody asks for it. ``digest``: of the payload that belongs to ``seq``; empty until it was
      made for the first time.
    - ``language_start``, ``language_end``, ``parent_start``, ``parent_end``: the parts of
      ``payload`` that depend on the request, as positions in characters; see
      :class:`shelf.rows.Row`.
    """

    class Reason(models.TextChoices):
        MOVED = "moved"
        UNPUBLISHED = "unpublished"
        DELETED = "deleted"
        RESTRICTED = "restricted"
        EXPIRED = "expired"
        SOURCE_CLOSED = "source_closed"
        LOCALE_REMOVED = "locale_removed"
        SITE_REMOVED = "site_removed"
        UNAVAILABLE = "unavailable"

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
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    changed_at = models.DateTimeField()
    touched = models.BigIntegerField(db_index=True)
    suspect = models.BooleanField(default=False)
    tombstone = models.BooleanField(default=False)
    refiled = models.BooleanField(default=False)
    payload = models.TextField(null=True)
    digest = models.CharField(max_length=32, default="")
    language_start = models.IntegerField(default=0)
    language_end = models.IntegerField(default=0)
    parent_start = models.IntegerField(default=0)
    parent_end = models.IntegerField(default=0)

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
            models.Index(
                fields=["site_id", "page_id"],
                condition=models.Q(suspect=True),
                name="kis_delivery_suspects",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.page_id}"


class Failure(models.Model):
    """A page whose item can't be made for now, because the code or the data of the page fails.

    - ``error``: what failed, for those who keep the site.
    - ``lacking``: the item could be made, but a file that it names couldn't be read.
    - ``attempts``: how often it has been tried in a row; ``retry_at``: when it is tried again, null
      while that is so and nobody has asked for the item.
    """

    page_id = models.BigIntegerField(unique=True)
    error = models.TextField()
    lacking = models.BooleanField(default=False)
    attempts = models.IntegerField(default=0)
    since = models.DateTimeField(auto_now_add=True)
    retry_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.page_id}: {self.error}"


class Thing(models.Model):
    """A thing in one language, such as a topic, that public cooperations of a site show, or showed.

    - ``type``: the label of its model; ``object_id`` its key; ``locale`` and ``translation_key`` of
      things with translations.
    - ``seq``: when its public bytes last changed, in the count of the site's things.
    - ``tombstone``: nothing public shows it any longer.
    - ``digest``: of its item. The item itself isn't kept.
    """

    site_id = models.BigIntegerField()
    type = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    locale = models.CharField(max_length=100, default="")
    translation_key = models.UUIDField(null=True)
    seq = models.BigIntegerField()
    tombstone = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site_id", "type", "object_id", "locale"], name="kis_delivery_thing_place"
            )
        ]
        indexes = [models.Index(fields=["site_id", "seq", "id"], name="kis_delivery_things")]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}"


class Address(models.Model):
    """The address that HTTP caches were last told for a page, so that it can be purged after the
    page has moved."""

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
    """How far something that acts on public changes has come, such as the purge of HTTP caches."""

    name = models.CharField(max_length=100, unique=True)
    seq = models.BigIntegerField(default=0)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.name} {self.seq}"
