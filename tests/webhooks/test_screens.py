"""The screens for webhooks: who may use them, what they take, what they show once."""

import json

import pytest
from django.urls import reverse
from wagtail.models import Site

from partners.webhooks.models import Attempt, Endpoint
from partners.webhooks.send import send


def form(**values):
    site = Site.objects.get(is_default_site=True)
    return {
        "name": "Erika",
        "url": "https://hook.example.org/",
        "site": site.pk,
        "is_on": "on",
        **values,
    }


def page(endpoint):
    return reverse("kis_webhooks:inspect", args=[endpoint.pk])


def test_from_nothing_to_the_first_message(editor, receiver, kis_page):
    answer = editor.post(
        reverse("kis_webhooks:add"), form(url=receiver.url, languages=["sk"]), follow=True
    )
    made = Endpoint.objects.get()
    assert answer.redirect_chain == [(page(made), 302)] and made.languages == ["sk"]
    assert send(made.pk) == 0 and not receiver.requests
    shown = editor.post(reverse("kis_webhooks:secret", args=[made.pk]))
    made.refresh_from_db()
    assert made.secrets()[0] in shown.content.decode() and "no-store" in shown["Cache-Control"]
    for address in (page(made), reverse("kis_webhooks:edit", args=[made.pk])):
        assert "whsec_" not in editor.get(address).content.decode()
    answer = editor.post(reverse("kis_webhooks:test", args=[made.pk]), follow=True)
    assert json.loads(receiver.requests[0][2])["type"] == "test"
    assert "hat es angenommen" in answer.content.decode()
    assert "webhook-id" in {name.lower() for name in receiver.requests[0][1]}
    attempt = Attempt.objects.get()
    receiver.answers = [500]
    answer = editor.post(reverse("kis_webhooks:repeat", args=[made.pk, attempt.pk]), follow=True)
    assert "nicht angenommen: 500" in answer.content.decode()
    assert receiver.requests[1][2] == receiver.requests[0][2]
    assert receiver.requests[1][1]["webhook-id"] == receiver.requests[0][1]["webhook-id"]


@pytest.mark.parametrize(
    "url",
    ["http://hook.example.org/", "hook.example.org", "javascript:alert(1)", "ftp://a.example/"],
)
def test_an_address_that_nothing_would_be_sent_to_is_refused(editor, url):
    answer = editor.post(reverse("kis_webhooks:add"), form(url=url))
    assert "die mit https:// beginnt" in answer.content.decode() and not Endpoint.objects.exists()


def test_editing_lets_it_be_tried_again(editor, endpoint):
    Endpoint.objects.update(is_on=False, failures=9, retry_at="2100-01-01T00:00Z")
    answer = editor.post(reverse("kis_webhooks:edit", args=[endpoint.pk]), form(), follow=True)
    assert answer.redirect_chain == [(page(endpoint), 302)]
    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.failures, endpoint.retry_at) == (True, 0, None)
    assert "Erika" in editor.get(reverse("kis_webhooks:index")).content.decode()


def test_only_who_may_change_it_and_only_by_post(client, editor, endpoint, django_user_model):
    actions = [reverse(f"kis_webhooks:{name}", args=[endpoint.pk]) for name in ("secret", "test")]
    actions.append(reverse("kis_webhooks:now", args=[endpoint.pk]))
    for action in actions:
        assert editor.get(action).status_code == 405
    client.force_login(django_user_model.objects.create_user("max", is_staff=True))
    for action in [*actions, page(endpoint), reverse("kis_webhooks:index")]:
        assert client.post(action).status_code in (302, 403)
    endpoint.refresh_from_db()
    assert endpoint.generation == 1 and not Attempt.objects.exists()
