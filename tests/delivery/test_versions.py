"""The shelf's versions of a page in other languages, which name each other."""

import pytest
from wagtail.models import PageViewRestriction

pytestmark = pytest.mark.django_db


def test_a_translation_that_is_closed_by_itself_is_named_by_no_other(api, kis_page):
    german, latvian = (kis_page("landesjugendpfarramt-sachsen", code) for code in ("de", "lv"))

    def named():
        return api(f"pages/{german.pk}/")["meta"]["translations"]["lv"]

    assert named()["id"] == latvian.pk
    closed = PageViewRestriction.objects.create(page=latvian, restriction_type="login")
    assert named() is None
    closed.delete()
    assert named()["id"] == latvian.pk
