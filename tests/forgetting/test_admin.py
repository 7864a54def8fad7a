"""Forgetting in the admin: the list of what will happen, the decision, the receipt, the rights."""

import re
import uuid
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.models import StandardPage
from partners.models import Consent, ForgettingReceipt, Person
from partners.roles.creation import create_roles
from tests.forgetting.conftest import grep, holds
from tests.forgetting.test_forgetting import PAGE


def fields(shown):
    """What a browser sends of the form, as it comes."""
    value = re.search(r'<input type="hidden" name="shown" value="([^"]*)"', shown)
    names = re.search(r'<textarea[^>]*name="names"[^>]*>([^<]*)', shown)
    pictures = re.findall(
        r'<input type="checkbox" name="pictures" value="(\d+)"[^>]*checked', shown
    )
    return {
        "shown": unescape(value[1]),
        "names": unescape(names[1]).strip(),
        "pictures": pictures,
        "forget": "1",
    }


@pytest.mark.slow
def test_the_list_says_what_will_happen(person, editor):
    url = reverse("forget_person", args=[person.pk])
    answer = editor.get(url)
    shown = unescape(answer.content.decode())
    page = StandardPage.objects.get(**PAGE)
    assert "no-store" in answer["Cache-Control"]
    for words in (
        f"Standardseite #{page.pk} (Deutsch)",
        "Dr. Jörg Größl",
        "wird in allen Größen gelöscht",
        "2 Einwilligungen enden heute",
        "ist nach der Person benannt",
    ):
        assert words.casefold() in shown.casefold(), words
    before = grep()
    data = fields(answer.content.decode()) | {"texts": "replace", "look": "1"}
    del data["forget"]
    assert editor.post(url, data).status_code == 200
    assert grep() >= before and not ForgettingReceipt.objects.exists()


@pytest.mark.slow
def test_a_decision_is_asked_for(person, editor):
    url = reverse("forget_person", args=[person.pk])
    data = fields(editor.get(url).content.decode())
    assert editor.post(url, data).status_code == 200
    assert not ForgettingReceipt.objects.exists()


@pytest.mark.slow
def test_names_that_were_added_are_looked_for_first(person, editor):
    url = reverse("forget_person", args=[person.pk])
    data = fields(editor.get(url).content.decode())
    data |= {"texts": "replace", "names": data["names"] + "\nJörg Altmeister"}
    shown = editor.post(url, data)
    assert shown.status_code == 200 and not ForgettingReceipt.objects.exists()
    again = fields(shown.content.decode()) | {"texts": "replace"}
    assert "Altmeister" in again["names"]
    assert editor.post(url, again).status_code == 302


@pytest.fixture
def decided(person, editor, django_capture_on_commit_callbacks):
    url = reverse("forget_person", args=[person.pk])
    data = fields(editor.get(url).content.decode()) | {"texts": "replace"}
    with django_capture_on_commit_callbacks(execute=True):
        return editor.post(url, data, follow=True)


@pytest.mark.slow
def test_the_receipt_is_shown_and_nothing_is_left(decided, person, editor):
    receipt = ForgettingReceipt.objects.get()
    assert decided.redirect_chain[-1][0] == reverse("forgotten_person", args=[receipt.pk])
    shown = unescape(decided.content.decode())
    assert "2 Einwilligungen sind beendet" in shown and not holds(shown)
    assert receipt.forgotten_by == editor.user
    assert grep() == set()
    history = editor.get(
        reverse(Person.snippet_viewset.get_url_name("history"), args=[person.pk])
    ).content.decode()
    assert f"Vergessen; Nachweis {receipt.pk}" in history


@pytest.mark.slow
def test_pages_of_the_person_can_be_edited_afterwards(decided, person, editor):
    edit = reverse(Person.snippet_viewset.get_url_name("edit"), args=[person.pk])
    assert editor.get(edit).status_code == 200
    for consent in Consent.objects.filter(person=person):
        url = reverse(Consent.snippet_viewset.get_url_name("edit"), args=[consent.pk])
        assert editor.get(url).status_code == 200
    for page in StandardPage.objects.filter(title__startswith="Gespräch"):
        assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        assert editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200


@pytest.mark.slow
def test_a_role_that_names_the_person_has_no_button(person, editor):
    Person.objects.filter(pk=person.pk).update(role="Büro Größl")
    shown = editor.get(reverse("forget_person", args=[person.pk])).content.decode()
    assert "Die Funktion nennt die Person" in shown and 'name="forget"' not in shown


ROLES = ["editing", "translation-sk", "approval", "administration"]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_who_may_forget(role, person, client, django_user_model):
    create_roles()
    user = django_user_model.objects.create_user("jemand")
    user.groups.set(Group.objects.filter(kis_role__key=role))
    client.force_login(user)
    url = reverse("forget_person", args=[person.pk])
    may = role == "administration"
    answer = client.get(url)
    assert (answer.status_code == 200) is may
    assert holds(answer.content.decode()) is may
    receipt = ForgettingReceipt.objects.create(person_key=person.translation_key, person_label="x")
    seen = client.get(reverse("forgotten_person", args=[receipt.pk]))
    assert (seen.status_code == 200) is may
    client.post(
        url,
        {"forget": "1", "texts": "replace", "names": "Jörg Größl", "shown": "Jörg Größl\nFalse"},
    )
    assert (Person.objects.get(pk=person.pk).name == "") is may
    for name, args in (("list", []), ("edit", [person.pk])):
        page = client.get(reverse(Person.snippet_viewset.get_url_name(name), args=args))
        assert (url in page.content.decode()) is may


@pytest.mark.slow
def test_a_visitor_may_not(person, client):
    url = reverse("forget_person", args=[person.pk])
    assert client.get(url).status_code == 302 and client.post(url).status_code == 302
    assert Person.objects.get(pk=person.pk).name


def test_receipts_are_listed_for_those_who_may_forget(editor, client, django_user_model):
    receipts = [
        ForgettingReceipt.objects.create(
            person_key=uuid.uuid4(), person_label=f"Leitung #{number}", forgotten_by=editor.user
        )
        for number in range(3)
    ]
    url = reverse("forgotten_people")
    shown = unescape(editor.get(url).content.decode())
    for receipt in receipts:
        address = reverse("forgotten_person", args=[receipt.pk])
        assert receipt.person_label in shown and f'href="{address}"' in shown
        assert url in editor.get(address).content.decode()
    assert url in editor.get("/admin/").content.decode()
    assert "Leitung #2" in b"".join(editor.get(f"{url}?export=csv").streaming_content).decode()
    with CaptureQueriesContext(connection) as queries:
        editor.get(url)
    assert len(queries) <= 60
    create_roles()
    user = django_user_model.objects.create_user("redakteurin")
    user.groups.add(Group.objects.get(kis_role__key="editing"))
    client.force_login(user)
    assert client.get(url).status_code == 302
    assert url not in client.get("/admin/").content.decode()
