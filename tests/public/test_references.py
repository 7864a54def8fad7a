"""Wagtail's reference index says what refers to what at each moment."""

from __future__ import annotations

import pytest
from wagtail.models import ReferenceIndex

from partners.models import NetworkPage, Organisation, Person

QUEUE = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def network(kis_page):
    """A page with a contact person and a member, each used by it alone."""
    page = kis_page("kooperationen").add_child(
        instance=NetworkPage(title="Netz", slug="netz", role="member", level="local")
    )
    page.contacts.create(person=Person.objects.create(role="Erste", locale=page.locale))
    page.members.create(
        organisation=Organisation.objects.create(name="Beispielstelle", locale=page.locale)
    )
    page.save_revision().publish()
    return NetworkPage.objects.get(pk=page.pk)


def named(page):
    """What the index says that a page refers to in its rows."""
    rows = ReferenceIndex.get_references_for_object(page).filter(model_path__contains=".item.")
    return sorted(f"{one.model_path} {one.to_object_id}" for one in rows)


def true(page):
    page = NetworkPage.objects.get(pk=page.pk)
    return sorted(
        [f"contacts.item.person {one.person_id}" for one in page.contacts.all()]
        + [f"members.item.organisation {one.organisation_id}" for one in page.members.all()]
    )


def test_what_is_taken_out_of_a_page(network):
    assert named(network) == true(network) != []
    network.contacts = []
    network.save_revision().publish()
    assert named(network) == true(network) != []
    network.members = []
    network.save()
    assert named(network) == true(network) == []


def test_what_is_put_in_its_place(network):
    other = Person.objects.create(role="Zweite", locale=network.locale)
    row = network.contacts.get()
    row.person = other
    network.contacts = [row]
    network.save_revision().publish()
    assert named(network) == true(network) != []
    # As rebuild_references_index does.
    ReferenceIndex.remove_for_object(network)
    ReferenceIndex.create_or_update_for_object(NetworkPage.objects.get(pk=network.pk))
    row = network.contacts.get()
    row.person = Person.objects.create(role="Dritte", locale=network.locale)
    row.save()
    assert named(network) == true(network) != []
    row.delete()
    assert named(network) == true(network) != []


def test_a_queue_keeps_nobody_waiting(network, settings):
    settings.TASKS = QUEUE
    new = Organisation.objects.create(name="Neue Stelle", locale=network.locale)
    network.members.add(type(network.members.get())(organisation=new))
    network.contacts = []
    network.save_revision().publish()
    assert f"members.item.organisation {new.pk}" in named(network)
    assert named(network) == true(network)
