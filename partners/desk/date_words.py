"""A partial date in words, for the editor who is typing it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language, gettext

from ..words.dates import PartialDate, word_period


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
