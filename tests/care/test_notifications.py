"""Wagtail's mails about comments and approval: recipients, and their language of the admin."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset
from wagtail.users.models import UserProfile

from partners.roles.creation import create_roles
from tests.team import page_data

# Wagtail 8 on Django 6.1.
pytestmark = pytest.mark.filterwarnings("ignore:get_connection")


@pytest.fixture
def sign_in(db, django_user_model):
    """A function that creates a member of a role with a language of the admin; gives the client."""
    create_roles()

    def inner(name, role, language):
        user = django_user_model.objects.create_user(name, email=f"{name}@example.org")
        user.groups.add(Group.objects.get(kis_role__key=role))
        UserProfile.objects.create(user=user, preferred_language=language)
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return inner


def save(client, page, **fields):
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), page_data(page, **fields))


def sent():
    """The mails sent since the last call, by address."""
    found = {}
    for message in mail.outbox:
        for address in message.to:
            found.setdefault(address.partition("@")[0], []).append(message)
    mail.outbox.clear()
    return found


def assert_links_are_absolute(message, *urls):
    links = re.findall(r"\S*/admin/\S*", message.body)
    assert links and all(link.startswith("http://testserver/admin/") for link in links)
    for url in urls:
        assert f"http://testserver{url}" in links


def comments(*rows, initial=0):
    forms = [
        {
            "contentpath": "title",
            "position": "",
            "resolved": "",
            "replies": inline_formset(row.pop("replies", [])),
            **row,
        }
        for row in rows
    ]
    return inline_formset(forms, initial=initial)


def test_who_approves_is_told_of_what_waits_and_who_wrote_of_the_decision(sign_in, kis_page):
    page = kis_page("impressum")
    erika = sign_in("erika", "editing", "de")
    jana = sign_in("jana", "approval", "sk")
    sign_in("ilze", "approval", "lv")
    sign_in("zuzana", "translation-sk", "sk")
    edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])

    save(erika, page, title="Anders", **{"action-submit": "1"})
    mails = sent()
    assert set(mails) == {"jana", "ilze"}
    [slovak], [latvian] = mails["jana"], mails["ilze"]
    assert slovak.subject.startswith("Stránka „Anders“ bola odoslaná na schválenie")
    assert latvian.subject.startswith("Lapa „Anders” ir iesniegta apstiprināšanai")
    for message in (slovak, latvian):
        assert_links_are_absolute(message, edit_url)

    task = page.workflow_states.get().current_task_state
    jana.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]),
        {"comment": "Gut"},
    )
    mails = sent()
    assert set(mails) == {"erika"}
    [german] = mails["erika"]
    assert german.subject == "Die Seite „Anders“ wurde in „Freigabe“ freigegeben."
    assert "http://localhost/de/impressum/" in german.body
    assert_links_are_absolute(german)


def test_a_comment_is_told_to_who_follows_the_page_and_an_answer_to_who_wrote_it(sign_in, kis_page):
    page = kis_page("impressum")
    erika = sign_in("erika", "editing", "de")
    max_ = sign_in("max", "editing", "en")
    sign_in("ilze", "editing", "lv")
    save(erika, page, comment_notifications="on")
    assert sent() == {}

    save(max_, page, comments=comments({"text": "Stimmt das?"}))
    mails = sent()
    assert set(mails) == {"erika"}
    [german] = mails["erika"]
    assert german.subject == 'max hat Kommentare in "Impressum" aktualisiert.'
    assert "Stimmt das?" in german.body
    assert_links_are_absolute(german, reverse("wagtailadmin_pages:edit", args=[page.pk]))

    first = page.wagtail_admin_comments.get()
    save(
        erika, page,
        comment_notifications="on",
        comments=comments(
            {"id": first.pk, "text": first.text, "replies": [{"text": "Ja."}]}, initial=1
        ),
    )  # fmt: skip
    mails = sent()
    assert set(mails) == {"max"}
    [english] = mails["max"]
    assert english.subject == 'erika has updated comments on "Impressum"'
    assert "Ja." in english.body
    assert_links_are_absolute(english)
