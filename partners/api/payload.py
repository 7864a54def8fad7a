"""Whole items: pages with all their API fields, for the shelf, the feed and JSON-LD."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.test import RequestFactory
from wagtail.api.utils import get_full_url
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.models import Page, Site

from .. import kinds
from ..conf import conf
from ..items.references import References
from ..public.pages import site_pages
from .errors import UNREACHABLE
from .language import Wanted
from .views import PagesAPIViewSet

logger = logging.getLogger(__name__)

ALL_FIELDS = [("*", False, None)]
#: A router without endpoints, so that items have no addresses in the API.
NOWHERE = WagtailAPIRouter("")


def whole_pages(types: Mapping[int, str]) -> list[Any]:
    """Pages of their own types; ``types`` are the labels of page types by id.

    One statement for each type, and one for all cooperations with their links.
    """
    ids: dict[Any, list[int]] = {}
    for pk, label in types.items():
        ids.setdefault(model_of(label), []).append(pk)
    pages: list[Any] = []
    if own := [model for model in ids if kinds.is_kind(model)]:
        keys = [pk for model in own for pk in ids.pop(model)]
        related = _related(own[0] if len(own) == 1 else kinds.base(), keys)
        pages += map(kinds.as_kind, kinds.with_links(related, own))
    for model, keys in ids.items():
        pages += _related(model, keys)
    return pages


def model_of(label: str) -> Any:
    """A page type by its label; pages of a type that the site no longer has are plain pages."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return Page


def _related(model: Any, ids: list[int]) -> QuerySet[Any]:
    related: QuerySet[Any] = model.objects.select_related("locale", "alias_of__locale")
    # Only the language of an alias' original is needed.
    beside = [
        f"alias_of__{field.name}"
        for field in Page._meta.concrete_fields
        if field.name not in ("id", "translation_key", "locale")
    ]
    return related.filter(pk__in=ids).defer(*beside).order_by()


def neutral_request(site: Site, router: WagtailAPIRouter) -> Any:
    """A request of nobody in particular to a site, for items that everybody will get.

    ``site`` must be one that Wagtail finds by host name and port. While the item of a page is made,
    the request is for its address in the API.
    """
    request: Any = RequestFactory().get("/", SERVER_NAME=site.hostname, SERVER_PORT=str(site.port))
    request.user, request.wagtailapi_router = AnonymousUser(), router
    request.is_neutral = True
    return request


@lru_cache(maxsize=64)
def _serializer_class(router: WagtailAPIRouter, model: Any, languages: bool) -> Any:
    """The serializer of whole items of a type, with and without languages."""
    return PagesAPIViewSet._get_serializer_class(router, model, ALL_FIELDS, show_details=True)


def whole_serializer(label: str, router: WagtailAPIRouter) -> Any:
    """The class that makes whole items of a page type."""
    return _serializer_class(router, model_of(label), conf().languages)


def payloads(
    pages: Iterable[Any],
    request: Any,
    public: QuerySet[Page],
    router: WagtailAPIRouter | None = None,
    base: str | None = None,
) -> dict[int, dict[str, Any]]:
    """Whole items by id, as for a request without ``?locale=``.

    ``pages`` are specific; ``public`` are the pages that may be named. All things that they refer
    to are loaded together. Without a ``router`` the addresses in the API are null. ``base`` is the
    address of the site, by default that of the request.
    """
    return _made(pages, request, public, router, base)[0]


@dataclass
class Failure:
    """Why the item of a page can't be made, or lacks something that its page has (``lacking``)."""

    error: Exception
    lacking: bool = False


def payloads_and_failures(
    pages: Iterable[Any],
    request: Any,
    public: QuerySet[Page],
    router: WagtailAPIRouter | None = None,
    base: str | None = None,
) -> tuple[dict[int, dict[str, Any]], dict[int, Failure]]:
    """The items that can be made, as :func:`payloads` makes them, and what failed, by page.

    An item that can't be made stops no other one. An unreachable database is raised all the same.
    """
    pages = list(pages)
    try:
        items, errors = _made(pages, request, public, router, base)
        if not errors:
            return items, {}
    except UNREACHABLE:
        raise
    except Exception:
        logger.debug("Items are made one by one, to find the one that can't", exc_info=True)
    items, failures = {}, {}
    for page in pages:
        try:
            item, errors = _made([page], request, public, router, base)
        except UNREACHABLE:
            raise
        except Exception as error:
            failures[page.pk] = Failure(error)
        else:
            items |= item
            if errors:
                failures[page.pk] = Failure(errors[0], lacking=True)
    return items, failures


def _made(
    pages: Iterable[Any],
    request: Any,
    public: QuerySet[Page],
    router: WagtailAPIRouter | None,
    base: str | None,
) -> tuple[dict[int, dict[str, Any]], list[Exception]]:
    """Whole items by id, and errors of the storage of files, which leave null what they concern."""
    router = router or NOWHERE
    if base is None:
        base = get_full_url(request, "/").rstrip("/")
    references = References(base=base, pages=public, request=getattr(request, "_request", request))
    context = {
        "base_queryset": public,
        "request": request,
        "router": router,
        "view": SimpleNamespace(wanted=Wanted(), seen_types={}),
        "references": references,
    }
    serializers: dict[Any, Any] = {}
    found = {}
    for page in pages:
        model: Any = type(page)
        if model not in serializers:
            serializer = _serializer_class(router, model, conf().languages)
            serializers[model] = serializer(context=context)
        found[page.pk] = serializers[model].to_representation(page)
    return references.resolve(found), references.errors


def item_payload(page: Any, request: Any) -> dict[str, Any]:
    """The whole item of a page for the request's site, without addresses in the API."""
    return payloads([page], request, site_pages(request))[page.pk]
