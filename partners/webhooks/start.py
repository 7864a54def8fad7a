"""When nudges are sent: after changes are public everywhere, and by ``manage.py send_webhooks``."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, transaction
from django_tasks import task

from ..delivery import purge
from ..delivery.answers.signals import written
from ..delivery.background import Background
from ..delivery.shelf.signals import settled
from .send import due, send

logger = logging.getLogger(__name__)


def connect() -> None:
    """Send after settlements and after requests that write; where the site has an HTTP cache, after
    its purge."""
    for signal in (settled, written):
        signal.connect(after_change, dispatch_uid="kis_webhooks.change")
    purge.purged.connect(after_purge, dispatch_uid="kis_webhooks.purged")


def after_change(sender: Any = None, **kwargs: Any) -> None:
    """Start when the transaction has committed; nobody waits for it, nothing fails."""
    if not purge.is_configured():
        transaction.on_commit(start, robust=True)


def after_purge(sender: Any = None, **kwargs: Any) -> None:
    """Start when caches have forgotten what has changed."""
    start()


def start() -> None:
    """Begin a task for each endpoint that may be told something."""
    try:
        waiting = due()
    except DatabaseError:  # The table isn't there yet.
        return
    for pk in waiting:
        _background.start(pk)


@task()
def send_webhooks(pk: int) -> None:
    """Tell an endpoint what it doesn't know yet; errors are logged."""
    try:
        send(pk)
    except Exception:
        logger.exception("Webhooks to endpoint %s could not be sent", pk)


_background = Background(send_webhooks)
