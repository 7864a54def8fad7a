"""What is kept of public content when a person is forgotten: stored items and answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from ..forgetting.places import Way, register_way
from ..forgetting.signals import forgotten
from .answers.cache import ConditionalCacheMiddleware
from .shelf.version import current_version


def connect() -> None:
    """Called when the apps are ready."""
    for name in ("Item", "Note", "Address", "State", "Follower", "Thing"):
        register_way(f"kis_delivery.{name}", Way.MADE)
    register_way("kis_delivery.Failure", Way.HISTORY)
    forgotten.connect(give_up, dispatch_uid="kis_delivery.forgetting")


def give_up(sender: Any, **kwargs: Any) -> None:
    """Settle at once, so that no stored item has the name, and delete all answers that are kept."""
    version = current_version()
    ConditionalCacheMiddleware(lambda _request: HttpResponse()).delete_all(version)
