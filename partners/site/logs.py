"""Logs without personal data, in which the lines of one request have the same id.

A site's settings take ``LOGGING = logs.configuration(…)`` and put ``RequestIdMiddleware`` first.
This module is read by settings, so it imports nothing that needs them.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
#: What is taken over from a proxy: nothing that could be more than an id, or break a line.
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_QUERY = re.compile(r"\?[^\s\"']*")
_MAIL = re.compile(r"[^\s@<>\"'(,;:]+@[^\s@<>\"'),;:]+")
#: In these lines of an error PostgreSQL gives the values of a row.
_DETAIL = re.compile(r"^(DETAIL|CONTEXT|PARAMETERS): .*$", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """What lines of the log say of the request that they belong to."""

    id: str
    method: str
    path: str
    peer: str
    forwarded: str

    def address(self, proxies: int) -> str:
        """The visitor's address; what others than our own proxies wrote is never believed."""
        hops = [one.strip() for one in self.forwarded.split(",")] if self.forwarded else []
        return hops[-proxies] if 0 < proxies <= len(hops) else self.peer


_asked: ContextVar[Asked | None] = ContextVar("kis_partners_asked", default=None)


class RequestIdMiddleware:
    """Gives each request an id, or takes that of the proxy, and sends it back.

    It comes before a cache of answers, so that no kept answer has the id of another request. Each
    request is a line of level INFO of this module's logger, which prints none unless asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        meta = request.META
        asked = Asked(
            given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex,
            request.method or "",
            request.path,
            meta.get("REMOTE_ADDR", ""),
            meta.get("HTTP_X_FORWARDED_FOR", ""),
        )
        token = _asked.set(asked)
        # Django logs errors when the middleware has ended, with the request.
        request._kis_asked = asked  # type: ignore[attr-defined]
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response[HEADER] = asked.id
            if logger.isEnabledFor(logging.INFO):
                figures = {
                    "status": response.status_code,
                    "milliseconds": round((time.monotonic() - began) * 1000),
                }
                logger.info(
                    "%s %s %s", asked.method, asked.path, response.status_code, extra=figures
                )
            return response
        finally:
            _asked.reset(token)


def _asked_by(record: logging.LogRecord) -> Asked | None:
    """The request that a line belongs to."""
    found: Asked | None = getattr(getattr(record, "request", None), "_kis_asked", None)
    return found or _asked.get()


def discreet(text: str) -> str:
    """A line or traceback without query strings (they may be search terms), mail addresses and the
    values of rows."""
    return _QUERY.sub("", _MAIL.sub("…@…", _DETAIL.sub(r"\1: …", text)))


class Discreet(logging.Filter):
    """Makes lines and their tracebacks discreet, and gives them ``request_id``."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = discreet(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = discreet(logging.Formatter().formatException(record.exc_info))
        asked = _asked_by(record)
        record.request_id = asked.id if asked else "-"
        return True


class JSONFormatter(logging.Formatter):
    """One JSON object a line, made of the fields below alone: whatever else code attaches to a
    record, such as the request with its user, stays out.

    ``addresses`` adds the address of the visitor; ``proxies`` says how many of our own proxies add
    to ``X-Forwarded-For``.
    """

    def __init__(self, addresses: bool = False, proxies: int = 0) -> None:
        super().__init__()
        self.addresses, self.proxies = addresses, proxies

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if asked := _asked_by(record):
            line |= {"request_id": asked.id, "method": asked.method, "path": asked.path}
            if self.addresses:
                line["address"] = asked.address(self.proxies)
        status = getattr(record, "status", None) or getattr(record, "status_code", None)
        if isinstance(status, int):
            line["status"] = status
        if (milliseconds := getattr(record, "milliseconds", None)) is not None:
            line["milliseconds"] = milliseconds
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def configuration(
    *,
    as_json: bool = False,
    requests: bool = False,
    addresses: bool = False,
    proxies: int = 0,
) -> dict[str, Any]:
    """A value for the setting ``LOGGING``: all loggers write discreet lines to stderr.

    ``requests`` adds a line for each request. Addresses of visitors are in JSON lines alone, and
    only if asked for.
    """
    formatter: dict[str, Any] = {"format": "%(levelname)s [%(request_id)s] %(message)s"}
    if as_json:
        formatter = {"()": JSONFormatter, "addresses": addresses, "proxies": proxies}
    loggers = {"django": "WARNING", "django.server": "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"discreet": {"()": Discreet}},
        "formatters": {"line": formatter},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["discreet"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            **{
                name: {"handlers": ["console"], "level": level, "propagate": False}
                for name, level in loggers.items()
            },
            __name__: {"level": "INFO" if requests else "WARNING"},
        },
    }
