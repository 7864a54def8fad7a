"""Answers to a question that searches: from the shelf, by as few statements however many pages."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from partners.models import PartnerPage
from tests.many import add_partners

QUESTIONS = [
    "/api/v2/pages/?search=Partner&locale=de",
    "/api/v2/pages/?search=Partner&type=kis_partners.PartnerPage&fields=*&limit=20",
    "/api/v2/cooperations/?search=Vorspann&locale=sk&fallback=de",
    "/api/v2/cooperations/?search=Partner+00001",
    "/api/v2/pages/?search=Polizei+Opfer+Kinder&search_operator=or&descendant_of={home}",
]


def asked(path):
    """The statements of an answer that no cache keeps, and whether one carries a list of ids."""
    caches["default"].clear()
    with CaptureQueriesContext(connection) as found:
        answer = Client().get(path)
    assert answer.status_code == 200, answer.content
    return answer.json(), [one["sql"] for one in found]


@pytest.mark.slow
def test_a_search_takes_four_statements_however_many_pages_there_are(kis_page):
    home = kis_page("kooperationen")
    for number in (60, 240):
        made = add_partners(home, number)
        pages = list(PartnerPage.objects.filter(pk__in=made).select_related("locale"))
        get_search_backend().add_bulk(PartnerPage, pages)
        for question in QUESTIONS:
            path = question.format(home=home.pk)
            asked(path)  # Makes the payloads.
            found, statements = asked(path)
            assert found["meta"]["total_count"]
            assert len(statements) <= 4, (path, statements)
            assert (
                max(map(len, statements)) < 6000 and max(one.count(",") for one in statements) < 200
            ), path


def test_a_search_gives_the_items_of_the_shelf_and_of_the_pages_alike(api, settings):
    questions = ["pages/?search=Polizei&locale=de", "cooperations/?search=Gewalt&fields=*"]
    shelved = [api(question) for question in questions]
    settings.KIS_PARTNERS_RELEASE = "another"
    assert shelved == [api(question) for question in questions]
    assert all(one["meta"]["total_count"] for one in shelved)


def test_what_closes_without_a_signal_is_not_found(api, kis_page):
    page = kis_page("triade")
    assert page.pk in {item["id"] for item in api("pages/?search=Triade&limit=50")["items"]}
    Page.objects.filter(pk=page.pk).update(live=False)
    assert page.pk not in {item["id"] for item in api("pages/?search=Triade&limit=50")["items"]}
