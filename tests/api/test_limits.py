"""Limits of a request: errors that name the limit, and the size and time of answers."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.models import CooperationIndexPage
from tests.many import add_partners
from tests.whole import WHOLE


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("limit=101", "100"),
        ("offset=10001", "10000"),
        ("search=" + "x" * 2001, "2000"),
        ("fields=a(b(c(d(e))))", "3"),
        ("id__in=" + ",".join(["1"] * 51), "50"),
    ],
)
@pytest.mark.parametrize("endpoint", ["pages", "cooperations"])
def test_a_bound_that_is_passed_is_named(db, endpoint, query, limit):
    response = Client().get(f"/api/v2/{endpoint}/?{query}")
    answer = response.json()
    assert response.status_code == 400
    assert limit in (answer.get("detail") or answer["message"])


MANY = 10_000 if WHOLE else 2_000


@pytest.fixture(scope="module")
def many_partners(django_db_setup, django_db_blocker):
    """Published partners, rolled back after this module."""
    from django.db import transaction

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        index = CooperationIndexPage.objects.get(locale__language_code="de", title="Kooperationen")
        add_partners(index, MANY)
        # A first request fills the caches of the process and the shelf.
        for path in ("cooperations/?search=Partner&limit=1", "pages/?limit=1"):
            Client().get(f"/api/v2/{path}")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
        if connection.vendor == "postgresql":
            # Statistics without the deleted rows, for the plans of later statements.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "pages/", "pages/?limit=100", "pages/?limit=100&fields=*", "pages/?offset=10000",
        "pages/?limit=100&fields=*&type=kis_partners.PartnerPage", "pages/?order=-title",
        "pages/?locale=sk&fallback=en,de", "pages/?locale=lv&fallback=sk,en,de&limit=100",
        "pages/?min_state=complete", "pages/?include_aliases=true", "pages/?search=Partner",
        "cooperations/", "cooperations/?fields=*", "cooperations/?limit=50&fields=*",
        "cooperations/?order=-since,title", "cooperations/?locale=sk&fallback=de",
        "cooperations/?min_state=machine", "cooperations/?search=Partner",
        "cooperations/?fields=*,related(*),contacts(photo(*))", "cooperations/?since__gte=2000",
        "cooperations/?kind=partner&order=-last_published_at", "locales/", "images/", "documents/",
        "redirects/", "site/", "topics/?limit=100", "organisations/?limit=100", "people/?limit=100",
        "countries/",
    ],
)  # fmt: skip
def test_every_answer_is_bounded(many_partners, db, path):
    Client().get("/api/v2/pages/?limit=1&locale=de")  # From now on the process knows the site.
    if "search" in path:  # The first one of a version reads the words of the concepts as well.
        Client().get("/api/v2/pages/?search=Nirgendwo&limit=1")
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(f"/api/v2/{path}")
    assert response.status_code == 200, response.content[:300]
    # Savepoints are those of the test's own transaction.
    asked = [one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= 12, "\n".join(one["sql"][:200] for one in asked)
    assert len(response.content) <= 256 * 1024


def test_there_are_many_partners(many_partners, api):
    assert api("cooperations/?locale=de&limit=1")["meta"]["total_count"] > MANY
