"""What the log of webhooks may have of a person: what the other site has answered."""

from ..forgetting.places import Way, register_way


def connect() -> None:
    """Called when the apps are ready."""
    register_way("kis_webhooks.Attempt", Way.HISTORY)
