"""Filters by columns: what their values mean, and how they are described."""

import pytest
from django.db import models
from wagtail.models import Page

from partners.api.filters import value_schema


def test_a_moment_without_a_zone_is_in_that_of_the_site(api, kis_page):
    page = kis_page("triade")
    Page.objects.filter(pk=page.pk).update(first_published_at="2030-01-01T12:00:00Z")
    for clock, found in (
        ("13:00", [page.pk]),
        ("13:01", []),
        ("12:01Z", []),
        ("12:00Z", [page.pk]),
    ):
        answer = api(f"pages/?first_published_at__gte=2030-01-01T{clock}")
        assert [item["id"] for item in answer["items"]] == found


@pytest.mark.parametrize(
    ("field", "kind", "form"),
    [
        (models.BooleanField(), "boolean", None),
        (models.UUIDField(), "string", "uuid"),
        (models.SmallIntegerField(), "integer", "int64"),
        (models.FloatField(), "number", None),
        (models.DecimalField(max_digits=5, decimal_places=2), "number", None),
        (models.DateField(), "string", "date"),
        (models.CharField(max_length=5), "string", None),
    ],
)
def test_a_filter_by_a_column_of_a_sites_own_kind_is_described(field, kind, form):
    schema = value_schema(field)
    assert (schema["type"], schema.get("format")) == (kind, form)
