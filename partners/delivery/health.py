"""Whether the shelf serves, for ``/health/ready``."""

from __future__ import annotations

from ..site.health import Check
from .models import CLOSED
from .notes import triggers
from .shelf.settle import REOPEN
from .shelf.version import current_version


def health_checks() -> list[Check]:
    return [Check("triggers", _triggers), Check("shelf", _shelf)]


def _triggers() -> str:
    lacking = triggers.missing()
    return f"Changes of {', '.join(lacking)} are not noted. {REOPEN}" if lacking else ""


def _shelf() -> str:
    """A settlement that is due is made: whether the next one fails, nobody knows before.

    Payloads of another release are no fault: while hosts are updated, answers are made from pages.
    """
    version = current_version()
    if version.state is None:
        return "Changes can't be settled; see the error before this line."
    return f"The shelf is closed. {REOPEN}" if version.state.release == CLOSED else ""
