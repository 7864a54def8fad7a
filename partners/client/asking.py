"""Asking another site, patiently: what fails for the moment is asked again."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

#: Answers after which asking again may help.
PASSING = frozenset([429, 500, 502, 503, 504])
#: The first and the longest pause between two tries, in seconds.
SHORTEST, LONGEST = 0.5, 30.0


class Unreachable(Exception):
    """The site did not give a usable answer for as long as one is patient; try again later."""


class Refused(Exception):
    """The site understands the question and says no; ``status`` and ``detail`` say why."""

    def __init__(self, status: int, detail: str, parameter: str = "") -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.parameter = status, detail, parameter


@dataclass(frozen=True)
class Answer:
    """A JSON object, or None where nothing has changed since ``etag``."""

    data: dict[str, Any] | None
    etag: str | None


@dataclass
class Asking:
    """GETs JSON. ``timeout`` is that of connecting and of each read, ``patience`` how long one
    question may take with all its repetitions, both in seconds.
    """

    session: requests.Session = field(default_factory=requests.Session)
    timeout: tuple[float, float] = (5.0, 30.0)
    patience: float = 120.0

    def get(self, url: str, query: Mapping[str, str], etag: str | None = None) -> Answer:
        """Ask once, and again as long as that may help.

        A pause that the site asks for by ``Retry-After`` (RFC 9110) is kept. Raises
        :class:`Refused` for other errors of 400 and more, :class:`Unreachable` in the end.
        """
        headers = {"Accept": "application/json"}
        if etag:
            headers["If-None-Match"] = etag
        end, pause = time.monotonic() + self.patience, SHORTEST
        while True:
            wanted: float | None = None
            try:
                response = self.session.get(
                    url, params=query, headers=headers, timeout=self.timeout
                )
                if response.status_code == 304:
                    return Answer(None, etag)
                if response.status_code in PASSING:
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
            pause = min(2 * pause, LONGEST)


def _read(response: requests.Response) -> Answer:
    """The JSON object of an answer. One that isn't JSON counts as damaged on the way."""
    if response.status_code >= 400:
        try:
            problem = response.json()
        except requests.JSONDecodeError:
            problem = {}
        detail = problem.get("detail") or problem.get("message") or response.reason
        raise Refused(response.status_code, str(detail), str(problem.get("parameter", "")))
    data = response.json()
    if not isinstance(data, dict):
        raise requests.RequestException(f"{response.url} gives no JSON object")
    return Answer(data, response.headers.get("ETag"))


def _seconds(retry_after: str) -> float | None:
    """The pause that a header asks for: a number of seconds or a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
