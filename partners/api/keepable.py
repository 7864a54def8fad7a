"""The marks of answers that may be kept."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpResponseBase

from ..conf import conf

Response = TypeVar("Response", bound=HttpResponseBase)


def keepable(response: Response) -> Response:
    """Say that an answer depends on nothing but its address, ``Accept``, ``Origin`` and the public
    content, so that it may be kept while that stays the same.

    A view of a site's own opts in by passing its responses through this function.
    """
    marked: Any = response
    marked.keepable = True
    return response


def keepable_html(response: Response) -> Response:
    """Say the same of HTML that is for everybody, if the site says what its templates read.

    Every cache asks for it each time: what is on it beside its own content, such as a menu, is
    purged with no address. Without ``KIS_PARTNERS["PAGES_READ"]`` nothing is kept.
    """
    if conf().pages_read is None:
        return response
    marked: Any = keepable(response)
    marked.keepable_html = True
    return response


def is_html(response: HttpResponseBase) -> bool:
    return getattr(response, "keepable_html", False)


def momentary(response: Response) -> Response:
    """Say that an answer for everybody holds for this moment alone.

    It has a tag and isn't sent to who knows it, but it is made each time.
    """
    marked: Any = response
    marked.momentary = True
    return response


def is_momentary(response: HttpResponseBase) -> bool:
    return getattr(response, "momentary", False)


def is_keepable(response: HttpResponseBase) -> bool:
    return getattr(response, "keepable", False)
