"""On which terms the API is given: from the settings, for its document and for front ends."""

from __future__ import annotations

from typing import Any, TypedDict

from django.conf import settings

from ..conf import conf
from ..items import shapes


class Licence(TypedDict):
    """The licence of the texts, by name and address."""

    name: str
    url: shapes.Url | None


class Terms(TypedDict):
    """On which terms texts are passed on: ``source`` is to be named, with a link to the page."""

    licence: Licence | None
    source: str
    contact: shapes.Url | None
    page: shapes.Url | None


def terms(site_name: str) -> Terms:
    """The terms of a site, whose name is the source where no other is set."""
    known = conf()
    licence: Licence | None = None
    if known.licence:
        licence = {"name": known.licence, "url": known.licence_url or None}
    contact = known.contact
    return {
        "licence": licence,
        "source": known.source or site_name,
        "contact": (f"mailto:{contact}" if "@" in contact else contact) or None,
        "page": known.terms_url or None,
    }


def described() -> dict[str, Any]:
    """The members of ``info`` of an OpenAPI document, of those that are known."""
    known = conf()
    made: dict[str, Any] = {}
    if known.terms_url:
        made["termsOfService"] = known.terms_url
    if known.contact:
        made["contact"] = {"email" if "@" in known.contact else "url": known.contact}
    if known.licence:
        address = {"url": known.licence_url} if known.licence_url else {}
        made["license"] = {"name": known.licence, **address}
    return made


def sentences(site_name: str) -> str:
    """The terms in English: what may be passed on, what is promised, and the limits."""
    known = conf()
    source = known.source or site_name
    most = getattr(settings, "WAGTAILAPI_LIMIT_MAX", 20)
    items = f"a list at most {most} items, " if most else ""
    asked = (
        f" A reader may ask {known.questions_per_minute} questions a minute; more are answered 429."
        if known.questions_per_minute
        else ""
    )
    return (
        (
            f"The texts are under the licence {known.licence}. "
            if known.licence
            else "No licence is named: whoever passes texts on asks for leave. "
        )
        + (f"The source to name is {source}. " if source else "")
        + "This version is only added to. What is to go says so by the headers Deprecation "
        "(RFC 9745) and Sunset (RFC 8594), and is served for at least "
        f"{known.notice_months} months from then. An answer has at most {known.max_bytes} bytes, "
        f"{items}a question at most {known.max_query} characters.{asked}"
    )
