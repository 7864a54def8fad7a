"""Errors of the API, and JSON for all errors below its addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.urls import Resolver404, get_callable, resolve
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from wagtail.api.v2.utils import BadRequestError

from ..conf import unknown
from .keepable import keepable, keepable_html
from .place import is_api

#: The media type of errors, RFC 9457.
PROBLEM = "application/problem+json"
#: Errors of a database that can't be reached: nothing can be said of any item.
UNREACHABLE = (InterfaceError, OperationalError)


__all__ = [
    "PROBLEM",
    "UNREACHABLE",
    "BadParameter",
    "Missing",
    "UnknownParameter",
    "answer",
    "handler404",
    "handler500",
    "handlers",
    "is_api",
    "not_found",
    "problem",
    "unknown",
]


class BadParameter(BadRequestError):
    """A wrong parameter of the request; the message has the reason and the possible values."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


class Missing(Http404):
    """Something that a parameter names isn't there, or isn't public."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class UnknownParameter(BadRequestError):
    """A parameter that there isn't; the message names the nearest known one."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        several = "; several values stand in one, with commas between them" if "[" in name else ""
        super().__init__(unknown(name, known) + several)
        self.name = name


def problem(status: int, detail: str, parameter: str | None = None) -> dict[str, Any]:
    """The body of an error by RFC 9457, with ``message`` as in Wagtail's API."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    more = {"parameter": parameter} if parameter else {}
    return {**body, "detail": detail, **more, "message": detail}


def answer(status: int, detail: str, headers: dict[str, str] | None = None) -> JsonResponse:
    """An error as a response, outside of endpoints."""
    return JsonResponse(
        problem(status, detail), status=status, content_type=PROBLEM, headers=headers
    )


@csrf_exempt  # Otherwise a POST would get the HTML page about a token that is missing.
def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer to addresses of the API without an endpoint; adds a slash that is missing."""
    if request.method in ("GET", "HEAD") and _is_endpoint(f"{request.path_info}/"):
        return keepable(
            HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        )
    return keepable(answer(404, "There is no such API endpoint."))


def _is_endpoint(path: str) -> bool:
    try:
        return resolve(path).func is not not_found
    except Resolver404:
        return False


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404`` of a URLconf: JSON for the API, the site's own page for the rest."""
    if is_api(request):
        return not_found(request)
    return keepable_html(defaults.page_not_found(request, exception or Exception()))


def handler500(request: HttpRequest) -> HttpResponse:
    """``handler500`` of a URLconf: JSON for the API, the site's own page for the rest."""
    if is_api(request):
        return answer(500, "The server failed to answer this.")
    return defaults.server_error(request)


def handlers(urlconf: Mapping[str, Any]) -> tuple[Any, Any]:
    """``handler404`` and ``handler500`` of a URLconf, with JSON for errors of the API.

    ``handler404, handler500 = handlers(globals())`` at the end of the URLconf: those that it has,
    by name or as functions, go on to answer everything else; without any, Django's own do.
    """
    return (
        _before(urlconf.get("handler404"), handler404),
        _before(urlconf.get("handler500"), handler500),
    )


def _before(own: Any, ours: Callable[..., HttpResponse]) -> Any:
    if own is None or own is ours:
        return ours

    def handler(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = ours if is_api(request) else get_callable(own)
        made: HttpResponse = chosen(request, *args, **kwargs)
        return made

    return handler
