"""Tables of combinations: ``.ci/run`` asks all of them, ``make test`` a part of them.

In the part, each thing is asked in one place at least, and each place is asked many things.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

WHOLE = os.environ.get("KIS_WHOLE") == "1"


def asked(things: Iterable[Any], places: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each thing with the places to ask it in: all of them, or each with the next one in turn."""
    return [
        (thing, place)
        for number, thing in enumerate(things)
        for place in (places if WHOLE else [places[number % len(places)]])
    ]
