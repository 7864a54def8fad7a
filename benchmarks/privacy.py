"""What 5,000 private pages cost a listing of 20 from the pages and from the shelf, as a ratio.

No answer is kept, and each is asked as for the first time in its version.

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


def measure() -> dict[tuple[str, str], float]:
    """The median time of each request by where it is answered from, after one to warm up."""
    from django.core.cache import cache
    from django.test import Client, override_settings

    from partners.delivery.shelf import version

    client, found = Client(), {}
    began = perf_counter()
    assert version.current_version().settled
    print(f"  settled after {perf_counter() - began:.1f} s")
    # The shelf has nothing to say to another release.
    for where, settings in (("pages", {"KIS_PARTNERS_RELEASE": "another"}), ("shelf", {})):
        for path in REQUESTS:
            times = []
            for _round in range(ROUNDS + 1):
                cache.clear()
                version._last = None
                with override_settings(**settings):
                    began = perf_counter()
                    response = client.get(f"/api/v2/{path}")
                    times.append(1000 * (perf_counter() - began))
                assert response.status_code == 200 and len(response.json()["items"]) == 20
                assert response.json()["meta"]["total_count"] < PUBLIC + 10
            found[where, path] = median(times[1:])
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
    for one, before in none.items():
        print(
            f"  {' '.join(one):36} none private {before:6.1f} ms, "
            f"{PRIVATE} private {many[one]:6.1f} ms, ratio {many[one] / before:.2f}"
        )


if __name__ == "__main__":
    main()
