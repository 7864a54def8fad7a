"""The names of people: which answers of the admin give them, tried for every role."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from wagtail.models import ModelLogEntry

from partners.models import Consent, CooperationContact, Person
from partners.roles.creation import create_roles
from tests.roles.test_roles import KEYS

NAME = "Mustermensch"
#: What ends the session, and Wagtail's test of an error.
LEFT_OUT = ("/logout/", "/failwhale/")


def addresses():
    """All addresses of the admin that need nothing to be known, as lists and as files."""
    found = set()

    def walk(patterns, namespaces):
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = [*namespaces, one.namespace] if one.namespace else namespaces
                walk(one.url_patterns, inner)
            elif one.name:
                try:
                    found.add(reverse(":".join([*namespaces, one.name])))
                except NoReverseMatch:
                    continue

    walk(get_resolver().url_patterns, [])
    return sorted(one for one in found if one.startswith("/admin/") and not one.endswith(LEFT_OUT))


def of_the_person(person, consent):
    """Addresses of one person, one consent, and what refers to them."""
    for model, item in ((Person, person), (Consent, consent)):
        name = model.snippet_viewset.get_url_name
        for view in ("edit", "history", "usage", "delete", "copy", "inspect", "unpublish"):
            try:
                yield reverse(name(view), args=[item.pk])
            except NoReverseMatch:
                continue
        label = f"{model._meta.app_label}/{model._meta.model_name}"
        yield f"/admin/localize/api/snippets/{label}/"
        yield f"/admin/localize/api/snippets/{label}/{item.pk}/"
    for revision in person.revisions.all():
        yield reverse(
            Person.snippet_viewset.get_url_name("revisions_compare"),
            args=[person.pk, "earliest", revision.pk],
        )


def texts(answer):
    """What an answer says, with the texts inside a spreadsheet."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return b"".join(map(book.read, book.namelist())).decode()
    return body.decode(errors="replace")


@pytest.fixture
def person(db, kis_page):
    german = kis_page("polizeidirektion-leipzig")
    made = Person(role="Ansprechperson", name=f"Erika {NAME}", locale=german.locale)
    made.save()
    made.save_revision(log_action=True).publish()
    german.contacts.add(CooperationContact(person=made, side="own"))
    german.save_revision(log_action=True).publish()
    return made


@pytest.mark.slow
# The report of wagtail-localize has no order.
@pytest.mark.filterwarnings("ignore:Pagination may yield inconsistent results")
@pytest.mark.parametrize("key", [*KEYS, "administration"])
def test_who_may_not_change_people_is_told_no_name(client, person, django_user_model, key):
    consent = Consent.objects.create(
        person=person, contact=True, given_on="2026-01-01", evidence="Brief"
    )
    create_roles()
    user = django_user_model.objects.create_user(key, password="geheim")
    user.groups.set(Group.objects.filter(kis_role__key=key))
    client.force_login(user)
    asked, told = 0, []
    for address in [*addresses(), *of_the_person(person, consent)]:
        for query in ("", "?export=csv", "?export=xlsx", f"?q={NAME}"):
            answer = client.get(address + query)
            if answer.status_code != 200:
                break
            if not query or query.startswith("?q") or "attachment" in str(answer.headers):
                asked += 1
                said = texts(answer).replace(f"?q={NAME}", "").replace(f'value="{NAME}"', "")
                if f"Erika {NAME}" in said or (NAME in said and "q=" not in query):
                    told.append(address + query)
    assert asked > 60
    if user.has_perm("kis_partners.change_person") and not key.startswith("translation"):
        assert told, "nobody could correct a name"
    else:
        assert told == []
    assert not ModelLogEntry.objects.filter(label__contains=NAME).exists()
