# ruff: noqa: E501
"""The search in the database: recall and false hits by method, time per query and per page.

Runs on the database of ``DATABASE_URL`` (a test database is made beside it and dropped again).
Arguments: ``gold`` for the gold set, numbers of pages for times.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kis_wagtail.settings.test")

import django  # noqa: E402

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.db import connection  # noqa: E402
from wagtail.models import Locale, Page  # noqa: E402
from wagtail.search.backends import get_search_backend  # noqa: E402
from wagtail.search.index import SearchField  # noqa: E402

from benchmarks.paradigms import nouns  # noqa: E402
from home.models import StandardPage  # noqa: E402
from partners.models.mixins import SearchTermsMixin as Searching  # noqa: E402
from partners.search import analysis  # noqa: E402

GOLD = json.loads((ROOT / "tests/data/search_gold.json").read_text("utf-8"))
QUERIES = [
    "Gewalt", "häusliche Gewalt", "haeusliche gewalt", "Täter*innen", "Polizei", "Opferschutz",
    "násilie", "domace nasilie", "ochrana detí", "vardarbība ģimenē", "policija", "violence",
    "intervention centres", "Unauffindbares",
]  # fmt: skip
METHODS = {"keys": "partners.search.backend", "stock": "wagtail.search.backends.database"}


def make_pages(texts: list[tuple[str, str, str]]) -> list[StandardPage]:
    """Live pages below the root from (locale, title, text), without indexing them."""
    root = Page.objects.get(depth=1)
    kind = ContentType.objects.get_for_model(StandardPage)
    locales = {
        code: Locale.objects.get_or_create(language_code=code)[0]
        for code in ("de", "en", "sk", "lv")
    }
    first = Page.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    rows = [
        Page(
            pk=first + number, path=f"{root.path}{_base36(number + 100):>04}", depth=2, title=title,
            slug=f"p{number}", live=True, content_type=kind, locale=locales[code], url_path=f"/p{number}/",
            draft_title=title,
        )
        for number, (code, title, _text) in enumerate(texts)
    ]  # fmt: skip
    Page.objects.bulk_create(rows, batch_size=500)
    own = [
        StandardPage(
            page_ptr_id=first + number,
            body=[{"type": "paragraph", "value": f"<p>{text}</p>", "id": f"{number:032d}"}],
        )
        for number, (_code, _title, text) in enumerate(texts)
    ]
    fields = StandardPage._meta.local_concrete_fields
    for start in range(0, len(own), 200):
        StandardPage._base_manager._insert(own[start : start + 200], fields, using="default")
    return list(StandardPage.objects.filter(pk__gte=first).select_related("locale").order_by("pk"))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return digits.rjust(4, "0")


def index(pages: list[StandardPage], backend: Any) -> float:
    """Index pages; the seconds it took for each."""
    began = time.perf_counter()
    for start in range(0, len(pages), 200):
        backend.add_bulk(StandardPage, pages[start : start + 200])
    return (time.perf_counter() - began) / len(pages)


def gold() -> None:
    documents = sorted({(case["locale"], case["document"]) for case in GOLD})
    pages = make_pages([(code, "Seite", text) for code, text in documents])
    for name, path in METHODS.items():
        backend = get_search_backend(path)
        # Wagtail's own search needs words in the index.
        words = [*Page.search_fields, SearchField("body")]
        StandardPage.search_fields = words if name == "stock" else Searching.search_fields
        index(pages, backend)
        counts: Counter[tuple[str, bool, bool]] = Counter()
        for case in GOLD:
            page = pages[documents.index((case["locale"], case["document"]))]
            results = backend.search(
                case["query"], StandardPage.objects.filter(pk=page.pk), operator="and"
            )
            counts[case["locale"], case["should_match"], bool(results.count())] += 1
        for code in ("de", "en", "sk", "lv"):
            found, missed = counts[code, True, True], counts[code, True, False]
            false, right = counts[code, False, True], counts[code, False, False]
            print(
                f"{connection.vendor} {name} {code}: recall {100 * found / (found + missed):.1f} %, "
                f"false hits {false} of {false + right}",
                flush=True,
            )
    StandardPage.search_fields = Searching.search_fields
    StandardPage.objects.filter(pk__in=[page.pk for page in pages]).delete()


def sizes(numbers: list[int]) -> None:
    dice = random.Random(5)
    texts = {code: [] for code in ("de", "en", "sk", "lv")}
    for case in GOLD:
        if case["document"] not in texts[case["locale"]]:
            texts[case["locale"]].append(case["document"])
    rare = {code: [forms for _lemma, forms in nouns(code)] for code in ("de", "sk", "lv")}
    backend = get_search_backend(METHODS["keys"])
    for number in numbers:
        made = []
        for place in range(number):
            code = ("de", "en", "sk", "lv")[place % 4]
            sentences = dice.sample(texts[code], 4)
            more = (
                " ".join(dice.choice(dice.choice(rare[code])) for _n in range(30))
                if rare.get(code)
                else ""
            )
            made.append((code, sentences[0][:60], " ".join([*sentences[1:], more])))
        pages = make_pages(made)
        per_page = index(pages, backend)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # What autovacuum does on a site that is in use.
                cursor.execute("VACUUM ANALYZE")
        times, matches = [], 0
        for _repeat in range(3):
            for query in QUERIES:
                analysis.query_keys.cache_clear()
                began = time.perf_counter()
                results = backend.search(query, Page.objects.filter(live=True), operator="and")
                matches += results.count()
                list(results[:20])
                times.append((time.perf_counter() - began) * 1000)
        print(
            f"{connection.vendor} {number} pages: {per_page * 1000:.1f} ms per indexed page; count and first 20 "
            f"of a query {statistics.median(times):.1f} ms (median), {max(times):.1f} ms (slowest), "
            f"{matches / len(times):.0f} matches on average",
            flush=True,
        )
        Page.objects.filter(pk__in=[]).delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM wagtailsearch_indexentry")
            cursor.execute("DELETE FROM home_standardpage")
        Page.objects.filter(depth=2)._raw_delete("default")


if __name__ == "__main__":
    connection.settings_dict.setdefault("TEST", {})["NAME"] = (
        str(ROOT / "var/bench.sqlite3") if connection.vendor == "sqlite" else "kis_bench"
    )
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    Page.objects.filter(depth=2).delete()
    analysis.warm("de", "en", "sk", "lv")
    asked = sys.argv[1:] or ["gold", "24", "2000", "20000"]
    if "gold" in asked:
        gold()
    sizes([int(number) for number in asked if number != "gold"])
    connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
