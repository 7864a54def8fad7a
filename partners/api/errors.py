"""Errors of the API, and JSON for all errors below ``/api/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import (
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

API_PREFIX = "/api/"
#: Errors of a database that can't be reached: nothing can be said of any item.
UNREACHABLE = (InterfaceError, OperationalError)


__all__ = [
    "UNREACHABLE",
    "BadParameter",
    "handler404",
    "handler500",
    "handlers",
    "not_found",
    "problem",
    "unknown",
]


class BadParameter(BadRequestError):
    """A wrong parameter of the request; the message has the reason and the possible values."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


def problem(status: int, detail: str, parameter: str | None = None) -> dict[str, Any]:
    """The body of an error by RFC 9457."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    more = {"parameter": parameter} if parameter else {}
    return {**body, "detail": detail, **more}


@csrf_exempt  # Otherwise a POST would get the HTML page about a token that is missing.
def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer to addresses below ``/api/`` without an endpoint; adds a slash that is missing."""
    if request.method in ("GET", "HEAD") and _is_endpoint(f"{request.path_info}/"):
        return keepable(
            HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        )
    return keepable(JsonResponse({"message": "There is no such API endpoint."}, status=404))


def _is_endpoint(path: str) -> bool:
    try:
        return resolve(path).func is not not_found
    except Resolver404:
        return False


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404`` of a URLconf: JSON for the API, the site's own page for the rest."""
    if request.path.startswith(API_PREFIX):
        return not_found(request)
    return keepable_html(defaults.page_not_found(request, exception or Exception()))


def handler500(request: HttpRequest) -> HttpResponse:
    """``handler500`` of a URLconf: JSON for the API, the site's own page for the rest."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"message": "The server failed to answer this."}, status=500)
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
        chosen = ours if request.path.startswith(API_PREFIX) else get_callable(own)
        answer: HttpResponse = chosen(request, *args, **kwargs)
        return answer

    return handler
