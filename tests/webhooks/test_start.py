"""When nudges are sent by themselves: after the commit, and after caches were told."""

from django.test import Client
from django_tasks import task_backends

from partners.delivery import purge
from partners.webhooks import start
from partners.webhooks.models import Endpoint

DUMMY = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def handed():
    return [one.args for one in task_backends["default"].results if "webhooks" in one.task.name]


def test_a_settlement_hands_over_after_the_commit(
    endpoint, receiver, kis_page, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = DUMMY
    kis_page("triade").unpublish()
    with django_capture_on_commit_callbacks() as callbacks:
        Client().get("/api/v2/pages/")
    assert not handed()
    for callback in callbacks:
        callback()
    assert handed() == [[endpoint.pk]] and not receiver.requests
    start.send_webhooks.call(endpoint.pk)
    assert receiver.told


def test_an_editor_hands_over_too(
    endpoint, editor, kis_page, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = DUMMY
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(f"/admin/pages/{kis_page('triade').pk}/unpublish/", {})
    assert handed()


def test_where_there_are_caches_after_them(
    endpoint, kis_page, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.TASKS = DUMMY
    settings.WAGTAILFRONTENDCACHE = {
        "cache": {"BACKEND": "wagtail.contrib.frontend_cache.backends.DummyBackend"}
    }
    monkeypatch.setattr(purge, "get_backends", dict)
    kis_page("triade").unpublish()
    with django_capture_on_commit_callbacks(execute=True):
        Client().get("/api/v2/pages/")
    assert not handed()
    purge.purge()
    assert handed() == [[endpoint.pk]]


def test_what_goes_wrong_is_logged(endpoint, kis_page, monkeypatch, caplog):
    kis_page("triade").unpublish()
    monkeypatch.setattr(start, "send", lambda pk: Endpoint.nothing)
    start.send_webhooks.call(endpoint.pk)
    assert f"endpoint {endpoint.pk} could not be sent" in caplog.text
