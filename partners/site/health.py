"""Whether this process lives and whether the site is ready, for probes of those who run it.

``live`` asks nothing, so it is slow only where the process hangs. ``ready`` asks each check: those
below, and those that apps give by the hook ``register_kis_health_checks``. Both answer with names
of checks alone, never with contents, addresses or errors; what is wrong is in the log.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail import hooks

from ..conf import conf

logger = logging.getLogger(__name__)

#: For how many milliseconds PostgreSQL works at one statement of a check.
PATIENCE = 2_000
OK, FAILING, UNKNOWN = "ok", "failing", "unknown"


@dataclass(frozen=True)
class Check:
    """A condition without which the site isn't ready.

    ``ask`` gives a sentence for the log about what is wrong, or nothing; an exception counts as
    wrong. It may take a few statements whatever the size of the site. A check that ``reads`` the
    database isn't asked where the database doesn't answer.
    """

    name: str
    ask: Callable[[], str]
    reads: bool = True


def urls() -> list[URLPattern]:
    """The two addresses; a site includes them outside of ``i18n_patterns``."""
    return [
        path("live", live, name="kis_health_live"),
        path("ready", ready, name="kis_health_ready"),
    ]


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """That this process answers."""
    return JsonResponse({"live": True})


@never_cache
@transaction.non_atomic_requests
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 where every check holds, otherwise 503; ``failing`` names those that don't.

    Those in ``KIS_PARTNERS["READY_WITHOUT"]`` are named, but don't make the answer 503.
    """
    states: dict[str, str] = {}
    for check in checks():
        if check.reads and states.get("database", OK) != OK:
            states[check.name] = UNKNOWN
        else:
            states[check.name] = FAILING if _fails(check) else OK
    failing = [name for name, state in states.items() if state == FAILING]
    is_ready = set(failing) <= set(conf().ready_without)
    answer = {"ready": is_ready, "failing": failing, "checks": states}
    return JsonResponse(answer, status=200 if is_ready else 503)


def checks() -> Iterator[Check]:
    """All checks, the database first."""
    yield Check("database", _database)
    yield Check("migrations", _migrations)
    yield Check("cache", _cache, reads=False)
    for given in hooks.get_hooks("register_kis_health_checks"):
        yield from given()


def _fails(check: Check) -> bool:
    try:
        wrong = check.ask()
    except Exception:
        # Any: a check of the site's own, a driver or a server may fail in any way.
        logger.warning("Not ready: %s", check.name, exc_info=True)
        return True
    if wrong:
        logger.warning("Not ready: %s: %s", check.name, wrong)
    return bool(wrong)


def _database() -> str:
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE)])
        # A table of content: a database that answers can be another one, or be locked.
        cursor.execute("SELECT 1 FROM wagtailcore_site LIMIT 1")
        cursor.fetchall()
    return ""


def _migrations() -> str:
    recorder = MigrationRecorder(connections[DEFAULT_DB_ALIAS])
    applied = recorder.applied_migrations()
    lacking = sorted(
        f"{app}.{name}"
        for (app, name), replaced in _known_migrations().items()
        if (app, name) not in applied and not (replaced and all(one in applied for one in replaced))
    )
    return f"{', '.join(lacking)} not applied; run manage.py migrate." if lacking else ""


@lru_cache(maxsize=1)
def _known_migrations() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """All migrations of the code that runs, with those that each replaces; read once."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    return {key: tuple(graph.nodes[key].replaces) for key in graph.nodes}


def _cache() -> str:
    """Nothing is asked of a site that keeps no answers."""
    if not conf().cache_slots or isinstance(cache := caches[conf().cache], DummyCache):
        return ""
    # Each question has a key of its own: several hosts ask at the same time.
    key, value = f"kis-health-{uuid.uuid4().hex}", uuid.uuid4().hex
    cache.set(key, value, 10)
    found = cache.get(key)
    cache.delete(key)
    return "" if found == value else "what was stored isn't found."
