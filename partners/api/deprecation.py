"""What of the API is deprecated, and until when it is served: headers, document and check.

An app gives ``Deprecation`` objects by the hook ``register_kis_deprecations``. The headers are
those of RFC 9745 and RFC 8594.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from django.utils.http import http_date
from wagtail import hooks

HOOK = "register_kis_deprecations"


@dataclass(frozen=True)
class Deprecation:
    """An endpoint, or one of its parameters, that is to go: by its name in the router.

    It is deprecated ``since`` a day, and ``until`` a day it is served. ``instead`` is what to use,
    a sentence in English; ``link`` is the address of a page about it.
    """

    endpoint: str
    since: date
    until: date | None = None
    parameter: str = ""
    instead: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        """What readers of the document are told."""
        end = f", served until {self.until}" if self.until else ""
        return " ".join(
            part for part in (f"Deprecated since {self.since}{end}.", self.instead) if part
        )


@lru_cache(maxsize=1)
def deprecations() -> tuple[Deprecation, ...]:
    """All that apps have registered."""
    return tuple(one for give in hooks.get_hooks(HOOK) for one in give())


def of_endpoint(name: str, parameter: str = "") -> Deprecation | None:
    """The deprecation of an endpoint, or of one of its parameters."""
    found = (one for one in deprecations() if (one.endpoint, one.parameter) == (name, parameter))
    return next(found, None)


def headers(name: str, parameters: Iterable[str]) -> dict[str, str]:
    """The headers of an answer of an endpoint to a question with these parameters.

    Of several deprecations the earliest days count.
    """
    asked = {"", *parameters}
    met = [one for one in deprecations() if one.endpoint == name and one.parameter in asked]
    if not met:
        return {}
    made = {"Deprecation": f"@{_seconds(min(one.since for one in met))}"}
    if ends := [one.until for one in met if one.until]:
        made["Sunset"] = http_date(_seconds(min(ends)))
    if links := dict.fromkeys(one.link for one in met if one.link):
        made["Link"] = ", ".join(f'<{link}>; rel="deprecation"' for link in links)
    return made


def _seconds(day: date) -> int:
    """The first second of a day, in Universal Time, as the seconds since 1970."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def faults(router: Any, months: int) -> list[str]:
    """What can't be meant in what apps have registered, in sentences.

    ``months`` is how long what is deprecated is promised to be served.
    """
    found = []
    for one in deprecations():
        what = f"the parameter {one.parameter} of {one.endpoint}" if one.parameter else one.endpoint
        view = router._endpoints.get(one.endpoint)
        if view is None:
            found.append(f"there is no endpoint {one.endpoint}")
        elif one.parameter and one.parameter not in _parameters(view):
            found.append(f"there is no {what}")
        if one.until and one.until < _later(one.since, months):
            found.append(
                f"{what} is served until {one.until}, and {months} months from {one.since} are "
                "promised"
            )
    return found


def _parameters(view: Any) -> set[str]:
    models = view.listed_models() if hasattr(view, "listed_models") else []
    found: set[str] = set(getattr(view, "detail_parameters", ())) | {"fields"}
    return found.union(*(view.listing_parameters(model) for model in models))


def _later(day: date, months: int) -> date:
    """The day of the same number some months later, the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    return date(day.year + years, month + 1, day.day)
