"""The states that a page or snippet can have in a language, and their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from django.utils.translation import ngettext, pgettext

OverviewState = Literal["missing", "outdated", "partial", "machine", "complete", "source"]
#: In the order of the work that remains, most first.
OVERVIEW_STATES: tuple[OverviewState, ...] = get_args(OverviewState)


def state_name(state: OverviewState) -> str:
    """The name of a state in the active language."""
    return {
        "missing": pgettext("translation", "missing"),
        "outdated": pgettext("translation", "out of date"),
        "partial": pgettext("translation", "partial"),
        "machine": pgettext("translation", "not reviewed"),
        "complete": pgettext("translation", "complete"),
        "source": pgettext("translation", "source"),
    }[state]


@dataclass(frozen=True)
class LanguageState:
    """The state of an item in one language.

    ``percent`` of its segments are translated. ``changed`` is the number of segments that changed
    in the source since; None if unknown. ``url`` is that of the editor, or of the form that begins
    the translation; empty for users who may do neither.
    """

    state: OverviewState
    percent: int = 100
    changed: int | None = None
    live: bool = True
    url: str = ""

    def __str__(self) -> str:
        parts = [state_name(self.state)]
        if self.state == "partial":
            parts = [f"{parts[0]}, {self.percent} %"]
        elif self.state == "outdated" and self.changed is not None:
            number = ngettext(
                "%(number)d segment changed", "%(number)d segments changed", self.changed
            )
            parts.append(number % {"number": self.changed})
        if not self.live and self.state != "missing":
            parts.append(pgettext("translation", "draft"))
        return ", ".join(parts)
