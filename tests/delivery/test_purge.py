"""What caches are told, recorded by an HTTP server that takes the place of one."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django_tasks import task_backends
from wagtail.models import PageViewRestriction

from partners.delivery import purge
from partners.delivery.models import Follower
from partners.delivery.shelf.version import current_version
from partners.models import Consent, Person


@pytest.fixture
def cache():
    """A server on 127.0.0.1 that keeps the questions it gets; ``status`` is its answer."""

    class Handler(BaseHTTPRequestHandler):
        # A connection stays open for further requests, as it does at real caches.
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            server.told.append((self.command, self.headers["Host"] + self.path, dict(self.headers)))
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PURGE = do_POST = handle_any

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.told, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def purged(db, cache, settings):
    """A site with a cache that has been told of all there was; then what it is told from now on."""
    location = f"http://127.0.0.1:{cache.server_port}"
    settings.WAGTAILFRONTENDCACHE = {
        "keys": {
            "BACKEND": "partners.delivery.purge.SurrogateKeyBackend",
            "LOCATION": location,
            "HEADER": "xkey-purge",
            "HEADERS": {"X-Token": "geheim"},
        }
    }
    purge.purge()
    cache.told.clear()
    return Told(cache)


class Told:
    def __init__(self, cache):
        self.cache = cache

    @property
    def urls(self):
        return {url for _method, url, headers in self.cache.told if "xkey-purge" not in headers}

    @property
    def keys(self):
        lines = [headers.get("xkey-purge", "") for _method, _url, headers in self.cache.told]
        return set(" ".join(lines).split())


def test_a_change_purges_its_addresses_keys_and_listings(purged, kis_page):
    page, sister = kis_page("triade"), kis_page("triade", "sk")
    page.title = "Neu"
    page.save_revision().publish()
    assert purge.purge()
    assert {f"page-{page.pk}", f"page-{sister.pk}", "listings"} <= purged.keys
    assert {
        f"localhost{page.url}",
        f"localhost{sister.url}",
        f"localhost{page.get_parent().url}",
        f"localhost/api/v2/pages/{page.pk}/",
        f"localhost/api/v2/cooperations/{page.pk}/",
        "localhost/api/v2/pages/",
        "localhost/feeds/de/atom.xml",
    } <= purged.urls
    for method, _url, headers in purged.cache.told:
        assert (method, headers["X-Token"]) == ("PURGE", "geheim")
    purged.cache.told.clear()
    assert purge.purge() == 0 and not purged.cache.told


def test_every_answer_carries_a_key_that_is_purged(purged, kis_page):
    page = kis_page("triade")
    answers = {
        path: Client().get(f"/api/v2/{path}")["Surrogate-Key"].split()
        for path in (
            "pages/",
            "changes/",
            "locales/",
            "images/",
            "cooperations/?locale=sk",
            f"pages/{page.pk}/",
            f"cooperations/{page.pk}/?fields=_,title",
            f"pages/{page.pk}/?fields=related(title)",
            f"pages/find/?html_path={page.url}",
            "pages/4711/",
        )
    }
    page.title = "Neu"
    page.save_revision().publish()
    purge.purge()
    for path, keys in answers.items():
        assert purged.keys & set(keys), path


def test_what_is_closed_is_purged_where_it_was(purged, kis_page):
    page, private = kis_page("triade"), kis_page("landesjugendpfarramt-sachsen")
    url, key = page.url, f"page-{page.pk}"
    page.delete()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    purge.purge()
    assert {f"localhost{url}", f"localhost{private.url}"} <= purged.urls
    assert {key, f"page-{private.pk}"} <= purged.keys


def test_a_page_that_moves_is_purged_at_its_old_address_too(purged, kis_page):
    page = kis_page("triade")
    old = page.url
    page.slug = "anderswo"
    page.save_revision().publish()
    page = kis_page("triade")
    purge.purge()
    assert old != page.url and {f"localhost{old}", f"localhost{page.url}"} <= purged.urls


def test_what_could_not_be_told_is_told_the_next_time(purged, kis_page):
    page = kis_page("triade")
    page.title = "Neu"
    page.save_revision().publish()
    purged.cache.status = 500
    seq = Follower.objects.get(name=purge.FOLLOWER).seq
    with pytest.raises(purge.PurgeFailed, match="keys: 500"):
        purge.purge()
    assert Follower.objects.get(name=purge.FOLLOWER).seq == seq
    with pytest.raises(CommandError, match="keys: 500"):
        call_command("purge")
    purged.cache.status = 404  # nothing to purge is as good
    purged.cache.told.clear()
    call_command("purge")
    assert f"page-{page.pk}" in purged.keys
    assert Follower.objects.get(name=purge.FOLLOWER).seq == current_version().number


def test_a_backend_that_fails_keeps_no_other_from_being_told(purged, kis_page, settings):
    settings.WAGTAILFRONTENDCACHE = {
        "gone": {
            "BACKEND": "partners.delivery.purge.SurrogateKeyBackend",
            "LOCATION": "http://127.0.0.1:9",
        },
        **settings.WAGTAILFRONTENDCACHE,
        "wagtail's": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": settings.WAGTAILFRONTENDCACHE["keys"]["LOCATION"],
        },
    }
    page = kis_page("triade")
    page.unpublish()
    with pytest.raises(purge.PurgeFailed, match="gone"):
        purge.purge()
    assert f"page-{page.pk}" in purged.keys
    agents = {headers["User-Agent"].split("/")[0] for _m, _u, headers in purged.cache.told}
    assert "Wagtail-frontendcache" in agents


def test_keys_alone_by_post_and_only_for_own_hosts(db, cache, settings, kis_page):
    settings.WAGTAILFRONTENDCACHE = {
        "provider": {
            "BACKEND": "partners.delivery.purge.SurrogateKeyBackend",
            "LOCATION": f"http://127.0.0.1:{cache.server_port}/service/1/purge",
            "METHOD": "POST",
            "URLS": False,
        },
        "elsewhere": {
            "BACKEND": "partners.delivery.purge.SurrogateKeyBackend",
            "LOCATION": f"http://127.0.0.1:{cache.server_port}",
            "HEADER": "unused",
            "HOSTNAMES": ["www.example.org"],
        },
    }
    purge.purge()
    own = [one for one in cache.told if "Surrogate-Key" in one[2]]
    assert own and {(method, url.partition("/")[2]) for method, url, _headers in own} == {
        ("POST", "service/1/purge/")
    }
    assert not [one for one in cache.told if "unused" not in one[2] and one not in own]


def test_a_settlement_hands_over_after_the_commit(
    purged, kis_page, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    page = kis_page("triade")
    page.unpublish()
    with django_capture_on_commit_callbacks() as callbacks:
        Client().get("/api/v2/pages/")
    assert not purged.cache.told
    for callback in callbacks:
        callback()
    results = task_backends["default"].results
    assert "purge_changes" in {result.task.name for result in results}
    purge.purge_changes.call()
    assert f"page-{page.pk}" in purged.keys


def test_an_editor_hands_over_too(purged, kis_page, editor, settings, monkeypatch):
    handed = []
    monkeypatch.setattr(purge._background, "start", lambda: handed.append(True))
    editor.get("/admin/")
    assert not handed
    with monkeypatch.context() as patch:
        patch.setattr(purge.transaction, "on_commit", lambda call, robust: call())
        editor.post(f"/admin/pages/{kis_page('triade').pk}/unpublish/", {})
    assert handed


def test_a_task_that_fails_is_logged(purged, kis_page, caplog):
    kis_page("triade").unpublish()
    purged.cache.status = 500
    purge.purge_changes.call()
    assert "could not be told" in caplog.text


def test_without_a_cache_nothing_happens(db, settings, django_assert_num_queries):
    assert not hasattr(settings, "WAGTAILFRONTENDCACHE")
    with django_assert_num_queries(0):
        purge.purge_after_commit()
        assert purge.purge() == 0


def test_a_confidential_act_changes_no_key(kis_page, db):
    """Whether an item waits to be compared can't be seen from outside."""
    path = "/api/v2/pages/?fields=_,title&locale=de&limit=100"
    page = kis_page("fachkraefteaustausch")
    Client().get("/api/v2/changes/?limit=500")
    before = Client().get(path)["Surrogate-Key"]
    assert f"page-{page.pk}" in before.split()
    Consent.objects.create(person=Person.objects.first(), evidence="Brief")
    assert Client().get(path)["Surrogate-Key"] == before
