"""GET requests to another site's API, repeated after transient failures.

The other site isn't believed: answers are bounded in size and time, and redirects aren't followed.
"""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

#: Status codes after which a request is repeated.
TRANSIENT = frozenset([429, 500, 502, 503, 504])
#: The first and the longest pause before a repetition, in seconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: The most bytes of an answer, unpacked; a page of the feed has 1 MiB at most.
LARGEST = 16 * 2**20
#: How long an answer may take to arrive once it has begun, in seconds.
LONGEST_READ = 120.0


class Unreachable(Exception):
    """The site gave no usable answer within ``patience``."""


class Refused(Exception):
    """The site refused a request: ``status``, ``detail`` and, if known, the wrong ``parameter``."""

    def __init__(self, status: int, detail: str, parameter: str = "") -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.parameter = status, detail, parameter


@dataclass(frozen=True)
class Answer:
    """A JSON object, or None if it hasn't changed since ``etag``."""

    data: dict[str, Any] | None
    etag: str | None


@dataclass
class PatientSession:
    """Requests JSON. ``timeout`` is for connecting and for reading, ``patience`` for a request with
    all its repetitions, in seconds.
    """

    session: requests.Session = field(default_factory=requests.Session)
    timeout: tuple[float, float] = (5.0, 30.0)
    patience: float = 120.0

    def get(self, url: str, query: Mapping[str, str], etag: str | None = None) -> Answer:
        """Request once, and repeat after transient failures.

        Pauses obey ``Retry-After`` (RFC 9110). Raises :class:`Refused` for other errors of 400 and
        more, :class:`Unreachable` when ``patience`` is over.
        """
        headers = {"Accept": "application/json"}
        if etag:
            headers["If-None-Match"] = etag
        end, pause = time.monotonic() + self.patience, SHORTEST_PAUSE
        while True:
            wanted: float | None = None
            try:
                with self.session.get(
                    url,
                    params=query,
                    headers=headers,
                    timeout=self.timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.status_code == 304:
                        return Answer(None, etag)
                    if response.status_code in TRANSIENT:
                        problem = f"{url} answers {response.status_code}"
                        wanted = _seconds(response.headers.get("Retry-After", ""))
                    else:
                        return _read(response)
            except requests.RequestException as error:
                problem = str(error)
            wait = pause if wanted is None else wanted
            if time.monotonic() + wait > end:
                raise Unreachable(problem)
            time.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)


def _read(response: requests.Response) -> Answer:
    """The JSON object of a response; anything but JSON is a transient failure."""
    if 300 <= response.status_code < 400:
        there = response.headers.get("Location", "")
        raise Refused(response.status_code, f"{response.url} leads elsewhere: {there[:200]}")
    body, end = bytearray(), time.monotonic() + LONGEST_READ
    for part in response.iter_content(65_536):
        body += part
        if len(body) > LARGEST:
            raise Unreachable(f"{response.url} gives more than {LARGEST:,} bytes")
        if time.monotonic() > end:
            raise Unreachable(f"{response.url} takes too long")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        if response.status_code < 400:
            raise requests.RequestException(f"{response.url} gives no JSON") from error
        data = {}
    is_object = isinstance(data, dict)
    if response.status_code >= 400:
        problem = data if is_object else {}
        detail = problem.get("detail") or problem.get("message") or response.reason
        parameter = str(problem.get("parameter", ""))
        raise Refused(response.status_code, str(detail)[:500], parameter)
    if not is_object:
        raise requests.RequestException(f"{response.url} gives no JSON object")
    return Answer(data, response.headers.get("ETag"))


def _seconds(retry_after: str) -> float | None:
    """The seconds to wait by ``Retry-After``, which is a number or a date; None if unreadable."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
