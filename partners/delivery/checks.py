"""System checks of the delivery; most ask the database: ``check --database default``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, router

from ..api.computed import reason_against
from ..conf import conf
from .answers.cache import ConditionalCacheMiddleware
from .models import CLOSED, Failure, Note, State
from .notes import triggers
from .shelf.settle import REOPEN

#: Middleware of Django that makes answers of one reader, or keeps or packs them itself.
INSIDE = (
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
#: How often a router is asked: some choose among replicas by chance.
ASKED = 20


@register(Tags.database)
def check_triggers(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell of tables whose changes the shelf doesn't learn of, and of a closed shelf."""
    if "default" not in (databases or []):
        return []
    try:
        tables = connections["default"].introspection.table_names()
        if Note._meta.db_table not in tables:
            return []
        lacking = triggers.missing()
        closed = State.objects.filter(release=CLOSED).exists()
    except DatabaseError:
        return []
    found: list[CheckMessage] = []
    if lacking:
        text = f"Changes of {', '.join(lacking)} don't reach the shelf of published items."
        # No error: that would keep migrate from mending it.
        found.append(Warning(text, hint=REOPEN, id="kis_delivery.W003"))
    if closed:
        text = "The shelf of published items is closed: answers are slow, and the feed is 503."
        hint = f"A migration runs, or one has failed. {REOPEN}"
        found.append(Warning(text, hint=hint, id="kis_delivery.W001"))
    return found


@register(Tags.database)
def check_failures(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell of pages whose items can't be made."""
    if "default" not in (databases or []):
        return []
    try:
        return [
            Warning(
                f"The item of page {one.page_id} "
                + ("lacks a file" if one.lacking else "can't be made, so it is not in the API")
                + f" since {one.since:%Y-%m-%d %H:%M}: {one.error}",
                hint="It is made again after a while, and as soon as the page changes.",
                id="kis_delivery.W002",
            )
            for one in Failure.objects.order_by("page_id")[:20]
        ]
    except DatabaseError:
        return []


@register()
def check_computed_fields(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Tell of what ``shelf_computed`` says wrongly; such a field counts as not listed."""
    return [
        Error(
            f"{model._meta.label}.shelf_computed: {fault}.",
            hint=(
                "Name fields of api_fields, and for each the labels of the models that it is "
                'computed from, such as ["news.NewsPage"], or [] if it is computed from its own '
                "object alone."
            ),
            obj=model,
            id="kis_delivery.E001",
        )
        for model in apps.get_models()
        for fault in _faults(model)
    ]


def _faults(model: Any) -> Iterator[str]:
    known = {
        getattr(one, "name", one)
        for one in (*getattr(model, "api_fields", ()), *getattr(model, "api_meta_fields", ()))
    }
    for name, labels in getattr(model, "shelf_computed", {}).items():
        if name not in known:
            yield f"'{name}' isn't in api_fields"
        if not isinstance(labels, (list, tuple)):
            yield f"'{name}' has {labels!r}, which is no list"
            continue
        for label in labels:
            if reason := reason_against(label):
                yield f"'{name}' can't depend on {label!r}, {reason}"


@register()
def check_pages_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Tell of what ``KIS_PARTNERS["PAGES_READ"]`` names wrongly; its changes would show late."""
    return [
        Error(
            f"KIS_PARTNERS['PAGES_READ'] names {label!r}: {reason}.",
            hint="Name models that templates read, such as 'menus.Menu', or set it to None.",
            id="kis_delivery.E003",
        )
        for label in conf().pages_read or ()
        if (reason := reason_against(label))
    ]


@register()
def check_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The middleware of the cache stands before those whose work is part of a kept answer."""
    places = {name: number for number, name in enumerate(settings.MIDDLEWARE)}
    own = f"{ConditionalCacheMiddleware.__module__}.{ConditionalCacheMiddleware.__qualname__}"
    hint = f"Put '{own}' first into MIDDLEWARE."
    if own not in places:
        text = "Answers are kept nowhere and have no entity tags: the middleware is missing."
        return [Warning(text, hint=hint, id="kis_delivery.W004")]
    before = [name for name in INSIDE if places.get(name, len(places)) < places[own]]
    if not before:
        return []
    return [
        Error(
            f"The middleware of the cache stands after {', '.join(map(repr, before))}, so answers "
            "for everybody pass through what is made for one reader.",
            hint=hint,
            id="kis_delivery.E004",
        )
    ]


@register()
def check_routers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Tell of models that are read or written elsewhere than where the shelf is.

    A replica that lags behind would give a withdrawn page under the version in which it is gone.
    """
    if not router.routers:
        return []
    own = apps.get_app_config(Note._meta.app_label)
    tables = {watch.table for watch in triggers.watches()}
    astray = sorted(
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if (model._meta.db_table in tables or model._meta.app_config is own)
        and any(
            decide(model) != DEFAULT_DB_ALIAS
            for decide in (router.db_for_read, router.db_for_write)
            for _time in range(ASKED)
        )
    )
    if not astray:
        return []
    named = ", ".join(astray[:5]) + (f" and {len(astray) - 5} more" if astray[5:] else "")
    return [
        Error(
            f"A router in DATABASE_ROUTERS sends {named} to another database than "
            f"'{DEFAULT_DB_ALIAS}', so what was withdrawn may be served.",
            hint=(
                "Let its db_for_read and db_for_write give None or "
                f"'{DEFAULT_DB_ALIAS}' for these models: what decides what is public must be read "
                "where it is written."
            ),
            id="kis_delivery.E002",
        )
    ]
