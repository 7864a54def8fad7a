"""Routers that would read what decides what is public from another database."""

import random

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings


class Replica:
    """Reads of some models go to a replica."""

    def __init__(self, *labels, share=1.0):
        self.labels, self.share = labels, share

    def db_for_read(self, model, **hints):
        elsewhere = model._meta.label.startswith(self.labels)
        return "replica" if elsewhere and random.random() < self.share else None


class Elsewhere:
    def db_for_write(self, model, **hints):
        return "other" if model._meta.label == "kis_delivery.Note" else None


ASTRAY = [
    (Replica("wagtailcore.Page", share=0.5), "wagtailcore.Page"),
    (Replica("kis_partners.Consent"), "kis_partners.Consent"),
    (Replica("kis_delivery.State"), "kis_delivery.State"),
    (Replica("wagtailcore.PageViewRestriction"), "wagtailcore.PageViewRestriction"),
    (Replica(""), " more"),
    (Elsewhere(), "kis_delivery.Note"),
]


@pytest.mark.parametrize(("router", "named"), ASTRAY)
def test_a_router_that_reads_elsewhere_is_an_error(router, named):
    with override_settings(DATABASE_ROUTERS=[router]), pytest.raises(SystemCheckError) as failed:
        call_command("check")
    text = str(failed.value)
    assert "kis_delivery.E002" in text and named in text and "db_for_read" in text


def test_a_router_for_other_tables_is_none():
    with override_settings(DATABASE_ROUTERS=[Replica("sessions.", "admin.")]):
        call_command("check")
