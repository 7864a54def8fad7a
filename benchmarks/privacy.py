"""What 5,000 private pages cost a listing of 20, as a ratio to none.

    python -m benchmarks.privacy

Runs on a test database of its own, on SQLite or where ``DATABASE_URL`` points to, and prints
medians in milliseconds. Nothing is kept.
"""

from __future__ import annotations

import os
from statistics import median
from time import perf_counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "kis_wagtail.settings.test"
PUBLIC, PRIVATE, ROUNDS = 200, 5000, 15
REQUESTS = ["pages/?limit=20", "pages/?limit=20&locale=de", "cooperations/?limit=20"]


def measure() -> dict[str, float]:
    """The median time of each request, after one to warm up."""
    from django.test import Client

    client, found = Client(), {}
    for path in REQUESTS:
        times = []
        for _round in range(ROUNDS + 1):
            began = perf_counter()
            response = client.get(f"/api/v2/{path}")
            times.append(1000 * (perf_counter() - began))
            assert response.status_code == 200 and len(response.json()["items"]) == 20
            assert response.json()["meta"]["total_count"] < PUBLIC + 10
        found[path] = median(times[1:])
    return found


def main() -> None:
    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases
    from wagtail.models import Locale, Page, Site

    from home.models import HomePage
    from partners.models import CooperationIndexPage
    from tests.many import add_partners, restrict

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = (
        ":memory:" if connection.vendor == "sqlite" else "test_kis_benchmark_privacy"
    )
    names = setup_databases(verbosity=0, interactive=False)
    try:
        home = Page.objects.get(depth=1).add_child(
            instance=HomePage(
                title="Start", slug="benchmark", locale=Locale.objects.get(language_code="de")
            )
        )
        Site.objects.update(root_page=home, is_default_site=True)
        index = home.add_child(instance=CooperationIndexPage(title="Liste", slug="liste"))
        add_partners(index, PUBLIC)
        private = add_partners(index, PRIVATE)
        Page.objects.filter(pk__in=private).update(live=False)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        none = measure()
        Page.objects.filter(pk__in=private).update(live=True)
        restrict(private)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        many = measure()
    finally:
        teardown_databases(names, verbosity=0)
    print(f"{connection.vendor}: {PUBLIC} public pages, medians of {ROUNDS} requests")
    for path in REQUESTS:
        ratio = many[path] / none[path]
        print(
            f"  {path:30} none private {none[path]:6.0f} ms, "
            f"{PRIVATE} private {many[path]:6.0f} ms, ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
