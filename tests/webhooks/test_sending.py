"""Nudges: at least once, in order, of what is public alone, and never into a private network."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError
from wagtail.models import PageViewRestriction

from partners.care import public_web
from partners.delivery.models import Follower, State
from partners.models import Consent
from partners.webhooks import send as sending
from partners.webhooks.models import Attempt, Endpoint
from partners.webhooks.send import due, forget_old, send, wait


def save(page, title="Anders"):
    page.title = title
    page.save_revision().publish()


def test_a_publication_is_told_with_where_to_read_it(endpoint, receiver, kis_page):
    page = kis_page("triade")
    before = receiver_cursor()
    save(page, "Das geheime Wort")
    assert send(endpoint.pk) == len(receiver.requests) >= 1
    path, _headers, _body = receiver.requests[0]
    assert path == "/hook?site=kis"
    told = next(one for one in receiver.data if one["id"] == page.pk)
    assert told.pop("cursor") and told == {
        "action": "upsert",
        "id": page.pk,
        "translation_key": str(page.translation_key),
        "locale": "de",
        "type": page._meta.label,
        "detail_url": f"http://localhost/api/v2/pages/{page.pk}/",
    }
    assert Client().get(told["detail_url"]).json()["title"] == "Das geheime Wort"
    assert "Wort" not in "".join(body for _path, _headers, body in receiver.requests)
    # Whoever reads the feed from where it was gets the same pages.
    changes = Client().get(f"/api/v2/changes/?since={before}").json()["changes"]
    assert [(one["action"], one["id"]) for one in changes] == receiver.told
    assert send(endpoint.pk) == 0


def receiver_cursor():
    return Client().get("/api/v2/changes/?limit=500").json()["meta"]["next"]


def test_the_cursor_stands_behind_the_change(endpoint, receiver, kis_page):
    save(kis_page("triade"))
    send(endpoint.pk)
    after = Client().get(f"/api/v2/changes/?since={receiver.data[-1]['cursor']}").json()
    assert after["changes"] == []


def test_what_is_closed_is_told_without_address_and_reason(endpoint, receiver, kis_page):
    page = kis_page("triade")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    send(endpoint.pk)
    told = next(one for one in receiver.data if one["id"] == page.pk)
    assert told["action"] == "delete" and not {"detail_url", "reason"} & told.keys()


def test_an_act_that_changes_nothing_in_public_is_told_to_nobody(endpoint, receiver):
    for consent in Consent.objects.all():
        consent.evidence = "Brief vom 1. März"
        consent.save()
    assert send(endpoint.pk) == 0 and not receiver.requests


def test_only_the_languages_and_kinds_that_are_wanted(endpoint, receiver, kis_page):
    Endpoint.objects.update(languages=["sk"], types=["kis_partners.PartnerPage"])
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    for page in (german, slovak, kis_page("kooperationen", "sk")):
        save(page)
    send(endpoint.pk)
    assert {one["id"] for one in receiver.data} >= {slovak.pk}
    assert {(one["locale"], one["type"]) for one in receiver.data} == {
        ("sk", "kis_partners.PartnerPage")
    }


def test_signed_by_the_standard(endpoint, receiver, kis_page):
    save(kis_page("triade"))
    send(endpoint.pk)
    for _path, headers, body in receiver.requests:
        assert Webhook(endpoint.secrets()[0]).verify(body, headers) == json.loads(body)
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint.secrets()[0]).verify(body + " ", headers)


def test_both_secrets_sign_while_they_are_changed(endpoint, receiver, kis_page, settings):
    former = endpoint.secrets()[0]
    new = endpoint.rotate()
    save(kis_page("triade"))
    send(endpoint.pk)
    _path, headers, body = receiver.requests[-1]
    assert former != new and Webhook(former).verify(body, headers)
    assert Webhook(new).verify(body, headers)
    later = timezone.now() + timedelta(days=3)
    assert endpoint.secrets(later) == [new]
    # A new key of the site: the secret that the other site has still signs.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert new in endpoint.secrets() and endpoint.secrets()[0] != new


def test_without_a_secret_or_switched_off_nothing_is_sent(endpoint, receiver, kis_page):
    save(kis_page("triade"))
    for values in ({"generation": 0}, {"generation": 1, "is_on": False}):
        Endpoint.objects.update(**values)
        assert send(endpoint.pk) == 0 and not receiver.requests
    Endpoint.objects.update(is_on=True)
    assert send(endpoint.pk)


@pytest.mark.parametrize("status", [500, 404, 301, 302, 307])
def test_what_failed_is_sent_again_in_the_same_order(endpoint, receiver, kis_page, status):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Location", f"http://{receiver.host}/elsewhere")
        handler.end_headers()

    save(kis_page("triade"))
    save(kis_page("triade", "sk"))
    receiver.answers = [answer]
    assert send(endpoint.pk) == 0 and len(receiver.requests) == 1
    assert send(endpoint.pk) == 0 and len(receiver.requests) == 1, "it isn't due yet"
    endpoint.refresh_from_db()
    assert endpoint.failures == 1 and endpoint.retry_at > timezone.now()
    Endpoint.objects.update(retry_at=timezone.now())
    assert send(endpoint.pk) >= 2
    assert {path for path, _headers, _body in receiver.requests} == {"/hook?site=kis"}
    names = [headers["webhook-id"] for _path, headers, _body in receiver.requests]
    assert names[0] == names[1] and len(set(names)) == len(names) - 1
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.retry_at) == (0, None, None)


def test_waits_grow_up_to_hours_and_are_never_the_same():
    waits = [wait(number).total_seconds() for number in range(40)]
    assert 15 <= waits[0] <= 25 and max(waits) <= 7.5 * 3600
    assert waits[5] > 4 * waits[0] and len({round(one, 3) for one in waits}) == 40
    # More than a day passes before an endpoint is given up.
    assert timedelta(days=1) < sending.PATIENCE


def retry_after(value):
    def answer(handler):
        handler.send_response(429)
        handler.send_header("Retry-After", value)
        handler.end_headers()

    return answer


@pytest.mark.parametrize(
    "value, seconds",
    [("7200", 7200), ("Wed, 01 Jan 2120 00:00:00 GMT", 86_400), ("soon", 20), ("nan", 20)],
)
def test_retry_after_is_kept(endpoint, receiver, kis_page, value, seconds):
    save(kis_page("triade"))
    receiver.answers = [retry_after(value)]
    send(endpoint.pk)
    endpoint.refresh_from_db()
    left = (endpoint.retry_at - timezone.now()).total_seconds()
    assert 0.7 * seconds < left < 1.3 * seconds


def test_after_days_it_is_switched_off_and_the_owner_told(endpoint, receiver, kis_page):
    Endpoint.objects.update(
        contact="erika@example.org", failing_since=timezone.now() - timedelta(days=5), failures=30
    )
    save(kis_page("triade"))
    receiver.answers = [500]
    send(endpoint.pk)
    endpoint.refresh_from_db()
    assert not endpoint.is_on and endpoint.pk not in due()
    [sent] = mail.outbox
    assert sent.to == ["erika@example.org"] and "500" in sent.body and receiver.url in sent.body


def test_who_says_that_it_is_gone_is_switched_off_at_once(endpoint, receiver, kis_page):
    save(kis_page("triade"))
    receiver.answers = [410]
    send(endpoint.pk)
    endpoint.refresh_from_db()
    assert not endpoint.is_on and not mail.outbox


def drip(handler):
    """A byte now and then, so that no single read takes long."""
    for _time in range(60):
        try:
            handler.wfile.write(b"H")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def flood(handler):
    handler.send_response(200)
    handler.end_headers()
    for _time in range(1000):
        try:
            handler.wfile.write(b"\x00<b>" * 4096)
        except OSError:
            return


def test_a_slow_side_is_left_in_time_and_a_talkative_one_cut_off(
    endpoint, receiver, kis_page, monkeypatch
):
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    save(kis_page("triade"))
    receiver.answers = [drip, flood]
    send(endpoint.pk)
    slow = Attempt.objects.latest("pk")
    assert slow.status is None and slow.error and slow.seconds < 2
    monkeypatch.setattr(sending, "SECONDS", 10)
    Endpoint.objects.update(retry_at=None)
    assert send(endpoint.pk)
    assert all(len(one.answer) <= sending.KEPT for one in Attempt.objects.all())
    assert all("\x00" not in one.answer for one in Attempt.objects.all())


def test_a_closed_port_is_a_failure_like_any_other(endpoint, receiver, kis_page):
    receiver.server.shutdown()
    receiver.server.server_close()
    save(kis_page("triade"))
    assert send(endpoint.pk) == 0
    assert "refused" in Attempt.objects.latest("pk").error


PRIVATE = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "[::1]", "[fe80::1]"]


@pytest.mark.parametrize("host", [*PRIVATE, "localhost", "hook.example.org"])
def test_never_into_a_private_network(endpoint, receiver, kis_page, monkeypatch, host):
    """A name is resolved once, and what it is resolved to is what is looked at and connected to."""
    monkeypatch.setattr(
        public_web.socket, "create_connection", lambda *_args: pytest.fail("connected")
    )
    if host == "hook.example.org":
        found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
        monkeypatch.setattr(public_web.socket, "getaddrinfo", lambda *_args, **_more: found)
    Endpoint.objects.update(url=f"https://{host}/hook")
    save(kis_page("triade"))
    assert send(endpoint.pk) == 0 and not receiver.requests
    assert "isn't public" in Attempt.objects.latest("pk").error


def test_without_https_nothing_is_sent(endpoint, receiver, kis_page, settings):
    Endpoint.objects.update(url="http://hook.example.org/")
    save(kis_page("triade"))
    assert send(endpoint.pk) == 0
    assert "HTTPS" in Attempt.objects.latest("pk").error


def test_one_process_sends_and_another_goes_on_when_it_has_died(endpoint, receiver, kis_page):
    save(kis_page("triade"))
    soon = timezone.now() + timedelta(seconds=30)
    Endpoint.objects.update(held_by=uuid.uuid4(), held_until=soon)
    assert send(endpoint.pk) == 0 and not receiver.requests
    Endpoint.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert send(endpoint.pk) == len(receiver.requests)
    endpoint.refresh_from_db()
    assert endpoint.held_by is None


def test_who_lost_its_turn_stops(endpoint, receiver, kis_page):
    save(kis_page("triade"))
    save(kis_page("triade", "sk"))
    receiver.answers = [204]
    taken_over = []

    def tell(_count):
        taken_over.append(Endpoint.objects.update(held_by=uuid.uuid4()))

    assert send(endpoint.pk, tell) == 1 and len(receiver.requests) == 2


def test_after_a_backup_one_message_says_so(endpoint, receiver, kis_page):
    State.objects.update(epoch=uuid.uuid4())
    assert send(endpoint.pk) == 1
    assert json.loads(receiver.requests[0][2])["type"] == "content.reset"
    save(kis_page("triade"))
    assert send(endpoint.pk) >= 1
    assert json.loads(receiver.requests[-1][2])["type"] == "content.changed"


def test_caches_are_told_first(endpoint, receiver, kis_page, settings):
    settings.WAGTAILFRONTENDCACHE = {
        "cache": {"BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
                  "LOCATION": "http://127.0.0.1:9"}
    }  # fmt: skip
    save(kis_page("triade"))
    assert send(endpoint.pk) == 0 and not receiver.requests
    Follower.objects.update_or_create(name="purge", defaults={"seq": 10**9})
    assert send(endpoint.pk)


def test_the_command_sends_and_forgets_what_is_old(endpoint, receiver, kis_page, capsys):
    save(kis_page("triade"))
    old = Attempt.objects.create(
        endpoint=endpoint,
        message="x",
        body="{}",
        at=timezone.now() - timedelta(days=31),
        seconds=0,
        status=204,
    )
    call_command("send_webhooks")
    assert f"{len(receiver.requests)} webhooks sent." in capsys.readouterr().out
    assert not Attempt.objects.filter(pk=old.pk).exists() and Attempt.objects.exists()
    assert forget_old() == 0
    call_command("send_webhooks")
    assert "Nothing to send." in capsys.readouterr().out


def test_a_hundred_changes_take_few_statements(
    endpoint, receiver, kis_page, django_assert_max_num_queries
):
    from partners.webhooks.changes import next_messages

    for number in range(3):
        save(kis_page("triade"), f"Titel {number}")
        save(kis_page("triade", "sk"), f"Titel {number}")
    next_messages(endpoint)
    with django_assert_max_num_queries(6):
        assert len(next_messages(endpoint)) >= 2
