"""Sends nudges: at least once, in order for each endpoint, with retries for days."""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

from django.core.mail import send_mail
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..care.public_web import PrivateNetwork, post
from .changes import Message, Waiting, begin, next_messages
from .models import Attempt, Endpoint, is_trusted

logger = logging.getLogger(__name__)

#: Seconds for a request with its answer, and how long a process that sends need not be heard of.
SECONDS, LEASE = 10, timedelta(seconds=60)
#: How much of an answer is read, in bytes, and how much is kept, in characters.
READ, KEPT = 4096, 1000
#: The first wait after a failure; each further one is twice as long, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=20), timedelta(hours=6)
#: An endpoint that has failed for so long is switched off.
PATIENCE = timedelta(days=4)
#: How long attempts are kept.
LOG = timedelta(days=30)
#: How many nudges one call sends to an endpoint at the most; the rest comes with the next call.
MOST = 2000


def due(now: datetime | None = None) -> list[int]:
    """The ids of the endpoints that may be told something now."""
    now = now or timezone.now()
    free = Q(held_until=None) | Q(held_until__lt=now)
    ready = Q(retry_at=None) | Q(retry_at__lte=now)
    found = Endpoint.objects.filter(free, ready, is_on=True, generation__gt=0)
    return list(found.values_list("pk", flat=True))


def send(pk: int, tell: Callable[[int], object] = lambda count: None) -> int:
    """Tell an endpoint what it doesn't know yet; gives the number of nudges that it has taken.

    Does nothing while another process does it. ``tell`` is told of each nudge that was taken.
    """
    mine, now = uuid.uuid4(), timezone.now()
    if pk not in due(now):
        return 0
    free = Q(held_until=None) | Q(held_until__lt=now)
    if not Endpoint.objects.filter(free, pk=pk).update(held_by=mine, held_until=now + LEASE):
        return 0
    taken = 0
    try:
        while taken < MOST:
            endpoint = Endpoint.objects.select_related("site").get(pk=pk)
            if endpoint.epoch is None:
                begin(endpoint)
                endpoint.refresh_from_db()
            messages = next_messages(endpoint)
            if not messages:
                break
            for message in messages:
                attempt = deliver(endpoint, message)
                if not _note(endpoint, message, attempt, mine):
                    return taken
                taken += 1
                tell(taken)
    except Waiting:
        pass
    except Endpoint.DoesNotExist:
        return taken
    finally:
        Endpoint.objects.filter(pk=pk, held_by=mine).update(held_by=None, held_until=None)
    return taken


def deliver(endpoint: Endpoint, message: Message, body: str | None = None) -> Attempt:
    """Make one request, and log it. ``body`` is that of an earlier attempt that is repeated."""
    at, began = timezone.now(), time.monotonic()
    body = message.body(at) if body is None else body
    attempt = Attempt(endpoint=endpoint, message=message.id, body=body, at=at)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "kis-wagtail-webhooks",
        "Connection": "close",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": endpoint.sign(message.id, at, body),
    }
    try:
        answer = post(
            endpoint.url,
            body.encode(),
            headers,
            seconds=SECONDS,
            most=READ,
            trusted=is_trusted(endpoint.url),
        )
    except PrivateNetwork:
        attempt.error = "the address leads into a network that isn't public"
    except (OSError, ValueError, HTTPException) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        attempt.error = said[:500]
    else:
        attempt.status = answer.status
        attempt.answer = answer.body[:KEPT].replace("\x00", "")
        attempt.wait = _retry_after(answer.headers.get("retry-after"), at)
    attempt.seconds = round(time.monotonic() - began, 3)
    attempt.save()
    return attempt


def trial_message(endpoint: Endpoint) -> Message:
    """A message that tells nothing, for the button in the admin."""
    return Message(
        f"test-{uuid.uuid4().hex}", endpoint.epoch, endpoint.seq, endpoint.page, "test", {}
    )


def forget_old() -> int:
    """Delete attempts that are older than :data:`LOG`."""
    return int(Attempt.objects.filter(at__lt=timezone.now() - LOG).delete()[0])


def _note(endpoint: Endpoint, message: Message, attempt: Attempt, mine: uuid.UUID) -> bool:
    """Note what came of an attempt; whether the next message may follow.

    Not if it failed, nor if another process has taken over or somebody has switched it off.
    """
    now = timezone.now()
    held = Endpoint.objects.filter(pk=endpoint.pk, held_by=mine)
    if attempt.succeeded:
        values: dict[str, Any] = {"epoch": message.epoch, "seq": message.seq, "page": message.page}
        values |= {"failures": 0, "failing_since": None, "retry_at": None}
        values["held_until"] = now + LEASE
        return bool(held.filter(is_on=True).update(**values))
    since = endpoint.failing_since or attempt.at
    waits = attempt.wait or wait(endpoint.failures)
    values = {"failures": endpoint.failures + 1, "failing_since": since, "retry_at": now + waits}
    # 410: the other site doesn't want any more.
    ends = attempt.status == 410 or now - since > PATIENCE
    if ends:
        values["is_on"] = False
    if held.update(**values) and ends:
        logger.warning("Webhooks to %s are switched off: %s", endpoint.name, attempt.told)
        _tell_owner(endpoint, attempt)
    return False


def wait(failures: int) -> timedelta:
    """How long to wait after another failure: twice as long each time, and a bit by chance, so that
    a site that comes back isn't asked by all at once."""
    longest = min(FIRST_WAIT * 2 ** min(failures, 20), LONGEST_WAIT)
    return longest * random.uniform(0.75, 1.25)


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait that an answer asks for (RFC 9110), one day at the most; None without one."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return timedelta(seconds=min(max(seconds, 1), 86_400)) if seconds == seconds else None


def _tell_owner(endpoint: Endpoint, attempt: Attempt) -> None:
    if not endpoint.contact:
        return
    with override(None):
        subject = _("%(site)s no longer tells you of changes") % {"site": endpoint.site.site_name}
        text = _(
            "Hello,\n\n%(url)s hasn't taken our webhooks for days. The last answer was: %(told)s\n"
            "\nWe have switched them off. Your copy of our content stays complete if you go on "
            "reading the feed. Write to us when your site takes webhooks again.\n"
        ) % {"url": endpoint.url, "told": attempt.told}
    try:
        send_mail(subject, text, None, [endpoint.contact])
    except Exception:
        logger.exception("Nobody could be told that webhooks to %s are switched off", endpoint.name)
