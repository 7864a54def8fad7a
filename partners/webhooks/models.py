"""Endpoints of other sites, and the log of what was sent to them."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from standardwebhooks import Webhook
from wagtail.coreutils import get_content_languages
from wagtail.models import Site

from ..conf import conf

#: How long a former secret still signs, beside the new one.
OVERLAP = timedelta(days=2)


class Endpoint(models.Model):
    """An address of another site that is told of changes.

    - ``generation``: which secret is in force, 0 before the first was made. Secrets are derived
      from the site's ``SECRET_KEY``, so none is stored.
    - ``epoch``, ``seq``, ``page``: the last change that it was told of, as a cursor of the feed has
      it (:class:`~..delivery.answers.cursor.Cursor`).
    - ``failures``: attempts in a row that failed, since ``failing_since``; ``retry_at``: not before
      this is the next one.
    - ``held_by``, ``held_until``: the process that sends now. Who doesn't renew this in time has
      died, and another one goes on.
    """

    name = models.CharField(
        _("name"), max_length=200, help_text=_("Whose site this is, for this list alone.")
    )
    site = models.ForeignKey(
        Site,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Changes of this site are told."),
    )
    url = models.CharField(
        _("address"),
        max_length=2000,
        help_text=_("Where the other site takes webhooks. It begins with https://."),
    )
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_("Only changes in these languages; all if none is chosen."),
    )
    types = models.JSONField(
        _("kinds of pages"),
        default=list,
        blank=True,
        help_text=_("Only changes of such pages; all if none is chosen."),
    )
    is_on = models.BooleanField(
        _("switched on"), default=True, help_text=_("While it is off, nothing is sent.")
    )
    contact = models.EmailField(
        _("contact"),
        blank=True,
        help_text=_("Who gets a mail when the other site hasn't answered for days."),
    )

    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    generation = models.PositiveIntegerField(default=0, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    epoch = models.UUIDField(null=True, editable=False)
    seq = models.BigIntegerField(default=-1, editable=False)
    page = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)
    held_by = models.UUIDField(null=True, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse addresses that nothing would be sent to."""
        super().clean()
        trusted = is_trusted(self.url)
        schemes = ["http", "https"] if trusted else ["https"]
        try:
            URLValidator(schemes=schemes)(self.url)
        except ValidationError:
            if not (trusted and self.url.startswith(("http://", "https://"))):
                raise ValidationError(
                    {"url": _("Enter a whole address that begins with https://.")}
                ) from None

    def secrets(self, now: datetime | None = None) -> list[str]:
        """The secrets that sign, the one in force first; none before the first was made.

        A former one signs for :data:`OVERLAP`, and so do those of ``SECRET_KEY_FALLBACKS``, so that
        the other site can change its own in peace.
        """
        generations = [self.generation] if self.generation else []
        now = now or timezone.now()
        if self.generation > 1 and self.rotated_at and now < self.rotated_at + OVERLAP:
            generations.append(self.generation - 1)
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return [self._secret(number, key) for number in generations for key in keys]

    def _secret(self, generation: int, key: str | bytes) -> str:
        made = salted_hmac(
            "kis_webhooks.secret", f"{self.uuid.hex}:{generation}", secret=key, algorithm="sha256"
        )
        return f"whsec_{base64.b64encode(made.digest()).decode()}"

    def rotate(self) -> str:
        """Put a new secret in force, and give it."""
        self.generation += 1
        self.rotated_at = timezone.now()
        self.save(update_fields=["generation", "rotated_at"])
        return self.secrets()[0]

    def sign(self, message: str, at: datetime, body: str) -> str:
        """The header ``webhook-signature``: a signature for each secret, divided by spaces."""
        return " ".join(Webhook(one).sign(message, at, body) for one in self.secrets(at))

    @property
    def language_names(self) -> str:
        """The languages, in words, for the list."""
        names = get_content_languages()
        return ", ".join(str(names.get(code, code)) for code in self.languages) or str(_("all"))

    @property
    def state(self) -> str:
        """How it is, in words, for the list."""
        if not self.is_on:
            return str(_("switched off"))
        if not self.generation:
            return str(_("has no secret yet"))
        if self.failures:
            return str(_("doesn't answer"))
        return str(_("in order"))


def is_trusted(url: str) -> bool:
    """Whether an address is on a host that the setting ``WEBHOOK_HOSTS`` names."""
    try:
        parts = urlsplit(url)
        return bool({parts.netloc, parts.hostname} & set(conf().webhook_hosts))
    except ValueError:
        return False


class Attempt(models.Model):
    """A request to an endpoint, and its answer.

    ``message`` is the header ``webhook-id``, the same at each attempt. ``status`` is null where
    there was no answer; ``error`` says why. ``answer`` is the beginning of the body.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="attempts")
    message = models.CharField(max_length=100)
    body = models.TextField()
    at = models.DateTimeField(db_index=True)
    seconds = models.FloatField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)

    #: How long the answer asks to be left alone; of this moment alone, so it isn't stored.
    wait: timedelta | None = None

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.message}: {self.status or self.error}"

    @property
    def succeeded(self) -> bool:
        """Whether the other site has taken it: any status from 200 to 299."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def told(self) -> Any:
        """What came back, in a line."""
        return self.status or self.error
