"""What screens of the admin cost with many cooperations in four languages.

    python -m benchmarks.admin [NUMBER]

Prints for each screen the statements, the CPU time of this process in milliseconds (the smallest of
five requests, SQLite included) and the kilobytes of HTML: for a superuser, an editor and a
translator into Slovak. Runs on a test database of its own, on SQLite or where ``DATABASE_URL``
points to. Nothing is kept.
"""

from __future__ import annotations

import os
import sys
from time import process_time
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "kis_wagtail.settings.test"
NUMBER, ROUNDS = 5000, 5
#: The roles that the screens are measured for; an empty one is a superuser.
ROLES = ("", "editing", "translation-sk")


def main(number: int) -> None:
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from benchmarks.delivery.content import TEXT
    from partners.models import CooperationIndexPage, Organisation, PartnerPage
    from partners.roles.creation import create_roles
    from tests.many import add_translated

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = (
        ":memory:" if connection.vendor == "sqlite" else "test_kis_benchmark_admin"
    )
    names = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("load_content", verbosity=0)
        page = PartnerPage.objects.filter(locale__language_code="de").first()
        for backend in settings.WAGTAILSEARCH_BACKENDS.values():
            backend["AUTO_UPDATE"] = False
        indexes = CooperationIndexPage.objects.order_by("locale_id")
        office = Organisation.objects.filter(locale=indexes[0].locale).first()
        add_translated(indexes, number, organisation=office, basis_note=TEXT)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        create_roles()
        print(f"{connection.vendor}: {number} cooperations in {len(indexes)} languages", flush=True)
        for role in ROLES:
            user = get_user_model().objects.create_user(role or "anna", is_superuser=not role)
            user.groups.add(*user.groups.model.objects.filter(kis_role__key=role))
            index = next(
                one for one in indexes if role[-3:] in ("", "ing", f"-{one.locale.language_code}")
            )
            client = Client()
            client.force_login(user)
            print(f"\n{role or 'superuser'}", flush=True)
            measure(client, {"index": index.pk, "page": page.get_translation(index.locale).pk})
    finally:
        teardown_databases(names, verbosity=0)


def measure(client: Any, places: dict[str, Any]) -> None:
    """Print what those screens cost that are open to a user."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.desk.test_statements import SCREENS

    for name, path in SCREENS.items():
        url = f"/admin/{path.format(**places)}"
        if client.get(url).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as found:
            size = len(client.get(url).content)
        statements = len(found)  # The next request forgets them.
        times = []
        for _round in range(ROUNDS):
            began = process_time()
            client.get(url)
            times.append(1000 * (process_time() - began))
        line = f"{name:26}{statements:4} statements {min(times):6.0f} ms {size / 1000:6.0f} KB"
        print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
