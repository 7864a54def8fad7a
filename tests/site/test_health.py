"""``/health/live`` and ``/health/ready``."""

import json

import pytest
from django.core.cache import caches
from django.db import DatabaseError, connection, connections
from django.test import Client
from wagtail import hooks

from partners.delivery.models import CLOSED, Note, State
from partners.delivery.notes import triggers
from partners.delivery.shelf import settle, version
from partners.models import Topic
from partners.site.health import Check

ALL = ["database", "migrations", "cache", "triggers", "shelf"]


def ask(status=200, path="/health/ready"):
    response = Client().get(path)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response and "ETag" not in response
    return response.json()


def test_a_process_that_answers_lives(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert ask(path="/health/live") == {"live": True}


def test_a_site_is_ready_when_every_check_holds(db):
    assert ask() == {"ready": True, "failing": [], "checks": dict.fromkeys(ALL, "ok")}


def test_the_statements_do_not_depend_on_the_content(django_assert_num_queries, db):
    ask()
    # With the beginning and end of a transaction, and on PostgreSQL its limit of time.
    with django_assert_num_queries(7 + (connection.vendor == "postgresql")):
        ask()


def test_addresses_are_outside_of_languages_and_take_no_other_methods(db):
    for name in ("live", "ready"):
        assert Client().head(f"/health/{name}").status_code == 200
        assert Client().post(f"/health/{name}").status_code == 405
    assert Client().get("/health/other").status_code == 404
    assert Client().get("/de/health/live").status_code == 404


def test_without_its_database_nothing_else_is_asked(db, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError("connection to server at 10.0.0.5, user kis, failed")

    monkeypatch.setattr(connections["default"], "cursor", away)
    found = ask(503)
    monkeypatch.undo()
    assert found["failing"] == ["database"]
    assert found["checks"] == {
        **dict.fromkeys(ALL, "unknown"),
        "database": "failing",
        "cache": "ok",
    }
    assert "10.0.0.5" not in json.dumps(found)


def test_a_migration_that_is_not_applied(db, caplog):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'kis_partners' AND name = '0001_initial'"
        )
    found = ask(503)
    assert found["failing"] == ["migrations"] and "0001" not in json.dumps(found)
    assert "kis_partners.0001_initial not applied" in caplog.text


def test_a_migration_that_stands_for_others_is_applied_with_them(db, monkeypatch):
    from partners.site import health

    known = {**health._known_migrations(), ("kis", "0003_squashed"): (("home", "0001_initial"),)}
    monkeypatch.setattr(health, "_known_migrations", lambda: known)
    assert ask()["ready"]
    known["kis", "0004"] = ()
    assert ask(503)["failing"] == ["migrations"]


def test_a_cache_that_loses_what_is_stored(db, settings, monkeypatch):
    monkeypatch.setattr(type(caches["default"]), "get", lambda *args, **kwargs: None)
    assert ask(503)["failing"] == ["cache"]
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "READY_WITHOUT": ["cache"]}
    found = ask()
    assert found["ready"] and found["failing"] == ["cache"]
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "READY_WITHOUT": [], "CACHE_SLOTS": 0}
    assert ask()["failing"] == []


def test_a_server_of_the_cache_that_is_away(db, settings):
    """The site goes on without it, and says that it does."""
    settings.CACHES = {
        "default": {
            "BACKEND": "partners.delivery.answers.redis.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert ask(503)["failing"] == ["cache"]


def test_a_table_without_triggers(db):
    with connection.cursor() as cursor:
        [name] = [
            name
            for name, table in triggers.installed()
            if table == "kis_partners_topic" and name.endswith("update")
        ]
        on = " ON kis_partners_topic" if connection.vendor == "postgresql" else ""
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    assert ask(503)["failing"] == ["triggers"]


def test_a_closed_shelf(db):
    State.objects.update(release=CLOSED)
    assert ask(503)["failing"] == ["shelf"]
    settle.settle(everything=True)


def test_a_shelf_of_another_release_serves(db):
    """While hosts are updated one after the other, both releases answer."""
    State.objects.update(release="another")
    assert ask()["ready"]


def test_what_is_due_is_settled(db):
    ask()
    Topic.objects.filter(pk=Topic.objects.first().pk).update(name="Anders")
    assert Note.objects.exists()
    assert ask()["ready"]
    assert not Note.objects.exists()


def test_a_settlement_that_fails(db, monkeypatch):
    def failing(*args, **kwargs):
        raise DatabaseError

    ask()
    with monkeypatch.context() as broken:
        broken.setattr(version, "settle", failing)
        broken.setattr(version.logger, "exception", lambda *args: None)
        Note.objects.create(source="*", key="")
        assert ask(503)["failing"] == ["shelf"]
    assert ask()["ready"]


@pytest.mark.parametrize("fails", [True, False])
def test_a_check_of_the_site_itself(db, fails):
    def ours():
        if fails:
            raise RuntimeError("Erika Mustermann")
        return ""

    with hooks.register_temporarily(
        "register_kis_health_checks", lambda: [Check("payments", ours, reads=False)]
    ):
        found = ask(503 if fails else 200)
    assert found["checks"]["payments"] == ("failing" if fails else "ok")
    assert "Mustermann" not in json.dumps(found)
