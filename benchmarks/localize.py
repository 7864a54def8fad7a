"""What it costs to submit pages for translation into three languages, in statements.

    python -m benchmarks.localize [PAGES]

By wagtail-localize's own code, and by ``partners.translating.submitting``, on the same number of
equal pages of about 56 strings each. Runs on a test database of its own, on SQLite or where
``DATABASE_URL`` points to. Nothing is kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "kis_wagtail.settings.test"
PAGES = 200
PARAGRAPHS, ACTIVITIES = 18, 10


def counted(what: str, work: Callable[[], Any]) -> int:
    """How many statements some work needs; prints it with the time it took."""
    from django.db import connection

    number = 0

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal number
        number += 1
        return execute(sql, params, many, context)

    began = perf_counter()
    with connection.execute_wrapper(count):
        work()
    print(f"{what:<20}{number:>9} statements {perf_counter() - began:>8.1f} s", flush=True)
    return number


def main(number: int) -> None:
    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases
    from wagtail.models import Locale, Page, Site
    from wagtail_localize.models import StringSegment
    from wagtail_localize.operations import translate_object, translate_page_subtree

    from home.models import HomePage
    from partners.models import CooperationIndexPage, Organisation, PartnerPage
    from partners.translating import submitting

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = (
        ":memory:" if connection.vendor == "sqlite" else "test_kis_benchmark_localize"
    )
    names = setup_databases(verbosity=0, interactive=False)
    try:
        german = Locale.objects.get(language_code="de")
        others = [
            Locale.objects.get_or_create(language_code=code)[0] for code in ("en", "sk", "lv")
        ]
        home = HomePage(title="Start", slug="benchmark", locale=german)
        Page.objects.get(depth=1).add_child(instance=home)
        Site.objects.update(root_page=home, is_default_site=True)
        partner = Organisation.objects.create(name="Verein", locale=german)

        def tree(name: str) -> Any:
            index = CooperationIndexPage(title=name, slug=name, locale=german)
            home.add_child(instance=index)
            for page in range(number):
                index.add_child(
                    instance=PartnerPage(
                        title=f"{name} {page}",
                        slug=f"{name}-{page}",
                        locale=german,
                        organisation=partner,
                        lead=f"Vorspann {name} {page}",
                        purpose=f"Zweck {name} {page}",
                        body=[
                            ("paragraph", f"<p>Absatz {block} auf {name} {page}.</p>")
                            for block in range(PARAGRAPHS)
                        ],
                        activities=[
                            (
                                "activity",
                                {
                                    "title": f"Aufgabe {block} auf {name} {page}",
                                    "rhythm": "",
                                    "text": f"<p>Erster {block} {name} {page}</p>"
                                    f"<p>Zweiter {block} {name} {page}</p>",
                                },
                            )
                            for block in range(ACTIVITIES)
                        ],
                    )
                )
            return index

        stock, ours = tree("stock"), tree("ours")
        # The pages above are translated beforehand, so that both begin alike.
        submitting.submit(home, others)
        translate_object(stock, others)
        submitting.submit(ours, others)
        theirs = counted(
            "wagtail-localize", lambda: translate_page_subtree(stock.pk, others, None, None)
        )
        own = counted("partners", lambda: submitting.start_run(ours, others, None))
        pages = Page.objects.filter(locale__in=others, live=True)
        for index in (stock, ours):
            keys = index.get_children().values("translation_key")
            assert pages.filter(translation_key__in=keys).count() == 3 * number, index
        strings = StringSegment.objects.filter(source__object_repr="ours 0").count()
        print(f"{number} pages of {strings} strings, three languages: {100 * own / theirs:.0f} %")
    finally:
        teardown_databases(names, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
