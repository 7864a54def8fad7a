"""SQL as text: for each database its own, with moments as each gives them."""

import datetime

import pytest
from django.db import connection
from django.db.models import IntegerField, Value
from wagtail.models import Page

from partners.public.sql import SQL, moment


@pytest.mark.parametrize(
    ("vendor", "postgresql", "expected"),
    [
        ("sqlite", "{one} + {id} * 3", "2 + "), ("sqlite", "", "2 + "),
        ("postgresql", "{one} * {id} * 3", "* 3"), ("postgresql", "", "2 + "),
    ],
)  # fmt: skip
def test_a_text_of_its_own_for_postgresql(db, monkeypatch, vendor, postgresql, expected):
    monkeypatch.setattr(connection, "vendor", vendor)
    sum_of = SQL("2 + {id} + {one}", IntegerField(), postgresql, one=Value(7))
    query = Page.objects.filter(depth__lt=9).annotate(sum=sum_of).query
    sql = str(query)
    assert expected in sql and '"wagtailcore_page"."id"' in sql and "7" in sql
    if vendor == "sqlite":
        page = Page.objects.annotate(sum=sum_of).first()
        assert page.sum == 2 + page.pk + 7


def test_moments_are_in_utc_unless_they_say_where():
    noon = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    assert moment("2026-01-01 12:00:00") == moment("2026-01-01T13:00:00+01:00") == noon
