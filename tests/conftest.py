"""The suite runs on a database that holds KIS's content; each test rolls back what it does.

It is a copy of one that is made once, see ``tests/prepared.py``. Each process has its own.
"""

from __future__ import annotations

import gc
import logging
import os
from functools import cache
from zlib import crc32

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache as kept
from django.db import connection
from django.test import Client
from django.utils import translation
from wagtail.models import Locale, Page

from partners.content import read_package
from partners.delivery.shelf import version
from partners.delivery.shelf.settle import settle
from partners.translating import grades
from tests.prepared import copy_postgresql, copy_site

KIS = settings.KIS_PARTNERS["CONTENT"]
#: A package about an invented organisation in an invented town.
EXAMPLE = settings.BASE_DIR / "tests" / "data" / "example"

# How long an example takes says how busy the machine is, not that something is wrong.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")


def pytest_collection_modifyitems(config, items):
    """Two runs can share the slow tests: ``KIS_SHARE=0`` leaves out what ``KIS_SHARE=1`` runs."""
    share = os.environ.get("KIS_SHARE")
    if share:
        others = [
            item
            for item in items
            if item.get_closest_marker("slow") and crc32(item.nodeid.encode()) % 2 != int(share)
        ]
        config.hook.pytest_deselected(items=others)
        left_out = set(others)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings, django_db_blocker):
    """The test database is there already: a copy of the prepared one."""
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    if connection.vendor == "sqlite":
        copy_site(name, settings.MEDIA_ROOT)
    else:
        with django_db_blocker.unblock():
            copy_postgresql(connection, name, settings.MEDIA_ROOT)
    return True


@pytest.fixture(scope="session")
def django_db_createdb():
    """A database that is there isn't made anew."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        settle()
        grades.settle()
    # What is loaded by now stays, so that nobody need look through it for what can go; and what
    # tests leave in circles is little beside what looking for it after every 700 objects costs.
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(autouse=True)
def nothing_kept():
    """What is remembered may be what a test has rolled back: a site, or its answers."""
    kept.clear()
    version._last = None


@pytest.fixture(autouse=True)
def begin_in_german(settings):
    """A request leaves its language behind; the next test begins in that of the site."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def unindexed(settings):
    """Saves leave the index of the search alone: tests that don't search need not wait for it."""
    backends = settings.WAGTAILSEARCH_BACKENDS
    settings.WAGTAILSEARCH_BACKENDS = {
        name: {**backend, "AUTO_UPDATE": False} for name, backend in backends.items()
    }


class _Failing(logging.Handler):
    def emit(self, record):
        raise AssertionError(record.getMessage()) from (record.exc_info or [None, None])[1]


@pytest.fixture(autouse=True)
def a_shelf_that_fails_is_a_failure():
    """The API would answer without it, and no test would notice."""
    logger, handler = logging.getLogger("partners.delivery.shelf"), _Failing(logging.ERROR)
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


@pytest.fixture
def api(db):
    """Asks the API; gives the parsed answer, which must have the status that is expected."""
    client = Client()

    def get(path, status=200, **headers):
        response = client.get(f"/api/v2/{path}", headers=headers)
        assert response.status_code == status, response.content[:500]
        kind = "json" if response.status_code < 400 else "problem+json"
        assert response.headers["Content-Type"].split(";")[0] == f"application/{kind}"
        return response.json()

    return get


def find_page(key, language="de"):
    """A page of KIS's content by key, in a language."""
    package = kis_package()
    item = next(item for item in package.items if item.key == key and item.is_page)
    return Page.objects.get(
        translation_key=package.uuid(item.type, item.key),
        locale=Locale.objects.get(language_code=language),
    ).specific


@cache
def kis_package():
    return read_package(KIS)


@pytest.fixture
def kis_page(db):
    """Finds a page of KIS's content by key, in a language."""
    return find_page


@pytest.fixture
def editor(client, django_user_model):
    """A client that is signed in to the admin."""
    user = django_user_model.objects.create_superuser(
        username="erika", email="erika.mustermann@example.org", password="geheim"
    )
    client.force_login(user)
    client.user = user
    return client
