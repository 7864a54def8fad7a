"""Dates in words, for the editor who is typing them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from wagtail.admin.staticfiles import versioned_static

from ..models.written_dates import REFUSALS
from ..words.dates import PartialDate, word_period
from ..words.reading import example, reading


def partial_date(request: HttpRequest) -> JsonResponse:
    """``{"words": …}`` in the editor's language, or ``{"error": …}`` with what is wrong.

    ``?value=`` is the text as typed, ``?relation=`` "since" or "until".
    """
    text = request.GET.get("value", "")[:40]
    try:
        date = PartialDate.parse(text)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)})
    is_end = request.GET.get("relation") == "until"
    language = (get_language() or "en").partition("-")[0]
    words = word_period(None if is_end else date, date if is_end else None, language)
    return JsonResponse({"words": gettext("Readers see: %(words)s") % {"words": words}})


def script() -> SafeString:
    """The script for all fields with a date picker, with what it has to know of the language."""
    language = get_language() or "en"
    how = reading(language)
    params = {"value": "%(value)s", "example": example(language)}
    rules = {
        "locale": how.locale,
        "monthFirst": how.month_first,
        "months": how.months,
        "fillers": sorted(how.fillers),
        "refusals": {kind: text % params for kind, text in REFUSALS.items()},
    }
    url = versioned_static("kis_partners/dates.js")
    return json_script(rules, "kis-dates") + format_html('<script src="{}"></script>', url)


def style() -> SafeString:
    url = versioned_static("kis_partners/admin.css")
    return format_html('<link rel="stylesheet" href="{}">', url)
