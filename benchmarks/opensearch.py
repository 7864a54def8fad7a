"""The search in OpenSearch or Elasticsearch: the gold set's result sets and the times of queries.

    python benchmarks/opensearch.py http://127.0.0.1:9200 opensearch3

needs a server and the engine's client (``opensearch-py``). It makes indexes whose names begin with
``kisbench`` and deletes them. Whatever differs from what the analyser alone says is printed.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import search as harness  # noqa: E402  It sets Django up.

# isort: split
from django.db import connection  # noqa: E402
from wagtail.documents import get_document_model  # noqa: E402
from wagtail.models import Page  # noqa: E402
from wagtail.search.index import get_indexed_models  # noqa: E402

from home.models import StandardPage  # noqa: E402
from partners.search.analysis import index_keys, query_terms  # noqa: E402
from partners.search.backend import SearchBackend  # noqa: E402


def matches(query: str, code: str, text: str, is_any: bool) -> bool:
    """Whether the analyser alone finds a text."""
    terms, keys = query_terms(query, code), index_keys(text, code)
    return bool(terms) and (any if is_any else all)(bool(term & keys) for term in terms)


def main(url: str, engine: str) -> None:
    documents = sorted({(case["locale"], case["document"]) for case in harness.GOLD})
    pages = harness.make_pages([(code, "Seite", text) for code, text in documents])
    document = get_document_model().objects.create(title="Jährliche Fachtagung", file="x.pdf")
    backend = SearchBackend(
        {"ENGINE": engine, "URLS": [url], "INDEX_PREFIX": "kisbench_", "ATOMIC_REBUILD": False}
    )
    indexes = {backend.get_index_for_model(model) for model in (Page, type(document))}
    by_name = {index.name: index for index in indexes}
    for index in by_name.values():
        index.reset()
    for model in get_indexed_models():
        index = backend.get_index_for_model(model)
        if index.name in by_name:
            index.add_model(model)
    backend.add_bulk(StandardPage, pages)
    backend.add(document)
    for index in by_name.values():
        index.refresh()
    try:
        differences, times = 0, []
        mine = StandardPage.objects.filter(pk__in=[page.pk for page in pages])
        for query in sorted({case["query"] for case in harness.GOLD}):
            for operator in ("and", "or"):
                began = time.perf_counter()
                results = backend.search(query, mine, operator=operator)
                found = {page.pk for page in results}
                times.append((time.perf_counter() - began) * 1000)
                expected = {
                    page.pk
                    for page, (code, text) in zip(pages, documents, strict=True)
                    if matches(query, code, text, operator == "or")
                }
                if found != expected or results.count() != len(expected):
                    differences += 1
                    print(f"{operator} {query!r}: {len(found)} found, {len(expected)} expected")
        print(f"{engine}: {differences} of {len(times)} result sets differ from the analyser's")
        print(f"{engine}: {statistics.median(times):.1f} ms a query (median)")
        for text in ("Fachtagungen", "tagung", "jaehrlicher"):
            named = list(backend.search(text, get_document_model()))
            print(f"{engine}: a document by {text!r}: {named == [document]}")
        for text in ("Fachtag", "jaehr"):
            named = list(backend.autocomplete(text, get_document_model()))
            print(f"{engine}: a document while typing {text!r}: {named == [document]}")
        nasty = ['"', "a*", "AND", "(", "a:b", "\x00", "😀", "x" * 10_000, "\u202eabc", "' OR 1"]
        for text in nasty:
            list(backend.search(text, Page.objects.all()))
            list(backend.autocomplete(text, Page.objects.all()))
        print(f"{engine}: {len(nasty)} texts of signs break nothing")
    finally:
        for index in by_name.values():
            index.delete()


if __name__ == "__main__":
    connection.settings_dict.setdefault("TEST", {})["NAME"] = str(ROOT / "var/bench.sqlite3")
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    Page.objects.filter(depth=2).delete()
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "opensearch3")
    connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
